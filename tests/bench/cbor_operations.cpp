// Reading and writing CBOR of the size and shape of a licence: small elements and one portrait.

#include <memory>

#include "bench/operation.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"

namespace mdoc::bench {
namespace {

/// An array of maps like IssuerSignedItem: twenty small ones, and one with a portrait.
Bytes licence(ByteView portrait) {
  constexpr std::size_t small = 20;
  cbor::Writer writer;
  writer.array(small + 1);
  for (std::size_t i = 0; i <= small; ++i) {
    writer.map(4);
    writer.text("digestID").uint(i);
    writer.text("random").bytes(portrait.first(32));
    writer.text("elementIdentifier").text("a_name_of_ordinary_length");
    writer.text("elementValue");
    i < small ? writer.text("a value of ordinary length") : writer.bytes(portrait);
  }
  return std::move(writer).take();
}

struct Case {
  explicit Case(std::size_t size) : portrait(32, 0xd8) {
    portrait.resize(size + portrait.size() - licence(portrait).size(), 0xd8);
    message = licence(portrait);
  }
  /// OpenSSL has no part in this: what a message costs that is moved and not looked at.
  void copy_message() {
    copy.assign(message.begin(), message.end());
    keep(copy);
  }

  Bytes portrait, message, copy;
};

Operation write(std::size_t size) {
  const auto test = std::make_shared<Case>(size);
  return {.work = [test] { keep(licence(test->portrait)); }, .floor = [test] { test->copy_message(); }};
}

/// Every check of the reader, nothing kept.
Operation read(std::size_t size) {
  const auto test = std::make_shared<Case>(size);
  return {.work =
              [test] {
                cbor::Reader reader(test->message);
                must(reader.skip() && reader.finish());
              },
          .floor = [test] { test->copy_message(); }};
}

}  // namespace

void add_cbor(Operations& to) {
  for (const std::size_t size : {small_message, large_message}) {
    to.push_back({"cbor.write/" + named(size), [size] { return write(size); }});
    to.push_back({"cbor.read/" + named(size), [size] { return read(size); }});
  }
}

}  // namespace mdoc::bench
