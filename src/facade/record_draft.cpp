#include "facade/record_draft.hpp"

#include "core/try.hpp"
#include "core/utf8.hpp"

namespace mdoc {
namespace {

constexpr std::size_t id_size = 16;

std::chrono::seconds age_of(UtcSeconds date, UtcSeconds now) { return std::max(now - date, std::chrono::seconds{0}); }

}  // namespace

std::string clip_text(std::string_view text, std::size_t most) {
  constexpr std::size_t longest_character = 4;  // so that none is cut before it is looked at
  if (text.size() > most && text.size() - most > longest_character) text = text.substr(0, most + longest_character);
  std::string well_formed = replace_malformed(text);
  std::size_t end = std::min(well_formed.size(), most);
  while (end < well_formed.size() && end > 0 && (static_cast<unsigned char>(well_formed[end]) & 0xc0U) == 0x80U) --end;
  well_formed.resize(end);
  return well_formed;
}

std::size_t written_size(std::string_view text) noexcept {
  std::size_t size = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    size += byte < 0x20 ? 6U : c == '"' || c == '\\' ? 2U : 1U;
  }
  return size;
}

Result<RecordDraft> RecordDraft::start(RecordedBy by, Rng& rng, Now now, const RecordLimits& limits) {
  auto record = std::make_unique<TransactionRecord>();
  record->by = by;
  record->id.resize(id_size);
  MDOC_CHECK(rng.fill(record->id));
  record->started = now.utc;
  return RecordDraft(std::move(record), now.steady, limits);
}

std::string RecordDraft::clip(std::string_view text) const { return clip_text(text, max_text_); }

RecordedElement RecordDraft::element(const model::ElementReference& name) const {
  return {.name_space = clip(name.name_space.str()), .element = clip(name.element.str())};
}

RecordedAnchor RecordDraft::anchor(std::string_view subject, std::string_view source, bool pinned,
                                   const trust::ListProvenance* list, UtcSeconds now) const {
  RecordedAnchor anchor{.subject = clip(subject), .source = clip(source), .pinned = pinned};
  if (list != nullptr) {
    anchor.list = RecordedList{.kind = std::string(trust::name(list->kind)),
                               .provider = clip(list->provider),
                               .issue = list->issue_id,
                               .age = age_of(list->date, now)};
  }
  return anchor;
}

std::vector<RecordedRevocation> RecordDraft::revocations(std::span<const trust::RevocationRecord> found) {
  std::vector<RecordedRevocation> list;
  for (const trust::RevocationRecord& each : found) {
    if (!judged_.take({trust::name(each.state), trust::name(each.source)})) continue;
    list.push_back({.state = std::string(trust::name(each.state)),
                    .source = std::string(trust::name(each.source)),
                    .age = each.age});
  }
  return list;
}

RecordedDocRequest* RecordDraft::ask(RecordedRound& round, std::size_t doc_request, const DocType& doc_type) {
  if (!of_whoever_asks().take({doc_type.str()})) return nullptr;
  return &round.asked.emplace_back(RecordedDocRequest{.doc_request = doc_request, .doc_type = clip(doc_type.str())});
}

void RecordDraft::ask_elements(RecordedDocRequest& asked, const model::NameSpaces& name_spaces) {
  RecordRoom& room = of_whoever_asks();
  for (const auto& [name_space, elements] : name_spaces) {
    for (const auto& [identifier, retain] : elements) {
      if (!room.take({name_space.str(), identifier.str()})) continue;
      asked.elements.push_back({.asked = element({name_space, identifier}), .retain = retain});
    }
  }
}

void RecordDraft::add_use_case(RecordedRound& round, bool mandatory, const model::PurposeHints& hints) {
  RecordRoom& room = of_whoever_asks();
  if (!room.take()) return;
  RecordedUseCase& use_case = round.use_cases.emplace_back(RecordedUseCase{.mandatory = mandatory});
  for (const auto& [controller, code] : hints) {
    if (!room.take({controller})) continue;
    use_case.purposes.push_back({.controller = clip(controller), .code = code});
  }
}

RecordedRound* RecordDraft::round(unsigned number, bool in_any_case) {
  for (RecordRoom* const room : {&own_, &judged_, &of_peer_}) room->begin_round(number);
  for (RecordedRound& round : record_->rounds) {
    if (round.round == number) return &round;
  }
  const bool has_room = course_.take();
  if (!has_room && !in_any_case) return nullptr;
  // Without room, what was asked in it is not there either.
  return &record_->rounds.emplace_back(RecordedRound{.round = number, .left_out = has_room ? 0U : 1U});
}

void RecordDraft::add(const Event& event) {
  if (!course_.take({name(event.phase)})) return;
  const auto after = std::chrono::floor<std::chrono::milliseconds>(std::max(event.at, started_) - started_);
  record_->phases.push_back({.phase = std::string(name(event.phase)), .round = event.round, .after = after});
}

void RecordDraft::end(const std::optional<Error>& reason) {
  if (!record_->ended.empty()) return;
  record_->ended = "good-order";
  if (reason) record_->ended = word_for(*reason);
}

std::string word_for(const Error& error) {
  return std::string(name(error.kind())).append("/").append(name(error.code));
}

std::optional<Bytes> fingerprint(ByteView content) {
  const auto digest = crypto::digest(crypto::DigestAlgorithm::sha256, content);
  if (!digest) return std::nullopt;
  return digest->to_bytes();
}

}  // namespace mdoc
