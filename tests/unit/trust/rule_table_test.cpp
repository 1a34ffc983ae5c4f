// The table of rules that people read is the one that certificates are judged by.
#include <gtest/gtest.h>

#include "mdoc/trust/certificate_rules.hpp"
#include "support/vectors.hpp"

namespace mdoc::trust {
namespace {

std::string_view letter(Weight weight) {
  switch (weight) {
    case Weight::error: return "E";
    case Weight::warning: return "W";
    case Weight::ignore: break;
  }
  return "–";
}

/// The row of a rule from its clause on, as docs/conformance.md has it.
std::string row(const CertificateRuleInfo& rule) {
  std::string text = "| ";
  text += rule.clause.empty() ? "of the role" : rule.clause;
  text.append(" | ").append(rule.what.substr(0, rule.what.size() - 1)).append(" | ");
  text.append(letter(rule.strict)).append("/").append(letter(rule.interop)).append("/").append(letter(rule.lenient));
  return text + " |";
}

TEST(RuleTable, OfTheDocumentationIsThatOfTheCode) {
  const std::string page = testing::project_text("docs/conformance.md");
  std::size_t last = 0;
  for (const CertificateRuleInfo& rule : certificate_rules()) {
    const std::string begin = "\n| `" + std::string(rule.id) + "` | ";
    const std::size_t at = page.find(begin);
    ASSERT_NE(at, std::string::npos) << rule.id;
    EXPECT_GT(at, last) << rule.id << " stands in another place";
    last = at;
    const std::string line = page.substr(at + 1, page.find('\n', at + 1) - at - 1);
    EXPECT_TRUE(line.ends_with(" " + row(rule))) << line << "\n" << row(rule);
  }
}

}  // namespace
}  // namespace mdoc::trust
