#pragma once

#include <functional>
#include <memory>
#include <string>

#include "bluez/stack.hpp"

namespace mdoc::bluez {

/// One advertisement of ours: a service, and nothing that names the device. On air for as long as the object lives.
class Advertisement : public std::enable_shared_from_this<Advertisement> {
 public:
  using Started = std::function<void(Result<void>)>;

  /// @param started  told once
  [[nodiscard]] static std::shared_ptr<Advertisement> start(std::shared_ptr<Stack> stack, const Uuid& service,
                                                            Started started);
  Advertisement(std::shared_ptr<Stack> stack, const Uuid& service, Started started);
  Advertisement(const Advertisement&) = delete;
  Advertisement& operator=(const Advertisement&) = delete;
  ~Advertisement();

 private:
  void export_object(bool with_intervals);
  void begin(bool with_intervals);
  void on_answer(const Result<sdbus::MethodReply*>& reply, bool with_intervals);
  void on_released();

  std::shared_ptr<Stack> stack_;
  std::string adapter_;
  std::string path_;
  Uuid service_;
  Started started_;
  std::unique_ptr<sdbus::IObject> object_;
  bool is_registered_ = false;
};

}  // namespace mdoc::bluez
