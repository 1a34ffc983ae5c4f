# cmake -DLIST=<mutants.cmake> -DROOT=<source folder> -DSOURCE=<file below it> -DOUT=<copy> -P plant_mutants.cmake
#
# Writes a copy of one source in which all mutants of that source wait to be chosen.
cmake_minimum_required(VERSION 3.25)

file(READ "${ROOT}/${SOURCE}" text)
set(original "${text}")

function(mdoc_mutant name source from to)
  if(NOT source STREQUAL SOURCE)
    return()
  endif()
  string(FIND "${original}" "${from}" first)
  string(FIND "${original}" "${from}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "mutant ${name}: its text must occur in ${source} exactly once")
  endif()
  string(FIND "${text}" "${from}" first)
  if(first EQUAL -1)
    message(FATAL_ERROR "mutant ${name}: another mutant has changed the same place of ${source}")
  endif()
  string(REPLACE "MUTANT" "::mdoc::properties::planted(\"${name}\")" to "${to}")
  string(REPLACE "${from}" "${to}" text "${text}")
  set(text "${text}" PARENT_SCOPE)
endfunction()
include("${LIST}")

file(WRITE "${OUT}" "#include \"unit/properties/planted.hpp\"\n#line 1 \"${SOURCE}\"\n${text}")
