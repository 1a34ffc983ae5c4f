#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/key_ring.hpp"
#include "cli/profile_options.hpp"
#include "cli/requested.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/model/signed_request.hpp"

/// @file
/// What a reader asks and in whose name, whether the request goes into a file or into a session.

namespace mdoc::cli {

struct AskingArguments {
  std::shared_ptr<RequestedDocuments> requested = std::make_shared<RequestedDocuments>();
  std::string info;                            ///< --info
  std::string reader_key, reader_certificate;  ///< --reader-auth, --reader-cert
  bool with_portrait = false;                  ///< --with-portrait: beside what the templates ask for
  ProfileArguments profiles;

  [[nodiscard]] bool is_signed() const noexcept { return !reader_key.empty(); }
};

/// --doc-type, --element, --template, --info, --reader-auth, --reader-cert and --profile.
void add_asking_options(CLI::App& command, AskingArguments& arguments);

/// The request without signatures. Throws Failure.
/// @param recipient to whom all documents are to be encrypted; nothing: they are not
[[nodiscard]] model::DeviceRequest build_request(const AskingArguments& arguments, const Profiles& profiles,
                                                 const std::optional<crypto::PublicKey>& recipient = {});

/// Who asks; its key goes into `keys`. Throws Failure, also where key and certificate do not belong together.
[[nodiscard]] model::ReaderIdentity load_identity(const AskingArguments& arguments, KeyRing& keys);

}  // namespace mdoc::cli
