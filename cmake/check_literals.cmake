# cmake -DROOT=<source folder> -P check_literals.cmake
#
# Fails when engagement, session or transport spell out a text that belongs to ProtocolConstants: a profile of
# ISO/IEC TS 23220-4 that names things differently must stay data. The list is read from the built-in constants.
cmake_minimum_required(VERSION 3.25)

# literals(<file> <variable>): the string literals of a source file, comments and #include lines left out. The marks of
# CMake lists are replaced, as they would tear a literal apart.
function(literals file variable)
  file(READ "${file}" text)
  string(REGEX REPLACE "[][;\\\\]" "?" text "${text}")
  string(REGEX REPLACE "\n[ \t]*#[ \t]*include[^\n]*" "" text "\n${text}")
  string(REGEX REPLACE "(^|[^:\"])//[^\n]*" "\\1" text "${text}")   # not the // of a URI
  string(REGEX REPLACE "\n[^\n\"]*//[^\n]*" "" text "${text}")
  string(REGEX MATCHALL "\"[^\"\n]*\"" found "${text}")
  set(${variable} "${found}" PARENT_SCOPE)
endfunction()

literals("${ROOT}/src/core/protocol_constants.cpp" constants)
list(LENGTH constants count)
if(count LESS 15)
  message(FATAL_ERROR "only ${count} literals in src/core/protocol_constants.cpp: has it moved?")
endif()

set(errors "")
foreach(layer IN ITEMS engagement session transport)
  file(GLOB_RECURSE files "${ROOT}/include/mdoc/${layer}/*.hpp" "${ROOT}/src/${layer}/*.hpp" "${ROOT}/src/${layer}/*.cpp")
  foreach(file IN LISTS files)
    literals("${file}" used)
    foreach(literal IN LISTS used)
      foreach(constant IN LISTS constants)
        string(REPLACE "\"" "" bare "${constant}")
        string(LENGTH "${bare}" length)
        # A long text must not even be a part of another ("POST /mdoc HTTP/1.1"); a short one ("1.0") may be.
        string(FIND "${literal}" "${bare}" at)
        if(literal STREQUAL constant OR (length GREATER 4 AND NOT at EQUAL -1))
          string(APPEND errors "\n  ${file}: ${literal} belongs to ProtocolConstants (${constant})")
          break()
        endif()
      endforeach()
    endforeach()
  endforeach()
endforeach()
if(errors)
  message(FATAL_ERROR "protocol literals:${errors}")
endif()
