#pragma once

#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/secret.hpp"

namespace mdoc::cli {

/// How a command hands over a binary result: --out and --format.
struct BinaryOutput {
  std::string file;            ///< raw bytes go there; empty: standard output
  std::string format = "hex";  ///< of standard output: hex (and a newline), b64, raw
};

/// Writes `bytes` as asked for. Throws Failure.
void write_binary(const BinaryOutput& output, ByteView bytes);
/// Writes a file as a whole. Throws Failure.
void write_file(const std::string& path, ByteView content);
/// The same for a private key: only the owner may read the file.
void write_secret_file(const std::string& path, const SecretBytes& content);

/// One line on standard output, flushed: people and programs read along.
void print_line(std::string_view line);
/// One line on standard error: "mdoc-cli: …".
void print_warning(std::string_view message);

}  // namespace mdoc::cli
