# Cross builds against an extracted Debian tree (scripts/cross makes it), selected by MDOC_TARGET: arm64 and s390x with
# Debian's cross compilers, run under qemu; i386 with clang, run by the kernel as it is, through the tree's own loader.
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MDOC_TARGET MDOC_SYSROOT)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSROOT "${MDOC_SYSROOT}")

if(MDOC_TARGET STREQUAL "arm64")
  set(CMAKE_SYSTEM_PROCESSOR aarch64)
  set(triplet aarch64-linux-gnu)
elseif(MDOC_TARGET STREQUAL "s390x")
  set(CMAKE_SYSTEM_PROCESSOR s390x)
  set(triplet s390x-linux-gnu)
elseif(MDOC_TARGET STREQUAL "i386")
  set(CMAKE_SYSTEM_PROCESSOR i686)
  set(triplet i386-linux-gnu)
else()
  message(FATAL_ERROR "MDOC_TARGET must be arm64, s390x or i386")
endif()
set(CMAKE_LIBRARY_ARCHITECTURE ${triplet})

if(MDOC_TARGET STREQUAL "i386")
  set(CMAKE_CXX_COMPILER clang++-14)
  set(CMAKE_CXX_COMPILER_TARGET i686-linux-gnu)
  set(CMAKE_CROSSCOMPILING_EMULATOR "${MDOC_SYSROOT}/lib/ld-linux.so.2" --library-path
    "${MDOC_SYSROOT}/lib/${triplet}:${MDOC_SYSROOT}/usr/lib/${triplet}")
else()
  set(CMAKE_CXX_COMPILER ${triplet}-g++)
  set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${CMAKE_SYSTEM_PROCESSOR}-static -L "${MDOC_SYSROOT}")
endif()

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
