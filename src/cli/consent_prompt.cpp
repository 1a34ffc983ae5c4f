#include "cli/consent_prompt.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iostream>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "cli/output.hpp"
#include "cli/reader_trust.hpp"
#include "cli/terminal.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::cli {
namespace {

namespace net = boost::asio;
using presentation::AnswerBasis;
using presentation::Consent;
using presentation::DocumentOption;
using presentation::ElementOption;

std::string purpose_text(const std::string& controller, std::int64_t code) {
  constexpr std::string_view registered = "org.iso.jtc1.sc17";
  if (controller == registered && code == 1) return "to verify an identity";
  if (controller == registered && code == 2) return "to verify the right to drive";
  if (controller == registered && code == 3) return "to verify an age";
  return fmt::format("purpose {} of {}", code, brief(controller));
}

/// What leaves, once, however many questions it answers: the reader decides how many of these there are.
struct OfferedElement {
  model::ElementReference released;
  std::set<std::string> in_place_of{};  ///< other elements
  bool comes_with_others = false;
  bool kept = false;
};

std::vector<OfferedElement> elements_of(const DocumentOption& document) {
  std::vector<OfferedElement> offered;
  for (const ElementOption& element : document.elements) {
    auto known = std::ranges::find(offered, element.released, &OfferedElement::released);
    if (known == offered.end()) known = offered.insert(known, {.released = element.released});
    if (!(element.requested == element.released)) known->in_place_of.insert(element.requested.element.str());
    known->comes_with_others = known->comes_with_others || element.comes_with_others;
    known->kept = known->kept || element.intent_to_retain;
  }
  return offered;
}

std::size_t count_of(const Consent& offer) {
  std::size_t count = 0;
  for (const DocumentOption& document : offer.documents()) count += elements_of(document).size();
  return count;
}

std::string element_line(std::size_t number, const OfferedElement& element) {
  std::string line = fmt::format("  {:>3}  {}/{}", number, brief(element.released.name_space.str()),
                                 brief(element.released.element.str()));
  if (!element.in_place_of.empty()) line += fmt::format(", instead of {}", brief(*element.in_place_of.begin()));
  if (element.in_place_of.size() > 1) line += fmt::format(" and {} more", element.in_place_of.size() - 1);
  if (element.comes_with_others) line += ", without which nothing of this document is sent";
  if (element.kept) line += ", which the reader says it will keep";
  return line;
}

/// A few names of what was asked for and is not there, and how many more.
std::string missing_line(const DocumentOption& document) {
  constexpr std::size_t few = 3;
  const auto& missing = document.unavailable;
  std::string line = "    not there: ";
  for (std::size_t i = 0; i < std::min(few, missing.size()); ++i) {
    line += (i == 0 ? "" : ", ") + brief(missing[i].element.str(), 32);
  }
  if (missing.size() > few) line += fmt::format(" and {} more", missing.size() - few);
  return line;
}

/// The purposes of use cases, as far as a screen has room for them.
void add_purposes(std::vector<std::string>& lines, const presentation::RequestMatch& match) {
  constexpr std::size_t most = 8;
  std::size_t purposes = 0;
  const auto add = [&](std::string line) {
    if (++purposes <= most) lines.push_back(std::move(line));
  };
  for (const presentation::UseCaseMatch& use_case : match.use_cases) {
    if (use_case.purpose_hints.empty() && use_case.mandatory) {
      add("  a purpose that the reader does not name, without which it takes nothing");
    }
    for (const auto& [controller, code] : use_case.purpose_hints) {
      add(fmt::format("  {}{}{}", purpose_text(controller, code),
                      use_case.mandatory ? ", without which the reader takes nothing" : "",
                      use_case.is_satisfied() ? "" : ", for which something is missing"));
    }
  }
  if (purposes > most) lines.push_back(fmt::format("  and {} more purposes", purposes - most));
}

using KnownDocTypes = std::span<const profile::DocTypeProfile>;

std::string title_of(const DocumentOption& document, KnownDocTypes profiles) {
  const auto* const known = profile::find_doc_type(profiles, document.doc_type.str());
  const std::string doc_type = brief(document.doc_type.str());
  return known == nullptr ? doc_type : fmt::format("{} ({})", json::isolated(known->title), doc_type);
}

/// The document set of a use case that is offered; empty where none can be satisfied. Consent::to() takes the first.
std::span<const std::size_t> offered_set(const presentation::UseCaseMatch& use_case) {
  if (!use_case.is_satisfied()) return {};
  return use_case.document_sets.front().doc_requests;
}

bool contains(std::span<const std::size_t> set, std::size_t doc_request) {
  return std::ranges::find(set, doc_request) != set.end();
}

/// The other documents of a set, for people.
std::string others_of(std::span<const std::size_t> set, const DocumentOption& document, const Consent& offer,
                      KnownDocTypes profiles) {
  std::string others;
  for (const DocumentOption& other : offer.documents()) {
    if (other.doc_request == document.doc_request || !contains(set, other.doc_request)) continue;
    if (!others.empty()) others += " and ";
    others += fmt::format("{}, {}", title_of(other, profiles), json::printable(other.credential_id));
  }
  return others;
}

/// What else stays where this document stays; empty: nothing. A use case takes all documents of its set or none, and
/// without a mandatory one nothing is sent (second edition, 10.2.5).
std::string ties_of(const DocumentOption& document, const presentation::RequestMatch& match, const Consent& offer,
                    KnownDocTypes profiles) {
  if (match.takes_parts_of_sets || offer.documents().size() < 2) return {};
  std::string text;
  bool serves_alone = false;
  for (const presentation::UseCaseMatch& use_case : match.use_cases) {
    const auto set = offered_set(use_case);
    if (!contains(set, document.doc_request)) continue;
    if (use_case.mandatory) return "without this document nothing else is sent";
    const std::string others = others_of(set, document, offer, profiles);
    serves_alone = serves_alone || others.empty();
    text += (text.empty() ? "" : ", or with ") + others;
  }
  return serves_alone || text.empty() ? std::string() : "is sent only together with " + text;
}

/// `approve`, but for the elements of these numbers.
Approval without(Approval approve, const Consent& offer, const std::set<std::size_t>& leave_out) {
  // An approval names elements, not places: the numbers are looked up in the offer that was shown.
  std::vector<std::pair<std::size_t, model::ElementReference>> refused;
  std::size_t number = 0;
  for (const DocumentOption& document : offer.documents()) {
    for (const OfferedElement& element : elements_of(document)) {
      if (leave_out.contains(++number)) refused.emplace_back(document.doc_request, element.released);
    }
  }
  return [approve = std::move(approve), refused = std::move(refused)](const DocumentOption& document,
                                                                      const ElementOption& element) {
    return approve(document, element) &&
           std::ranges::find(refused, std::pair(document.doc_request, element.released)) == refused.end();
  };
}

/// The session has ended, and nobody waits for the answer any more.
bool is_withdrawn(const net::cancellation_state& state) { return state.cancelled() != net::cancellation_type::none; }

/// The terminal itself: another open file than the one that standard output and the shell share, so that their writes
/// and reads wait as before.
int open_terminal() {
  const char* name = ::ttyname(STDIN_FILENO);
  return name == nullptr ? -1 : ::open(name, O_RDONLY | O_NOCTTY | O_CLOEXEC);
}

}  // namespace

std::optional<Decision> parse_decision(std::string_view line, std::size_t count) {
  constexpr std::string_view between = " \t\r,";
  std::set<std::size_t> numbers;
  std::optional<Decision> word;
  std::size_t words = 0;
  while (!line.empty()) {
    const std::size_t begin = line.find_first_not_of(between);
    if (begin == std::string_view::npos) break;
    line.remove_prefix(begin);
    const std::string_view one = line.substr(0, line.find_first_of(between));
    line.remove_prefix(one.size());
    ++words;
    if (one == "y" || one == "yes") {
      word = Decision{.leave_out = std::set<std::size_t>{}};
    } else if (one == "n" || one == "no") {
      word = Decision{.leave_out = std::nullopt};
    } else {
      std::size_t number = 0;
      const auto parsed = std::from_chars(one.data(), one.data() + one.size(), number);
      if (parsed.ec != std::errc() || parsed.ptr != one.data() + one.size()) return std::nullopt;
      if (number == 0 || number > count) return std::nullopt;
      numbers.insert(number);
    }
  }
  if (word) return words == 1 ? word : std::nullopt;
  if (numbers.empty()) return std::nullopt;
  return Decision{.leave_out = std::move(numbers)};
}

std::vector<std::string> describe_question(const ConsentNeeded& needed, const Consent& offer,
                                           std::span<const profile::DocTypeProfile> profiles) {
  std::vector<std::string> lines{fmt::format("A reader asks, round {}.", needed.round)};
  for (const std::string& line : describe_readers(needed.readers)) lines.push_back("  " + line);
  add_purposes(lines, needed.options);
  std::size_t number = 0;
  for (const DocumentOption& document : offer.documents()) {
    lines.push_back(fmt::format("{}, {}{}", title_of(document, profiles), json::printable(document.credential_id),
                                document.encrypted_to ? ", encrypted to a recipient of the reader's choice" : ""));
    const std::string ties = ties_of(document, needed.options, offer, profiles);
    if (!ties.empty()) lines.push_back("  " + ties);
    // What leaves comes last: nothing that the reader adds can push it off the screen.
    if (!document.unavailable.empty()) lines.push_back(missing_line(document));
    for (const OfferedElement& element : elements_of(document)) lines.push_back(element_line(++number, element));
  }
  return lines;
}

bool can_ask() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1; }

ConsentPrompt::ConsentPrompt(const net::any_io_executor& executor, std::span<const profile::DocTypeProfile> profiles)
    : input_(executor), profiles_(profiles) {
  struct stat kind {};
  is_file_ = ::fstat(STDIN_FILENO, &kind) == 0 && S_ISREG(kind.st_mode);
  is_terminal_ = ::isatty(STDIN_FILENO) == 1;
  if (is_file_) return;
  const int own = is_terminal_ ? open_terminal() : -1;
  input_.assign(own >= 0 ? own : ::dup(STDIN_FILENO));
  flags_ = ::fcntl(input_.native_handle(), F_GETFL);  // which waiting for it changes
}

ConsentPrompt::~ConsentPrompt() {
  if (flags_ >= 0) ::fcntl(input_.native_handle(), F_SETFL, flags_);
}

net::awaitable<void> ConsentPrompt::forget_what_was_typed() {
  if (!is_terminal_) co_return;
  // Long enough for whoever was about to answer the other question.
  net::steady_timer pause(co_await net::this_coro::executor, std::chrono::seconds{withdrawn_ > 0 ? 2 : 0});
  co_await pause.async_wait(net::as_tuple(net::use_awaitable));
  ::tcflush(input_.native_handle(), TCIFLUSH);
  read_.clear();
  withdrawn_ = 0;
}

net::awaitable<std::optional<std::string>> ConsentPrompt::read_line() {
  constexpr std::size_t longest_line = 1024;
  std::string line;
  if (is_file_) {
    if (!std::getline(std::cin, line)) co_return std::nullopt;
    co_return line;
  }
  const auto [failure, size] = co_await net::async_read_until(input_, net::dynamic_buffer(read_, longest_line), '\n',
                                                              net::as_tuple(net::use_awaitable));
  if (failure) co_return std::nullopt;
  line = read_.substr(0, size - 1);
  read_.erase(0, size);
  co_return line;
}

net::awaitable<std::optional<Consent>> ConsentPrompt::ask(const ConsentNeeded& needed, const Approval& approve) {
  constexpr int most_answers = 3;
  const Consent offer = Consent::to(needed.options, approve);
  const std::size_t count = count_of(offer);
  const net::cancellation_state state = co_await net::this_coro::cancellation_state;
  co_await forget_what_was_typed();
  if (is_withdrawn(state)) co_return std::nullopt;
  for (const std::string& line : describe_question(needed, offer, profiles_)) print_error(line);
  const std::string question = count == 0 ? "There is nothing to release. Enter goes on."
                                          : "Release this? y: all of it, n: nothing, or the numbers to leave out";
  for (int i = 0; i < most_answers; ++i) {
    print_error(question);
    const auto line = co_await read_line();
    if (is_withdrawn(state)) {
      ++withdrawn_;
      print_error("The session has ended; this question is withdrawn.");
      co_return std::nullopt;
    }
    if (!line) co_return std::nullopt;
    if (withdrawn_ > 0) {
      --withdrawn_;
      --i;
      print_error("That answers the question that was withdrawn, and counts for nothing.");
      continue;
    }
    if (count == 0) co_return offer;
    const auto decision = parse_decision(*line, count);
    if (!decision) {
      print_error(fmt::format("\"{}\" is neither y nor n, nor numbers from 1 to {}.", brief(*line), count));
      continue;
    }
    if (!decision->leave_out) co_return std::nullopt;
    co_return Consent::to(needed.options, without(approve, offer, *decision->leave_out));
  }
  co_return std::nullopt;
}

}  // namespace mdoc::cli
