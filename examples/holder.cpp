// holder.cpp – presents one licence, once: holder LICENCE DEVICE_KEY
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "mdoc/asio/http_link.hpp"
#include "mdoc/asio/serve.hpp"
#include "mdoc/asio/system_clock.hpp"
#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "mdoc/holder.hpp"

using namespace mdoc;

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(std::string("cannot read ") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

asio::net::awaitable<std::optional<presentation::Consent>> ask_the_owner(const ConsentNeeded& asked) {
  co_return presentation::Consent::to_all(asked.options);  // a wallet shows asked.options and waits for a yes
}

asio::net::awaitable<Result<presentation::HolderAuthentication>> authenticate_the_owner(const AuthenticateHolder&) {
  co_return presentation::HolderAuthentication{.method = "none"};  // a wallet asks for a PIN, a fingerprint, a face
}

int main(int argc, char** argv) try {
  if (argc != 3) return std::cerr << "holder LICENCE DEVICE_KEY\n", 2;

  // The licence, and the key that answers for it.
  auto keys = std::make_shared<crypto::SoftwareKeyProvider>();
  keys->add(crypto::KeyRef("device"), crypto::PrivateKey::from_pem(read_file(argv[2])).value()).value();
  std::vector<presentation::Credential> wallet;
  const auto licence = SharedBytes::copy_of(as_bytes(read_file(argv[1])));
  wallet.push_back(presentation::Credential::decode("licence", licence, crypto::KeyRef("device")).value());
  wallet.back().check_device_key(*keys).value();

  // One Holder is one presentation: it makes an ephemeral key, which the QR code carries. It waits for a reader as long
  // as HolderOptions::establishment_timeout says, by default 60 s.
  const std::vector<engagement::RetrievalMethod> methods{engagement::WifiOptions{.supported_bands = {0x04}}};
  auto holder = Holder::create(std::move(wallet), methods, crypto::system_rng(), asio::SystemClock().now()).value();

  // Serve it. Keys may ask their owner first, so they work on a thread of their own.
  boost::asio::io_context context;
  auto listener = asio::HttpListener::open(context.get_executor(), asio::parse_endpoint("127.0.0.1:0").value()).value();
  std::cout << holder.qr_code() << "\n" << asio::to_text(listener.local_endpoint()) << std::endl;
  asio::KeyWorker worker(keys);
  const auto open = [&] { return listener.accept(); };
  asio::ServeOptions options;
  options.authenticate = authenticate_the_owner;
  auto serving = asio::serve(open, std::move(holder), worker, ask_the_owner, options);
  auto ended = co_spawn(context, std::move(serving), boost::asio::use_future);
  context.run();
  ended.get().value();  // throws what went wrong
  return 0;
} catch (const std::exception& failure) {
  std::cerr << "holder: " << failure.what() << "\n";
  return 3;
}
