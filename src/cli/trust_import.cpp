#include "cli/trust_import.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/structure.hpp"
#include "cli/wording.hpp"
#include "mdoc/json/jws.hpp"
#include "mdoc/json/trusted_entities.hpp"
#include "mdoc/trust/trust_bundle.hpp"

namespace mdoc::cli {
namespace {

using trust::BundleItem;
using trust::BundleKind;

/// A file as it was read: a bundle, or a single list as its one item.
struct Carried {
  std::string file;
  trust::TrustBundle bundle;
  bool single = false;
};

/// What a single list is; nothing for anything else.
std::optional<BundleKind> kind_of(const Input& input, Structure structure) {
  switch (structure) {
    case Structure::vical: return BundleKind::vical;
    case Structure::rical: return BundleKind::rical;
    case Structure::crl: return BundleKind::crl;
    case Structure::status_list: return BundleKind::status_list;
    case Structure::jws: break;
    default: return std::nullopt;
  }
  const auto jws = json::decode_jws(as_text(input.bytes));
  const bool is_token = jws && jws->header().typ && jws->header().typ->ends_with("list+jwt") &&
                        *jws->header().typ != json::trust_list_typ;
  return is_token ? BundleKind::status_list : BundleKind::trusted_entities;
}

[[noreturn]] void refuse(const Input& input, Structure structure) {
  constexpr std::uint8_t der_sequence = 0x30;
  const bool cut = !input.bytes.empty() && input.bytes.front() == der_sequence;
  std::string what = "is nothing that mdoc-cli knows, or not whole";
  if (structure != Structure::cbor) what = "is " + std::string(title(structure, input));
  if (structure == Structure::cbor && cut) what = "looks like DER, and is no CRL or not whole";
  throw Failure(ExitCode::unreadable,
                input.name + " " + what +
                    "; nothing was taken. A bundle of trust export is needed, or a VICAL, a RICAL, a list of trusted "
                    "entities, a CRL or a list token");
}

Carried read_carried(const std::string& file) {
  Input input = read_input(file, trust::TrustBundleLimits{}.max_bytes);
  const Structure structure = recognise(input);
  const auto kind = kind_of(input, structure);
  if (!kind && structure != Structure::trust_bundle) refuse(input, structure);
  Carried carried{.file = input.name, .bundle = {}, .single = kind.has_value()};
  SharedBytes content = SharedBytes::take(std::move(input.bytes));
  if (kind) {
    carried.bundle.items.push_back({.kind = *kind, .content = std::move(content)});
  } else {
    carried.bundle =
        require(trust::decode_trust_bundle(std::move(content)), "cannot read " + carried.file + "; nothing was taken");
  }
  return carried;
}

bool is_list_of_anchors(const Carried& carried) {
  if (!carried.single) return false;
  const BundleKind kind = carried.bundle.items.front().kind;
  return kind == BundleKind::vical || kind == BundleKind::rical || kind == BundleKind::trusted_entities;
}

/// Bundles put their lists of anchors first by themselves.
int rank(const Carried& carried) {
  if (is_list_of_anchors(carried)) return 0;
  return carried.single ? 2 : 1;
}

class Importer {
 public:
  Importer(TrustFolder& folder, UtcSeconds now) : folder_(&folder), now_(now), before_(folder.keeper().bundle(now)) {}

  void import(const Carried& carried) {
    if (carried.single) {
      const BundleItem& item = carried.bundle.items.front();
      const auto taken = folder_->keeper().take(item.kind, item.content, now_);
      return note(carried.file, item, taken ? std::nullopt : std::optional(taken.error()));
    }
    for (const ImportResult& result : folder_->keeper().import(carried.bundle, now_)) {
      note(carried.file, carried.bundle.items[result.index], result.error);
    }
  }
  [[nodiscard]] std::vector<ImportedItem> take_items() { return std::move(items_); }

 private:
  void note(const std::string& file, const BundleItem& item, const std::optional<Error>& error) {
    using Outcome = ImportedItem::Outcome;
    ImportedItem noted{.file = file, .kind = std::string(trust::name(item.kind)), .title = trust::describe(item)};
    if (was_here(item)) {
      noted.outcome = Outcome::known;
    } else if (error) {
      noted.outcome = error->code == Errc::superseded ? Outcome::older : Outcome::refused;
      const bool no_feed = item.kind == BundleKind::trusted_entities && error->code == Errc::bad_argument;
      noted.error = no_feed ? "feeds.json has no list of trusted entities of its type, which says what it is for"
                            : in_words(*error);
    }
    items_.push_back(std::move(noted));
  }

  [[nodiscard]] bool was_here(const BundleItem& item) const {
    return std::ranges::any_of(before_.items, [&](const BundleItem& known) {
      return known.kind == item.kind && std::ranges::equal(known.content.view(), item.content.view());
    });
  }

  TrustFolder* folder_;
  UtcSeconds now_;
  trust::TrustBundle before_;
  std::vector<ImportedItem> items_{};
};

}  // namespace

std::string_view name(ImportedItem::Outcome outcome) noexcept {
  switch (outcome) {
    case ImportedItem::Outcome::taken: return "taken";
    case ImportedItem::Outcome::known: return "known";
    case ImportedItem::Outcome::older: return "older";
    case ImportedItem::Outcome::refused: break;
  }
  return "refused";
}

std::vector<ImportedItem> import_files(TrustFolder& folder, const std::vector<std::string>& files, UtcSeconds now) {
  std::vector<Carried> all;
  all.reserve(files.size());
  for (const std::string& file : files) all.push_back(read_carried(file));
  std::ranges::stable_sort(all, {}, rank);
  Importer importer(folder, now);
  for (const Carried& carried : all) importer.import(carried);
  return importer.take_items();
}

boost::json::array to_json(const std::vector<ImportedItem>& items) {
  boost::json::array list;
  for (const ImportedItem& item : items) {
    boost::json::object object{
        {"file", item.file}, {"kind", item.kind}, {"title", item.title}, {"outcome", name(item.outcome)}};
    if (!item.error.empty()) object.emplace("error", item.error);
    list.push_back(std::move(object));
  }
  return list;
}

}  // namespace mdoc::cli
