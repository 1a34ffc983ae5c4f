#include "cli/marks.hpp"

#include <string_view>

#include "cli/terminal.hpp"

namespace mdoc::cli {
namespace {

using verification::Outcome;

struct Mark {
  std::string_view sign;
  Tone tone;
};

Mark find_mark(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass: return {"✓", Tone::good};
    case Outcome::warn: return {"!", Tone::warning};
    case Outcome::fail: return {"✗", Tone::bad};
    case Outcome::skipped: return {"?", Tone::bad};
    case Outcome::not_applicable: return {"–", Tone::quiet};
  }
  return {" ", Tone::plain};
}

}  // namespace

std::string mark_of(Outcome outcome) {
  const Mark mark = find_mark(outcome);
  return styled(mark.tone, mark.sign);
}

std::string marked(Outcome outcome, std::string_view text) {
  return styled(outcome == Outcome::pass ? Tone::quiet : find_mark(outcome).tone, text);
}

}  // namespace mdoc::cli
