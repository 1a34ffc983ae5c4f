#include "mdoc/model/authentication.hpp"

#include "mdoc/cbor/writer.hpp"

namespace mdoc::model {

/// Puts `#6.24(bstr .cbor […])` together. The head of the byte string is known last, when all its
/// content is.
class AuthenticationBuilder {
 public:
  AuthenticationBuilder(std::string_view context, std::size_t elements) { own_.array(elements).text(context); }

  /// What is written here becomes a part of the structure.
  cbor::Writer& own() noexcept { return own_; }
  void borrow(ByteView encoded) {
    borrowed_.push_back({.position = own_.size(), .bytes = encoded});
    borrowed_size_ += encoded.size();
  }

  [[nodiscard]] AuthenticationBytes build() const {
    const ByteView content = own_.view();
    cbor::Writer head(16 + content.size());
    head.tag(cbor::tag_embedded).bytes_head(content.size() + borrowed_size_);
    const std::size_t shift = head.size();
    head.raw(content);

    AuthenticationBytes result;
    result.own_ = std::move(head).take();
    const ByteView own = result.own_;
    result.parts_.reserve(2 * borrowed_.size() + 1);
    std::size_t begin = 0;
    for (const Borrowed& part : borrowed_) {
      const std::size_t end = shift + part.position;
      if (end > begin) result.parts_.push_back(own.subspan(begin, end - begin));
      result.parts_.push_back(part.bytes);
      begin = end;
    }
    if (begin < own.size()) result.parts_.push_back(own.subspan(begin));
    return result;
  }

 private:
  struct Borrowed {
    std::size_t position;  // in own_
    ByteView bytes;
  };
  cbor::Writer own_;
  std::vector<Borrowed> borrowed_;
  std::size_t borrowed_size_ = 0;
};

Bytes AuthenticationBytes::joined() const {
  Bytes joined;
  joined.reserve(crypto::MessageParts(parts()).size());
  for (const ByteView part : parts_) joined.insert(joined.end(), part.begin(), part.end());
  return joined;
}

AuthenticationBytes device_authentication_bytes(const ProtocolConstants& constants, ByteView session_transcript,
                                                const DocType& doc_type, ByteView device_name_spaces_bytes) {
  AuthenticationBuilder builder(constants.device_authentication_context, 4);
  builder.borrow(session_transcript);
  builder.own().text(doc_type.str());
  builder.borrow(device_name_spaces_bytes);
  return builder.build();
}

AuthenticationBytes reader_authentication_bytes(const ProtocolConstants& constants, ByteView session_transcript,
                                                ByteView items_request_bytes) {
  AuthenticationBuilder builder(constants.reader_authentication_context, 3);
  builder.borrow(session_transcript);
  builder.borrow(items_request_bytes);
  return builder.build();
}

AuthenticationBytes reader_authentication_all_bytes(const ProtocolConstants& constants, ByteView session_transcript,
                                                    std::span<const ByteView> items_request_bytes,
                                                    std::optional<ByteView> device_request_info_bytes) {
  AuthenticationBuilder builder(constants.reader_authentication_all_context, 4);
  builder.borrow(session_transcript);
  builder.own().array(items_request_bytes.size());
  for (const ByteView items_request : items_request_bytes) builder.borrow(items_request);
  if (device_request_info_bytes) {
    builder.borrow(*device_request_info_bytes);
  } else {
    builder.own().null();
  }
  return builder.build();
}

AuthenticationBytes reader_authentication_all_short_bytes(const ProtocolConstants& constants,
                                                          ByteView session_transcript,
                                                          std::span<const ByteView> items_request_bytes) {
  AuthenticationBuilder builder(constants.reader_authentication_all_context, 3);
  builder.borrow(session_transcript);
  builder.own().array(items_request_bytes.size());
  for (const ByteView items_request : items_request_bytes) builder.borrow(items_request);
  return builder.build();
}

}  // namespace mdoc::model
