# Defines openjp2::openjp2. The CMake package of OpenJPEG asks for its programs as well, which nobody needs.
find_path(openjp2_INCLUDE_DIR openjpeg.h PATH_SUFFIXES openjpeg-2.5)
find_library(openjp2_LIBRARY NAMES openjp2)
mark_as_advanced(openjp2_INCLUDE_DIR openjp2_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(openjp2 REQUIRED_VARS openjp2_LIBRARY openjp2_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Install OpenJPEG (Debian: libopenjp2-7-dev)")

if(openjp2_FOUND AND NOT TARGET openjp2::openjp2)
  add_library(openjp2::openjp2 UNKNOWN IMPORTED)
  set_target_properties(openjp2::openjp2 PROPERTIES
    IMPORTED_LOCATION "${openjp2_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${openjp2_INCLUDE_DIR}")
endif()
