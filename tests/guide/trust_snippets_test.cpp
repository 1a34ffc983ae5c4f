// The snippets at the end of docs/guide/trust.md, letter for letter, and what they do.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "mdoc/model/authentication.hpp"
#include "mdoc/reader.hpp"
#include "mdoc/testing/test_lists.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "mdoc/trust/revocation_store.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/trust_keeper.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

/// The trust of one terminal.
struct Terminal {
  std::shared_ptr<trust::TrustStore> anchors = std::make_shared<trust::TrustStore>();
  std::shared_ptr<trust::RevocationStore> revocations = std::make_shared<trust::RevocationStore>();
  TrustKeeper keeper{
      *anchors, *revocations, {.feeds = {{trust::BundleKind::vical, "https://lists.example/vical.cbor"}}}};

  explicit Terminal(const crypto::Certificate& list_provider) {
    anchors->add_anchor(trust::Purpose::list_signers, list_provider).value();
  }
};

Result<Reader> reader_at(const Terminal& terminal, std::string_view qr_code, Rng& rng, Now now) {
  return Reader::from_qr_code(qr_code, terminal.anchors, rng, now, {.revocation = terminal.revocations});
}

void remember_what_was_missed(Terminal& terminal, const verification::Report& report) {
  for (const auto& document : report.documents) terminal.keeper.want(document.wanted);
}

HolderOptions judging_readers(const Terminal& wallet) {
  return {.reader_trust = wallet.anchors, .revocation = wallet.revocations};
}

std::string who_asks(Terminal& wallet, const ConsentNeeded& question) {
  wallet.keeper.want(question.readers.wanted);
  const auto& first = question.readers.doc_requests.at(0);
  if (const auto* reader = first.verified_reader()) return std::string(reader->subject());
  return "unknown: " + std::string(presentation::name(first.result()));
}

Result<void> load_vical(Terminal& terminal, Bytes file, UtcSeconds now) {
  return terminal.keeper.take(trust::BundleKind::vical, SharedBytes::take(std::move(file)), now);
}

void update(Terminal& terminal, const std::function<Result<FetchResponse>(const FetchRequest&)>& http, UtcSeconds now) {
  for (const FetchRequest& request : terminal.keeper.due(now)) {
    const Result<void> taken = terminal.keeper.on_fetched(request.id, http(request), now);
    if (!taken) std::cerr << request.url << ": " << describe(taken.error()) << "\n";
  }
}

Bytes save(const Terminal& terminal, UtcSeconds now) { return trust::encode(terminal.keeper.bundle(now)); }

/// After a restart, from a file of its own that nobody else can write.
Result<void> restore(Terminal& terminal, Bytes file, UtcSeconds now) {
  const auto bundle = trust::decode_trust_bundle(SharedBytes::take(std::move(file)));
  if (!bundle) return bundle.error();
  (void)terminal.keeper.restore(*bundle, now);  // also what has ended by now: it says what was revoked
  return {};
}

/// What somebody carried here: each item has to be of use now. How many were?
Result<std::size_t> take_in(Terminal& terminal, Bytes file, UtcSeconds now) {
  const auto bundle = trust::decode_trust_bundle(SharedBytes::take(std::move(file)));
  if (!bundle) return bundle.error();
  const auto results = terminal.keeper.import(*bundle, now);
  return static_cast<std::size_t>(std::ranges::count_if(results, [](const auto& each) { return !each.error; }));
}

// The network: one server with the list, and nobody else.
struct Network {
  explicit Network(SharedBytes content) : list(std::move(content)) {}
  Result<FetchResponse> operator()(const FetchRequest& request) {
    asked.push_back(request.url);
    if (request.url != "https://lists.example/vical.cbor") return Error{.code = Errc::connect_failed};
    return FetchResponse{.body = Bytes(list.view().begin(), list.view().end())};
  }
  SharedBytes list;
  std::vector<std::string> asked{};
};

class TrustSnippets : public ::testing::Test {
 protected:
  TrustSnippets() {
    trust::Vical content{.vical_provider = "Utopia", .date = meeting.sample.now};
    content.certificate_infos.push_back(
        trust::certificate_info(meeting.sample.iaca_certificate(), {DocType(meeting.sample.doc_type)}).value());
    network.list = testing::sign_vical(provider, content).value();
  }

  [[nodiscard]] ResponseReceived present(const Terminal& terminal) {
    meeting.meet_again();
    meeting.reader = reader_at(terminal, meeting.holder.qr_code(), meeting.rng, meeting.now()).value();
    EXPECT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
    meeting.open_link();
    meeting.settle();
    EXPECT_EQ(meeting.responses.size(), 1u);
    return meeting.responses.at(0);
  }
  void fetch(Terminal& terminal) { update(terminal, std::ref(network), meeting.sample.now); }

  Meeting meeting;
  testing::TestPki provider = testing::TestPki::create(meeting.sample.now, meeting.rng).value();
  Network network{SharedBytes()};
};

TEST_F(TrustSnippets, AListMakesItsAuthoritiesAnchors) {
  Terminal terminal(provider.list_authority());
  EXPECT_FALSE(present(terminal).outcome.report.valid);
  fetch(terminal);
  const ResponseReceived answer = present(terminal);
  EXPECT_TRUE(answer.outcome.report.valid);
  EXPECT_EQ(answer.outcome.documents.size(), 1u);
}

TEST_F(TrustSnippets, AListThatCameByAnotherWayIsOneCall) {
  Terminal terminal(provider.list_authority());
  const ByteView list = network.list.view();
  EXPECT_TRUE(load_vical(terminal, Bytes(list.begin(), list.end()), meeting.sample.now));
  EXPECT_TRUE(present(terminal).outcome.report.valid);
  EXPECT_FALSE(load_vical(terminal, Bytes{0x00}, meeting.sample.now));
}

TEST_F(TrustSnippets, WhatAReportMissedIsFetchedAfterwards) {
  Terminal terminal(provider.list_authority());
  fetch(terminal);
  const ResponseReceived answer = present(terminal);
  ASSERT_FALSE(answer.outcome.report.documents.at(0).wanted.empty());
  network.asked.clear();
  fetch(terminal);
  EXPECT_TRUE(network.asked.empty());
  remember_what_was_missed(terminal, answer.outcome.report);
  ::testing::internal::CaptureStderr();
  fetch(terminal);
  EXPECT_EQ(network.asked, answer.outcome.report.documents[0].wanted[0].uris);
  EXPECT_NE(::testing::internal::GetCapturedStderr().find(network.asked.at(0) + ": "), std::string::npos);
}

TEST_F(TrustSnippets, AWalletIsToldWhoAsks) {
  Terminal wallet(provider.list_authority());
  const auto role = trust::CertificateRole::reader;
  const auto ask = [&] {
    meeting.meet_again(judging_readers(wallet));
    const auto items_request = meeting.request({"family_name"}).doc_requests.at(0).items_request;
    const auto content = model::reader_authentication_bytes(iso18013_5(), meeting.reader.session_transcript().view(),
                                                            items_request.bytes());
    cose::HeaderOptions headers;
    headers.x5chain.push_back(SharedBytes::copy_of(provider.certificate(role).der()));
    const auto draft = cose::Sign1Draft::prepare_detached(provider.key(role).public_key(), content.parts(), headers);
    auto signature = crypto::sign(provider.key(role), draft->algorithm(), draft->to_be_signed());
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = items_request, .reader_auth = draft->finish(*signature).value()});
    const auto request = model::build_device_request(std::move(doc_requests)).value();
    EXPECT_TRUE(meeting.reader.request(request, meeting.now()));
    meeting.open_link();
    meeting.settle();
    return who_asks(wallet, meeting.asked.back());
  };
  EXPECT_EQ(ask(), "unknown: untrusted");
  ASSERT_TRUE(wallet.anchors->add_anchor(trust::Purpose::readers, provider.issuer(role)));
  EXPECT_EQ(ask(), provider.certificate(role).subject().text());
  EXPECT_EQ(wallet.keeper.due(meeting.sample.now).back().url,
            provider.certificate(role).crl_distribution_points().at(0));
}

TEST_F(TrustSnippets, OneFileCarriesEverythingToWhoeverTrustsTheSameProvider) {
  Terminal online(provider.list_authority());
  fetch(online);
  const Bytes file = save(online, meeting.sample.now);
  Terminal gate(provider.list_authority());
  EXPECT_EQ(take_in(gate, file, meeting.sample.now).value(), 1u);
  EXPECT_TRUE(present(gate).outcome.report.valid);

  Terminal stranger(meeting.sample.iaca_certificate());
  EXPECT_EQ(take_in(stranger, file, meeting.sample.now).value(), 0u);
  EXPECT_FALSE(present(stranger).outcome.report.valid);
  EXPECT_FALSE(take_in(gate, Bytes{0x01}, meeting.sample.now));

  Terminal after(provider.list_authority());
  EXPECT_TRUE(restore(after, save(gate, meeting.sample.now), meeting.sample.now));
  EXPECT_TRUE(present(after).outcome.report.valid);
  EXPECT_FALSE(restore(after, Bytes{0x01}, meeting.sample.now));
}

}  // namespace
}  // namespace mdoc
