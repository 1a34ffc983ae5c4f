#include "bluez/advertisement.hpp"

#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "bluez/names.hpp"

namespace mdoc::bluez {
namespace {

// In milliseconds: somebody waits for us to be found.
constexpr std::uint32_t min_interval = 20;
constexpr std::uint32_t max_interval = 50;

}  // namespace

std::shared_ptr<Advertisement> Advertisement::start(std::shared_ptr<Stack> stack, const Uuid& service,
                                                    Started started) {
  auto advertisement = std::make_shared<Advertisement>(std::move(stack), service, std::move(started));
  advertisement->begin(true);
  return advertisement;
}

Advertisement::Advertisement(std::shared_ptr<Stack> stack, const Uuid& service, Started started)
    : stack_(std::move(stack)),
      adapter_(stack_->adapter().value_or("/")),
      service_(service),
      started_(std::move(started)) {}

Advertisement::~Advertisement() {
  std::vector<std::unique_ptr<sdbus::IObject>> objects;
  if (object_) objects.push_back(std::move(object_));
  // Also while the answer is due: bluetoothd takes calls in their order. The object is there until it has answered.
  auto kept = std::make_shared<std::vector<std::unique_ptr<sdbus::IObject>>>(std::move(objects));
  if (kept->empty()) return;
  const auto done = [weak = std::weak_ptr(stack_), keeper = stack_->keep(), kept](const auto&) {
    if (const auto stack = weak.lock()) stack->bus().retire(std::exchange(*kept, {}));
  };
  stack_->bus().call(adapter_, advertising_manager_interface, "UnregisterAdvertisement", stack_->limit(), done,
                     sdbus::ObjectPath(path_));
}

// LEAdvertisement1 with the UUID in the advertisement itself; no name, no appearance, no transmission power.
void Advertisement::export_object(bool with_intervals) {
  path_ = "/mdoc/advertisement" + std::to_string(stack_->next_number());
  auto object = stack_->bus().make_object(path_);
  if (!object) return;
  object->registerProperty("Type").onInterface(advertisement_interface).withGetter([] {
    return std::string("peripheral");
  });
  object->registerProperty("ServiceUUIDs").onInterface(advertisement_interface).withGetter([service = service_.text()] {
    return std::vector<std::string>{service};
  });
  object->registerProperty("Discoverable").onInterface(advertisement_interface).withGetter([] { return true; });
  if (with_intervals) {
    object->registerProperty("MinInterval").onInterface(advertisement_interface).withGetter([] {
      return min_interval;
    });
    object->registerProperty("MaxInterval").onInterface(advertisement_interface).withGetter([] {
      return max_interval;
    });
  }
  object->registerMethod("Release")
      .onInterface(advertisement_interface)
      .implementedAs([weak = weak_from_this(), called = object.get()] {
        const auto self = weak.lock();
        if (self && self->stack_->is_bluez(called->getCurrentlyProcessedMessage())) self->on_released();
      });
  object->finishRegistration();
  object_ = std::move(object);
}

void Advertisement::begin(bool with_intervals) {
  try {
    export_object(with_intervals);
  } catch (const sdbus::Error& error) {
    object_.reset();
  }
  const auto answered = [weak = weak_from_this(), with_intervals](const Result<sdbus::MethodReply*>& reply) {
    if (const auto self = weak.lock()) self->on_answer(reply, with_intervals);
  };
  stack_->bus().call(adapter_, advertising_manager_interface, "RegisterAdvertisement", stack_->limit(), answered,
                     sdbus::ObjectPath(path_), Properties{});
}

void Advertisement::on_answer(const Result<sdbus::MethodReply*>& reply, bool with_intervals) {
  if (reply) {
    is_registered_ = true;
    if (const auto started = std::exchange(started_, nullptr)) started({});
    return;
  }
  std::vector<std::unique_ptr<sdbus::IObject>> refused;
  if (object_) refused.push_back(std::move(object_));
  stack_->bus().retire(std::move(refused));
  // Some controllers take no intervals, and some versions neither.
  if (with_intervals && reply.error().code != Errc::timed_out) return begin(false);
  if (const auto started = std::exchange(started_, nullptr)) started(reply.error());
}

// The daemon has given it up by itself: once more, until we do.
void Advertisement::on_released() {
  if (!std::exchange(is_registered_, false)) return;
  net::post(stack_->executor(), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->is_registered_ || !self->stack_->adapter()) return;
    self->object_.reset();
    self->begin(true);
  });
}

}  // namespace mdoc::bluez
