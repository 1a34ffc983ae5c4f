#include "mdoc/json/sentences.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <variant>

#include "core/utf8.hpp"
#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::json {
namespace {

using verification::CheckId;
using verification::Finding;
using verification::Outcome;
using verification::Reason;

/// Whether it is written from right to left: Hebrew, Arabic and their neighbours, and their presentation forms.
bool is_right_to_left(char32_t character) {
  return (character >= U'\u0590' && character <= U'\u08ff') || (character >= U'\ufb1d' && character <= U'\ufdff') ||
         (character >= U'\ufe70' && character <= U'\ufefc') ||
         (character >= U'\U00010800' && character <= U'\U00010fff') ||
         (character >= U'\U0001e800' && character <= U'\U0001efff');
}

/// So many blanks that what follows would begin a row of the terminal, and look like a line of ours, become one.
std::string with_few_blanks(std::string_view text) {
  constexpr std::size_t most = 8;
  std::string kept;
  kept.reserve(text.size());
  std::string_view run = text.substr(0, 0);  // of blanks, so far
  std::size_t count = 0;
  const auto end_run = [&] {
    kept += count > most ? std::string_view(" ") : run;
    count = 0;
  };
  while (!text.empty()) {
    const std::string_view before = text;
    const auto character = take_character(text);
    if (!character) text = before.substr(1);
    const std::size_t size = before.size() - text.size();
    if (character && is_blank(*character)) {
      run = count++ == 0 ? before.substr(0, size) : std::string_view(run.data(), run.size() + size);
      continue;
    }
    if (count > 0) end_run();
    kept += before.substr(0, size);
  }
  if (count > 0) end_run();
  return kept;
}

bool has_right_to_left(std::string_view text) {
  while (!text.empty()) {
    const auto character = take_character(text);
    if (!character) text.remove_prefix(1);
    if (character && is_right_to_left(*character)) return true;
  }
  return false;
}

/// Text of a peer within a sentence, isolated(): its beginning, and blanks as one. It may be megabytes, or so many
/// blanks that what follows begins a row of the terminal and looks like a verdict.
std::string excerpt(std::string_view text, const Wording& wording) {
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
  std::string shown = isolated(kept);
  if (!rest.empty()) shown += "… " + wording.say(Phrase::size, {{"size", std::to_string(text.size())}});
  return shown;
}

/// The first of a list, and how many more there are: a peer may have sent thousands.
template <class Item, class ToText>
std::string list_text(const std::vector<Item>& items, const Wording& wording, ToText to_text) {
  constexpr std::size_t most = 16;
  std::string text;
  for (std::size_t i = 0; i < std::min(items.size(), most); ++i) {
    if (i > 0) text += ", ";
    text += to_text(items[i]);
  }
  if (items.size() > most) {
    text += " " + wording.say(Phrase::more, {{"count", std::to_string(items.size() - most)}});
  }
  return text;
}

struct EvidenceText {
  const Wording& wording;

  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(const std::string& text) const { return excerpt(text, wording); }
  std::string operator()(UtcSeconds time) const { return wording.time(time); }
  std::string operator()(const Bytes& bytes) const { return to_hex(bytes); }
  std::string operator()(const DocType& doc_type) const { return excerpt(doc_type.str(), wording); }
  std::string operator()(const std::vector<model::ElementReference>& elements) const {
    return list_text(elements, wording, [this](const model::ElementReference& each) {
      return excerpt(each.name_space.str(), wording) + "/" + excerpt(each.element.str(), wording);
    });
  }
  std::string operator()(const std::vector<std::string>& words) const {
    return list_text(words, wording, [this](const std::string& word) { return excerpt(word, wording); });
  }
};

/// The phrases for what was expected and what was found, and which comes first.
struct Leads {
  Phrase expected = Phrase::expected;
  std::optional<Phrase> found = Phrase::found;  ///< nothing: it stands by itself
  bool expected_first = true;
};

Leads leads_of(const Finding& finding) {
  if (finding.check == CheckId::mso_signed_within_signer) {
    return {.expected = finding.reason == Reason::expired ? Phrase::signer_ended : Phrase::signer_begins,
            .found = Phrase::signed_at};
  }
  switch (finding.reason) {
    case Reason::expired: return {.expected = Phrase::limit, .found = Phrase::time};
    case Reason::not_yet_valid: return {.expected = Phrase::begins, .found = Phrase::time};
    case Reason::revoked:
    case Reason::suspended:
      return {.expected = Phrase::since,
              .found = finding.check == CheckId::trust_revocation ? Phrase::certificate_of : Phrase::revoked_by,
              .expected_first = false};
    case Reason::other_doc_types_only:
    case Reason::list_expired:
    case Reason::constraints_unmet:
      return {.expected = Phrase::anchor_would_be, .found = Phrase::signer_is, .expected_first = false};
    case Reason::stale: return {.expected = Phrase::next_due, .found = Phrase::about, .expected_first = false};
    case Reason::untrusted:
    case Reason::namesake:
      return {.expected = Phrase::issuer_would_be, .found = Phrase::path_ends, .expected_first = false};
    default: break;
  }
  if (finding.reason == Reason::mismatch && finding.check == CheckId::trust_country) {
    return {.expected = Phrase::anchor_names, .found = Phrase::signer_names};
  }
  if (finding.reason == Reason::mismatch &&
      (finding.check == CheckId::issuer_country || finding.check == CheckId::issuer_jurisdiction)) {
    return {.expected = Phrase::signer_expects, .found = Phrase::document_names};
  }
  // Elements are what a sentence speaks of; anything else is what was found in the place of what was expected.
  if (std::holds_alternative<std::vector<model::ElementReference>>(finding.found)) return {.found = std::nullopt};
  return {};
}

/// Clauses of an engineer's sentence; for clerks sentences, one after the other.
void append(std::string& text, std::string_view part, const Wording& wording) {
  if (part.empty()) return;
  if (!text.empty()) text += wording.for_clerks() ? " " : "; ";
  text += part;
}

std::string phrase_of(std::optional<Phrase> phrase, std::string_view placeholder, const std::string& value,
                      const Wording& wording) {
  if (value.empty()) return {};
  if (phrase) return wording.say(*phrase, {{placeholder, value}});
  return wording.for_clerks() ? std::string() : value;
}

}  // namespace

std::string sentence(const Finding& finding, const Wording& wording) {
  // Two dates of the issuer are compared, and neither is now, of which the sentences of the reasons speak.
  if (finding.check == CheckId::mso_signed_within_signer) {
    if (finding.reason == Reason::not_yet_valid) return wording.say(Phrase::signed_before_signer);
    if (finding.reason == Reason::expired) return wording.say(Phrase::signed_after_signer);
  }
  return std::string(wording.of(finding.reason));
}

std::string explain(const Finding& finding, const Wording& wording) {
  std::string text = sentence(finding, wording);
  const Leads leads = leads_of(finding);
  const std::string expected_value = std::visit(EvidenceText{wording}, finding.expected);
  const std::string expected = phrase_of(leads.expected, "expected", expected_value, wording);
  const std::string found = phrase_of(leads.found, "found", std::visit(EvidenceText{wording}, finding.found), wording);
  append(text, leads.expected_first ? expected : found, wording);
  append(text, leads.expected_first ? found : expected, wording);
  if (wording.for_clerks()) return text;
  if (finding.error) append(text, explain(*finding.error, wording), wording);
  // Where there is no value to compare with, the duty says what was expected.
  if (finding.outcome == Outcome::fail && expected_value.empty()) {
    append(text, wording.say(Phrase::duty, {{"duty", wording.of(finding.check)}}), wording);
  }
  return text;
}

std::string explain(const Error& error, const Wording& wording) {
  if (wording.for_clerks()) return std::string(wording.of(error.code));
  std::string text;
  text.append(name(error.kind())).append("/").append(name(error.code)).append(": ").append(wording.of(error.code));
  std::string place = error.where.text();
  const auto add = [&place](const std::string& part) { place += place.empty() ? part : ", " + part; };
  if (error.offset != Error::no_offset) add(wording.say(Phrase::byte, {{"offset", std::to_string(error.offset)}}));
  if (error.native != 0) add(wording.say(Phrase::code, {{"code", std::to_string(error.native)}}));
  if (!place.empty()) text += " (" + place + ")";
  return text;
}

std::string isolated(std::string_view text) {
  constexpr std::string_view first_strong_isolate = "\u2068";
  constexpr std::string_view pop_isolate = "\u2069";
  std::string safe = printable(with_few_blanks(text));
  if (!has_right_to_left(safe)) return safe;
  return std::string(first_strong_isolate) + safe + std::string(pop_isolate);
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
