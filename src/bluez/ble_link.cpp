#include "mdoc/bluez/ble_link.hpp"

#include <utility>

#include "bluez/link_core.hpp"

namespace mdoc::bluez {

/// What the handle, openers and the stream of one link share. The last of them ends it.
class BleLink::Owner {
 public:
  explicit Owner(std::shared_ptr<LinkCore> link) : core(std::move(link)) {}
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  ~Owner() { core->cancel(); }

  std::shared_ptr<LinkCore> core;
  bool is_taken = false;  // the stream
};

class BleStream final : public asio::MessageStream {
 public:
  explicit BleStream(std::shared_ptr<BleLink::Owner> owner) : owner_(std::move(owner)) {}
  ~BleStream() override { owner_->core->cancel(); }

  net::any_io_executor get_executor() override { return owner_->core->executor(); }
  transport::LinkProperties properties() const noexcept override { return {.can_push = true}; }
  net::awaitable<Result<Bytes>> read_message() override { return LinkCore::read(owner_->core); }
  net::awaitable<Result<void>> write_message(ByteView message) override {
    return LinkCore::write(owner_->core, Bytes(message.begin(), message.end()));
  }
  net::awaitable<void> shutdown() override { return LinkCore::shut_down(owner_->core); }
  void close() noexcept override { owner_->core->cancel(); }

  static net::awaitable<Result<std::unique_ptr<asio::MessageStream>>> open(std::shared_ptr<BleLink::Owner> owner) {
    if (std::exchange(owner->is_taken, true)) co_return Error{.code = Errc::wrong_state, .where = "BLE"};
    const auto opened = co_await LinkCore::opened(owner->core);
    if (!opened) co_return opened.error();
    co_return std::make_unique<BleStream>(std::move(owner));
  }

 private:
  std::shared_ptr<BleLink::Owner> owner_;
};

BleLink BleLink::start(const Radio& radio, transport::BlePeripheral machine, BleLinkHooks hooks) {
  return BleLink(std::make_shared<Owner>(start_link(radio.stack(), std::move(machine), std::move(hooks))));
}

BleLink BleLink::start(const Radio& radio, transport::BleCentral machine, BleLinkHooks hooks) {
  return BleLink(std::make_shared<Owner>(start_link(radio.stack(), std::move(machine), std::move(hooks))));
}

BleLink::BleLink(std::shared_ptr<Owner> owner) noexcept : owner_(std::move(owner)) {}
BleLink::BleLink(BleLink&&) noexcept = default;
BleLink& BleLink::operator=(BleLink&&) noexcept = default;
BleLink::~BleLink() = default;

net::awaitable<Result<void>> BleLink::ready() { return LinkCore::ready(owner_->core); }

std::optional<std::uint16_t> BleLink::psm() const noexcept { return owner_->core->psm(); }

asio::LinkOpener BleLink::opener() {
  return [owner = owner_] { return BleStream::open(owner); };
}

void BleLink::close() noexcept { owner_->core->cancel(); }

}  // namespace mdoc::bluez
