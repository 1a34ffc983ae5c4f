#include "cli/handover.hpp"

#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "core/ascii.hpp"
#include "mdoc/engagement/qr_code.hpp"
#include "mdoc/engagement/reader_engagement.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

const std::string& needed_for(const HandoverArguments& arguments, const std::string& value, const char* option) {
  if (value.empty()) throw Failure(ExitCode::usage, "--handover " + arguments.kind + " needs " + option);
  return value;
}

/// "uteid:owBj…": of another kind of engagement, and no file.
void refuse_other_scheme(const std::string& spec, const ProtocolConstants& constants) {
  const std::size_t colon = spec.find_first_of(":/");
  if (colon == std::string::npos || spec[colon] != ':' || has_input_scheme(spec)) return;
  if (starts_with_ignoring_case(spec, constants.device_engagement_scheme)) return;
  std::error_code failure;
  if (std::filesystem::exists(spec, failure)) return;
  throw Failure(ExitCode::unreadable,
                fmt::format("the engagement begins with {}, and {} is spoken here; is it of a profile that --profile "
                            "has to name?",
                            json::printable(spec.substr(0, colon + 1)), constants.device_engagement_scheme));
}

}  // namespace

Input read_input_or_engagement(const std::string& spec, const ProtocolConstants& constants) {
  refuse_other_scheme(spec, constants);
  return read_input(spec, max_input, constants.device_engagement_scheme);
}

void add_handover_options(CLI::App& command, HandoverArguments& arguments, bool rest) {
  std::vector<std::string> kinds{"qr", "nfc"};
  if (rest) kinds.emplace_back("rest");
  command.add_option("--handover", arguments.kind, "How the two met")
      ->check(CLI::IsMember(kinds))
      ->capture_default_str();
  command.add_option("--hs", arguments.handover_select, "Handover Select message: INPUT");
  command.add_option("--hr", arguments.handover_request, "Handover Request message, if negotiated: INPUT");
  if (!rest) return;
  command.add_option("--reader-engagement", arguments.reader_engagement, "ReaderEngagement: INPUT or mdoc:// text");
}

engagement::Handover load_handover(const HandoverArguments& arguments, const ProtocolConstants& constants) {
  if (arguments.kind != "nfc" && !(arguments.handover_select.empty() && arguments.handover_request.empty())) {
    throw Failure(ExitCode::usage, "--hs and --hr belong to --handover nfc");
  }
  if (arguments.kind == "nfc") {
    engagement::NfcHandover nfc{.handover_select =
                                    read_bytes(needed_for(arguments, arguments.handover_select, "--hs"))};
    if (!arguments.handover_request.empty()) nfc.handover_request = read_bytes(arguments.handover_request);
    return nfc;
  }
  if (arguments.kind == "rest") {
    const Input input = read_input(needed_for(arguments, arguments.reader_engagement, "--reader-engagement"), max_input,
                                   constants.device_engagement_scheme);
    const auto reader_engagement =
        input.engagement.empty()
            ? require(engagement::decode_reader_engagement(SharedBytes::copy_of(input.bytes), {}, constants),
                      "cannot decode the reader engagement " + input.name)
            : require(engagement::parse_reader_engagement_uri(input.engagement, {}, constants),
                      "cannot read the reader engagement " + input.name);
    return require(engagement::WebHandover::of(reader_engagement), "cannot compute the handover");
  }
  return engagement::QrHandover{};
}

const std::string& require_engagement_text(const Input& input, const ProtocolConstants& constants) {
  const auto bytes = engagement::decode_engagement_text(input.engagement, {}, constants);
  if (bytes || bytes.error().code != Errc::bad_encoding) return input.engagement;
  throw Failure(ExitCode::unreadable, input.name + " is no engagement: after " +
                                          std::string(constants.device_engagement_scheme) +
                                          " comes base64url, as mdoc-cli holder "
                                          "prints it and a QR code has it; was all of it copied?");
}

engagement::DeviceEngagement load_engagement(const std::string& spec, const ProtocolConstants& constants) {
  const Input input = read_input_or_engagement(spec, constants);
  SharedBytes bytes =
      input.engagement.empty()
          ? SharedBytes::copy_of(input.bytes)
          : require(engagement::decode_engagement_text(require_engagement_text(input, constants), {}, constants),
                    "cannot read the engagement " + input.name);
  return require(engagement::decode_device_engagement(std::move(bytes), {}, constants),
                 "cannot decode the engagement " + input.name);
}

}  // namespace mdoc::cli
