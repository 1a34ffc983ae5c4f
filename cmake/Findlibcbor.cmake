# Defines libcbor::libcbor. Debian ships libcbor 0.8 with a .pc file and no CMake package.
find_path(libcbor_INCLUDE_DIR cbor.h)
find_library(libcbor_LIBRARY NAMES cbor)
mark_as_advanced(libcbor_INCLUDE_DIR libcbor_LIBRARY)
unset(libcbor_VERSION)
if(libcbor_INCLUDE_DIR)
  file(STRINGS "${libcbor_INCLUDE_DIR}/cbor/configuration.h" libcbor_version_lines REGEX "_VERSION [0-9]+")
  foreach(libcbor_part IN ITEMS MAJOR MINOR PATCH)
    if(libcbor_version_lines MATCHES "${libcbor_part}_VERSION ([0-9]+)")
      list(APPEND libcbor_VERSION ${CMAKE_MATCH_1})
    endif()
  endforeach()
  list(JOIN libcbor_VERSION "." libcbor_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(libcbor REQUIRED_VARS libcbor_LIBRARY libcbor_INCLUDE_DIR
  VERSION_VAR libcbor_VERSION REASON_FAILURE_MESSAGE "Install libcbor (Debian: libcbor-dev)")

if(libcbor_FOUND AND NOT TARGET libcbor::libcbor)
  add_library(libcbor::libcbor UNKNOWN IMPORTED)
  set_target_properties(libcbor::libcbor PROPERTIES
    IMPORTED_LOCATION "${libcbor_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${libcbor_INCLUDE_DIR}")
endif()
