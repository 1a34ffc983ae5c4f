#include "cli/images.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/output.hpp"
#include "cli/picture.hpp"
#include "cli/system.hpp"
#include "cli/terminal.hpp"
#include "cli/wording.hpp"
#include "core/ascii.hpp"

namespace mdoc::cli {
namespace {

using verification::VerificationOutcome;
using verification::VerifiedElement;

/// An element's name as a file name: letters, digits, '_' and '-' of peers are kept, nothing else.
std::string file_name(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    const bool kept = is_letter_or_digit(c) || c == '_' || c == '-';
    safe += kept ? c : '_';
  }
  return safe.substr(0, 64);
}

bool shows_24_bit_colour() {
  if (!colours_welcome()) return false;
  const auto colour = environment("COLORTERM");
  return colour == "truecolor" || colour == "24bit";
}

/// Two pixels a character: the upper one as foreground, the lower one as background.
void print_picture(const Picture& picture) {
  for (std::size_t row = 0; row + 1 < picture.height; row += 2) {
    std::string line = "  ";
    for (std::size_t column = 0; column < picture.width; ++column) {
      const Pixel upper = picture.at(row, column);
      const Pixel lower = picture.at(row + 1, column);
      line += fmt::format("\x1b[38;2;{};{};{};48;2;{};{};{}m▀", upper.red, upper.green, upper.blue, lower.red,
                          lower.green, lower.blue);
    }
    print_line(line + "\x1b[0m");
  }
}

}  // namespace

void save_images(const VerificationOutcome& outcome, const std::string& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure)
    throw Failure(ExitCode::unreadable, "cannot make the folder " + folder + ": " + system_message(failure.value()));
  std::set<std::string> used;
  for (const auto& document : outcome.documents) {
    for (const VerifiedElement& element : document.issuer_signed()) {
      const auto bytes = element.value.as_bytes();
      const auto format = bytes ? profile::image_format(*bytes) : std::nullopt;
      if (!format) continue;
      const std::string_view extension = file_extension(*format);
      const std::string stem = fmt::format("{}-{}", document.index(), file_name(element.identifier.str()));
      std::string name = fmt::format("{}{}", stem, extension);
      // Name spaces may share a name, and distinct names may come to one: no image replaces another.
      for (int number = 2; !used.insert(name).second; ++number) name = fmt::format("{}-{}{}", stem, number, extension);
      write_new_personal_file((std::filesystem::path(folder) / name).string(), *bytes);
    }
  }
}

void print_images(const VerificationOutcome& outcome) {
  constexpr std::size_t columns = 36;
  if (!shows_24_bit_colour()) return;
  for (const auto& document : outcome.documents) {
    for (const VerifiedElement& element : document.issuer_signed()) {
      if (element.identifier.str() != "portrait") continue;
      const auto bytes = element.value.as_bytes();
      if (!bytes || !profile::image_format(*bytes)) continue;
      const auto picture = decode_picture(*bytes, columns);
      if (picture) {
        print_picture(*picture);
      } else {
        print_warning("the portrait is not drawn: " + in_words(picture.error()));
      }
    }
  }
}

}  // namespace mdoc::cli
