#include "mdoc/engagement/qr_code.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/try.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::engagement {
namespace {

constexpr std::string_view white_space = " \t\r\n\v\f";
// base64url of the largest engagement, with room for scheme, padding and line ends.
constexpr std::size_t max_text = 2 * max_engagement_bytes;

enum class Form : std::uint8_t { device, reader, any };

class TextDecoder {
 public:
  TextDecoder(std::string_view text, const cbor::DecodeContext& context, const ProtocolConstants& constants)
      : text_(text), context_(context), constants_(constants) {}

  Result<SharedBytes> decode(Form form) {
    if (text_.size() > max_text) return fail(Errc::too_large, 0);
    MDOC_CHECK(trim());
    MDOC_CHECK(take_scheme(form));
    MDOC_CHECK(trim_payload());
    auto bytes = from_base64url(rest_);
    if (!bytes) {
      // Inner white space was taken out, so the place is exact only where there was none.
      return fail(Errc::bad_encoding, begin_ + std::min<std::size_t>(bytes.error().offset, rest_.size()));
    }
    return SharedBytes::take(*std::move(bytes));
  }

 private:
  [[nodiscard]] Error fail(Errc code, std::size_t offset) const {
    return {.code = code, .where = path, .offset = static_cast<std::uint32_t>(offset)};
  }
  [[nodiscard]] Result<void> deviation(Rule rule, std::size_t offset) const {
    return cbor::deviation(context_, rule, path, static_cast<std::uint32_t>(offset));
  }

  Result<void> trim() {
    const auto first = text_.find_first_not_of(white_space);
    if (first == std::string_view::npos) return fail(Errc::bad_uri, 0);
    const auto last = text_.find_last_not_of(white_space);
    begin_ = first;
    rest_ = text_.substr(first, last - first + 1);
    if (rest_.size() != text_.size()) return deviation(Rule::qr_white_space, first == 0 ? last + 1 : 0);
    return {};
  }

  Result<void> take_scheme(Form form) {
    if (starts_with_ignoring_case(rest_, constants_.obsolete_engagement_scheme)) {
      return fail(Errc::obsolete_draft, begin_);
    }
    const std::string_view device = constants_.device_engagement_scheme;
    const std::string_view reader = constants_.reader_engagement_scheme;
    // The scheme of the reader begins like that of the mdoc.
    is_link_ = starts_with_ignoring_case(rest_, reader);
    if (!is_link_ && !starts_with_ignoring_case(rest_, device)) return fail(Errc::bad_uri, begin_);
    const std::string_view found = is_link_ ? reader : device;
    const std::string_view wanted = form == Form::device ? device : form == Form::reader ? reader : found;
    if (rest_.substr(0, found.size()) != wanted) MDOC_CHECK(deviation(Rule::qr_scheme, begin_));
    rest_.remove_prefix(found.size());
    begin_ += found.size();
    return {};
  }

  Result<void> trim_payload() {
    if (const auto at = rest_.find_first_of(white_space); at != std::string_view::npos) {
      MDOC_CHECK(deviation(Rule::qr_white_space, begin_ + at));
      std::ranges::copy_if(rest_, std::back_inserter(joined_),
                           [](char c) { return white_space.find(c) == std::string_view::npos; });
      rest_ = joined_;
    }
    if (is_link_ && rest_.ends_with('/')) rest_.remove_suffix(1);
    constexpr std::size_t max_padding = 2;
    const std::size_t size = rest_.find_last_not_of('=') + 1;  // npos + 1 is 0
    if (size != rest_.size() && rest_.size() - size <= max_padding) {
      MDOC_CHECK(deviation(Rule::qr_padding, begin_ + size));
      rest_.remove_suffix(rest_.size() - size);
    }
    return {};
  }

  static constexpr Path path{"engagement text"};
  std::string_view text_;
  cbor::DecodeContext context_;
  const ProtocolConstants& constants_;
  std::string_view rest_{};
  std::string joined_{};
  std::size_t begin_ = 0;  // of rest_ in text_
  bool is_link_ = false;
};

}  // namespace

std::string qr_code_text(const DeviceEngagement& engagement, const ProtocolConstants& constants) {
  return std::string(constants.device_engagement_scheme) + to_base64url(engagement.bytes().view());
}

std::string reader_engagement_uri(const ReaderEngagement& engagement, const ProtocolConstants& constants) {
  return std::string(constants.reader_engagement_scheme) + to_base64url(engagement.bytes().view());
}

Result<DeviceEngagement> parse_qr_code(std::string_view text, const cbor::DecodeContext& context,
                                       const ProtocolConstants& constants) {
  MDOC_TRY(auto bytes, TextDecoder(text, context, constants).decode(Form::device));
  MDOC_TRY(auto engagement, decode_device_engagement(std::move(bytes), context, constants));
  // 9.1: with a QR code, retrieval methods are mandatory.
  const Path methods = Path("DeviceEngagement") / "deviceRetrievalMethods";
  if (engagement.retrieval_methods().empty()) return Error{.code = Errc::missing_element, .where = methods};
  if (!any_known(engagement.retrieval_methods())) return Error{.code = Errc::no_common_bearer, .where = methods};
  return engagement;
}

Result<ReaderEngagement> parse_reader_engagement_uri(std::string_view text, const cbor::DecodeContext& context,
                                                     const ProtocolConstants& constants) {
  MDOC_TRY(auto bytes, TextDecoder(text, context, constants).decode(Form::reader));
  return decode_reader_engagement(std::move(bytes), context, constants);
}

Result<SharedBytes> decode_engagement_text(std::string_view text, const cbor::DecodeContext& context,
                                           const ProtocolConstants& constants) {
  return TextDecoder(text, context, constants).decode(Form::any);
}

}  // namespace mdoc::engagement
