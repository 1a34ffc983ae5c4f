#include "cli/qr.hpp"

#include <qrencode.h>

#include <cstdint>
#include <memory>

#include "cli/failure.hpp"
#include "cli/terminal.hpp"

namespace mdoc::cli {
namespace {

constexpr int quiet_zone = 2;  // modules around the code; four are standard, two suffice on screens

class QrCode {
 public:
  explicit QrCode(const std::string& text)
      // Level L and byte mode: an engagement is short-lived, and fewer modules are read faster.
      : code_(QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_L), &QRcode_free) {
    if (!code_) throw Failure(ExitCode::usage, "the text is too long for a QR code");
  }
  [[nodiscard]] int size() const { return code_->width + 2 * quiet_zone; }
  [[nodiscard]] bool is_dark(int row, int column) const {
    const int r = row - quiet_zone;
    const int c = column - quiet_zone;
    if (r < 0 || c < 0 || r >= code_->width || c >= code_->width) return false;
    return (code_->data[r * code_->width + c] & 1) != 0;
  }

 private:
  std::unique_ptr<QRcode, decltype(&QRcode_free)> code_;
};

std::string draw_ascii(const QrCode& code) {
  std::string out;
  for (int row = 0; row < code.size(); ++row) {
    for (int column = 0; column < code.size(); ++column) out += code.is_dark(row, column) ? "##" : "  ";
    out += '\n';
  }
  return out;
}

/// Two rows a line. Terminals are dark or light: where colours are welcome both are set, else the blocks
/// stand for light modules, as on a dark terminal.
std::string draw_blocks(const QrCode& code, bool coloured) {
  std::string out;
  for (int row = 0; row < code.size(); row += 2) {
    if (coloured) out += "\x1b[30;107m";
    for (int column = 0; column < code.size(); ++column) {
      const bool upper = code.is_dark(row, column) == coloured;
      const bool lower = row + 1 < code.size() ? code.is_dark(row + 1, column) == coloured : !coloured;
      out += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
    }
    if (coloured) out += "\x1b[0m";
    out += '\n';
  }
  return out;
}

}  // namespace

std::string draw_qr_code(const std::string& text, bool ascii) {
  const QrCode code(text);
  return ascii ? draw_ascii(code) : draw_blocks(code, colours_welcome());
}

}  // namespace mdoc::cli
