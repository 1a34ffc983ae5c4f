#include "cli/trust_folder_survey.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include "cli/keys.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/trust_folder.hpp"
#include "cli/trust_options.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/trust/certificate_role.hpp"

namespace mdoc::cli {
namespace {

namespace fs = std::filesystem;
namespace bj = boost::json;

/// A subfolder, and what it means that there is no certificate in it.
struct Subfolder {
  std::string_view name;
  std::string_view if_empty;
};
constexpr std::array subfolders{
    Subfolder{"issuers", "none: issuers are those of lists alone"},
    Subfolder{"readers", "none: readers are those of lists alone"},
    Subfolder{"list-signers", "none: no list is believed"},
    Subfolder{"tls", "none: servers are judged by the anchors of this system"},
};

std::string_view name_of(DateVerdict verdict) {
  if (verdict == DateVerdict::within) return "current";
  return verdict == DateVerdict::too_early ? "not yet" : "expired";
}

/// A certificate that says what it was made for, in a folder of something else.
std::string remark_on(std::string_view folder, const crypto::Certificate& certificate) {
  struct Place {
    trust::CertificateRole role;
    std::string_view folder;
  };
  constexpr std::array places{
      Place{trust::CertificateRole::document_signer, "issuers"}, Place{trust::CertificateRole::reader, "readers"},
      Place{trust::CertificateRole::vical_signer, "list-signers"},
      Place{trust::CertificateRole::rical_signer, "list-signers"}, Place{trust::CertificateRole::tls_server, "tls"}};
  const std::vector<std::string>& purposes = certificate.extended_key_usage();
  for (const Place& place : places) {
    const auto& own = trust::info(place.role).profile.key_purposes;
    const bool made_for_it = std::ranges::any_of(
        own, [&](std::string_view purpose) { return std::ranges::find(purposes, purpose) != purposes.end(); });
    if (made_for_it && place.folder != folder) {
      return fmt::format("made for {}: it belongs into {}/", trust::info(place.role).what, place.folder);
    }
  }
  return {};
}

/// What is in a folder; what cannot be listed is left to those who may.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code failure;
  fs::directory_iterator entry(folder, failure);
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) entries.push_back(entry->path());
  return entries;
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

std::string line_of(const FolderSurvey::Placed& placed) {
  const crypto::Certificate& certificate = placed.certificate;
  const Tone tone = placed.verdict == DateVerdict::within ? Tone::good : Tone::bad;
  return fmt::format("{} {:<16} {}, until {}  ({}{})", styled(tone, fmt::format("{:<8}", name_of(placed.verdict))),
                     placed.folder, json::printable(certificate.subject().text()), to_rfc3339(certificate.not_after()),
                     json::printable(placed.file), placed.pin ? ", a pin: revocation is not asked about" : "");
}

}  // namespace

FolderSurvey::FolderSurvey(const std::string& path, UtcSeconds now) {
  constexpr ClockPolicy exact{.skew = std::chrono::seconds{0}};
  const fs::path root(path);
  for (const Subfolder& subfolder : subfolders) {
    const fs::path folder = root / subfolder.name;
    const std::vector<std::string> files = pem_files(folder);
    for (const std::string& file : files) {
      for (const crypto::Certificate& certificate : load_certificates(file)) {
        placed_.push_back({.folder = std::string(subfolder.name),
                           .file = fs::path(file).filename().string(),
                           .certificate = certificate,
                           .verdict = exact.judge(now, certificate.not_before(), certificate.not_after()),
                           .pin = !is_authority(certificate),
                           .remark = remark_on(subfolder.name, certificate)});
      }
    }
    for (const fs::path& entry : entries_of(folder)) {
      const bool counts = std::ranges::find(files, entry.string()) != files.end();
      if (!counts && !is_hidden(entry)) ignored_.push_back(entry.string());
    }
  }
  for (const fs::path& entry : entries_of(root)) {
    const std::string there = entry.filename().string();
    const bool counts = std::ranges::find(subfolders, there, &Subfolder::name) != subfolders.end() ||
                        there == TrustFolder::feeds_file || there == TrustFolder::bundle_file;
    if (!counts && !is_hidden(entry)) ignored_.push_back(entry.string());
  }
  std::ranges::sort(ignored_);
}

bool FolderSurvey::all_usable() const noexcept {
  return std::ranges::none_of(placed_, [](const Placed& each) { return each.verdict != DateVerdict::within; });
}

void FolderSurvey::print() const {
  for (const Subfolder& subfolder : subfolders) {
    bool any = false;
    for (const Placed& placed : placed_) {
      if (placed.folder != subfolder.name) continue;
      any = true;
      print_line(line_of(placed));
      if (placed.remark.empty()) continue;
      print_warning(json::printable(placed.folder + "/" + placed.file) + " was " + placed.remark);
    }
    if (!any) print_line(fmt::format("{:<8} {:<16} {}", "-", subfolder.name, subfolder.if_empty));
  }
  for (const std::string& path : ignored_) {
    print_warning(json::printable(path) +
                  " means nothing here: certificates are *.pem, in issuers, readers, "
                  "list-signers or tls; addresses are in " +
                  TrustFolder::feeds_file);
  }
}

void FolderSurvey::add_to(bj::object& object) const {
  bj::array anchors;
  for (const Placed& placed : placed_) {
    bj::object anchor{{"folder", placed.folder},
                      {"file", placed.file},
                      {"subject", placed.certificate.subject().text()},
                      {"notAfter", to_rfc3339(placed.certificate.not_after())},
                      {"verdict", name_of(placed.verdict)},
                      {"pin", placed.pin}};
    if (!placed.remark.empty()) anchor.emplace("remark", placed.remark);
    anchors.push_back(std::move(anchor));
  }
  bj::array ignored;
  for (const std::string& path : ignored_) ignored.push_back(bj::string(path));
  object.emplace("anchors", std::move(anchors));
  object.emplace("ignored", std::move(ignored));
}

}  // namespace mdoc::cli
