# cmake -DCOMPILER=... -DFLAGS=<list> -DSOURCE=<file.cpp> -P compile_fail.cmake
#
# The source must compile with CONTROL defined, and without it fail with the message that its first line expects: so a
# case never "passes" because of a misspelt name or a missing header.
cmake_minimum_required(VERSION 3.25)
file(STRINGS "${SOURCE}" first LIMIT_COUNT 1)
if(NOT first MATCHES "^// Expected: (.+)$")
  message(FATAL_ERROR "${SOURCE} must begin with the line `// Expected: <regular expression>`")
endif()
set(expected "${CMAKE_MATCH_1}")

set(ENV{LC_ALL} C)   # plain quotation marks

execute_process(COMMAND "${COMPILER}" ${FLAGS} -fsyntax-only -DCONTROL "${SOURCE}" RESULT_VARIABLE code ERROR_VARIABLE text)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "the control does not compile:\n${text}")
endif()
execute_process(COMMAND "${COMPILER}" ${FLAGS} -fsyntax-only "${SOURCE}" RESULT_VARIABLE code ERROR_VARIABLE text)
if(code EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiles")
endif()
if(NOT text MATCHES "error: [^\n]*(${expected})")
  string(REGEX MATCHALL "error: [^\n]*" text "${text}")
  message(FATAL_ERROR "no error matches `${expected}`:\n${text}")
endif()
