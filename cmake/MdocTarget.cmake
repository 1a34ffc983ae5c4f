# What every library and program of the project shares.

# mdoc_warnings(<target>): our warnings, as errors with MDOC_WERROR. Never visible to consumers.
function(mdoc_warnings target)
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor>
    # g++ 12 takes operator new and delete of a coroutine frame for a mismatched pair once one of them is inlined.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>   # g++ 12 sees overlaps in operator+(const char*, string&&) that are not there
    # With -O3, g++ 12 takes the empty state of a std::optional that is moved for its value.
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-maybe-uninitialized>
    $<$<BOOL:${MDOC_WERROR}>:-Werror>)
endfunction()

# mdoc_grouped(<target> <size>): with MDOC_GROUP_SOURCES, so many of its files are compiled at a time. Worth it where each of
# them spends most of its time on the headers of the same library. Names of one file are then those of its group: a local
# one may hide another's without meaning to, and clang's build, which has no groups, warns of what is hidden within a file.
function(mdoc_grouped target size)
  set_target_properties(${target} PROPERTIES UNITY_BUILD "${MDOC_GROUP_SOURCES}" UNITY_BUILD_BATCH_SIZE ${size})
  if(MDOC_GROUP_SOURCES)
    target_compile_options(${target} PRIVATE -Wno-shadow)
  endif()
endfunction()

# mdoc_library(<target> EXPORT_NAME <name>): a library, usable as mdoc::<name>.
function(mdoc_library target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "EXPORT_NAME" "")
  add_library(${target})
  add_library(mdoc::${arg_EXPORT_NAME} ALIAS ${target})
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${arg_EXPORT_NAME} CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    INSTALL_RPATH "$ORIGIN"   # its own components lie beside it, wherever that is
    UNITY_BUILD OFF)   # names of one file stay in that file, whatever an embedding project has set
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include")
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "SHARED_LIBRARY")
    target_compile_definitions(${target} PUBLIC MDOC_SHARED PRIVATE MDOC_BUILDING)
  endif()
  mdoc_warnings(${target})
endfunction()

# mdoc_sources(<target> <layer> SOURCES ... HEADERS ...), called from src/<layer>/CMakeLists.txt.
# Headers are named relative to include/mdoc/<layer>/; those of the facade lie in include/mdoc itself.
function(mdoc_sources target layer)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;HEADERS")
  set(folder "${PROJECT_SOURCE_DIR}/include/mdoc")
  if(NOT layer STREQUAL "facade")
    string(APPEND folder "/${layer}")
  endif()
  list(TRANSFORM arg_HEADERS PREPEND "${folder}/")
  target_sources(${target} PRIVATE ${arg_SOURCES} PUBLIC FILE_SET HEADERS FILES ${arg_HEADERS})
endfunction()
