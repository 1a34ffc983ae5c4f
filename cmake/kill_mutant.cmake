# cmake -DPROGRAM=<tests with mutants> -DMUTANT=<name> -DFILTER=<tests> -P kill_mutant.cmake
#
# Fails when the tests pass with this mutant in place: then they are too weak. A crash and an endless loop count as found.
# Without MUTANT: fails when the tests do not pass as they are.
cmake_minimum_required(VERSION 3.25)

set(ENV{MDOC_MUTANT} "${MUTANT}")
set(seconds 120)   # a mutant that takes longer runs in circles
if(MUTANT STREQUAL "")
  set(seconds 280)   # every case runs to its end, on a machine with other things to do
endif()
set(ENV{MDOC_PROPERTY_PERCENT} 100)   # most are found early, and the first failure ends the run
execute_process(COMMAND "${PROGRAM}" --gtest_brief=1 --gtest_fail_fast "--gtest_filter=${FILTER}"
  TIMEOUT ${seconds} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(MUTANT STREQUAL "")
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "without mutants: ${result}\n${output}")
  endif()
elseif(result EQUAL 0)
  message(FATAL_ERROR "${MUTANT} survives")
elseif(result MATCHES "^[0-9]+$" AND NOT output MATCHES "FAILED")
  message(FATAL_ERROR "${MUTANT}: the tests did not run: ${result}\n${output}")   # else: a signal, or the time was up
endif()
string(REGEX MATCH "Failure\n[^\n]*\n[^\n]*\n[^\n]*" found "${output}")
message(STATUS "${MUTANT}: ${result}\n${found}")
