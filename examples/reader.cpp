// reader.cpp – reads one licence and judges it: reader QR_TEXT ENDPOINT AUTHORITY
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
  if (argc != 4) return std::cerr << "reader QR_TEXT ENDPOINT AUTHORITY\n", 2;

  // Whom to trust. Nobody is trusted by default.
  auto trust = std::make_shared<trust::TrustStore>();
  const auto authorities = crypto::Certificate::list_from_pem(read_file(argv[3])).value();
  for (const auto& authority : authorities) {
    trust->add_anchor(trust::Purpose::issuance, authority, {.source = argv[3]}).value();
  }

  // What to ask; false: it will not be kept beyond this transaction.
  const model::DataElements elements{{ElementIdentifier("family_name"), false},
                                     {ElementIdentifier("age_over_18"), false}};
  const auto request =
      model::build_device_request(DocType("org.iso.18013.5.1.mDL"), {{NameSpace("org.iso.18013.5.1"), elements}})
          .value();

  // One Reader is one presentation.
  auto reader = Reader::from_qr_code(argv[1], trust, crypto::system_rng(), asio::SystemClock().now()).value();
  const auto open = [&] { return asio::connect_http(asio::parse_endpoint(argv[2]).value()); };
  boost::asio::io_context context;
  auto answer = co_spawn(context, asio::present(open, std::move(reader), request), boost::asio::use_future);
  context.run();
  const verification::VerificationOutcome outcome = answer.get().value().outcome;

  // Every check of every document, whatever the verdict.
  for (const auto& document : outcome.report.documents) {
    for (const auto& finding : document.findings) {
      std::cout << name(finding.outcome) << "  " << info(finding.check).id << "\n";
    }
  }
  // Values, which only a document that passed every check has.
  for (const auto& document : outcome.documents) {
    for (const auto& element : document.issuer_signed()) {
      if (const auto text = element.value.as_text()) std::cout << element.identifier.str() << " = " << *text << "\n";
      if (const auto flag = element.value.as_bool()) std::cout << element.identifier.str() << " = " << *flag << "\n";
    }
  }
  return outcome.report.valid ? 0 : 1;
}
