#pragma once
// Internal to the facade: a record in the making, and how much it may still hold.

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/error.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rng.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/effects.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/record.hpp"
#include "mdoc/recorder.hpp"
#include "mdoc/trust/revocation_sources.hpp"
#include "mdoc/trust/trust_list.hpp"

namespace mdoc {

/// `text`, well-formed and of `most` bytes at most.
[[nodiscard]] std::string clip_text(std::string_view text, std::size_t most);

/// One of the four rooms for parts of a record. Each part takes what its texts take, and a little for itself.
class RecordRoom {
 public:
  RecordRoom(const RecordLimits& limits, std::size_t& left_out)
      : max_text_(limits.max_text), left_(limits.max_size / 4), left_out_(&left_out) {}

  /// Whether there is room for one more part with these texts, which is taken then; else it counts as left out.
  [[nodiscard]] bool take(std::initializer_list<std::string_view> texts = {}) {
    std::size_t size = 48;
    for (const std::string_view text : texts) size += clip_text(text, max_text_).size();
    if (size > left_) {
      ++*left_out_;
      return false;
    }
    left_ -= size;
    return true;
  }

 private:
  std::size_t max_text_;
  std::size_t left_;
  std::size_t* left_out_;
};

/// What both recorders build.
///
/// A peer decides how much it asks for, and how much there is to judge about it. So these have room of their own, and
/// cannot crowd out that a round was, what was decided in it and what came of it.
class RecordDraft {
 public:
  [[nodiscard]] static Result<RecordDraft> start(RecordedBy by, Rng& rng, Now now, const RecordLimits& limits);

  [[nodiscard]] TransactionRecord& record() noexcept { return *record_; }
  [[nodiscard]] const TransactionRecord& record() const noexcept { return *record_; }
  /// For what this side said and decided: what the reader asked, how it judged answers as a whole, what the holder
  /// agreed to.
  [[nodiscard]] RecordRoom& own() noexcept { return own_; }
  /// For what this side found out about the peer: who asks, or the documents that came.
  [[nodiscard]] RecordRoom& judged() noexcept { return judged_; }
  /// For words of the peer: what it asks for, or brings unasked.
  [[nodiscard]] RecordRoom& of_peer() noexcept { return of_peer_; }

  /// `text`, well-formed and no longer than a text may be.
  [[nodiscard]] std::string clip(std::string_view text) const;
  [[nodiscard]] RecordedElement element(const model::ElementReference& name) const;
  [[nodiscard]] RecordedAnchor anchor(std::string_view subject, std::string_view source, bool pinned,
                                      const trust::ListProvenance* list, UtcSeconds now) const;
  /// What was found out about the peer's certificates, as far as there is room.
  [[nodiscard]] std::vector<RecordedRevocation> revocations(std::span<const trust::RevocationRecord> found);
  /// The DocRequest and its elements, as far as there is room. @return null where there is none
  RecordedDocRequest* ask(RecordedRound& round, std::size_t doc_request, const DocType& doc_type,
                          const model::NameSpaces& name_spaces);
  void add_use_case(RecordedRound& round, bool mandatory, const model::PurposeHints& hints);

  /// The round of this number, made if it is not there. Null where there is no room for it.
  [[nodiscard]] RecordedRound* round(unsigned number);
  void add(const Event& event);
  void end(const std::optional<Error>& reason);

 private:
  RecordDraft(std::unique_ptr<TransactionRecord> record, TimePoint started, const RecordLimits& limits)
      : record_(std::move(record)),
        started_(started),
        max_text_(limits.max_text),
        course_(limits, record_->left_out),
        own_(limits, record_->left_out),
        judged_(limits, record_->left_out),
        of_peer_(limits, record_->left_out) {}
  [[nodiscard]] RecordRoom& of_whoever_asks() noexcept { return record_->by == RecordedBy::reader ? own_ : of_peer_; }
  std::unique_ptr<TransactionRecord> record_;  // at one place, whatever becomes of the draft
  TimePoint started_;
  std::size_t max_text_;
  RecordRoom course_;  // rounds and phases
  RecordRoom own_, judged_, of_peer_;
};

/// "transport/link_closed": kind and code, and nothing of the place.
[[nodiscard]] std::string word_for(const Error& error);

/// SHA-256; nothing where the cryptographic library fails.
[[nodiscard]] std::optional<Bytes> fingerprint(ByteView content);

}  // namespace mdoc
