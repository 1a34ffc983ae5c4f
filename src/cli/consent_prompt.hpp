#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "cli/credentials.hpp"
#include "mdoc/holder.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

/// @file
/// Asks the person at the terminal what may leave the device.

namespace mdoc::cli {

/// What a person says: which of the numbered elements to leave out; nothing of `leave_out`: nothing is released at all.
struct Decision {
  std::optional<std::set<std::size_t>> leave_out;  ///< counted from 1
};
/// "y", "n", or numbers between 1 and `count`, apart by spaces or commas. @return nothing: none of these
[[nodiscard]] std::optional<Decision> parse_decision(std::string_view line, std::size_t count);

/// The question, one line for each entry; what would leave comes last, each element once, numbered from 1 in the order
/// of `offer`. How long it gets is decided by what the wallet holds, not by the reader.
/// @param profiles titles of docTypes
[[nodiscard]] std::vector<std::string> describe_question(
    const ConsentNeeded& needed, const presentation::Consent& offer,
    std::span<const profile::DocTypeProfile> profiles = profile::doc_types());

/// Whether a person can be asked: standard input and output are terminals.
[[nodiscard]] bool can_ask();

/// The person at standard input, asked on standard error. An answer counts for the question that it was given to: what
/// was typed at a terminal before a question is dropped, and so is, from elsewhere, the line that answers a question
/// which was withdrawn in the meantime.
class ConsentPrompt {
 public:
  /// @param profiles titles of docTypes; borrowed
  explicit ConsentPrompt(const boost::asio::any_io_executor& executor,
                         std::span<const profile::DocTypeProfile> profiles = profile::doc_types());
  ConsentPrompt(const ConsentPrompt&) = delete;
  ConsentPrompt& operator=(const ConsentPrompt&) = delete;
  ~ConsentPrompt();

  /// Asks also where there is nothing to release: a reader must not learn by the time that it takes whether something
  /// is there (second edition, E.9).
  /// @param approve what may be offered at all
  /// @return what the person agrees to. Who has said nothing intelligible three times, or closes the input, declines:
  ///         nothing. Cancelled where the session ends before the answer: the question is withdrawn, and the person
  ///         told. One question at a time.
  [[nodiscard]] boost::asio::awaitable<std::optional<presentation::Consent>> ask(const ConsentNeeded& needed,
                                                                                 const Approval& approve);

 private:
  [[nodiscard]] boost::asio::awaitable<std::optional<std::string>> read_line();
  [[nodiscard]] boost::asio::awaitable<void> forget_what_was_typed();

  boost::asio::posix::stream_descriptor input_;
  std::span<const profile::DocTypeProfile> profiles_;
  std::string read_{};         // beyond the last line
  std::size_t withdrawn_ = 0;  // questions whose answers may still come
  int flags_ = -1;             // of the input as it was
  bool is_file_ = false;       // which no event loop can wait for, and need not
  bool is_terminal_ = false;
};

}  // namespace mdoc::cli
