// The mobile security object, and the items that its digests vouch for.
#include <algorithm>
#include <string_view>
#include <vector>

#include "mdoc/core/version.hpp"
#include "mdoc/crypto/digest.hpp"
#include "verification/document_verifier.hpp"
#include "verification/finding.hpp"

namespace mdoc::verification {
namespace {

constexpr std::uint64_t max_digest_id = (std::uint64_t{1} << 31) - 1;  // 12.3.4
constexpr std::size_t min_random_size = 16;                            // 12.3.5

/// Whether elements are authorised singly in a name space that is so as a whole. Looked up in order: a peer
/// that no issuer knows can make both lists long.
bool authorizes_twice(const model::KeyAuthorizations& authorizations) {
  std::vector<std::string_view> whole;
  for (const NameSpace& name_space : authorizations.name_spaces) whole.push_back(name_space.str());
  std::ranges::sort(whole);
  return std::ranges::any_of(authorizations.data_elements, [&](const auto& single) {
    return std::ranges::binary_search(whole, std::string_view(single.first.str()));
  });
}

MsoFacts facts_of(const model::MobileSecurityObject& mso) {
  return {.version = mso.version,
          .digest_algorithm = mso.digest_algorithm,
          .signed_at = mso.validity_info.signed_at,
          .valid_from = mso.validity_info.valid_from,
          .valid_until = mso.validity_info.valid_until,
          .expected_update = mso.validity_info.expected_update};
}

}  // namespace

void DocumentVerifier::mso_structure(Finding& finding) {
  const auto* object = mso();
  if (object != nullptr) {
    report_.mso = facts_of(*object);
    if (!report_.doc_type) report_.doc_type = object->doc_type;
  }
  report_.warnings.insert(report_.warnings.end(), mso_warnings_.begin(), mso_warnings_.end());
  if (mso_error_ || object == nullptr) {
    fail(finding, object != nullptr ? Reason::deviation : Reason::malformed);
    finding.error = mso_error_;
    return;
  }
  if (object->value_digests.name_spaces().empty() || object->doc_type.str().empty()) {
    fail(finding, Reason::empty);
    finding.expected = std::string(object->doc_type.str().empty() ? "docType" : "valueDigests");
    return;
  }
  pass(finding);
  if (!mso_warnings_.empty()) warn(finding, Reason::deviation);
  const auto& authorizations = object->device_key_info.key_authorizations;
  if (authorizations && authorizes_twice(*authorizations)) {
    deviate(finding, Rule::key_authorizations_overlap, Reason::deviation,
            document_.where / "issuerSigned" / "issuerAuth" / "payload" / "deviceKeyInfo" / "keyAuthorizations");
  }
}

void DocumentVerifier::mso_version(Finding& finding) {
  const auto* object = mso();
  if (object == nullptr) return;
  const auto version = parse_version(object->version);
  if (version && version->major == 1) return pass(finding);
  fail(finding, version ? Reason::unsupported : Reason::malformed);
  finding.found = object->version;
}

void DocumentVerifier::mso_digest_algorithm(Finding& finding) {
  const auto* object = mso();
  if (object == nullptr) return;
  const auto algorithm = crypto::digest_algorithm(object->digest_algorithm);
  if (!algorithm) {
    fail(finding, Reason::unsupported);
    finding.found = object->digest_algorithm;
    return;
  }
  const std::size_t size = crypto::digest_size(*algorithm);
  for (const auto& [name_space, digests] : object->value_digests.name_spaces()) {
    for (const auto& [id, digest] : digests) {
      if (digest.size() == size) continue;
      fail(finding, Reason::mismatch);
      finding.expected = static_cast<std::int64_t>(size);
      finding.found = static_cast<std::int64_t>(digest.size());
      return;
    }
  }
  pass(finding);
}

void DocumentVerifier::mso_doc_type(Finding& finding) {
  const auto* object = mso();
  if (object == nullptr) return;
  if (document_.doc_type == nullptr) return not_applicable(finding, Reason::not_present);
  if (object->doc_type == *document_.doc_type) return pass(finding);
  fail(finding, Reason::mismatch);
  finding.expected = *document_.doc_type;
  finding.found = object->doc_type;
}

void DocumentVerifier::mso_validity_info(Finding& finding) {
  const auto* object = mso();
  if (object == nullptr) return;
  const model::ValidityInfo& validity = object->validity_info;
  if (validity.valid_from < validity.signed_at) {
    fail(finding, Reason::mismatch);
    finding.expected = validity.signed_at;
    finding.found = validity.valid_from;
  } else if (validity.valid_until <= validity.valid_from) {
    fail(finding, Reason::mismatch);
    finding.expected = validity.valid_from;
    finding.found = validity.valid_until;
  } else {
    pass(finding);
  }
}

void DocumentVerifier::mso_signed_within_signer(Finding& finding) {
  const auto* object = mso();
  const auto* signer = object == nullptr ? nullptr : certified_signer(finding);
  if (signer == nullptr) return;
  // Two dates of the issuer are compared, so the quality of our clock is of no matter.
  const UtcSeconds signed_at = object->validity_info.signed_at;
  const auto [from, until] = std::pair(signer->not_before(), signer->not_after());
  judge_date(finding, ClockPolicy{.skew = clock_.skew}.judge(signed_at, from, until), signed_at, from, until);
  if (finding.outcome == Outcome::fail) {
    pass(finding);
    deviate(finding, Rule::mso_signed_outside_signer, signed_at < from ? Reason::not_yet_valid : Reason::expired,
            document_.where / "issuerSigned" / "issuerAuth" / "payload" / "validityInfo" / "signed");
  }
}

void DocumentVerifier::mso_validity(Finding& finding) {
  const auto* object = mso();
  if (object == nullptr) return;
  const model::ValidityInfo& validity = object->validity_info;
  const UtcSeconds now = input_.now.utc;
  judge_date(finding, clock_.judge(now, validity.valid_from, validity.valid_until), now, validity.valid_from,
             validity.valid_until);
}

void DocumentVerifier::mso_until_within_signer(Finding& finding) {
  const auto* object = mso();
  const auto* signer = object == nullptr ? nullptr : certified_signer(finding);
  if (signer == nullptr) return;
  const UtcSeconds until = object->validity_info.valid_until;
  pass(finding);
  if (until <= signer->not_after()) return;
  finding.expected = signer->not_after();
  finding.found = until;
  deviate(finding, Rule::mso_outlasts_signer, Reason::mismatch,
          document_.where / "issuerSigned" / "issuerAuth" / "payload" / "validityInfo" / "validUntil");
}

void DocumentVerifier::issuer_digests(Finding& finding) {
  const auto& name_spaces = document_.issuer_signed->name_spaces;
  if (std::ranges::all_of(name_spaces, [](const auto& name_space) { return name_space.second.empty(); })) {
    return not_applicable(finding, Reason::not_present);
  }
  const auto* object = mso();
  const auto algorithm = object == nullptr ? std::nullopt : crypto::digest_algorithm(object->digest_algorithm);
  if (!algorithm) return;

  pass(finding);
  crypto::Hasher hasher(*algorithm);  // one context for all; the bytes are hashed where they lie
  std::vector<ElementReference> wrong;
  const auto note = [&](Reason reason, const NameSpace& name_space, const model::IssuerSignedItem& item) {
    if (wrong.empty()) fail(finding, reason);
    wrong.push_back({name_space, item.element_identifier});
  };
  for (const auto& [name_space, items] : name_spaces) {
    // Once for all items: a peer that no issuer knows can make both lists long.
    const model::ValueDigests::DigestIDs* digests = object->value_digests.find(name_space);
    for (const auto& item : items) {
      if (item->digest_id > max_digest_id) {
        note(Reason::out_of_range, name_space, *item);
        continue;
      }
      const SharedBytes* expected = digests == nullptr ? nullptr : model::ValueDigests::find(*digests, item->digest_id);
      if (expected == nullptr) {
        note(Reason::absent, name_space, *item);
        continue;
      }
      hasher.update(item.bytes());
      const auto digest = hasher.finish();
      if (!digest) return fail(finding, digest.error());
      if (!std::ranges::equal(digest->view(), expected->view())) note(Reason::invalid, name_space, *item);
    }
  }
  if (!wrong.empty()) finding.found = std::move(wrong);
}

void DocumentVerifier::issuer_salts(Finding& finding) {
  struct Salt {
    ByteView random;
    ElementReference element;
  };
  struct Item {
    const NameSpace* name_space;
    const model::IssuerSignedItem* item;
  };
  std::vector<Item> items;
  for (const auto& [name_space, signed_items] : document_.issuer_signed->name_spaces) {
    for (const auto& item : signed_items) items.push_back({&name_space, &*item});
  }
  if (items.empty()) return not_applicable(finding, Reason::not_present);

  pass(finding);
  const Path where = document_.where / "issuerSigned" / "nameSpaces";
  const auto refer = [](const Item& item) { return ElementReference{*item.name_space, item.item->element_identifier}; };
  std::vector<ElementReference> weak;
  for (const Item& item : items) {
    if (item.item->random.size() < min_random_size) weak.push_back(refer(item));
  }
  if (!weak.empty()) deviate(finding, Rule::salt_short, Reason::deviation, where);

  std::vector<ElementReference> reused;
  const auto by_random = [](const Item& a, const Item& b) {
    return std::ranges::lexicographical_compare(a.item->random.view(), b.item->random.view());
  };
  std::ranges::sort(items, by_random);
  for (std::size_t i = 1; i < items.size(); ++i) {
    if (!by_random(items[i - 1], items[i])) reused.push_back(refer(items[i]));
  }
  if (!reused.empty()) deviate(finding, Rule::salt_reused, Reason::duplicate, where);
  weak.insert(weak.end(), reused.begin(), reused.end());
  if (!weak.empty()) finding.found = std::move(weak);
}

}  // namespace mdoc::verification
