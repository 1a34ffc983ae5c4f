# cmake -DROOT=<source folder> -P check_lengths.cmake
#
# Fails when a file of code has more than 800 lines: it has more than one subject by then. Data, lists of locked packages and
# what was built or installed beside the sources do not count.
cmake_minimum_required(VERSION 3.25)
set(most 800)

set(patterns "")
foreach(folder IN ITEMS src include examples tests cmake)
  foreach(ending IN ITEMS cpp hpp c h cmake sh bash py mjs rs)
    list(APPEND patterns "${ROOT}/${folder}/*.${ending}")
  endforeach()
  list(APPEND patterns "${ROOT}/${folder}/CMakeLists.txt")
endforeach()
file(GLOB_RECURSE files RELATIVE "${ROOT}" ${patterns} "${ROOT}/scripts/*")
list(FILTER files EXCLUDE REGEX "/(node_modules|target|__pycache__)/")
list(APPEND files CMakeLists.txt)

set(errors "")
foreach(file IN LISTS files)
  file(READ "${ROOT}/${file}" text)
  string(REGEX REPLACE "[^\n]+" "" ends "${text}")
  string(LENGTH "${ends}" lines)
  if(lines GREATER most)
    string(APPEND errors "\n  ${file}: ${lines}")
  endif()
endforeach()
if(errors)
  message(FATAL_ERROR "more than ${most} lines; split by subject:${errors}")
endif()
