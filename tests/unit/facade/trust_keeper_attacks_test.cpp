// What whoever serves lists, carries bundles or presents documents tries with a terminal's trust.
#include <algorithm>

#include <gtest/gtest.h>

#include "mdoc/crypto/certificate_builder.hpp"
#include "support/revocation_samples.hpp"
#include "unit/facade/terminal.hpp"

namespace mdoc {
namespace {

trust::TrustBundle through_file(const trust::TrustBundle& bundle) {
  return trust::decode_trust_bundle(SharedBytes::take(trust::encode(bundle))).value();
}

/// The next start of a terminal, from what the last one stored.
void restart(const Terminal& before, Terminal& after, UtcSeconds now) {
  for (const ImportResult& result : after.keeper.restore(through_file(before.keeper.bundle(now)), now)) {
    EXPECT_FALSE(result.error) << trust::name(result.kind) << ": " << describe(*result.error);
  }
}

// ---- no way back ----------------------------------------------------------------------------------

TEST(TrustKeeperRestart, AListThatHasEndedComesBackAsWhatItIsAndLetsNoEarlierOneIn) {
  Terminal before;
  before.keeper.want(Terminal::wanted());
  before.fetch(start, network(start, 6));
  const UtcSeconds later = start + days{40};  // past notAfter of the VICAL, and "exp" of the status list
  Terminal after;
  restart(before, after, later);
  EXPECT_EQ(after.evaluate(later).outcome, trust::PathOutcome::list_expired);
  EXPECT_EQ(after.revocation.crls().size(), 1u);
  EXPECT_EQ(after.verdicts(later).at(BundleKind::status_list), Verdict::expired);

  Terminal old;
  old.keeper.want(Terminal::wanted());
  old.fetch(start - days{3}, network(start - days{3}, 4));
  for (const ImportResult& result : after.keeper.import(old.keeper.bundle(start), start + days{5})) {
    ASSERT_TRUE(result.error) << trust::name(result.kind);
    EXPECT_EQ(result.error->code, Errc::superseded);
  }
  EXPECT_EQ(after.store.lists(Purpose::issuance).at(0).issue().id, 6u);

  Terminal third;  // and it does so for as long as it takes
  restart(after, third, later + days{400});
  EXPECT_EQ(third.store.lists(Purpose::issuance).at(0).issue().id, 6u);
  EXPECT_EQ(third.revocation.crls().size(), 1u);
}

TEST(TrustKeeperRestart, AClockThatWasResetLosesNothing) {
  Terminal before;
  before.keeper.want(Terminal::wanted());
  before.fetch(start, network(start, 1));
  Terminal reset, after;
  restart(before, reset, UtcSeconds{});  // 1970
  restart(reset, after, start + 1h);
  EXPECT_TRUE(after.evaluate(start + 1h).trusted());
  for (const auto& [kind, verdict] : after.verdicts(start + 1h)) EXPECT_EQ(verdict, Verdict::current);
}

// A carrier may say that something came when nothing of it was valid: after a restart it would be gone, and an earlier
// issue could come in.
TEST(TrustKeeperRestart, ATimeAtWhichNothingVerifiesIsNotBelieved) {
  Terminal before;
  before.keeper.want(Terminal::wanted());
  before.fetch(start, network(start, 6));
  trust::TrustBundle bundle = before.keeper.bundle(start);
  for (trust::BundleItem& item : bundle.items) item.fetched = start - days{400};
  Terminal terminal, after;
  for (const ImportResult& result : terminal.keeper.import(bundle, start + 1h)) EXPECT_FALSE(result.error);
  restart(terminal, after, start + days{40});
  EXPECT_EQ(after.store.lists(Purpose::issuance).at(0).issue().id, 6u);
  EXPECT_EQ(after.revocation.crls().size(), 1u);
  EXPECT_EQ(after.revocation.status_lists().size(), 1u);
}

TEST(TrustKeeperRestart, WhatSomebodyElseCarriesIsVerifiedAsOfNow) {
  Terminal before;
  before.fetch(start, network(start, 1));
  Terminal after;
  const auto results = after.keeper.import(before.keeper.bundle(start), start + days{40});
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].error->code, Errc::expired);
}

// ---- whose list it is -------------------------------------------------------------------------------

/// A VICAL of this provider, signed under the anchor of `by`, for the IACA of the first PKI.
SharedBytes vical_of(const TestPki& by, const std::string& provider, std::uint64_t issue, UtcSeconds date) {
  trust::Vical list{.vical_provider = provider, .vical_issue_id = issue, .date = date};
  list.not_after = date + days{25};
  list.certificate_infos.push_back(trust::certificate_info(by.certificate(CertificateRole::iaca), {mdl}).value());
  return testing::sign_vical(by, list).value();
}

const TestPki& other_provider() {
  static const TestPki made = [] {
    testing::CountingRng rng(22);
    return TestPki::create(start, rng).value();
  }();
  return made;
}

TEST(Vic07, AnotherProviderCannotEndAListByItsName) {
  Terminal terminal({.feeds = {{.kind = BundleKind::vical, .url = vical_url},
                               {.kind = BundleKind::vical, .url = "https://b.example/vical"}}});
  ASSERT_TRUE(terminal.store.add_anchor(Purpose::list_signers, other_provider().list_authority()));
  const auto forged = vical_of(other_provider(), "Utopia", ~std::uint64_t{0}, start);
  terminal.fetch(start, {{vical_url, vical(5, start)}, {"https://b.example/vical", forged}});
  EXPECT_EQ(terminal.store.lists(Purpose::issuance).size(), 2u);
  EXPECT_TRUE(terminal.evaluate(start).trusted());
  terminal.fetch(start + days{8}, {{vical_url, vical(6, start + days{8})}});
  EXPECT_TRUE(terminal.evaluate(start + days{8}).trusted());
  EXPECT_EQ(terminal.store.lists(Purpose::issuance).at(0).issue().id, 6u);
}

TEST(Vic07, AProviderThatChangesItsNameLeavesNoOldListBehind) {
  Terminal terminal;
  terminal.fetch(start, {{vical_url, vical_of(pki(), "Utopia", 5, start)}});
  const auto renamed = vical_of(pki(), "Utopia, Lists", 1, start + days{8});
  terminal.fetch(start + days{8}, {{vical_url, renamed}});
  ASSERT_EQ(terminal.store.lists(Purpose::issuance).size(), 1u);
  EXPECT_EQ(terminal.store.lists(Purpose::issuance)[0].provenance().provider, "Utopia, Lists");
  // Under a third name, but of an earlier date: that is the way back.
  const auto requests = terminal.keeper.due(start + days{16});
  ASSERT_EQ(requests.size(), 1u);
  const auto back = vical_of(pki(), "Lists", 9, start + days{7});
  const auto taken = terminal.keeper.on_fetched(requests[0].id, response(back), start + days{16});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::superseded);
  EXPECT_EQ(terminal.store.lists(Purpose::issuance).size(), 1u);
}

TEST(Vic07, AStrangersListAtTheSameAddressEndsNothing) {
  Terminal terminal;
  ASSERT_TRUE(terminal.store.add_anchor(Purpose::list_signers, other_provider().list_authority()));
  terminal.fetch(start, {{vical_url, vical(5, start)}});
  terminal.fetch(start + days{8}, {{vical_url, vical_of(other_provider(), "Elsewhere", 1, start + days{8})}});
  EXPECT_EQ(terminal.store.lists(Purpose::issuance).size(), 2u);
  EXPECT_TRUE(terminal.evaluate(start + days{8}).trusted());
}

TEST(Vic07, AFeedMayNameItsSigners) {
  Terminal terminal(
      {.feeds = {{.kind = BundleKind::vical, .url = vical_url, .signers = {other_provider().list_authority()}}}});
  ASSERT_TRUE(terminal.store.add_anchor(Purpose::list_signers, other_provider().list_authority()));
  const auto requests = terminal.keeper.due(start);
  const auto taken = terminal.keeper.on_fetched(requests.at(0).id, response(vical(1, start)), start);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::chain_untrusted);
  terminal.fetch(start + 1h, {{vical_url, vical_of(other_provider(), "B", 1, start)}});
  EXPECT_EQ(terminal.store.lists(Purpose::issuance).size(), 1u);
}

// A carrier writes any address beside a list. Else the list that he has would keep that of another provider out.
TEST(Vic07, AFeedNeedsNoFetchOnlyForAListThatItsSignersVouchFor) {
  const TrustFeed feed{.kind = BundleKind::vical, .url = vical_url, .signers = {other_provider().list_authority()}};
  const auto carried = [](const SharedBytes& content) {
    return trust::TrustBundle{
        .created = start,
        .items = {{.kind = BundleKind::vical, .content = content, .fetched = start, .url = vical_url}}};
  };
  for (const bool own : {false, true}) {
    Terminal terminal({.feeds = {feed}});
    ASSERT_TRUE(terminal.store.add_anchor(Purpose::list_signers, other_provider().list_authority()));
    const auto put = [&](const SharedBytes& content) {
      const auto bundle = carried(content);
      const auto results = own ? terminal.keeper.restore(bundle, start) : terminal.keeper.import(bundle, start);
      EXPECT_FALSE(results.at(0).error);
    };
    put(vical(5, start));
    EXPECT_TRUE(terminal.evaluate(start).trusted());  // as a list of some signer it counts
    EXPECT_EQ(terminal.keeper.state(start).back().verdict, Verdict::missing);
    put(vical_of(other_provider(), "B", 1, start));
    EXPECT_EQ(terminal.keeper.state(start).size(), 2u);
    EXPECT_TRUE(terminal.keeper.due(start).empty());
  }
}

// ---- what is wanted ---------------------------------------------------------------------------------

trust::WantedSource status_list_at(std::string uri) {
  trust::WantedSource wanted = Terminal::wanted()[1];
  wanted.uris = {std::move(uri)};
  return wanted;
}

TEST(WantedSources, WhatNoBundleCanCarryIsNotRemembered) {
  Terminal terminal(TrustKeeperOptions{});
  trust::WantedSource many = status_list_at("https://a.example/");
  many.uris.assign(9, "https://a.example/");
  for (const auto& bad : {status_list_at("https://a.example/" + std::string(2048, 'x')), status_list_at(""),
                          status_list_at("https://a.example/\xff"), status_list_at("https://a.example/\n"), many,
                          trust::WantedSource{.kind = trust::RevocationSource::crl, .uris = {"http://a.example/"}}}) {
    EXPECT_FALSE(trust::can_be_carried(bad));
    terminal.keeper.want(std::vector{bad});
  }
  EXPECT_TRUE(terminal.keeper.due(start).empty());

  // Nor does it spoil a bundle that it got into otherwise.
  trust::TrustBundle bundle{.created = start, .wanted = {many, status_list_at(status_uri)}};
  EXPECT_EQ(through_file(bundle).wanted.size(), 1u);
}

// Whoever fetches it would look for a certificate where there is none.
TEST(WantedSources, AreRememberedOnlyWithWhatTheirKindTakes) {
  const trust::WantedSource of_certificate = Terminal::wanted()[0];
  const trust::WantedSource of_document = Terminal::wanted()[1];
  using trust::RevocationSource;
  for (const auto kind : {RevocationSource::none, RevocationSource::crl, RevocationSource::ocsp,
                          RevocationSource::status_list, RevocationSource::identifier_list}) {
    const bool is_list = kind == RevocationSource::status_list || kind == RevocationSource::identifier_list;
    const bool is_about_certificate = kind == RevocationSource::crl || kind == RevocationSource::ocsp;
    Terminal terminal(TrustKeeperOptions{});
    const auto expect_remembered = [&](trust::WantedSource wanted, bool expected) {
      wanted.kind = kind;
      EXPECT_EQ(trust::can_be_carried(wanted), expected) << trust::name(kind);
      const std::size_t before = terminal.keeper.state(start).size();
      terminal.keeper.want(std::vector{wanted});
      EXPECT_EQ(terminal.keeper.state(start).size() - before, expected ? 1u : 0u) << trust::name(kind);
    };
    expect_remembered(of_certificate, is_about_certificate);
    expect_remembered(of_document, is_list);
    trust::WantedSource of_both = of_certificate;
    of_both.trust = of_document.trust;
    expect_remembered(of_both, false);
    EXPECT_EQ(terminal.keeper.due(start).size(), terminal.keeper.state(start).size());
  }
}

TEST(WantedSources, TheLeastRecentOneMakesRoom) {
  Terminal terminal({.max_wanted = 3});
  const auto at = [](int i) { return status_list_at("https://issuer.example/" + std::to_string(i)); };
  for (const int i : {0, 1, 2, 0, 3}) terminal.keeper.want(std::vector{at(i)});
  std::vector<std::string> kept;
  for (const FetchRequest& request : terminal.keeper.due(start)) kept.push_back(request.url);
  EXPECT_EQ(kept, (std::vector{at(0).uris[0], at(2).uris[0], at(3).uris[0]}));
}

TEST(WantedSources, OfABundleTheyTakeNobodysPlaceAndOnlyAddressesThatACertificateNames) {
  Terminal terminal({.feeds = {{.kind = BundleKind::vical, .url = vical_url}}, .max_wanted = 2});
  terminal.fetch(start, network(start, 1));
  trust::WantedSource elsewhere = Terminal::wanted()[0];
  elsewhere.uris = {"http://carrier.example/"};
  trust::WantedSource of_another = Terminal::wanted()[0];
  of_another.certificate = other_provider().certificate(CertificateRole::document_signer);
  (void)terminal.keeper.import({.created = start, .wanted = {elsewhere, of_another}}, start);
  EXPECT_TRUE(terminal.keeper.bundle(start).wanted.empty());
  terminal.keeper.want(std::vector{status_list_at("https://issuer.example/1")});
  (void)terminal.keeper.import(
      {.created = start, .wanted = {Terminal::wanted()[0], status_list_at("https://issuer.example/2")}}, start);
  EXPECT_EQ(terminal.keeper.bundle(start).wanted.size(), 2u);  // there was room for one
  terminal.keeper.want(std::vector{status_list_at("https://issuer.example/3")});
  const auto wanted = terminal.keeper.bundle(start).wanted;
  ASSERT_EQ(wanted.size(), 2u);
  EXPECT_EQ(wanted[0].uris[0], "https://issuer.example/1");
  EXPECT_EQ(wanted[1].uris[0], "https://issuer.example/3");
}

/// Aggregation documents that say what the test wants.
class Aggregations final : public ForeignFormats {
 public:
  std::vector<std::string> uris{};
  [[nodiscard]] Result<TrustedEntities> trusted_entities(SharedBytes, const TrustFeed&,
                                                         std::span<const crypto::Certificate>, UtcSeconds,
                                                         const ClockPolicy&, Level) const override {
    return Error{.code = Errc::unsupported_media_type};
  }
  [[nodiscard]] Result<trust::StatusToken> status_token(SharedBytes, Level) const override {
    return Error{.code = Errc::unsupported_media_type};
  }
  [[nodiscard]] Result<std::vector<std::string>> aggregation(ByteView) const override { return uris; }
};

constexpr const char* aggregation_url = "https://issuer.example/aggregation";

TEST(AggregatedLists, AreOneRequestEachAndTakeNoPlaceOfWhatDocumentsNeed) {
  Aggregations formats;
  for (int i = 0; i < 4096; ++i) formats.uris.push_back("https://issuer.example/list/" + std::to_string(i));
  Terminal terminal({.feeds = {{.kind = BundleKind::vical, .url = vical_url}},
                     .aggregations = {aggregation_url},
                     .formats = &formats,
                     .max_wanted = 10});
  for (const auto role : {CertificateRole::iaca, CertificateRole::reader_ca}) {  // several authorities
    ASSERT_TRUE(terminal.store.add_anchor(Purpose::issuance, pki().certificate(role)));
  }
  auto answers = network(start, 1);
  answers.emplace(aggregation_url, SharedBytes::copy_of(as_bytes("{}")));
  terminal.fetch(start, answers);
  EXPECT_EQ(terminal.keeper.due(start).size(), 10u);
  terminal.keeper.want(Terminal::wanted());
  EXPECT_EQ(terminal.keeper.due(start).size(), 2u);
  EXPECT_TRUE(terminal.keeper.bundle(start).wanted.size() == 2u);
}

TEST(AggregatedLists, AreBelievedFromTheAuthorityOfADocumentSignerAndForgottenWithTheirDocument) {
  Aggregations formats;
  formats.uris = {status_uri, "https://issuer.example/2"};
  Terminal terminal({.feeds = {{.kind = BundleKind::vical, .url = vical_url}},
                     .aggregations = {aggregation_url},
                     .formats = &formats});
  auto answers = network(start, 1);
  answers.emplace(aggregation_url, SharedBytes::copy_of(as_bytes("{}")));
  terminal.fetch(start, answers);
  EXPECT_EQ(terminal.fetch(start, answers), 2u);
  EXPECT_EQ(terminal.revocation.status_lists().size(), 1u);
  EXPECT_EQ(terminal.keeper.state(start).back().name, "https://issuer.example/2");
  EXPECT_EQ(terminal.keeper.state(start).back().verdict, Verdict::missing);

  formats.uris = {status_uri};
  terminal.fetch(start + days{1} + 1h, answers);
  for (const TrustItemState& state : terminal.keeper.state(start + days{1} + 2h)) {
    EXPECT_NE(state.name, "https://issuer.example/2");
  }
}

// ---- OCSP -------------------------------------------------------------------------------------------

/// A document signer with this serial number that names a responder.
crypto::Certificate signer_with_responder(std::uint8_t serial) {
  testing::CountingRng rng(serial);
  const crypto::Certificate& model = pki().certificate(CertificateRole::document_signer);
  return crypto::issue_certificate({.subject = model.subject(),
                                    .not_before = model.not_before(),
                                    .not_after = model.not_after(),
                                    .key_usage = crypto::key_usage::digital_signature,
                                    .ocsp_responders = {"http://ocsp.example/"}},
                                   pki().key(CertificateRole::document_signer).public_key(),
                                   pki().certificate(CertificateRole::iaca), pki().key(CertificateRole::iaca), rng)
      .value();
}

SharedBytes ocsp_answer(const crypto::Certificate& certificate, const Bytes& status) {
  const crypto::Certificate& issuer = pki().certificate(CertificateRole::iaca);
  const testing::SampleOcsp answer{
      .responder_id = testing::SampleOcsp::by_name(issuer),
      .produced_at = start,
      .answers = {{testing::sha256_certificate_id(certificate, issuer), status, start, start + days{2}}}};
  return SharedBytes::take(answer.sign(pki().key(CertificateRole::iaca)));
}

trust::WantedSource ocsp_about(const crypto::Certificate& certificate) {
  return {.kind = trust::RevocationSource::ocsp,
          .uris = {"http://ocsp.example/"},
          .certificate = certificate,
          .issuer = pki().certificate(CertificateRole::iaca)};
}

TEST(OcspByKeeper, EachCertificateIsAskedAboutAndItsAnswerOutlivesARestart) {
  const crypto::Certificate good = signer_with_responder(41), revoked = signer_with_responder(42);
  ASSERT_NE(good, revoked);
  Terminal terminal(TrustKeeperOptions{});
  terminal.keeper.want(std::vector{ocsp_about(good), ocsp_about(revoked)});
  const auto requests = terminal.keeper.due(start);
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_NE(requests[0].body, requests[1].body);
  const auto answer = [&](std::size_t i, const SharedBytes& content) {
    const auto taken = terminal.keeper.on_fetched(requests[i].id, response(content), start);
    EXPECT_TRUE(taken) << describe(taken.error());
  };
  answer(0, ocsp_answer(good, testing::ocsp_good()));
  answer(1, ocsp_answer(revoked, testing::ocsp_revoked(start - 1h)));

  Terminal after;
  restart(terminal, after, start + 1h);
  const auto state_of = [&](const crypto::Certificate& certificate) {
    return trust::look_up(after.revocation.sources(), certificate, pki().certificate(CertificateRole::iaca),
                          {.now = start + 1h})
        .state;
  };
  EXPECT_EQ(state_of(good), trust::RevocationState::good);
  EXPECT_EQ(state_of(revoked), trust::RevocationState::revoked);
  EXPECT_TRUE(after.keeper.bundle(start).wanted.size() == 2u);
  EXPECT_EQ(after.verdicts(start + 1h).at(BundleKind::ocsp), Verdict::current);
  EXPECT_EQ(after.verdicts(start + days{2}).at(BundleKind::ocsp), Verdict::due);
}

/// The authority, with a key whose bits are no whole octets: it decodes, and nobody can name the key in a request.
crypto::Certificate authority_that_no_request_can_name() {
  const ByteView der = pki().certificate(CertificateRole::iaca).der();
  Bytes altered(der.begin(), der.end());
  const Bytes head{0x03, 0x42, 0x00, 0x04};  // BIT STRING of 66 bytes, no unused bits, a point uncompressed
  const auto key = std::search(altered.begin(), altered.end(), head.begin(), head.end());
  EXPECT_NE(key, altered.end());
  key[2] = 0x04;
  return crypto::Certificate::from_der(altered).value();
}

TEST(OcspByKeeper, WhatNoRequestCanBeMadeForSaysWhyAndKeepsNobodyElseWaiting) {
  Terminal terminal(TrustKeeperOptions{});
  trust::WantedSource unspeakable = ocsp_about(signer_with_responder(41));
  unspeakable.issuer = authority_that_no_request_can_name();
  terminal.keeper.want(std::vector{unspeakable, ocsp_about(signer_with_responder(42))});
  EXPECT_EQ(terminal.keeper.due(start, 1).size(), 1u);
  const auto states = terminal.keeper.state(start);
  ASSERT_EQ(states.size(), 2u);
  EXPECT_EQ(states[0].verdict, Verdict::missing);
  ASSERT_TRUE(states[0].last_error);
  EXPECT_EQ(states[0].last_error->code, Errc::bad_certificate);
  EXPECT_FALSE(states[1].last_error);
}

}  // namespace
}  // namespace mdoc
