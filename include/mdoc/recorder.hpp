#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rng.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/effects.hpp"
#include "mdoc/holder.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/reader.hpp"
#include "mdoc/record.hpp"

/// @file
/// Makes the record of a presentation of what the application sees of it anyway:
///
///     auto recorder = HolderRecorder::start(rng, now).value();
///     while (auto effect = holder.poll()) {
///       recorder.on(*effect);
///       ...
///     }
///     const TransactionRecord& record = recorder.record();

namespace mdoc {

/// What a record holds beyond the facts of the transaction. All of it is PersonalData::sensitive, and off.
struct RecordContents {
  /// SHA-256 of the DeviceRequest as it was sent. Both sides see the same bytes, so it ties the records of both logs
  /// together; and a signed request is one of its kind.
  bool request_digest = false;
  /// In a reader's log: SHA-256 of the device key of documents that passed. It is the same at every reader and every
  /// time as long as the wallet uses that document. Not there where answers stand for the message
  /// (ReaderOptions::questions).
  bool device_keys = false;
  /// In a reader's log: the values of elements that were asked for with intentToRetain, of documents that passed. What
  /// was asked for without is never kept, whatever is switched on (ISO/IEC 18013-5, second edition, 10.2.3).
  bool retained_values = false;
};

/// What one record may hold at most. What finds no room is counted in TransactionRecord::left_out.
struct RecordLimits {
  std::size_t max_text = 512;  ///< bytes of one text; the rest is cut off
  /// All texts of one record together, as JSON has them, and 48 for each part: a quarter for rounds and phases, one for
  /// what this side said and decided, one for what it found out about the peer or its documents, one for words of the
  /// peer. So neither what the peer asks for nor what it brings crowds out what was decided, or the verdict about a
  /// whole answer. The last two quarters are shared by rounds, as is what a holder agreed to: a round takes ¾ at most
  /// of what earlier ones left, and each of the first 64 has a share of its own, so that one long round does not hide a
  /// later one. Whatever is left out, a holder's record names each element of a document with the first round that
  /// released it, beyond this size if need be: there are no more of them than the wallet has. A round has room for some
  /// hundred elements by default: a log of 256 MiB, which is what mdoc-cli reads back, is full after thousands of
  /// sessions of peers that want nothing else.
  std::size_t max_size = std::size_t{256} << 10;
  std::size_t max_values = std::size_t{1} << 20;  ///< all retained values together
};

/// Writes the record of a holder's side. Feed it every effect of a Holder, and what the person decided. Not for use by
/// several threads at once.
class MDOC_EXPORT HolderRecorder {
 public:
  /// @param rng for the id of the record; used during this call only
  /// @return internal/randomness
  [[nodiscard]] static Result<HolderRecorder> start(Rng& rng, Now now, RecordContents contents = {},
                                                    RecordLimits limits = {});
  HolderRecorder(HolderRecorder&&) noexcept;
  HolderRecorder& operator=(HolderRecorder&&) noexcept;
  ~HolderRecorder();

  void on(const ConsentNeeded& question);
  /// What the person decided, before it goes to Holder::answer() or, as nothing, to Holder::decline(). Counts once the
  /// Holder took it; the last one does. A consent without documents is a refusal too, or none was possible: see
  /// RecordedRound::decision. Without it a round has no decision, and neither has one where what came of it
  /// shows that the Holder took another one.
  void on(const std::optional<presentation::Consent>& decision);
  void on(const ResponseSent& sent);
  void on(const Event& event);
  void on(const Closed& closed);
  /// Any effect: those without meaning for a record pass.
  void on(const HolderEffect& effect);
  /// How it ended, where a driver took the effects: what asio::serve() returns.
  void end(const Result<void>& how);

  /// The record so far.
  [[nodiscard]] const TransactionRecord& record() const noexcept;

 private:
  struct Impl;
  explicit HolderRecorder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Writes the record of a reader's side. Feed it every request and every effect of a Reader. Not for use by several
/// threads at once.
class MDOC_EXPORT ReaderRecorder {
 public:
  /// @param rng for the id of the record; used during this call only
  /// @return internal/randomness
  [[nodiscard]] static Result<ReaderRecorder> start(Rng& rng, Now now, RecordContents contents = {},
                                                    RecordLimits limits = {});
  ReaderRecorder(ReaderRecorder&&) noexcept;
  ReaderRecorder& operator=(ReaderRecorder&&) noexcept;
  ~ReaderRecorder();

  /// What Reader::request() took, or is about to take. It is in the record once RequestSent says that it was sent, or
  /// an answer to it does: what the Reader refused, or kept as the session was over, was never asked.
  void on(const model::DeviceRequest& request);
  void on(const RequestSent& sent);
  void on(const ResponseReceived& response);
  void on(const Event& event);
  void on(const Closed& closed);
  /// Any effect: those without meaning for a record pass.
  void on(const ReaderEffect& effect);
  /// How it ended, where a driver took the effects: what asio::present() returns.
  void end(const Result<void>& how);

  /// The record so far.
  [[nodiscard]] const TransactionRecord& record() const noexcept;

 private:
  struct Impl;
  explicit ReaderRecorder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc
