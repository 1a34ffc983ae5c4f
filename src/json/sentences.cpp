#include "mdoc/json/sentences.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <variant>

#include "core/utf8.hpp"
#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::json {
namespace {

using verification::CheckId;
using verification::Evidence;
using verification::Finding;
using verification::Outcome;
using verification::Reason;

struct Row {
  Reason reason;
  std::string_view text;
};

// One row for each Reason, in order.
constexpr std::array table{
    Row{Reason::none, ""},
    Row{Reason::no_anchors, "no trust anchors were given: give the issuer's root certificate, or pin a key"},
    Row{Reason::no_transcript, "no session transcript was given, so nothing ties the answer to a session"},
    Row{Reason::no_reader_key, "a MAC needs the reader's ephemeral private key, which was not given"},
    Row{Reason::no_request, "no request was given to compare with"},
    Row{Reason::issuer_only, "only the issuer's part was asked for"},
    Row{Reason::earlier_check_failed, "needs the result of a check that failed"},
    Row{Reason::absent, "a required part is missing"},
    Row{Reason::empty, "a part that must not be empty is empty"},
    Row{Reason::malformed, "does not decode"},
    Row{Reason::unsupported, "not supported"},
    Row{Reason::mismatch, "expected and found differ"},
    Row{Reason::invalid, "does not verify"},
    Row{Reason::untrusted,
        "no path to a trust anchor: give the issuer's root certificate if you trust it, or a list that names it"},
    Row{Reason::expired, "no longer valid"},
    Row{Reason::not_yet_valid, "not valid yet"},
    Row{Reason::clock_unknown, "the time is not known, so no date can be judged: set the clock"},
    Row{Reason::within_skew, "holds only thanks to the tolerated clock difference"},
    Row{Reason::revoked, "revoked"},
    Row{Reason::not_checked, "revocation was not looked at, as that was switched off"},
    Row{Reason::unauthorized, "signed by the device without authorisation by the issuer"},
    Row{Reason::duplicate, "occurs twice"},
    Row{Reason::unrequested, "was not asked for"},
    Row{Reason::unanswered, "was asked for and is missing"},
    Row{Reason::deviation, "deviates from the standard in a known way"},
    Row{Reason::wrong_purpose, "the certificate was made for something else"},
    Row{Reason::other_mechanism, "the document uses the other kind of device authentication"},
    Row{Reason::not_present, "there is nothing to judge"},
    Row{Reason::pinned, "trusted by a pin of the caller"},
    Row{Reason::unknown_doc_type, "no profile is known for this document type"},
    Row{Reason::other_doc_types_only, "the trust anchor is trusted for other document types only"},
    Row{Reason::opaque, "cannot be opened here"},
    Row{Reason::status_unknown,
        "nothing at hand says whether it was revoked: fetch revocation information, or give it"},
    Row{Reason::out_of_range, "a number beyond what the standard allows"},
    Row{Reason::surplus, "more than was asked for"},
    Row{Reason::internal, "the cryptographic library failed"},
    Row{Reason::suspended, "suspended: on a revocation list for the time being"},
    Row{Reason::stale, "the revocation information is too old: fetch a new one"},
    Row{Reason::overdue, "a newer issue of the list of anchors should be there: fetch it"},
    Row{Reason::disputed, "another list names the same authority for other document types"},
    Row{Reason::list_expired, "the list of anchors that names the authority is past its end: fetch a newer one"},
    Row{Reason::constraints_unmet,
        "the list of reader authorities allows this authority under conditions that are not met"},
    Row{Reason::signer_is_anchor, "the signer is itself a trust anchor, and there is none above it"},
    Row{Reason::namesake,
        "no path to a trust anchor: one has the issuer's name, but its key did not sign this certificate: give that "
        "authority's other root certificate if you trust it"},
    Row{Reason::unsound_path,
        "a trust anchor is there that signed, but the path to it breaks a rule of certificate paths (RFC 5280)"},
    Row{Reason::proof_required, "the request takes a zero-knowledge proof, and not the document itself"},
    Row{Reason::no_verifier, "no verifier of this proof system is at hand"},
};

consteval bool table_is_in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].reason) != i) return false;
  }
  return table.size() == verification::reason_count;
}
static_assert(table_is_in_order());

/// Blanks of any width that printable() leaves as they are.
bool is_blank(char32_t character) {
  return character == U' ' || character == U'\u00a0' || character == U'\u1680' ||
         (character >= U'\u2000' && character <= U'\u200a') || character == U'\u202f' || character == U'\u205f' ||
         character == U'\u3000' || character == U'\u2800';
}

/// Text of a peer within a sentence, printable(): its beginning, and blanks as one. It may be megabytes, or so many
/// blanks that what follows begins a row of the terminal and looks like a verdict.
std::string excerpt(std::string_view text) {
  constexpr std::size_t most = 256;
  std::string kept;
  bool after_blank = false;
  std::string_view rest = text;
  while (!rest.empty() && kept.size() < most) {
    const std::string_view before = rest;
    const auto character = take_character(rest);
    if (!character) rest = before.substr(1);
    const bool blank = character && is_blank(*character);
    if (blank && !after_blank) kept += ' ';
    if (!blank) kept += before.substr(0, before.size() - rest.size());
    after_blank = blank;
  }
  std::string shown = printable(kept);
  if (!rest.empty()) shown += "… (" + std::to_string(text.size()) + " bytes)";
  return shown;
}

/// The first of a list, and how many more there are: a peer may have sent thousands.
template <class Item, class ToText>
std::string list_text(const std::vector<Item>& items, ToText to_text) {
  constexpr std::size_t most = 16;
  std::string text;
  for (std::size_t i = 0; i < std::min(items.size(), most); ++i) {
    if (i > 0) text += ", ";
    text += to_text(items[i]);
  }
  if (items.size() > most) text += " and " + std::to_string(items.size() - most) + " more";
  return text;
}

std::string list_text(const std::vector<model::ElementReference>& elements) {
  return list_text(elements, [](const model::ElementReference& each) {
    return excerpt(each.name_space.str()) + "/" + excerpt(each.element.str());
  });
}

std::string list_text(const std::vector<std::string>& words) { return list_text(words, excerpt); }

struct EvidenceText {
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(const std::string& text) const { return excerpt(text); }
  std::string operator()(UtcSeconds time) const { return to_rfc3339(time); }
  std::string operator()(const Bytes& bytes) const { return to_hex(bytes); }
  std::string operator()(const DocType& doc_type) const { return excerpt(doc_type.str()); }
  std::string operator()(const std::vector<model::ElementReference>& elements) const { return list_text(elements); }
  std::string operator()(const std::vector<std::string>& words) const { return list_text(words); }
};

/// The words before what was expected and what was found, and which comes first.
struct Leads {
  std::string_view expected = "expected ";
  std::string_view found = "found ";
  bool expected_first = true;
};

Leads leads_of(const Finding& finding) {
  if (finding.check == CheckId::mso_signed_within_signer) {
    return {.expected = finding.reason == Reason::expired ? "that ended at " : "that begins at ",
            .found = "it was signed at "};
  }
  switch (finding.reason) {
    case Reason::expired: return {.expected = "the limit is ", .found = "the time is "};
    case Reason::not_yet_valid: return {.expected = "it begins at ", .found = "the time is "};
    case Reason::revoked:
    case Reason::suspended:
      return {.expected = "since ",
              .found = finding.check == CheckId::trust_revocation ? "the certificate of " : "by ",
              .expected_first = false};
    case Reason::other_doc_types_only:
    case Reason::list_expired:
    case Reason::constraints_unmet:
      return {.expected = "the anchor would be ", .found = "the signer is ", .expected_first = false};
    case Reason::stale: return {.expected = "the next one was due at ", .found = "about ", .expected_first = false};
    case Reason::untrusted:
    case Reason::namesake:
      return {.expected = "its issuer would be ", .found = "the path ends at ", .expected_first = false};
    default: break;
  }
  if (finding.reason != Reason::mismatch) {
    // Elements are what a sentence speaks of; anything else is what was found in the place of what was expected.
    return std::holds_alternative<std::vector<model::ElementReference>>(finding.found) ? Leads{.found = ""} : Leads{};
  }
  if (finding.check == CheckId::trust_country) return {.expected = "the anchor names ", .found = "the signer names "};
  if (finding.check == CheckId::issuer_country || finding.check == CheckId::issuer_jurisdiction) {
    return {.expected = "the signer names ", .found = "the document names "};
  }
  return std::holds_alternative<std::vector<model::ElementReference>>(finding.found) ? Leads{.found = ""} : Leads{};
}

void append(std::string& text, std::string_view lead, const std::string& part) {
  if (part.empty()) return;
  if (!text.empty()) text += "; ";
  text.append(lead).append(part);
}

}  // namespace

std::string_view sentence(Reason reason) noexcept {
  const auto index = static_cast<std::size_t>(reason);
  return index < table.size() ? table[index].text : std::string_view();
}

std::string_view sentence(const Finding& finding) noexcept {
  // Two dates of the issuer are compared, and neither is now, of which the sentences of the reasons speak.
  if (finding.check == CheckId::mso_signed_within_signer) {
    if (finding.reason == Reason::not_yet_valid) return "signed before the validity of the signer's certificate";
    if (finding.reason == Reason::expired) return "signed after the validity of the signer's certificate";
  }
  return sentence(finding.reason);
}

std::string explain(const Finding& finding) {
  std::string text(sentence(finding));
  const std::string expected = std::visit(EvidenceText{}, finding.expected);
  const Leads leads = leads_of(finding);
  const std::string found = std::visit(EvidenceText{}, finding.found);
  if (leads.expected_first) append(text, leads.expected, expected);
  append(text, leads.found, found);
  if (!leads.expected_first) append(text, leads.expected, expected);
  if (finding.error) append(text, "", describe(*finding.error));
  // Where there is no value to compare with, the duty says what was expected.
  if (finding.outcome == Outcome::fail && expected.empty()) {
    append(text, "expected: ", std::string(info(finding.check).duty));
  }
  return text;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::string_view before = text;
    const auto character = take_character(text);
    if (!character) text.remove_prefix(1);  // one byte, so that what follows is read again from its own beginning
    const std::string_view bytes = before.substr(0, before.size() - text.size());
    if (!character || (*character < 0x80 && cbor::is_unsafe_to_show(*character))) {
      out.append("\\x").append(to_hex(as_bytes(bytes)));
    } else if (cbor::is_unsafe_to_show(*character)) {
      out += cbor::escaped(*character);
    } else {
      out.append(bytes);
    }
  }
  return out;
}

}  // namespace mdoc::json
