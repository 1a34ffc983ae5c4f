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
#include "cli/wording.hpp"
#include "core/ascii.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/json/texts.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::cli {
namespace {

namespace net = boost::asio;
using presentation::AnswerBasis;
using presentation::Consent;
using presentation::DocumentOption;
using presentation::ElementOption;

using json::Phrase;
using KnownDocTypes = std::span<const profile::DocTypeProfile>;

/// The purposes that ISO/IEC registered have words of their own; of others the profile that defines them says what they
/// are called.
std::string purpose_text(const std::string& controller, std::int64_t code, KnownDocTypes profiles) {
  constexpr std::string_view registered = "org.iso.jtc1.sc17";
  if (controller == registered && code == 1) return say(Phrase::consent_purpose_identity);
  if (controller == registered && code == 2) return say(Phrase::consent_purpose_driving);
  if (controller == registered && code == 3) return say(Phrase::consent_purpose_age);
  for (const profile::DocTypeProfile& each : profiles) {
    const auto known = std::ranges::find_if(each.purposes, [&](const profile::PurposeHint& purpose) {
      return purpose.controller == controller && purpose.code == code;
    });
    if (known == each.purposes.end()) continue;
    const std::string_view title = json::local_text(known->titles, wording().texts().language());
    if (!title.empty()) return json::isolated(title);
  }
  return say(Phrase::consent_purpose_other, {{"code", std::to_string(code)}, {"controller", brief(controller)}});
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

/// What an element is called: by engineers as in the document, by its holder as in the profile.
std::string label_of(const model::ElementReference& element, const DocumentOption& document, KnownDocTypes profiles) {
  if (!wording().for_clerks()) {
    return fmt::format("{}/{}", brief(element.name_space.str()), brief(element.element.str()));
  }
  return brief(json::element_name(profile::find_doc_type(profiles, document.doc_type.str()), element.name_space.str(),
                                  element.element.str(), wording().texts().language()));
}

/// The same where the name space is known already.
std::string short_label_of(const model::ElementReference& element, const DocumentOption& document,
                           KnownDocTypes profiles, std::size_t most = 64) {
  return wording().for_clerks() ? label_of(element, document, profiles) : brief(element.element.str(), most);
}

std::string element_line(std::size_t number, const OfferedElement& element, const DocumentOption& document,
                         KnownDocTypes profiles) {
  std::string text = label_of(element.released, document, profiles);
  if (!element.in_place_of.empty()) {
    const model::ElementReference first{element.released.name_space, ElementIdentifier(*element.in_place_of.begin())};
    std::string other = short_label_of(first, document, profiles);
    const std::size_t more = element.in_place_of.size() - 1;
    if (more > 0) other += " " + say(Phrase::more, {{"count", std::to_string(more)}});
    text = say(Phrase::consent_instead, {{"element", text}, {"other", other}});
  }
  if (element.comes_with_others) text = say(Phrase::consent_comes_with, {{"element", text}});
  if (element.kept) text = say(Phrase::consent_kept, {{"element", text}});
  return fmt::format("  {:>3}  {}", number, text);
}

/// A few names of what was asked for and is not there, and how many more.
std::string missing_line(const DocumentOption& document, KnownDocTypes profiles) {
  constexpr std::size_t few = 3;
  const auto& missing = document.unavailable;
  std::string names;
  for (std::size_t i = 0; i < std::min(few, missing.size()); ++i) {
    names += (i == 0 ? "" : ", ") + short_label_of(missing[i], document, profiles, 32);
  }
  if (missing.size() > few) names += " " + say(Phrase::more, {{"count", std::to_string(missing.size() - few)}});
  return "    " + say(Phrase::consent_missing, {{"elements", names}});
}

/// The purposes of use cases, as far as a screen has room for them.
void add_purposes(std::vector<std::string>& lines, const presentation::RequestMatch& match, KnownDocTypes profiles) {
  constexpr std::size_t most = 8;
  std::size_t purposes = 0;
  const auto add = [&](const std::string& line) {
    if (++purposes <= most) lines.push_back("  " + line);
  };
  for (const presentation::UseCaseMatch& use_case : match.use_cases) {
    if (use_case.purpose_hints.empty() && use_case.mandatory) add(say(Phrase::consent_purpose_unnamed));
    for (const auto& [controller, code] : use_case.purpose_hints) {
      std::string text = purpose_text(controller, code, profiles);
      if (use_case.mandatory) text = say(Phrase::consent_purpose_mandatory, {{"purpose", text}});
      if (!use_case.is_satisfied()) text = say(Phrase::consent_purpose_open, {{"purpose", text}});
      add(text);
    }
  }
  if (purposes <= most) return;
  lines.push_back("  " + say(Phrase::consent_more_purposes, {{"count", std::to_string(purposes - most)}}));
}

std::string title_of(const DocumentOption& document, KnownDocTypes profiles) {
  const std::string doc_type = brief(document.doc_type.str());
  const std::string title = document_title(profile::find_doc_type(profiles, document.doc_type.str()));
  if (title.empty()) return doc_type;
  return wording().for_clerks() ? title : fmt::format("{} ({})", title, doc_type);
}

/// The documents of an offer that leave together, by their places in it: true for those of the group.
using Group = std::vector<bool>;

/// Which documents of an offer belong together (second edition, 10.2.5).
struct Ties {
  std::vector<Group> groups{};  ///< those of use cases, each once, however many use cases name it
  Group needed{};               ///< without one of these nothing leaves
};

/// Consent::to() takes the first document set of each use case that can be satisfied.
Ties ties_of(const presentation::RequestMatch& match, const Consent& offer) {
  const auto documents = offer.documents();
  Ties ties{.needed = Group(documents.size())};
  if (match.takes_parts_of_sets || documents.size() < 2) return ties;
  std::set<Group> known;
  for (const presentation::UseCaseMatch& use_case : match.use_cases) {
    if (!use_case.is_satisfied()) continue;
    const auto& set = use_case.document_sets.front().doc_requests;
    Group group(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
      group[i] = std::ranges::find(set, documents[i].doc_request) != set.end();
      if (group[i] && use_case.mandatory) ties.needed[i] = true;
    }
    if (known.insert(group).second) ties.groups.push_back(std::move(group));
  }
  return ties;
}

/// Which document, and which credential; its holder knows credentials by their documents.
std::string name_of(const DocumentOption& document, KnownDocTypes profiles) {
  const std::string title = title_of(document, profiles);
  return wording().for_clerks() ? title : fmt::format("{}, {}", title, json::printable(document.credential_id));
}

/// The other documents of a group, for people, each once.
std::string others_of(const Group& group, std::size_t place, const Consent& offer, KnownDocTypes profiles) {
  std::set<std::string> named;
  std::string others;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const DocumentOption& other = offer.documents()[i];
    if (!group[i] || other.doc_request == offer.documents()[place].doc_request) continue;
    const auto [one, is_new] = named.insert(name_of(other, profiles));
    if (is_new) others = others.empty() ? *one : say(Phrase::consent_both, {{"one", others}, {"other", *one}});
  }
  return others;
}

/// What else stays where this document stays; empty: nothing. A use case takes all documents of its set or none, and
/// without a mandatory one nothing is sent. A reader may name thousands of use cases: a few groups are told.
std::string tie_line(std::size_t place, const Ties& ties, const Consent& offer, KnownDocTypes profiles) {
  constexpr std::size_t few = 3;
  if (ties.needed[place]) return say(Phrase::consent_alone);
  std::string text;
  const auto add = [&text](const std::string& others) {
    text = text.empty() ? others : say(Phrase::consent_either, {{"one", text}, {"other", others}});
  };
  std::size_t groups = 0;
  for (const Group& group : ties.groups) {
    if (!group[place]) continue;
    if (std::count(group.begin(), group.end(), true) == 1) return {};  // it serves something by itself
    if (++groups <= few) add(others_of(group, place, offer, profiles));
  }
  if (groups > few) add(say(Phrase::consent_more_groups, {{"count", std::to_string(groups - few)}}));
  return text.empty() ? std::string() : say(Phrase::consent_together, {{"others", text}});
}

/// `approve`, of what was shown, but for the elements of these numbers. What was not shown stays, also where it could
/// take the place of what is left out: of three ages two are offered (7.2.5), and without one of them the third.
Approval without(Approval approve, const Consent& offer, const std::set<std::size_t>& leave_out) {
  // An approval names elements, not places: the numbers are looked up in the offer that was shown.
  std::vector<std::pair<std::size_t, model::ElementReference>> agreed;
  std::size_t number = 0;
  for (const DocumentOption& document : offer.documents()) {
    for (const OfferedElement& element : elements_of(document)) {
      if (!leave_out.contains(++number)) agreed.emplace_back(document.doc_request, element.released);
    }
  }
  return [approve = std::move(approve), agreed = std::move(agreed)](const DocumentOption& document,
                                                                    const ElementOption& element) {
    return approve(document, element) &&
           std::ranges::find(agreed, std::pair(document.doc_request, element.released)) != agreed.end();
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
    const auto is_one_of = [one](std::initializer_list<std::string_view> answers) {
      return std::ranges::any_of(answers, [one](auto each) { return equal_ignoring_case(one, each); });
    };
    if (is_one_of({"y", "yes", "j", "ja"})) {
      word = Decision{.leave_out = std::set<std::size_t>{}};
    } else if (is_one_of({"n", "no", "nein"})) {
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
  std::vector<std::string> lines{say(Phrase::consent_asked, {{"round", std::to_string(needed.round)}})};
  for (const std::string& line : describe_readers(needed.readers)) lines.push_back("  " + line);
  add_purposes(lines, needed.options, profiles);
  const Ties ties = ties_of(needed.options, offer);
  std::size_t number = 0;
  for (std::size_t place = 0; place < offer.documents().size(); ++place) {
    const DocumentOption& document = offer.documents()[place];
    const std::string name = name_of(document, profiles);
    lines.push_back(document.encrypted_to ? say(Phrase::consent_encrypted, {{"document", name}}) : name);
    const std::string tie = tie_line(place, ties, offer, profiles);
    if (!tie.empty()) lines.push_back("  " + tie);
    // What leaves comes last: nothing that the reader adds can push it off the screen.
    if (!document.unavailable.empty()) lines.push_back(missing_line(document, profiles));
    for (const OfferedElement& element : elements_of(document)) {
      lines.push_back(element_line(++number, element, document, profiles));
    }
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
  const std::string question = say(count == 0 ? Phrase::consent_nothing : Phrase::consent_question);
  for (int i = 0; i < most_answers; ++i) {
    print_error(question);
    const auto line = co_await read_line();
    if (is_withdrawn(state)) {
      ++withdrawn_;
      print_error(say(Phrase::consent_withdrawn));
      co_return std::nullopt;
    }
    if (!line) co_return std::nullopt;
    if (withdrawn_ > 0) {
      --withdrawn_;
      --i;
      print_error(say(Phrase::consent_late));
      continue;
    }
    if (count == 0) co_return offer;
    const auto decision = parse_decision(*line, count);
    if (!decision) {
      print_error(say(Phrase::consent_unclear, {{"said", brief(*line)}, {"count", std::to_string(count)}}));
      continue;
    }
    if (!decision->leave_out) co_return std::nullopt;
    co_return Consent::to(needed.options, without(approve, offer, *decision->leave_out));
  }
  co_return std::nullopt;
}

}  // namespace mdoc::cli
