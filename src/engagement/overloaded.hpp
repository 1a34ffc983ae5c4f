#pragma once

namespace mdoc::engagement {

/// One function object of several, for std::visit.
template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace mdoc::engagement
