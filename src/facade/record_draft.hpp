#pragma once
// Internal to the facade: a record in the making, and how much it may still hold.

#include <algorithm>
#include <cstddef>
#include <cstdint>
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

/// Bytes of `text` in JSON: an escape of a control character takes six, and a peer may send nothing else.
[[nodiscard]] std::size_t written_size(std::string_view text) noexcept;

/// Whether whoever comes first may take all of a room, or each round a share of it.
enum class RoomUse : std::uint8_t { first_come, shared_by_rounds };

/// One of the four rooms for parts of a record. Each part takes what its texts take, and a little for itself.
///
/// One that rounds share keeps a quarter in equal shares, one for each round; of the rest each round takes three
/// quarters at most of what earlier ones left. So what makes one round long never leaves a later one with nothing.
class RecordRoom {
 public:
  RecordRoom(const RecordLimits& limits, std::size_t& left_out, RoomUse use)
      : max_text_(limits.max_text), use_(use), common_(limits.max_size / 4), left_out_(&left_out) {
    if (use == RoomUse::shared_by_rounds) {
      share_of_each_ = common_ / 4 / rounds_with_a_share;
      common_ -= share_of_each_ * rounds_with_a_share;
    }
    left_ = common_;
  }

  /// Whose parts come next. Rounds come in order; one that has begun does not begin again.
  void begin_round(unsigned round) noexcept {
    if (use_ == RoomUse::first_come || round <= round_) return;
    if (round_ > 0) {
      const std::size_t taken = share_ + most_of_common() - left_;
      common_ -= taken - std::min(taken, share_);
    }
    round_ = round;
    share_ = rounds_begun_++ < rounds_with_a_share ? share_of_each_ : 0;
    left_ = share_ + most_of_common();
  }

  /// Whether there is room for one more part with these texts, which is taken then; else it counts as left out.
  [[nodiscard]] bool take(std::initializer_list<std::string_view> texts = {}) {
    const bool fits = try_take(texts);
    if (!fits) ++*left_out_;
    return fits;
  }
  /// The same, and nothing counts.
  [[nodiscard]] bool try_take(std::initializer_list<std::string_view> texts) {
    std::size_t size = 48;
    for (const std::string_view text : texts) size += written_size(clip_text(text, max_text_));
    if (size > left_) return false;
    left_ -= size;
    return true;
  }

 private:
  static constexpr std::size_t rounds_with_a_share = 64;  // HolderOptions::max_rounds, by default
  [[nodiscard]] std::size_t most_of_common() const noexcept { return common_ - common_ / 4; }
  std::size_t max_text_;
  RoomUse use_;
  std::size_t common_;  // without shares; what earlier rounds left
  std::size_t share_of_each_ = 0;
  unsigned round_ = 0;
  std::size_t rounds_begun_ = 0;
  std::size_t share_ = 0;  // of this round
  std::size_t left_ = 0;   // for this round
  std::size_t* left_out_;
};

/// What both recorders build.
///
/// A peer decides how much it asks for, and how much there is to judge about it. So these have room of their own, and
/// cannot crowd out that a round was, what was decided in it and what came of it. Nor can those of one round crowd out
/// those of a later one. What a holder agrees to is in part the reader's choice as well, which decides how many
/// DocRequests one element answers; so in a holder's record that room is shared by rounds too.
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
  /// That there is this DocRequest, its elements aside. @return null where there is no room
  RecordedDocRequest* ask(RecordedRound& round, std::size_t doc_request, const DocType& doc_type);
  /// The elements of one DocRequest, as far as there is room.
  void ask_elements(RecordedDocRequest& asked, const model::NameSpaces& name_spaces);
  void add_use_case(RecordedRound& round, bool mandatory, const model::PurposeHints& hints);

  /// The round of this number, made if it is not there; the next parts belong to it. Null where there is no room for
  /// it.
  /// @param in_any_case it is made without room as well
  [[nodiscard]] RecordedRound* round(unsigned number, bool in_any_case = false);
  /// Does what it takes to record parts of this round, and notes in it how many of them found no room.
  template <class Action>
  void record_in(RecordedRound& round, Action action) {
    const std::size_t before = record_->left_out;
    action();
    round.left_out += record_->left_out - before;
  }
  void add(const Event& event);
  void end(const std::optional<Error>& reason);

 private:
  RecordDraft(std::unique_ptr<TransactionRecord> record, TimePoint started, const RecordLimits& limits)
      : record_(std::move(record)),
        started_(started),
        max_text_(limits.max_text),
        course_(limits, record_->left_out, RoomUse::first_come),
        own_(limits, record_->left_out,
             record_->by == RecordedBy::holder ? RoomUse::shared_by_rounds : RoomUse::first_come),
        judged_(limits, record_->left_out, RoomUse::shared_by_rounds),
        of_peer_(limits, record_->left_out, RoomUse::shared_by_rounds) {}
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
