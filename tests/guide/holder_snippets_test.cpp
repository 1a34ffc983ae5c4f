// The snippets of docs/guide/holder.md, letter for letter, and what they do.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/holder.hpp"
#include "mdoc/presentation/credential_store.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

// What the page leaves to the application.
std::vector<std::string> ordered;
void order_more(const std::string& document_id) { ordered.push_back(document_id); }
struct Screen {
  void line(const std::string& text) { lines.push_back(text); }
  std::vector<std::string> lines{};
};

Result<void> take_delivery(presentation::MemoryCredentialStore& wallet, std::span<const SharedBytes> delivered) {
  presentation::StoredDocument licence{.id = "licence", .policy = {.uses_per_copy = 1}};
  for (std::size_t i = 0; i < delivered.size(); ++i) {
    const std::string name = "licence-" + std::to_string(i);  // of the credential, and of its device key
    auto credential = presentation::Credential::decode(name, delivered[i], crypto::KeyRef(name));
    if (!credential) return credential.error();
    licence.copies.push_back({.credential = *std::move(credential)});
  }
  return wallet.put(std::move(licence));
}

Result<Holder> next_presentation(presentation::CredentialStore& wallet, Rng& rng, Now now) {
  const auto documents = wallet.documents();
  if (!documents) return documents.error();
  auto chosen = presentation::choose_credentials(*documents, now.utc);
  for (const presentation::DocumentSupply& supply : chosen.supplies) {
    if (supply.unused < 3) order_more(supply.document_id);
  }
  const std::vector<engagement::RetrievalMethod> methods{engagement::WifiOptions{.supported_bands = {0x04}}};
  return Holder::create(std::move(chosen.credentials), methods, rng, now);
}

void show(const ConsentNeeded& asked, Screen& screen) {
  for (const auto& reader : asked.readers.doc_requests) {
    const auto* proven = reader.verified_reader();
    screen.line(proven != nullptr ? std::string(proven->subject()) : "somebody who does not prove a name");
  }
  for (const auto& doc_request : asked.options.doc_requests) {
    if (doc_request.documents.empty()) continue;
    const presentation::DocumentOption& document = doc_request.documents.front();
    screen.line(document.doc_type.str());
    for (const presentation::ElementOption& element : document.elements) {
      screen.line("  " + element.released.element.str() + (element.intent_to_retain ? ", and keeps it" : ""));
    }
  }
}

presentation::Consent decide(const ConsentNeeded& asked, const std::set<std::string>& struck_out) {
  return presentation::Consent::to(
      asked.options, [&](const presentation::DocumentOption&, const presentation::ElementOption& element) {
        return !struck_out.contains(element.released.element.str());
      });
}

Result<presentation::Consent> choose_second_licence(const ConsentNeeded& asked) {
  presentation::Selection selection;
  selection.documents.push_back({.doc_request = 0, .document = 1});
  return presentation::Consent::to(asked.options, selection);
}

void perform(Holder& holder, HolderEffect& effect, presentation::CredentialStore& wallet, crypto::KeyProvider& keys,
             Now now) {
  if (const auto* person = std::get_if<AuthenticateHolder>(&effect)) {
    presentation::HolderAuthentication found{
        .method = "fingerprint", .assurance = presentation::Assurance::substantial, .at = now.utc};
    holder.on_holder_authenticated(person->id, std::move(found), now);  // or an Error: then nothing is released
  }
  if (const auto* use = std::get_if<UseKey>(&effect)) {
    const auto recorded = use->record ? wallet.record_use(*use->record) : Result<void>{};
    if (!recorded) return holder.on_key_result(use->id, recorded.error(), now);
    holder.on_key_result(use->id, crypto::answer(keys, use->request), now);  // on a worker thread: it may take time
  }
}

/// A wallet with a delivery of two copies, and whoever reads.
struct HolderGuide : ::testing::Test {
  HolderGuide() {
    ordered.clear();
    std::vector<SharedBytes> delivered;
    for (int i = 0; i < 2; ++i) delivered.push_back(SharedBytes::take(meeting.sample.issuer_signed()));
    EXPECT_TRUE(take_delivery(wallet, delivered));
    for (const char* name : {"licence-0", "licence-1"}) {
      const SecretBytes scalar = meeting.sample.device_key.scalar().value();
      EXPECT_TRUE(
          keys.add(crypto::KeyRef(name), crypto::PrivateKey::import(crypto::Curve::p256, scalar.view()).value()));
    }
  }
  /// One presentation as the page has it; what the reader got is in `meeting.responses`.
  void present(const std::set<std::string>& struck_out = {}) {
    auto holder = next_presentation(wallet, meeting.rng, meeting.now());
    ASSERT_TRUE(holder);
    meeting.holder = *std::move(holder);
    meeting.reader = Reader::from_qr_code(meeting.holder.qr_code(), meeting.trust, meeting.rng, meeting.now()).value();
    meeting.responses.clear();
    meeting.open_link();
    ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name", "age_over_18"}), meeting.now()));
    for (int turn = 0; turn < 4; ++turn) {
      while (auto effect = meeting.reader.poll()) {
        if (auto* send = std::get_if<SendMessage>(&*effect)) {
          meeting.holder.on_message(SharedBytes::take(std::move(send->message)), meeting.now());
        } else if (auto* received = std::get_if<ResponseReceived>(&*effect)) {
          meeting.responses.push_back(std::move(*received));
        }
      }
      while (auto effect = meeting.holder.poll()) {
        if (auto* send = std::get_if<SendMessage>(&*effect)) {
          meeting.reader.on_message(SharedBytes::take(std::move(send->message)), meeting.now());
        } else if (const auto* asked = std::get_if<ConsentNeeded>(&*effect)) {
          show(*asked, screen);
          ASSERT_TRUE(meeting.holder.answer(decide(*asked, struck_out), meeting.rng, meeting.now()));
        } else {
          perform(meeting.holder, *effect, wallet, keys, meeting.now());
        }
      }
    }
  }
  Meeting meeting;
  Screen screen;
  presentation::MemoryCredentialStore wallet;
  crypto::SoftwareKeyProvider keys;
};

TEST_F(HolderGuide, EachPresentationUsesUpACopy) {
  present();
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_TRUE(meeting.responses[0].outcome.report.valid);
  EXPECT_EQ(ordered, std::vector<std::string>{"licence"}) << "two are fewer than three";
  present();
  EXPECT_TRUE(meeting.responses.at(0).outcome.report.valid);
  present();
  EXPECT_TRUE(meeting.responses.at(0).outcome.documents.empty()) << "used up";
  const auto documents = wallet.documents().value();
  for (const auto& copy : documents[0].copies) EXPECT_EQ(copy.uses, 1u);
}

TEST_F(HolderGuide, WhatIsStruckOutStays) {
  present({"family_name"});
  ASSERT_EQ(meeting.responses.at(0).outcome.documents.size(), 1u);
  EXPECT_EQ(meeting.responses[0].outcome.documents[0].issuer_signed().size(), 1u);
  EXPECT_EQ(screen.lines, (std::vector<std::string>{"somebody who does not prove a name", "org.iso.18013.5.1.mDL",
                                                    "  age_over_18", "  family_name"}));
}

TEST_F(HolderGuide, AChoiceThatWasNotOfferedIsNone) {
  meeting.answer_at_once = false;
  meeting.meet_again();
  meeting.open_link();
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  meeting.settle();
  const auto consent = choose_second_licence(meeting.asked.at(0));
  EXPECT_EQ(consent.error().code, Errc::bad_argument);
}

}  // namespace
}  // namespace mdoc
