# Defines qrencode::qrencode. libqrencode comes with a .pc file and no CMake package.
find_path(qrencode_INCLUDE_DIR qrencode.h)
find_library(qrencode_LIBRARY NAMES qrencode)
mark_as_advanced(qrencode_INCLUDE_DIR qrencode_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(qrencode REQUIRED_VARS qrencode_LIBRARY qrencode_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Install libqrencode (Debian: libqrencode-dev)")

if(qrencode_FOUND AND NOT TARGET qrencode::qrencode)
  add_library(qrencode::qrencode UNKNOWN IMPORTED)
  set_target_properties(qrencode::qrencode PROPERTIES
    IMPORTED_LOCATION "${qrencode_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${qrencode_INCLUDE_DIR}")
endif()
