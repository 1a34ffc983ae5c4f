#pragma once
// Internal. MDOC_TRY(auto x, f()) declares x from a Result or returns its Error; MDOC_CHECK(f())
// does the same without a value.
#define MDOC_CONCAT_(a, b) a##b
#define MDOC_CONCAT(a, b) MDOC_CONCAT_(a, b)
#define MDOC_TRY(decl, ...)                                                               \
  auto MDOC_CONCAT(mdoc_try_, __LINE__) = (__VA_ARGS__);                                  \
  if (!MDOC_CONCAT(mdoc_try_, __LINE__)) return MDOC_CONCAT(mdoc_try_, __LINE__).error(); \
  decl = *std::move(MDOC_CONCAT(mdoc_try_, __LINE__))
#define MDOC_CHECK(...)                                                             \
  do {                                                                              \
    if (auto mdoc_check_ = (__VA_ARGS__); !mdoc_check_) return mdoc_check_.error(); \
  } while (false)
