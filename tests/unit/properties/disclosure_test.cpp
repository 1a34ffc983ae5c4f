// Disclosed ⊆ consented ⊆ requested, for whatever is asked of whatever is there by whoever agrees to whatever.
#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/crypto/hpke.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/presentation/respond.hpp"
#include "support/sample_mdoc.hpp"
#include "unit/properties/dice.hpp"
#include "unit/properties/rules.hpp"

namespace mdoc::properties {
namespace {

// clang 14 has no std::ranges::search with libstdc++.
bool is_within(ByteView whole, ByteView part) {
  return std::search(whole.begin(), whole.end(), part.begin(), part.end()) != whole.end();
}

using presentation::Consent;
using presentation::DeviceAuthMethod;
using presentation::DocumentOption;
using presentation::ElementOption;
using presentation::ErrorCodes;
using presentation::PartialAnswers;
using presentation::ProofPolicy;
using presentation::RequestMatch;
using presentation::ResponseDraft;
using presentation::Selection;

Name name_of(const model::ElementReference& element) { return {element.name_space.str(), element.element.str()}; }

/// `[ null, null, [ "OpenID4VPHandover", hash ] ]`
const engagement::SessionTranscript& transcript() {
  static const auto made = [] {
    cbor::Writer writer;
    writer.array(3).null().null().array(2).text("OpenID4VPHandover").bytes(Bytes(32, 0x11));
    return engagement::SessionTranscript::decode(SharedBytes::take(std::move(writer).take())).value();
  }();
  return made;
}

/// The same documents in other places.
const std::vector<presentation::Credential>& shuffled_credentials() {
  static const auto made = [] {
    auto credentials = wallet().credentials;
    std::rotate(credentials.begin(), credentials.begin() + 1, credentials.end());
    return credentials;
  }();
  return made;
}

/// What came up in how many answers, so that nobody takes a generator for a proof that only makes refusals.
using Seen = std::map<std::string, std::size_t>;

/// One session: a few requests of one reader to one holder.
class Session {
 public:
  Session(std::uint64_t seed, std::uint64_t number, Seen& seen) : dice_(seed, number), rng_(number), seen_(seen) {}

  void run() {
    for (std::size_t rounds = 1 + dice_.below(3); rounds > 0; --rounds) {
      const Asked asked = ask_something(dice_);
      one_round(asked);
      if (::testing::Test::HasFailure()) return;
    }
  }

 private:
  using Approve = std::function<bool(const DocumentOption&, const ElementOption&)>;

  void one_round(const Asked& asked) {
    constexpr std::array partials{PartialAnswers::first_edition, PartialAnswers::first_edition, PartialAnswers::never,
                                  PartialAnswers::always};
    constexpr std::array policies{ProofPolicy::when_required, ProofPolicy::preferred, ProofPolicy::preferred,
                                  ProofPolicy::only};
    const Rules rules{.asked = asked,
                      .partial = dice_.pick(partials),
                      .device_states = dice_.one_in(2),
                      .card_is_guarded = dice_.one_in(8),
                      .card_is_silent = dice_.one_in(4),
                      .provers = some_provers(),
                      .proofs = dice_.pick(policies)};
    std::vector<std::shared_ptr<const presentation::ZkProver>> at_hand;
    for (const Prover* each : rules.provers) at_hand.push_back(each->made);
    std::vector<profile::DocTypeProfile> profiles{{.doc_type = card_type}};
    if (rules.card_is_guarded) {
      profiles[0].reader_authentication.proximity = profile::ReaderAuthenticationRule::required;
    }
    profiles[0].mdoc_authentication.device_signed = !rules.card_is_silent;
    profiles.insert(profiles.end(), profile::doc_types().begin(), profile::doc_types().end());
    const model::DeviceRequest request = asked.encode();
    e_reader_key_.reset();
    if (dice_.one_in(2)) e_reader_key_ = mac_key().public_key().coordinates();
    presentation::MatchOptions options{.partial = rules.partial,
                                       .provers = at_hand,
                                       .proofs = rules.proofs,
                                       .released_ages = ages_,
                                       .e_reader_key = e_reader_key_,
                                       .profiles = profiles};
    if (rules.device_states) {
      options.device_signed = {
          {.name_space = NameSpace(stated_name.first), .element = ElementIdentifier(stated_name.second)}};
    }
    const RequestMatch match = presentation::match(request, wallet().credentials, wallet().now, options).value();
    check_match(rules, match);
    salt_ = dice_.next();
    approves_ = plain_will_do_ = false;
    const Consent consent = decide(rules, match);
    check_consent(rules, match, consent);
    auto total = ages_;
    ASSERT_TRUE(total.add(consent));
    if (!answer(rules, match, consent)) return;
    ages_ = total;
  }

  std::vector<const Prover*> some_provers() {
    std::vector<const Prover*> some;
    for (const Prover& each : provers()) {
      if (dice_.one_in(3)) continue;
      some.insert(dice_.one_in(2) ? some.begin() : some.end(), &each);
    }
    return some;
  }

  /// The person's mind: the same about an element, whatever it is an answer to.
  [[nodiscard]] bool likes(const std::string& document, const Name& name) const {
    std::uint64_t opinion = salt_;
    for (const char letter : document + '/' + name.first + '/' + name.second) {
      opinion = Dice::mix(opinion + static_cast<std::uint8_t>(letter));
    }
    return opinion % 4 != 0;
  }
  [[nodiscard]] Approve taste() {
    approves_ = true;
    return [this](const DocumentOption& document, const ElementOption& element) {
      return likes(document.credential_id, name_of(element.released));
    };
  }

  static void check_match(const Rules& rules, const RequestMatch& match) {
    ASSERT_EQ(match.doc_requests.size(), rules.asked.documents.size());
    for (std::size_t part = 0; part < match.doc_requests.size(); ++part) {
      const bool offered = !match.doc_requests[part].documents.empty();
      if (offered) {
        EXPECT_TRUE(rules.can_answer(part)) << part;
      } else if (!rules.asked.mentions_ages()) {
        EXPECT_FALSE(rules.can_answer(part)) << part;
      }
      check_proofs_offered(rules, rules.asked.documents[part], match.doc_requests[part].documents);
    }
    if (!rules.asked.mentions_ages()) {
      EXPECT_EQ(match.answerable, rules.parts_for_all().has_value());
    }
  }

  /// Where a proof is demanded, there is nothing else; where one is welcome, it is there wherever one can be made.
  static void check_proofs_offered(const Rules& rules, const AskedDocument& part,
                                   const std::vector<DocumentOption>& offered) {
    std::set<std::string> proven;
    for (const DocumentOption& option : offered) {
      if (!option.proof) {
        EXPECT_FALSE(rules.demands_proof(part)) << "the document, where a proof is demanded";
        continue;
      }
      const Document& document = wallet().documents[option.credential];
      std::set<Name> names;
      for (const ElementOption& element : option.elements) names.insert(name_of(element.released));
      EXPECT_TRUE(rules.takes_proof(part)) << "a proof that nobody wants";
      EXPECT_TRUE(rules.can_prove(document, part, names.size())) << document.id;
      EXPECT_FALSE(names.contains(stated_name)) << "a proof of what no issuer signed";
      EXPECT_EQ(option.proof->required, rules.demands_proof(part));
      EXPECT_FALSE(option.proof->or_plain) << "nobody has consented to that yet";
      EXPECT_TRUE(proven.insert(document.id).second) << "two proofs of one document";
    }
    if (rules.asked.mentions_ages()) return;
    for (const Document& document : wallet().documents) {
      EXPECT_EQ(proven.contains(document.id), rules.is_provable(document, part)) << document.id;
    }
  }

  Consent decide(const Rules& rules, const RequestMatch& match) {
    switch (dice_.below(8)) {
      case 0: return Consent::to_nothing(match);
      case 1:
      case 2: {
        Consent all = Consent::to_all(match);
        if (!rules.asked.mentions_ages()) {
          std::set<std::size_t> answered;
          for (const DocumentOption& option : all.documents()) answered.insert(option.doc_request);
          EXPECT_EQ(answered, rules.parts_for_all().value_or(std::set<std::size_t>{}));
        }
        return all;
      }
      case 3: return Consent::to(match, taste());
      case 4:
      case 5: {
        plain_will_do_ = true;
        const auto consent = Consent::to(match, Selection{.plain_if_proof_fails = true});
        EXPECT_EQ(consent.has_value(), match.answerable);
        return consent ? *consent : Consent::to_nothing(match);
      }
      default: return select(rules, match);
    }
  }

  Consent select(const Rules& rules, const RequestMatch& match) {
    Selection selection;
    std::set<std::size_t> wanted;
    if (dice_.one_in(2)) selection.approve = taste();
    plain_will_do_ = selection.plain_if_proof_fails = dice_.one_in(2);
    if (!match.use_cases.empty() && dice_.one_in(2)) {
      auto& choices = selection.use_cases.emplace();
      for (std::size_t i = 0; i < match.use_cases.size(); ++i) {
        const auto& sets = match.use_cases[i].document_sets;
        if (sets.empty() || dice_.one_in(4)) continue;
        choices.push_back({.use_case = i, .document_set = dice_.pick(sets).document_set});
        const auto& set = rules.asked.uses[i].sets[choices.back().document_set];
        wanted.insert(set.begin(), set.end());
      }
    }
    bool offered = true;
    for (std::size_t part = 0; part < match.doc_requests.size(); ++part) {
      const std::size_t there = match.doc_requests[part].documents.size();
      for (std::size_t i = 0; i <= there; ++i) {
        if (!dice_.one_in(i == there ? 30 : 4)) continue;
        selection.documents.push_back({.doc_request = part, .document = i});
        offered = offered && i < there;
      }
    }
    auto consent = Consent::to(match, selection);
    if (!consent) {
      EXPECT_EQ(consent.error().code, Errc::bad_argument);
      EXPECT_EQ(describe(consent.error()).find(secret_prefix), std::string::npos);
      ++seen_["selection refused"];
      return Consent::to_nothing(match);
    }
    EXPECT_TRUE(offered) << "a document that was not offered";
    if (selection.use_cases) {
      for (const DocumentOption& option : consent->documents()) EXPECT_TRUE(wanted.contains(option.doc_request));
      for (std::size_t i = 0; i < match.use_cases.size(); ++i) {
        const bool chosen = std::ranges::find(*selection.use_cases, i, &presentation::UseCaseChoice::use_case) !=
                            selection.use_cases->end();
        const bool needed = rules.asked.uses[i].mandatory && !match.use_cases[i].document_sets.empty();
        EXPECT_TRUE(chosen || !needed) << "a mandatory use case was left out";
      }
    }
    return *std::move(consent);
  }

  /// Consented ⊆ requested.
  void check_consent(const Rules& rules, const RequestMatch& match, const Consent& consent) {
    std::map<std::size_t, std::vector<std::size_t>> documents;
    if (!consent.documents().empty()) {
      EXPECT_TRUE(match.answerable);
    }
    for (const DocumentOption& option : consent.documents()) {
      ASSERT_LT(option.doc_request, rules.asked.documents.size());
      ASSERT_LT(option.credential, wallet().documents.size());
      const AskedDocument& part = rules.asked.documents[option.doc_request];
      const Document& document = wallet().documents[option.credential];
      EXPECT_TRUE(rules.fits(document, part)) << document.id;
      EXPECT_TRUE(rules.is_of_use(option.doc_request)) << option.doc_request;
      EXPECT_EQ(option.encrypted_to.has_value(), part.recipient == Recipient::known);
      check_proof(rules, match, option);
      auto& others = documents[option.doc_request];
      EXPECT_TRUE(others.empty() || part.unique == false) << "one document was asked for";
      EXPECT_EQ(std::ranges::find(others, option.credential), others.end()) << "twice the same";
      others.push_back(option.credential);
      check_elements(rules, part, document, option);
    }
    if (!rules.asked.uses.empty() && rules.partial != PartialAnswers::always) check_sets(rules, match, documents);
  }

  /// What was offered as a proof is agreed to as one, as a whole; only a consent that says so lets the document go
  /// instead, and never where nothing but a proof will do.
  void check_proof(const Rules& rules, const RequestMatch& match, const DocumentOption& option) const {
    const bool demanded = rules.demands_proof(rules.asked.documents[option.doc_request]);
    if (!option.proof) {
      EXPECT_FALSE(demanded);
      return;
    }
    EXPECT_EQ(option.proof->or_plain, plain_will_do_ && !demanded);
    const auto is_it = [&](const DocumentOption& offered) {
      return offered.proof && offered.credential == option.credential;
    };
    const auto& offered = match.doc_requests[option.doc_request].documents;
    const auto found = std::ranges::find_if(offered, is_it);
    ASSERT_NE(found, offered.end());
    EXPECT_EQ(found->elements.size(), option.elements.size()) << "a proof opens all or nothing";
  }

  /// 10.2.5: a set is satisfied by all of its DocRequests, and a request by all of its mandatory use cases.
  void check_sets(const Rules& rules, const RequestMatch& match,
                  const std::map<std::size_t, std::vector<std::size_t>>& documents) {
    const auto is_whole = [&](const std::vector<std::size_t>& set) {
      return std::ranges::all_of(set, [&](std::size_t part) { return documents.contains(part); });
    };
    std::set<std::size_t> of_use;
    for (std::size_t i = 0; i < rules.asked.uses.size(); ++i) {
      const AskedUse& use = rules.asked.uses[i];
      for (const auto& set : use.sets) {
        if (is_whole(set)) of_use.insert(set.begin(), set.end());
      }
      if (use.mandatory && match.use_cases[i].is_satisfied() && !documents.empty()) {
        EXPECT_TRUE(std::ranges::any_of(use.sets, is_whole)) << "a mandatory use case was left out";
      }
    }
    for (const auto& [part, credentials] : documents) EXPECT_TRUE(of_use.contains(part)) << "a set in part";
    if (!documents.empty()) ++seen_["whole sets"];
  }

  void check_elements(const Rules& rules, const AskedDocument& part, const Document& document,
                      const DocumentOption& option) {
    std::map<Name, std::vector<Name>> released;
    for (const ElementOption& element : option.elements) {
      const Name wanted = name_of(element.requested);
      ASSERT_TRUE(part.asks(wanted)) << wanted.second;
      released[wanted].push_back(name_of(element.released));
      const auto asked = std::ranges::find(part.elements, wanted, &std::pair<Name, bool>::first);
      EXPECT_EQ(element.intent_to_retain, asked->second);
      EXPECT_EQ(element.device_signed, name_of(element.released) == stated_name);
    }
    EXPECT_FALSE(released.empty());
    for (const auto& [wanted, names] : released) {
      EXPECT_TRUE(rules.answers(document, part, wanted, names)) << wanted.second << " by " << names.front().second;
      if (names.front() == wanted) continue;
      ++seen_[age_of(document.doc_type, wanted) && age_of(document.doc_type, names.front()) ? "age rule"
                                                                                            : "alternatives"];
    }
    // Second edition, 13.4.2: what verifies the holder comes with the rest or nothing does.
    const Name portrait(mdl_space, "portrait");
    if (document.doc_type == mdl_type && part.asks(portrait) && document.has(portrait)) {
      EXPECT_TRUE(released.contains(portrait)) << "a licence without the portrait that was asked for";
      ++seen_["portrait"];
    }
  }

  /// Disclosed ⊆ consented. @return whether something was sent
  bool answer(const Rules& rules, const RequestMatch& match, const Consent& consent) {
    check_binding(match, consent);
    constexpr std::array codes{ErrorCodes::none, ErrorCodes::documents, ErrorCodes::all};
    const presentation::RespondOptions options{
        .preferred = dice_.one_in(2) ? DeviceAuthMethod::mac : DeviceAuthMethod::signature,
        .error_codes = dice_.pick(codes),
        .now = wallet().now};
    auto draft = ResponseDraft::prepare(match.request_digest, consent, wallet().credentials, transcript().bytes(),
                                        e_reader_key_, rng_, options);
    if (!draft) {
      // One key, one mechanism: what is reserved for MACs cannot answer without a key of the reader, which was not
      // known when the document was offered.
      EXPECT_FALSE(e_reader_key_ || rules.asked.mac_key) << "offered, and then not sent";
      EXPECT_EQ(draft.error().code, Errc::wrong_key_use);
      EXPECT_EQ(describe(draft.error()).find(secret_prefix), std::string::npos);
      EXPECT_TRUE(std::ranges::any_of(consent.documents(), [](const DocumentOption& option) {
        return !wallet().documents[option.credential].signs;
      }));
      ++seen_["key reserved"];
      return false;
    }
    if (!draft->statements_needed().empty() && !state(*draft)) return false;
    EXPECT_EQ(draft->key_requests().size(), consent.documents().size());
    std::vector<crypto::KeyResponse> responses;
    for (const crypto::KeyRequest& wanted : draft->key_requests()) responses.push_back(wallet().use_key(wanted));
    EXPECT_TRUE(draft->authenticate(std::move(responses)));
    const auto proofs = prove(*draft);
    made_.clear();
    for (const auto& each : proofs) made_.push_back(each ? std::optional(*each) : std::nullopt);
    const auto finished = (*std::move(draft)).finish_with_proofs(proofs);
    if (!finished) {
      ADD_FAILURE() << describe(finished.error());
      return false;
    }
    if (const auto most = rules.asked.maximum()) {
      EXPECT_LE(finished->bytes.size(), std::max<std::uint64_t>(*most, 40));
    }
    check_response(rules, consent, options.error_codes, *finished);
    return true;
  }

  /// By the provers; now and then the time is up before one is through.
  std::vector<Result<Bytes>> prove(const ResponseDraft& draft) {
    std::vector<Result<Bytes>> proofs;
    for (const auto& request : draft.proof_requests()) {
      const auto known = std::ranges::find(provers(), request.prover, &Prover::made);
      proofs.push_back(dice_.one_in(3) ? Error{.code = Errc::timed_out} : presentation::prove(request));
      EXPECT_TRUE(!proofs.back() || !known->fails);
    }
    return proofs;
  }

  /// Given for one request and this wallet, a Consent is good for no other.
  void check_binding(const RequestMatch& match, const Consent& consent) {
    const auto prepare = [&](const crypto::Digest& digest, const std::vector<presentation::Credential>& credentials) {
      const auto draft = ResponseDraft::prepare(digest, consent, credentials, transcript().bytes(), std::nullopt, rng_);
      return draft ? std::nullopt : std::optional(draft.error().code);
    };
    static const auto other = crypto::digest(crypto::DigestAlgorithm::sha256, as_bytes("other")).value();
    EXPECT_EQ(prepare(other, wallet().credentials), Errc::consent_mismatch);
    if (!consent.documents().empty()) {
      EXPECT_EQ(prepare(match.request_digest, shuffled_credentials()), Errc::consent_mismatch);
    }
  }

  bool state(ResponseDraft& draft) {
    EXPECT_TRUE(draft.key_requests().empty());
    const presentation::DeviceStatement statement{.element = draft.statements_needed().front(),
                                                  .value = model::DataElementValue::text("matched")};
    if (dice_.one_in(5)) {
      EXPECT_FALSE(draft.state({}));
      EXPECT_TRUE(draft.key_requests().empty()) << "a device that says nothing proves nothing";
      return false;
    }
    EXPECT_TRUE(draft.state({&statement, 1}));
    ++seen_["stated by the device"];
    return true;
  }

  /// What stands side by side in a response, or in one envelope.
  struct Place {
    std::vector<const DocumentOption*> full;
    std::vector<std::pair<const DocumentOption*, Bytes>> proven;
  };

  /// Where a document belongs, and in which form. Of its own words, not of the consent's: what the reader or the wallet
  /// demands and what the person said.
  void put(const Rules& rules, const DocumentOption& option, std::size_t& proof, const std::function<Place&()>& place,
           std::set<std::pair<std::size_t, std::string>>& lost) {
    if (!option.proof) return place().full.push_back(&option);
    const auto& made = made_[proof++];
    if (made) {
      place().proven.emplace_back(&option, *made);
    } else if (plain_will_do_ && !rules.demands_proof(rules.asked.documents[option.doc_request])) {
      place().full.push_back(&option);
      ++seen_["in full for want of a proof"];
    } else {
      lost.emplace(option.doc_request, option.credential_id);
      ++seen_["kept back for want of a proof"];
    }
  }

  void check_response(const Rules& rules, const Consent& consent, ErrorCodes codes,
                      const presentation::FinishedResponse& finished) {
    const auto response = model::decode_device_response(SharedBytes::copy_of(finished.bytes)).value();
    if (response.status != model::ResponseStatus::ok) {
      EXPECT_TRUE(response.documents.empty() && response.encrypted_documents.empty() && response.zk_documents.empty());
      EXPECT_TRUE(rules.asked.maximum()) << "what else keeps an answer back?";
      ++seen_["too long"];
      return;
    }
    if (codes == ErrorCodes::none) {
      EXPECT_TRUE(response.document_errors.empty());
    }
    std::map<std::size_t, Place> sealed;  // by DocRequest
    Place open;
    std::size_t proof = 0;
    std::set<std::pair<std::size_t, std::string>> lost;
    for (const DocumentOption& option : consent.documents()) {
      const bool hidden = rules.asked.documents[option.doc_request].recipient == Recipient::known;
      put(
          rules, option, proof, [&]() -> Place& { return hidden ? sealed[option.doc_request] : open; }, lost);
    }
    std::set<std::pair<std::size_t, std::string>> told;
    for (const auto& each : finished.lost) told.emplace(each.doc_request, each.credential_id);
    EXPECT_EQ(told, lost);
    compare(rules, response.documents, open.full, codes);
    compare_proofs(response.zk_documents, open.proven);
    ASSERT_EQ(response.encrypted_documents.size(), sealed.size()) << "encrypted documents leave encrypted";
    const auto inner = transcript().with_encryption_parameters(recipient_parameters().bytes()).value();
    for (const auto& each : response.encrypted_documents) {
      const model::EncryptedDocuments& envelope = each.value.value();
      const auto plaintext = crypto::hpke_open(crypto::hpke_mdoc_suite, recipient_key(), envelope.enc.view(),
                                               inner.bytes().view(), {}, envelope.cipher_text.view());
      ASSERT_TRUE(plaintext);
      const auto inside = model::decode_encrypted_documents_plaintext(SharedBytes::copy_of(*plaintext)).value();
      ASSERT_TRUE(sealed.contains(envelope.doc_request_id));
      compare(rules, inside.documents, sealed[envelope.doc_request_id].full, codes);
      compare_proofs(inside.zk_documents, sealed[envelope.doc_request_id].proven);
      for (const auto& document : inside.documents) {
        EXPECT_NE(document.value.value().device_signed->device_auth.signature(), nullptr) << "nobody's MAC";
      }
      ++seen_["encrypted"];
    }
    EXPECT_LE(released_ages_.size(), 2u) << "7.2.5, over all rounds of the session";
    ++seen_[consent.documents().empty() ? "nothing" : "released"];
  }

  void compare(const Rules& rules, const std::vector<model::Decoded<model::Document>>& documents,
               const std::vector<const DocumentOption*>& consented, ErrorCodes codes) {
    ASSERT_EQ(documents.size(), consented.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const model::Document& document = documents[i].value.value();
      const Document* const known = wallet().find(document.issuer_signed.issuer_auth.signature.view());
      ASSERT_NE(known, nullptr);
      ASSERT_EQ(known->id, consented[i]->credential_id);
      EXPECT_FALSE(rules.demands_proof(rules.asked.documents[consented[i]->doc_request])) << "in full";
      EXPECT_EQ(document.doc_type.str(), known->doc_type);
      std::set<Name> agreed;
      for (const ElementOption& element : consented[i]->elements) agreed.insert(name_of(element.released));
      const std::set<Name> disclosed = disclosed_by(document, *known);
      EXPECT_EQ(disclosed, agreed) << "what left is what was agreed to";
      if (codes != ErrorCodes::all) {
        EXPECT_TRUE(document.errors.empty());
      }
      for (const auto& [space, errors] : document.errors) {
        for (const auto& [identifier, code] : errors) {
          const Name name(space.str(), identifier.str());
          EXPECT_TRUE(rules.asked.documents[consented[i]->doc_request].asks(name));
        }
      }
      ++seen_[document.device_signed->device_auth.mac() != nullptr ? "MAC" : "signature"];
    }
  }

  /// A proof shows what was agreed to, as it was issued, and nothing by which the document would be recognised.
  void compare_proofs(const std::vector<model::Decoded<model::ZkDocument>>& documents,
                      const std::vector<std::pair<const DocumentOption*, Bytes>>& proven) {
    ASSERT_EQ(documents.size(), proven.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const model::ZkDocument& document = documents[i].value.value();
      const auto& [option, proof] = proven[i];
      const Document& known = wallet().documents[option->credential];
      EXPECT_TRUE(std::ranges::equal(document.proof.view(), proof));
      const model::ZkDocumentData& shown = document.document_data.value();
      EXPECT_EQ(shown.doc_type.str(), known.doc_type);
      EXPECT_EQ(shown.zk_system_id, option->proof->spec.zk_system_id);
      EXPECT_TRUE(shown.device_signed.empty());
      EXPECT_FALSE(is_within(document.document_data.bytes(), known.issuer_signature));
      std::set<Name> agreed, disclosed;
      for (const ElementOption& element : option->elements) agreed.insert(name_of(element.released));
      for (const auto& [space, items] : shown.issuer_signed) {
        for (const auto& item : items) {
          const Name name(space.str(), item.element_identifier.str());
          EXPECT_TRUE(disclosed.insert(name).second) << name.second << " twice";
          const auto issued = known.items.find(name);
          ASSERT_NE(issued, known.items.end()) << name.second;
          EXPECT_TRUE(is_within(issued->second, item.element_value.encoded().view()));
          if (is_age(name)) released_ages_.emplace(known.id, name);
        }
      }
      EXPECT_EQ(disclosed, agreed) << "what left is what was agreed to";
      check_taste(known, disclosed);
      ++seen_["proven"];
    }
  }

  void check_taste(const Document& known, const std::set<Name>& disclosed) {
    if (!approves_) return;
    for (const Name& name : disclosed) EXPECT_TRUE(likes(known.id, name)) << name.second << " was refused";
    ++seen_["approved one by one"];
  }

  std::set<Name> disclosed_by(const model::Document& document, const Document& known) {
    std::set<Name> disclosed;
    for (const auto& [space, items] : document.issuer_signed.name_spaces) {
      for (const auto& item : items) {
        const Name name(space.str(), item->element_identifier.str());
        EXPECT_TRUE(disclosed.insert(name).second) << name.second << " twice";
        const auto issued = known.items.find(name);
        EXPECT_TRUE(issued != known.items.end() && std::ranges::equal(issued->second, item.bytes()));
        EXPECT_NE(name.second, "webapi_info");
        if (is_age(name)) released_ages_.emplace(known.id, name);
      }
    }
    for (const auto& [space, values] : document.device_signed->name_spaces.value()) {
      for (const auto& [identifier, value] : values) {
        const Name name(space.str(), identifier.str());
        EXPECT_TRUE(known.may_state && name == stated_name) << name.second;
        EXPECT_TRUE(disclosed.insert(name).second);
      }
    }
    check_taste(known, disclosed);
    return disclosed;
  }

  Dice dice_;
  testing::CountingRng rng_;
  Seen& seen_;
  presentation::ReleasedAges ages_;                       // as the library counts them
  std::set<std::pair<std::string, Name>> released_ages_;  // as they left
  std::optional<crypto::EcPublicKey> e_reader_key_{};
  std::uint64_t salt_ = 0;
  bool approves_ = false;
  bool plain_will_do_ = false;              ///< the person takes the document leaving where its proof fails
  std::vector<std::optional<Bytes>> made_;  ///< proofs, in the order of the consent; nothing: it failed
};

TEST(Disclosure, IsOfWhatWasConsentedToAndThatOfWhatWasRequested) {
  constexpr std::uint64_t seed = 18013;
  constexpr std::uint64_t usual = 10'000;
  const Cases cases("Disclosure", seed, usual);
  Seen seen;
  for (std::uint64_t number = cases.first; number < cases.end && !HasFailure(); ++number) {
    SCOPED_TRACE(cases.again(number));
    Session(cases.seed, number, seen).run();
  }
  for (const auto& [what, count] : seen) std::cout << "  " << what << ": " << count << '\n';
  if (!cases.is_whole()) return;
  for (const char* what : {"released", "nothing", "too long", "encrypted", "age rule", "alternatives", "portrait",
                           "MAC", "signature", "proven", "kept back for want of a proof", "stated by the device",
                           "key reserved", "whole sets", "approved one by one", "selection refused"}) {
    EXPECT_GE(seen[what], 10u) << what;
  }
  EXPECT_GE(seen["in full for want of a proof"], 3u);  // of few requests, few proofs, and few who agree to that
}

}  // namespace
}  // namespace mdoc::properties
