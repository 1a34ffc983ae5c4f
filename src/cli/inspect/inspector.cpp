#include "cli/inspect/inspector.hpp"

#include <algorithm>

#include <boost/json/object.hpp>

#include "cli/inspect/parts.hpp"
#include "cli/values.hpp"
#include "cli/wording.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/json/texts.hpp"
#include "mdoc/json/value.hpp"

namespace mdoc::cli {
namespace {

std::optional<std::uint32_t> known(std::uint32_t offset) {
  return offset == Error::no_offset ? std::nullopt : std::optional(offset);
}

}  // namespace

Node Inspector::broken(std::string label, const Error& error, ByteView encoded) {
  remark(error);
  Node node{.label = std::move(label), .value = "does not decode: " + in_words(error), .tone = Tone::bad};
  if (!encoded.empty()) node.add(item_node("as it came", encoded));
  return node;
}

std::string Inspector::title_of(const DocType& doc_type) const {
  const auto* const profile = profile::find_doc_type(profiles_, doc_type.str());
  return profile == nullptr ? std::string() : std::string(json::local_text(profile->titles, "en"));
}

void Inspector::remark(const Error& error) {
  remarks_.push_back({.id = std::string(name(error.code)),
                      .where = error.where.text(),
                      .offset = known(error.offset),
                      .what = std::string(wording().of(error.code))});
}

std::vector<Remark> Inspector::remarks() const {
  std::vector<Remark> all = remarks_;
  for (const cbor::Deviation& deviation : deviations_.entries()) {
    const RuleInfo& rule = info(deviation.rule);
    all.push_back({.id = std::string(rule.id),
                   .where = deviation.where.text(),
                   .offset = known(deviation.offset),
                   .what = std::string(wording().of(deviation.rule))});
  }
  std::ranges::stable_sort(all, {}, [](const Remark& each) { return each.offset.value_or(0); });
  if (deviations_.dropped() > 0) {
    all.push_back({.id = "further",
                   .where = "",
                   .offset = {},
                   .what = std::to_string(deviations_.dropped()) + " further deviations, not listed"});
  }
  return all;
}

boost::json::value json_of(ByteView encoded) {
  const auto text = json::from_cbor(encoded, Inspector::quiet(), {.open_embedded = true});
  if (!text) return boost::json::object{{"encoded", to_base64url(encoded)}};
  return parse_json(*text);
}

}  // namespace mdoc::cli
