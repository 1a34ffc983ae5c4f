// reader.cpp – reads one licence and judges it: reader QR_TEXT ENDPOINT AUTHORITY
// Ends with 0: everything asked for is here and good · 1: it is not · 2: usage · 3: no answer, or nothing to ask with.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "mdoc/asio/http_link.hpp"
#include "mdoc/asio/present.hpp"
#include "mdoc/asio/system_clock.hpp"
#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "mdoc/reader.hpp"

using namespace mdoc;

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(std::string("cannot read ") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

int main(int argc, char** argv) try {
  if (argc != 4) return std::cerr << "reader QR_TEXT ENDPOINT AUTHORITY\n", 2;

  // Whom to trust. Nobody is trusted by default.
  auto trust = std::make_shared<trust::TrustStore>();
  for (const auto& authority : crypto::Certificate::list_from_pem(read_file(argv[3])).value()) {
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

  // Every check of the response and of its documents, whatever the verdict.
  const auto print = [](const std::vector<verification::Finding>& findings) {
    for (const auto& finding : findings) std::cout << name(finding.outcome) << "  " << info(finding.check).id << "\n";
  };
  print(outcome.report.findings);
  for (const auto& document : outcome.report.documents) print(document.findings);
  // Values, which only a document that passed every check has.
  for (const auto& document : outcome.documents) {
    for (const auto& element : document.issuer_signed()) {
      // as_text(), as_bool() and their kin give C++ values; CBOR's diagnostic notation shows any.
      const auto text = cbor::diagnostic(element.value.encoded().view(), {.max_bytes = 32}).value();
      std::cout << element.identifier.str() << " = " << text << "\n";
    }
  }
  // "valid" says that nothing that came was wrong, not that you got what you asked for: a holder may withhold it.
  bool complete = true;
  for (const auto& wanted : outcome.report.answers) {
    if (wanted.kind != verification::Answer::Kind::unanswered) continue;
    std::cout << "not answered: " << wanted.requested.element.str() << "\n";
    complete = false;
  }
  return outcome.report.valid && complete ? 0 : 1;
} catch (const std::exception& failure) {
  std::cerr << "reader: " << failure.what() << "\n";
  return 3;
}
