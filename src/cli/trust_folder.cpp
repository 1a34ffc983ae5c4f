#include "cli/trust_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/keys.hpp"
#include "cli/output.hpp"
#include "cli/repeated_member.hpp"
#include "cli/system.hpp"
#include "cli/trust_options.hpp"
#include "cli/wording.hpp"
#include "mdoc/asio/url.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/json/trust_formats.hpp"
#include "mdoc/trust/trust_bundle.hpp"

namespace mdoc::cli {
namespace {

namespace fs = std::filesystem;
namespace bj = boost::json;
using trust::BundleKind;
using trust::Purpose;

constexpr std::size_t max_bundle = trust::TrustBundleLimits{}.max_bytes;

/// While it lives, no other mdoc-cli writes into the folder.
class FolderLock {
 public:
  explicit FolderLock(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    constexpr auto patience = std::chrono::seconds{30};  // others hold it for as long as verifying a bundle takes
    const auto until = std::chrono::steady_clock::now() + patience;
    while (descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() >= until) {
        ::close(descriptor_);
        throw Failure(ExitCode::unreadable, path + " is in use by another process");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    if (descriptor_ < 0) throw Failure(ExitCode::unreadable, "cannot open " + path + ": " + system_message(errno));
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() { ::close(descriptor_); }  // ends the lock

 private:
  int descriptor_;
};

/// Whether there is something of this name, be it a link to nowhere: what is there and cannot be read is not absent.
bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type() != fs::file_type::not_found;
}

}  // namespace

std::vector<std::string> pem_files(const fs::path& folder) {
  std::vector<std::string> files;
  if (!is_there(folder)) return files;
  std::error_code failure;
  fs::directory_iterator entry(folder, failure);
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    if (entry->path().extension() != ".pem") continue;
    std::error_code unknown;
    if (!fs::is_regular_file(entry->path(), unknown)) {  // a pipe would be waited for
      throw Failure(ExitCode::unreadable, entry->path().string() + " is no file that can be read");
    }
    files.push_back(entry->path().string());
  }
  if (failure)
    throw Failure(ExitCode::unreadable, "cannot read " + folder.string() + ": " + system_message(failure.value()));
  std::ranges::sort(files);
  return files;
}

namespace {

/// Files that look like certificates and do not count, as mistakes go.
void warn_about_certificates(const fs::path& folder) {
  constexpr std::array<std::string_view, 6> extensions{".crt", ".cer", ".der", ".cert", ".p7b", ".PEM"};
  std::error_code failure;  // pem_files() says what cannot be read
  fs::directory_iterator entry(folder, failure);
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    if (std::ranges::find(extensions, entry->path().extension().string()) == extensions.end()) continue;
    print_warning(json::printable(entry->path().string()) + " does not count: only *.pem does");
  }
}

/// CA certificates become anchors, any other certificate a pin.
void trust_files(trust::TrustStore& store, Purpose purpose, const fs::path& folder) {
  warn_about_certificates(folder);
  for (const std::string& file : pem_files(folder)) {
    for (const crypto::Certificate& certificate : load_certificates(file)) {
      trust_certificate(store, purpose, certificate, file);
    }
  }
}

[[noreturn]] void refuse_feeds(const std::string& file, const std::string& what) {
  throw Failure(ExitCode::unreadable, file + ": " + what);
}

void require_url(const std::string& url, const std::string& file) {
  if (!asio::Url::parse(url)) refuse_feeds(file, "\"" + json::printable(url) + "\" is no http or https address");
}

std::vector<std::string> texts(const bj::object& object, std::string_view member, const std::string& file) {
  const auto* list = object.if_contains(member);
  if (list == nullptr) return {};
  const auto wrong = [&] { refuse_feeds(file, "\"" + std::string(member) + "\" is a list of texts"); };
  std::vector<std::string> found;
  if (!list->is_array()) wrong();
  for (const bj::value& text : list->get_array()) {
    if (!text.is_string()) wrong();
    found.emplace_back(text.get_string());
  }
  return found;
}

TrustFeed trusted_entities_feed(const bj::value& value, const std::string& file, const fs::path& signers) {
  const auto* object = value.if_object();
  const auto text = [&](std::string_view member) -> std::string {
    const auto* found = object == nullptr ? nullptr : object->if_contains(member);
    if (found == nullptr || !found->is_string()) {
      refuse_feeds(file, "each of \"trustedEntities\" has a \"url\" and a \"type\"");
    }
    return std::string(found->get_string());
  };
  TrustFeed feed{.kind = BundleKind::trusted_entities, .url = text("url"), .type = text("type")};
  require_url(feed.url, file);
  for (const std::string& doc_type : texts(*object, "docTypes", file)) feed.doc_types.emplace_back(doc_type);
  for (const std::string& name : texts(*object, "signers", file)) {
    for (const crypto::Certificate& certificate : load_certificates((signers / fs::path(name).filename()).string())) {
      feed.signers.push_back(certificate);
    }
  }
  return feed;
}

void load_feeds(TrustKeeperOptions& options, const fs::path& path) {
  if (!is_there(path)) return;
  const std::string file = path.string();
  const Bytes content = read_content(file);
  boost::system::error_code failure;
  const bj::value value = bj::parse(as_text(content), failure);
  if (failure || !value.is_object()) refuse_feeds(file, "is no JSON object");
  if (const auto name = repeated_member(as_text(content))) {
    refuse_feeds(file, "\"" + json::printable(*name) + "\" stands twice in one object");
  }
  const bj::object& object = value.get_object();
  for (const auto& [member, ignored] : object) {
    const bool known = member == "vical" || member == "rical" || member == "crl" || member == "statusAggregation" ||
                       member == "trustedEntities";
    if (!known) refuse_feeds(file, "knows no \"" + json::printable(member) + "\"");
  }
  for (const auto& [member, kind] : {std::pair{"vical", BundleKind::vical}, std::pair{"rical", BundleKind::rical},
                                     std::pair{"crl", BundleKind::crl}}) {
    for (const std::string& url : texts(object, member, file)) {
      require_url(url, file);
      options.feeds.push_back({.kind = kind, .url = url});
    }
  }
  options.aggregations = texts(object, "statusAggregation", file);
  for (const std::string& url : options.aggregations) require_url(url, file);
  if (const auto* lists = object.if_contains("trustedEntities")) {
    if (!lists->is_array()) refuse_feeds(file, "\"trustedEntities\" is a list");
    for (const bj::value& each : lists->get_array()) {
      options.feeds.push_back(trusted_entities_feed(each, file, path.parent_path() / "list-signers"));
    }
  }
}

}  // namespace

TrustFolder::TrustFolder(std::string path, Level level, UtcSeconds now) : path_(std::move(path)) {
  const fs::path folder(path_);
  std::error_code unknown;
  if (!fs::is_directory(folder, unknown)) throw Failure(ExitCode::unreadable, path_ + " is no folder");
  trust_files(*store_, Purpose::issuance, folder / "issuers");
  trust_files(*store_, Purpose::readers, folder / "readers");
  trust_files(*store_, Purpose::list_signers, folder / "list-signers");

  static const json::TrustFormats formats;
  TrustKeeperOptions options{.level = level, .formats = &formats};
  load_feeds(options, folder / feeds_file);
  keeper_ = std::make_unique<TrustKeeper>(*store_, *revocation_, std::move(options));

  read(now);
}

void TrustFolder::read(UtcSeconds now) {
  const fs::path received = fs::path(path_) / bundle_file;
  if (!is_there(received)) return;
  const auto bundle =
      require(trust::decode_trust_bundle(SharedBytes::take(read_content(received.string(), max_bundle))),
              "cannot read " + received.string() +
                  ", which mdoc-cli wrote; without it what was received comes again by trust update or import");
  for (const ImportResult& result : keeper_->restore(bundle, now)) {
    if (!result.error || result.error->code == Errc::superseded || warned_) continue;
    print_warning(json::printable(trust::describe(bundle.items[result.index])) + " (" +
                  std::string(trust::name(result.kind)) +
                  ") was received, and does not count now: " + in_words(*result.error));
  }
  warned_ = true;
}

asio::TlsAnchors TrustFolder::tls_anchors() const {
  std::vector<crypto::Certificate> certificates;
  for (const std::string& file : pem_files(fs::path(path_) / "tls")) {
    for (const crypto::Certificate& certificate : load_certificates(file)) certificates.push_back(certificate);
  }
  if (certificates.empty()) return require(asio::TlsAnchors::system(), "cannot read the TLS anchors of this system");
  return require(asio::TlsAnchors::of(certificates), "cannot use the certificates in tls/");
}

void TrustFolder::save(UtcSeconds now) {
  const FolderLock lock(path_);
  read(now);  // what others brought meanwhile; older issues than ours are refused
  write(now);
}

std::size_t TrustFolder::forget_dormant(UtcSeconds now) {
  const FolderLock lock(path_);
  read(now);
  const std::size_t count = keeper_->forget_dormant();
  write(now);
  return count;
}

void TrustFolder::write(UtcSeconds now) const {
  const Bytes encoded = trust::encode(keeper_->bundle(now));
  const std::string file = (fs::path(path_) / bundle_file).string();
  // Before it takes the place of one that can be read.
  if (const auto readable = trust::decode_trust_bundle(SharedBytes::copy_of(encoded)); !readable) {
    throw Failure(ExitCode::unreadable, "cannot write " + file + ": " + in_words(readable.error()));
  }
  replace_file(file, encoded);
}

void remember_in_folder(const std::string& path, Level level, std::span<const trust::WantedSource> wanted,
                        UtcSeconds now) {
  // Read anew: the folder may have changed while somebody waited at the reader, and what was put into its stores for
  // one judgement is not kept.
  TrustFolder folder(path, level, now);
  folder.keeper().want(wanted);
  folder.save(now);
}

}  // namespace mdoc::cli
