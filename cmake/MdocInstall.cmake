# Install rules: every component that was built has an export set of its own, so that mdoc::mdoc can be
# found on a machine without the packages of the others.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(mdoc_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/mdoc")

install(TARGETS mdoc EXPORT mdoc FILE_SET HEADERS)
install(EXPORT mdoc FILE mdocTargets.cmake NAMESPACE mdoc:: DESTINATION "${mdoc_cmake_dir}")
foreach(component IN LISTS mdoc_components)
  if(TARGET mdoc_${component})
    install(TARGETS mdoc_${component} EXPORT mdoc-${component} FILE_SET HEADERS)
    install(EXPORT mdoc-${component} FILE mdoc-${component}Targets.cmake NAMESPACE mdoc::
      DESTINATION "${mdoc_cmake_dir}")
  endif()
endforeach()
if(TARGET mdoc-cli)
  set_target_properties(mdoc-cli PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  install(TARGETS mdoc-cli)
endif()

get_target_property(mdoc_type mdoc TYPE)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/mdocConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/mdocConfig.cmake" INSTALL_DESTINATION "${mdoc_cmake_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/mdocConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/mdocConfig.cmake" "${PROJECT_BINARY_DIR}/mdocConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/Findlibcbor.cmake" "${PROJECT_SOURCE_DIR}/cmake/MdocComponentTable.cmake"
  DESTINATION "${mdoc_cmake_dir}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
# To start a profile of one's own from, and to include from: the library itself has them built in.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/profiles" DESTINATION "${CMAKE_INSTALL_DATADIR}/mdoc" FILES_MATCHING PATTERN "*.json")
