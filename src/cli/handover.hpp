#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "cli/input.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/engagement/handover.hpp"

/// @file
/// How the two sides of a session met, as options say it.

namespace mdoc::cli {

struct HandoverArguments {
  std::string kind = "qr";  ///< qr, nfc, rest
  std::string handover_select, handover_request, reader_engagement;
};

/// Adds --handover, --hs and --hr; with `rest` also --reader-engagement.
void add_handover_options(CLI::App& command, HandoverArguments& arguments, bool rest);
/// Throws Failure, also where an option is missing.
[[nodiscard]] engagement::Handover load_handover(const HandoverArguments& arguments,
                                                 const ProtocolConstants& constants = iso18013_5());
/// INPUT, or the text of an engagement in the scheme of `constants`. Throws Failure, also for the text of an engagement
/// in another scheme, which is no file.
[[nodiscard]] Input read_input_or_engagement(const std::string& spec,
                                             const ProtocolConstants& constants = iso18013_5());
/// The text of an engagement. Throws Failure where it was not copied as it is: with an ellipsis in it, or in part.
[[nodiscard]] const std::string& require_engagement_text(const Input& input,
                                                         const ProtocolConstants& constants = iso18013_5());
/// The engagement as given: a text with its retrieval methods, or bytes from any channel. Throws Failure.
[[nodiscard]] engagement::DeviceEngagement load_engagement(const std::string& spec,
                                                           const ProtocolConstants& constants = iso18013_5());

}  // namespace mdoc::cli
