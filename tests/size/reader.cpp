// The smallest whole terminal: what a reader needs is linked, and nothing else. Its size is measured; yet it would
// work, with a link that brings whole messages to standard input and takes them from standard output, each behind its
// length.
#include <mdoc/crypto/certificate.hpp>
#include <mdoc/crypto/system_rng.hpp>
#include <mdoc/model/device_request.hpp>
#include <mdoc/reader.hpp>
#include <mdoc/trust/trust_store.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <variant>

namespace {

using namespace std::chrono;

mdoc::Now now() { return {.utc = floor<seconds>(system_clock::now()), .steady = steady_clock::now()}; }

std::optional<mdoc::Bytes> read_message() {
  std::uint32_t size = 0;
  if (std::fread(&size, sizeof size, 1, stdin) != 1 || size > mdoc::DecodeLimits{}.max_bytes) return std::nullopt;
  mdoc::Bytes message(size);
  if (std::fread(message.data(), 1, size, stdin) != size) return std::nullopt;
  return message;
}

void write_message(mdoc::ByteView message) {
  const auto size = static_cast<std::uint32_t>(message.size());
  std::fwrite(&size, sizeof size, 1, stdout);
  std::fwrite(message.data(), 1, message.size(), stdout);
  std::fflush(stdout);
}

mdoc::Result<mdoc::model::DeviceRequest> is_adult() {
  auto items = mdoc::model::encode_items_request(
      {.doc_type = mdoc::DocType("org.iso.18013.5.1.mDL"),
       .name_spaces = {{mdoc::NameSpace("org.iso.18013.5.1"), {{mdoc::ElementIdentifier("age_over_18"), false}}}}});
  if (!items) return items.error();
  return mdoc::model::build_device_request({{.items_request = *std::move(items)}});
}

}  // namespace

// reader <text of the QR code> <PEM of the issuing authority>
int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto trust = std::make_shared<mdoc::trust::TrustStore>();
  const auto roots = mdoc::crypto::Certificate::list_from_pem(argv[2]);
  if (!roots) return 2;
  for (const auto& root : *roots) {
    if (!trust->add_anchor(mdoc::trust::Purpose::issuance, root)) return 2;
  }
  auto reader = mdoc::Reader::from_qr_code(argv[1], trust, mdoc::crypto::system_rng(), now());
  const auto request = is_adult();
  if (!reader || !request || !reader->request(*request, now())) return 2;

  bool good = false;
  while (true) {
    while (const auto effect = reader->poll()) {
      if (std::holds_alternative<mdoc::OpenLink>(*effect)) reader->on_link_opened(now());
      if (const auto* send = std::get_if<mdoc::SendMessage>(&*effect)) write_message(send->message);
      if (const auto* received = std::get_if<mdoc::ResponseReceived>(&*effect)) {
        good = !received->outcome.documents.empty();
        reader->finish(now());
      }
      if (std::holds_alternative<mdoc::Closed>(*effect)) return good ? 0 : 1;
    }
    if (auto message = read_message()) {
      reader->on_message(mdoc::SharedBytes::take(*std::move(message)), now());
    } else {
      reader->on_link_closed(now());
    }
  }
}
