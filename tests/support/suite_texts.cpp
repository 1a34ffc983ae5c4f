#include "support/suite_texts.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include <boost/json/parse.hpp>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/encoding.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::testing {
namespace {

/// What one process has noted. Many of them end at the same time: each adds its lines to the files in one write.
class Notes {
 public:
  Notes(const Notes&) = delete;
  Notes& operator=(const Notes&) = delete;
  ~Notes() {
    if (folder_.empty()) return;
    std::string texts, values;
    for (const auto& [kind, text] : texts_) texts += kind + " " + to_hex(as_bytes(text)) + "\n";
    for (const Bytes& value : values_) values += to_hex(value) + "\n";
    append(folder_ + "/processes", "1\n");
    append(folder_ + "/texts", texts);
    append(folder_ + "/values", values);
  }

  static Notes& of_this_process() {
    static Notes notes;
    return notes;
  }

  [[nodiscard]] bool wanted() const { return !folder_.empty(); }
  void text(std::string_view kind, std::string_view text) {
    const std::scoped_lock lock(mutex_);
    texts_.emplace(kind, text);
  }
  void value(ByteView encoded) {
    const std::scoped_lock lock(mutex_);
    values_.emplace(encoded.begin(), encoded.end());
  }
  [[nodiscard]] std::set<std::pair<std::string, std::string>> texts() {
    const std::scoped_lock lock(mutex_);
    return texts_;
  }
  [[nodiscard]] std::set<Bytes> values() {
    const std::scoped_lock lock(mutex_);
    return values_;
  }

 private:
  Notes() {
    const char* folder = std::getenv("MDOC_SUITE_TEXTS");
    if (folder != nullptr) folder_ = folder;
  }

  static void append(const std::string& file, const std::string& lines) {
    if (lines.empty()) return;
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const bool complete =
        descriptor >= 0 && ::write(descriptor, lines.data(), lines.size()) == static_cast<ssize_t>(lines.size());
    if (descriptor >= 0) ::close(descriptor);
    if (!complete) std::abort();  // a search of half the texts would find half the faults
  }

  std::string folder_;
  std::mutex mutex_;
  std::set<std::pair<std::string, std::string>> texts_;
  std::set<Bytes> values_;
};

void each_string(const boost::json::value& value, const std::function<void(std::string_view)>& take) {
  if (value.is_string()) take(value.get_string());
  if (value.is_array()) {
    for (const auto& each : value.get_array()) each_string(each, take);
  }
  if (value.is_object()) {
    for (const auto& member : value.get_object()) each_string(member.value(), take);
  }
}

bool is_wanted() { return Notes::of_this_process().wanted(); }

}  // namespace

bool note_process() {
  (void)Notes::of_this_process();
  return true;
}

void note_text(std::string_view kind, std::string_view text) {
  if (is_wanted() && !text.empty()) Notes::of_this_process().text(kind, text);
}

void note_value(ByteView encoded) {
  if (is_wanted()) Notes::of_this_process().value(encoded);
}

void note_value(std::string_view text) { note_value(cbor_text(text)); }

void note_values_in(ByteView message) {
  if (!is_wanted()) return;
  const Bytes key = cbor_text("elementValue");
  for (auto at = message.begin();; ++at) {
    at = std::search(at, message.end(), key.begin(), key.end());
    if (at == message.end()) return;
    cbor::Reader reader(message.subspan(static_cast<std::size_t>(at - message.begin()) + key.size()));
    if (const auto value = reader.read_raw()) note_value(*value);
  }
}

void note_values_of_data(std::string_view json) {
  if (!is_wanted()) return;
  boost::system::error_code unreadable;
  const auto data = boost::json::parse(boost::json::string_view(json.data(), json.size()), unreadable);
  if (!unreadable) each_string(data, [](std::string_view text) { note_value(text); });
}

std::set<std::pair<std::string, std::string>> noted_texts() { return Notes::of_this_process().texts(); }
std::set<Bytes> noted_values() { return Notes::of_this_process().values(); }

}  // namespace mdoc::testing
