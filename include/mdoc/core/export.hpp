#pragma once

/// @file
/// MDOC_EXPORT marks what the shared library shows; everything else is hidden.

#if defined(MDOC_SHARED) && defined(_WIN32)
#  if defined(MDOC_BUILDING)
#    define MDOC_EXPORT __declspec(dllexport)
#  else
#    define MDOC_EXPORT __declspec(dllimport)
#  endif
#elif defined(MDOC_SHARED)
#  define MDOC_EXPORT __attribute__((visibility("default")))
#else
#  define MDOC_EXPORT
#endif
