#include "support/tap.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "mdoc/engagement/derived_names.hpp"
#include "mdoc/engagement/nfc_handover.hpp"
#include "mdoc/holder.hpp"
#include "mdoc/reader.hpp"
#include "mdoc/testing/ble_machines.hpp"

namespace mdoc::testing {
namespace {

using namespace std::chrono_literals;
using namespace transport;
using std::chrono::nanoseconds;

// Of a command and its answer: prologue and check of the two blocks, header and lengths of the command, the status.
constexpr std::size_t frame_size = 2 * 3 + 7 + 2;
constexpr std::size_t aid_size = 7;
constexpr std::size_t capability_container_size = 15;
constexpr std::size_t file_id_size = 2;
constexpr std::size_t length_size = 2;
constexpr std::size_t read_size = 255;              // what one command reads or writes at most
constexpr std::size_t service_parameter_size = 30;  // of TNEP, with the head of its record
constexpr std::size_t service_select_size = 26;
constexpr std::size_t status_size = 8;

std::size_t pieces(std::size_t size) { return (size + read_size - 1) / read_size; }

}  // namespace

nanoseconds NfcModel::commands(std::size_t count, std::size_t bytes) const {
  return count * nanoseconds(turn_around) + (count * frame_size + bytes) * nanoseconds(1s) / bytes_per_second;
}

nanoseconds NfcModel::static_handover(std::size_t select) const {
  const std::size_t bytes = aid_size + 2 * file_id_size + capability_container_size + length_size + select;
  return activation + commands(5 + pieces(select), bytes);
}

nanoseconds NfcModel::until_request(std::size_t request) const {
  const nanoseconds parameter = static_handover(service_parameter_size);
  const nanoseconds selected = commands(1 + 2, 2 * length_size + service_select_size + status_size);  // and answered
  // A message and its length fit one command, or are written by no length, the message, and its length.
  const std::size_t updates = length_size + request <= read_size ? 1 : 2 + pieces(request);
  return parameter + selected + commands(updates, updates > 1 ? 2 * length_size + request : length_size + request);
}

nanoseconds NfcModel::until_select(std::size_t select) const {
  return commands(1 + pieces(select), length_size + select);
}

Tap::Tap(std::size_t response_size) {
  const SecretBytes scalar = sample_.device_key.scalar().value();
  (void)keys_.add(device_key_, crypto::PrivateKey::import(sample_.device_key.curve(), scalar.view()).value());
  model::ItemsRequest items{.doc_type = DocType(sample_.doc_type),
                            .name_spaces = {{NameSpace("org.iso.18013.5.1"), {}}}};
  for (const SampleItem& item : sample_.items) {
    if (item.name_space == "org.iso.18013.5.1") {
      items.name_spaces[0].second.emplace_back(ElementIdentifier(item.identifier), false);
    }
  }
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  request_ = model::build_device_request(std::move(doc_requests)).value();
  forget_signers();
  // The first two times find out what stands around a portrait.
  std::size_t portrait = response_size / 2;
  for (int i = 0; i < 3; ++i) {
    put_portrait(portrait);
    const auto times = present({});
    portrait += response_size - (times ? times->response_size : response_size);
  }
}

void Tap::put_portrait(std::size_t size) {
  Bytes portrait = sample_jpeg_header();
  portrait.resize(std::max(size, portrait.size()), 0x5a);
  std::ranges::find(sample_.items, "portrait", &SampleItem::identifier)->value = cbor_bytes(portrait);
  credentials_.clear();
  credentials_.push_back(
      presentation::Credential::decode("licence", SharedBytes::take(sample_.issuer_signed()), device_key_).value());
}

void Tap::forget_signers() {
  trust_ = std::make_shared<trust::TrustStore>();
  (void)trust_->add_anchor(trust::Purpose::issuance, sample_.iaca_certificate(), {.source = "test"});
}

namespace {

/// What the two sides of a tap have from then on.
class Presentation {
 public:
  Presentation(const TapSettings& settings, UtcSeconds utc, Rng& rng, crypto::KeyProvider& keys)
      : settings_(settings), utc_(utc), rng_(rng), keys_(keys), radio_(settings.room, settings.seed) {
    options_.l2cap = settings.l2cap;
  }

  std::optional<TapTimes> run(std::vector<presentation::Credential> credentials, const model::DeviceRequest& request,
                              std::shared_ptr<const trust::TrustStore> trust) {
    const engagement::Uuid uuid = engagement::Uuid::random(rng_).value();
    std::optional<engagement::HandoverRequest> asked;
    if (settings_.negotiated) {
      const std::vector<engagement::Carrier> possible{carrier(uuid, false, std::nullopt)};
      asked = engagement::make_handover_request(possible).value();
      pass(settings_.nfc.until_request(asked->message.view().size()));
    }
    offer(uuid, std::move(credentials));
    const std::vector<engagement::Carrier> chosen{
        carrier(uuid, true, server_ ? server_->machine().psm() : std::nullopt)};
    const auto own = engagement::decode_device_engagement(SharedBytes::copy_of(holder_->device_engagement())).value();
    const auto bare = engagement::DeviceEngagement::for_nfc(own.e_device_key()).value();
    const SharedBytes select = engagement::make_handover_select(chosen, bare).value().message;
    const std::size_t size = select.view().size();
    const TimePoint engaged = settings_.negotiated ? radio_.now() + settings_.nfc.until_select(size)
                                                   : TimePoint{} + settings_.nfc.static_handover(size);
    radio_.at(engaged, [&] { read(select, asked ? &*asked : nullptr, request, std::move(trust)); });
    radio_.run(60s);
    if (!verdict_ || radio_.counters() != RadioCounters{}) return std::nullopt;
    times_.engaged = engaged.time_since_epoch();
    return times_;
  }

 private:
  [[nodiscard]] Now now() const {
    return {.utc = utc_ + std::chrono::duration_cast<std::chrono::seconds>(radio_.elapsed()), .steady = radio_.now()};
  }
  void pass(nanoseconds time) {
    bool over = false;
    radio_.after(time, [&over] { over = true; });
    radio_.run_until([&over] { return over; }, time);
  }
  [[nodiscard]] bool mdoc_serves() const { return settings_.mode == BleMode::mdoc_peripheral_server; }
  [[nodiscard]] engagement::Carrier carrier(const engagement::Uuid& uuid, bool of_mdoc,
                                            std::optional<std::uint16_t> psm) const {
    const bool serves = of_mdoc == mdoc_serves();
    engagement::BleCarrier carrier{
        .role = serves ? engagement::LeRole::peripheral_only : engagement::LeRole::central_only,
        .psm = of_mdoc ? psm : std::nullopt};
    if (of_mdoc) carrier.uuid = uuid;
    return carrier;
  }

  /// The mdoc: its radio, as soon as it knows what to do, and its engagement.
  void offer(const engagement::Uuid& uuid, std::vector<presentation::Credential> credentials) {
    engagement::BleOptions ble;
    if (mdoc_serves()) {
      server_.emplace(phone_,
                      BlePeripheral::create(ble_service(settings_.mode, uuid).value(), std::nullopt, options_).value());
      server_->start();
      if (settings_.l2cap) radio_.run_until([&] { return server_->machine().psm().has_value(); }, 1s);
      ble.peripheral_server = engagement::BlePeripheralServer{.uuid = uuid, .psm = server_->machine().psm()};
    } else {
      ble.central_client = engagement::BleCentralClient{.uuid = uuid};
    }
    const std::vector<engagement::RetrievalMethod> offered{ble};
    holder_.emplace(Holder::create(std::move(credentials), offered, rng_, now()).value());
    if (mdoc_serves()) {
      react_as_mdoc(*server_);
    } else {
      const auto ident = engagement::ble_ident(holder_->e_device_key_bytes()).value();
      client_.emplace(
          phone_, BleCentral::create(ble_service(settings_.mode, uuid).value(), ident, std::nullopt, options_).value());
      react_as_mdoc(*client_);
      client_->start();
    }
  }

  /// The reader: from the bytes of the handover.
  void read(const SharedBytes& message, const engagement::HandoverRequest* asked, const model::DeviceRequest& request,
            std::shared_ptr<const trust::TrustStore> trust) {
    const auto select = engagement::decode_handover_select(message).value();
    const auto methods = engagement::retrieval_methods(select, asked);
    const auto& ble = std::get<engagement::BleOptions>(methods.front());
    reader_.emplace(Reader::from_engagement(SharedBytes::copy_of(holder_->device_engagement()),
                                            engagement::QrHandover{}, std::move(trust), rng_, now())
                        .value());
    if (!reader_->request(request, now())) return;
    if (mdoc_serves()) {
      client_.emplace(terminal_, BleCentral::create(ble_service(settings_.mode, ble.peripheral_server->uuid).value(),
                                                    std::nullopt, ble.peripheral_server->psm, options_)
                                     .value());
      react_as_reader(*client_);
      client_->start();
    } else {
      const auto ident = engagement::ble_ident(reader_->e_device_key_bytes()).value();
      server_.emplace(terminal_, BlePeripheral::create(ble_service(settings_.mode, ble.central_client->uuid).value(),
                                                       ident, options_)
                                     .value());
      react_as_reader(*server_);
      server_->start();
    }
    settle(*reader_);
  }

  void react_as_mdoc(auto& machine) {
    machine.reaction = [this](const BleEffect& effect) {
      if (std::holds_alternative<LinkOpened>(effect)) holder_->on_link_opened(now());
      if (const auto* it = std::get_if<MessageReceived>(&effect)) {
        holder_->on_message(SharedBytes::copy_of(it->message), now());
      }
      if (std::holds_alternative<LinkClosed>(effect)) holder_->on_link_closed(now());
      settle(*holder_);
    };
  }
  void react_as_reader(auto& machine) {
    machine.reaction = [this](const BleEffect& effect) {
      if (const auto* it = std::get_if<LinkOpened>(&effect)) {
        times_.opened = radio_.elapsed();
        times_.carrier = it->carrier;
        reader_->on_link_opened(now());
      }
      if (const auto* it = std::get_if<MessageReceived>(&effect)) {
        reader_->on_message(SharedBytes::copy_of(it->message), now());
      }
      if (std::holds_alternative<LinkClosed>(effect)) reader_->on_link_closed(now());
      settle(*reader_);
    };
  }

  void settle(Holder& holder) {
    while (auto effect = holder.poll()) {
      if (auto* const send = std::get_if<SendMessage>(&*effect)) {
        give(mdoc_serves(), std::move(send->message));
      } else if (const auto* const needed = std::get_if<ConsentNeeded>(&*effect)) {
        (void)holder.answer(presentation::Consent::to_all(needed->options), rng_, now());
      } else if (const auto* const person = std::get_if<AuthenticateHolder>(&*effect)) {
        holder.on_holder_authenticated(person->id, presentation::HolderAuthentication{.method = "pin"}, now());
      } else if (const auto* const use = std::get_if<UseKey>(&*effect)) {
        holder.on_key_result(use->id, crypto::answer(keys_, use->request), now());
      } else if (std::holds_alternative<CloseLink>(*effect)) {
        end(mdoc_serves());
      }
    }
  }
  void settle(Reader& reader) {
    while (auto effect = reader.poll()) {
      if (auto* const send = std::get_if<SendMessage>(&*effect)) {
        give(!mdoc_serves(), std::move(send->message));
      } else if (const auto* const received = std::get_if<ResponseReceived>(&*effect)) {
        verdict_ = received->outcome.report.valid && received->outcome.documents.size() == 1;
        times_.verdict = radio_.elapsed();
        times_.response_size = received->device_response.view().size();
        reader.finish(now());
      } else if (std::holds_alternative<CloseLink>(*effect)) {
        end(!mdoc_serves());
      }
    }
  }
  void give(bool to_server_machine, Bytes message) {
    (void)(to_server_machine ? server_->send(std::move(message)) : client_->send(std::move(message)));
  }
  void end(bool server_machine) { server_machine ? server_->finish() : client_->finish(); }

  const TapSettings& settings_;
  UtcSeconds utc_;
  Rng& rng_;
  crypto::KeyProvider& keys_;
  BleLinkOptions options_;
  VirtualRadio radio_;
  VirtualDevice& phone_ = radio_.add_device("phone");
  VirtualDevice& terminal_ = radio_.add_device("terminal");
  std::optional<Holder> holder_;
  std::optional<Reader> reader_;
  std::optional<VirtualPeripheral> server_;
  std::optional<VirtualCentral> client_;
  TapTimes times_;
  bool verdict_ = false;
};

}  // namespace

std::optional<TapTimes> Tap::present(const TapSettings& settings) {
  CountingRng rng(settings.seed);
  return Presentation(settings, sample_.now, rng, keys_).run(credentials_, *request_, trust_);
}

}  // namespace mdoc::testing
