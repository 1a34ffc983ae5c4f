# mdoc_embed(<target> <header> <namespace> <name>:<file>...): compiles files in, each as ByteView <namespace>::<name>(), which
# the header declares. Files are named relative to the source folder of the project.
function(mdoc_embed target header namespace)
  foreach(datum IN LISTS ARGN)
    string(REGEX MATCH "^([^:]+):(.+)$" parts "${datum}")
    set(symbol "${CMAKE_MATCH_1}")
    set(data "${PROJECT_SOURCE_DIR}/${CMAKE_MATCH_2}")
    set(source "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp")
    add_custom_command(OUTPUT "${source}" DEPENDS "${data}" "${PROJECT_SOURCE_DIR}/cmake/embed.cmake" VERBATIM
      COMMAND "${CMAKE_COMMAND}" "-DINPUT=${data}" "-DOUTPUT=${source}" "-DHEADER=${header}" "-DNAMESPACE=${namespace}"
        "-DSYMBOL=${symbol}" -P "${PROJECT_SOURCE_DIR}/cmake/embed.cmake")
    set_source_files_properties("${source}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)   # all with the same names
    target_sources(${target} PRIVATE "${source}")
  endforeach()
endfunction()
