# cmake -DWORK=<scratch folder> -P check_lengths_test.cmake: the check of lengths proves itself on files made for it.
cmake_minimum_required(VERSION 3.25)

# expect(<accepted|refused> <file> <number of lines>)
function(expect verdict file lines)
  string(REPEAT "one [line; of code]\n\n" 400 text)   # 800 lines, half of them empty
  math(EXPR more "${lines} - 800")
  string(REPEAT "\n" ${more} end)
  file(REMOVE_RECURSE "${WORK}")
  file(WRITE "${WORK}/CMakeLists.txt" "")
  file(WRITE "${WORK}/${file}" "${text}${end}")
  execute_process(COMMAND "${CMAKE_COMMAND}" "-DROOT=${WORK}" -P "${CMAKE_CURRENT_LIST_DIR}/check_lengths.cmake"
    RESULT_VARIABLE code ERROR_VARIABLE error OUTPUT_QUIET)
  if(code EQUAL 0)
    set(got accepted)
  elseif(error MATCHES "${file}: ${lines}")
    set(got refused)
  else()
    message(FATAL_ERROR "the check failed for another reason:\n${error}")
  endif()
  if(NOT got STREQUAL verdict)
    message(FATAL_ERROR "must be ${verdict}, was ${got}: ${file} of ${lines} lines\n${error}")
  endif()
endfunction()

foreach(file IN ITEMS src/core/error.cpp include/mdoc/reader.hpp tests/unit/core/core_test.cpp tests/guide/by_hand.sh
    tests/interop/run.mjs tests/interop/rust/src/main.rs examples/reader.cpp cmake/check.cmake tests/CMakeLists.txt
    CMakeLists.txt scripts/test scripts/common.bash)
  expect(accepted ${file} 800)
  expect(refused ${file} 801)
endforeach()
foreach(file IN ITEMS tests/vectors/keys.json tests/interop/rust/Cargo.lock tests/interop/node/node_modules/a/b.mjs
    tests/interop/rust/target/build.rs)
  expect(accepted ${file} 801)
endforeach()
file(REMOVE_RECURSE "${WORK}")
