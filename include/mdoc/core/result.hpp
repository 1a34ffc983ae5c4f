#pragma once

#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

#include "mdoc/core/error.hpp"

namespace mdoc {

/// Thrown by Result::value() only; the library itself never calls that.
class BadResultAccess : public std::logic_error {
 public:
  explicit BadResultAccess(const Error& error) : std::logic_error(describe(error)), error_(error) {}
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

/// A T or an Error. The members are a subset of std::expected<T, Error> (C++23), with the same
/// names, so that a later move to it is mechanical. Ignoring a Result is a compiler warning.
template <class T>
class [[nodiscard]] Result {
  static_assert(!std::is_same_v<std::remove_cv_t<T>, Error>);

 public:
  using value_type = T;
  using error_type = Error;

  Result() requires std::is_default_constructible_v<T>
  = default;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(*-explicit-*)
  Result(const Error& error) : state_(std::in_place_index<1>, error) {}  // NOLINT(*-explicit-*)

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// @pre has_value()
  [[nodiscard]] T& operator*() & { return *std::get_if<0>(&state_); }
  [[nodiscard]] const T& operator*() const& { return *std::get_if<0>(&state_); }
  [[nodiscard]] T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  [[nodiscard]] T* operator->() { return std::get_if<0>(&state_); }
  [[nodiscard]] const T* operator->() const { return std::get_if<0>(&state_); }
  /// @pre !has_value()
  [[nodiscard]] const Error& error() const { return *std::get_if<1>(&state_); }

  /// @throws BadResultAccess without a value
  [[nodiscard]] T& value() & {
    if (!has_value()) throw BadResultAccess(error());
    return **this;
  }
  [[nodiscard]] const T& value() const& {
    if (!has_value()) throw BadResultAccess(error());
    return **this;
  }
  [[nodiscard]] T value() && {
    if (!has_value()) throw BadResultAccess(error());
    return std::move(**this);
  }

  template <class F>
  auto and_then(F&& next) && -> std::invoke_result_t<F, T> {
    if (!has_value()) return error();
    return std::forward<F>(next)(std::move(**this));
  }
  template <class F>
  auto transform(F&& change) && -> Result<std::remove_cvref_t<std::invoke_result_t<F, T>>> {
    if (!has_value()) return error();
    return std::forward<F>(change)(std::move(**this));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  using error_type = Error;

  Result() = default;
  Result(const Error& error) : error_(error), ok_(false) {}  // NOLINT(*-explicit-*)

  [[nodiscard]] bool has_value() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }
  [[nodiscard]] const Error& error() const { return error_; }
  void value() const {
    if (!ok_) throw BadResultAccess(error_);
  }

 private:
  Error error_{};
  bool ok_ = true;
};

}  // namespace mdoc
