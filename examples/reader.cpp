// A reader in ten lines: reader <mdoc: text> <host:port> <iaca.pem>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fstream>
#include <iostream>
#include <iterator>

#include "mdoc/asio/http_link.hpp"
#include "mdoc/asio/present.hpp"
#include "mdoc/asio/system_clock.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "mdoc/reader.hpp"

using namespace mdoc;

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int main(int argc, char** argv) {
  if (argc != 4) return std::cerr << "reader <mdoc: text> <host:port> <iaca.pem>\n", 2;
  // [reader]
  auto trust = std::make_shared<trust::TrustStore>();
  auto authorities = crypto::Certificate::list_from_pem(read_file(argv[3])).value();
  trust->add_anchor(trust::Purpose::issuance, authorities.front(), {.source = argv[3]}).value();

  auto items = model::encode_items_request(
      {.doc_type = DocType("org.iso.18013.5.1.mDL"),
       .name_spaces = {{NameSpace("org.iso.18013.5.1"),
                        {{ElementIdentifier("family_name"), false}, {ElementIdentifier("age_over_18"), false}}}}});
  auto request = model::build_device_request({{.items_request = std::move(items).value()}}).value();

  const Now now = asio::SystemClock().now();
  auto reader = Reader::from_qr_code(argv[1], trust, crypto::system_rng(), now).value();
  const auto open = [&] { return asio::connect_http(asio::parse_endpoint(argv[2]).value()); };

  boost::asio::io_context context;
  auto answer = co_spawn(context, asio::present(open, std::move(reader), request), boost::asio::use_future);
  context.run();
  const ResponseReceived response = answer.get().value();
  // [reader]
  // [report]
  for (const auto& document : response.outcome.report.documents) {
    for (const auto& finding : document.findings) {
      std::cout << name(finding.outcome) << "  " << info(finding.check).id << "\n";
    }
  }
  for (const auto& document : response.outcome.documents) {  // those that passed every check
    for (const auto& element : document.issuer_signed()) {
      if (const auto text = element.value.as_text()) std::cout << element.identifier.str() << " = " << *text << "\n";
      if (const auto flag = element.value.as_bool()) std::cout << element.identifier.str() << " = " << *flag << "\n";
    }
  }
  return response.outcome.report.valid ? 0 : 1;
  // [report]
}
