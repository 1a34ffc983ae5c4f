// A holder in ten lines: holder <licence.cbor> <device.key>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fstream>
#include <iostream>
#include <iterator>

#include "mdoc/asio/http_link.hpp"
#include "mdoc/asio/serve.hpp"
#include "mdoc/asio/system_clock.hpp"
#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "mdoc/holder.hpp"

using namespace mdoc;

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "holder <licence.cbor> <device.key>\n", 2;
  // [holder]
  auto keys = std::make_shared<crypto::SoftwareKeyProvider>();
  const crypto::KeyRef key("my licence");
  keys->add(key, crypto::PrivateKey::from_pem(read_file(argv[2])).value()).value();

  std::vector<presentation::Credential> credentials;
  const auto licence = SharedBytes::copy_of(as_bytes(read_file(argv[1])));
  credentials.push_back(presentation::Credential::decode("my licence", licence, key).value());

  const std::vector<engagement::RetrievalMethod> methods{engagement::WifiOptions{.supported_bands = {0x04}}};
  const Now now = asio::SystemClock().now();
  auto holder = Holder::create(std::move(credentials), methods, crypto::system_rng(), now).value();

  boost::asio::io_context context;
  const auto anywhere_here = asio::parse_endpoint("127.0.0.1:0").value();
  auto listener = asio::HttpListener::open(context.get_executor(), anywhere_here).value();
  std::cout << holder.qr_code() << "\n" << asio::to_text(listener.local_endpoint()) << std::endl;

  asio::KeyWorker worker(keys);
  const auto open = [&] { return listener.accept(); };
  const auto consent = [](const ConsentNeeded& asked) -> asio::net::awaitable<std::optional<presentation::Consent>> {
    co_return presentation::Consent::to_all(asked.options);  // a wallet asks its owner here
  };
  auto ended = co_spawn(context, asio::serve(open, std::move(holder), worker, consent), boost::asio::use_future);
  context.run();
  // [holder]
  return ended.get() ? 0 : 1;
}
