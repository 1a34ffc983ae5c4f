#pragma once

#include <string>

namespace mdoc::cli {

/// A QR code of `text`, drawn with half blocks (or with ASCII where `ascii`), ready to be printed. Black
/// on white with a quiet zone, whatever the terminal's colours are. Throws Failure if the text is too long.
[[nodiscard]] std::string draw_qr_code(const std::string& text, bool ascii);

}  // namespace mdoc::cli
