// Nothing that an attacker changes in a good response may change what is released. Each bit, each
// truncation and each member of each map is tried; what survives must be what was there before, and
// must lie where the standard authenticates nothing: those places are listed here by name. The reader
// asked for every element, so one that is hidden is missed: what is unanswered counts as refused.
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/verify.hpp"
#include "support/released.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::verification {
namespace {

using testing::CoseParts;
using testing::Members;
using testing::SampleMdoc;

/// A good response with something in every place that may hold more than the standard asks for.
class Good {
 public:
  Good() {
    sample.key_authorizations =
        Members{{"nameSpaces", testing::cbor_array({testing::cbor_text("com.example")})}}.encode();
    sample.device_name_spaces["com.example"] = Members{{"answer", testing::cbor_uint(42)}}.encode();
    sample.on_issuer_auth_headers = [](CoseParts& parts) {
      parts.unprotected_header.at(0) = 0xa2;
      parts.unprotected_header.insert(parts.unprotected_header.end(), extra_header.begin(), extra_header.end());
    };
    sample.on_device_auth_headers = [](CoseParts& parts) {
      parts.unprotected_header = Bytes{0xa1};
      parts.unprotected_header.insert(parts.unprotected_header.end(), extra_header.begin(), extra_header.end());
    };
    sample.on_document = [](Members& document) {
      document["errors"] = Members{{"org.iso.18013.5.1", Members{{"height", testing::cbor_int(-9)}}.encode()}}.encode();
      document["com.example.note"] = note;
    };
    sample.on_response = [](Members& response) {
      response["documentErrors"] = testing::cbor_array({Members{{"com.example.pass", testing::cbor_int(0)}}.encode()});
      response["com.example.note"] = note;
    };
    EXPECT_TRUE(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate(), {.source = "test"}));
    bytes = sample.response();
    request = ask_for_everything();
  }

  /// What is released and said of it; nothing when refused, or when something asked for is missing.
  [[nodiscard]] std::optional<testing::Released> judge(const Bytes& response) const {
    const auto decoded = UnverifiedResponse::decode(SharedBytes::copy_of(response));
    if (!decoded) return std::nullopt;
    VerificationInput input{.trust = trust, .now = {.utc = sample.now, .steady = {}}};
    input.session_transcript = SharedBytes::copy_of(sample.transcript);
    input.request = &*request;
    const VerificationOutcome outcome = verify(*decoded, input);
    if (!outcome.report.valid || outcome.documents.size() != 1) {
      EXPECT_TRUE(outcome.report.valid || outcome.documents.empty());
      return std::nullopt;
    }
    const bool everything = std::ranges::none_of(
        outcome.report.answers, [](const Answer& answer) { return answer.kind == Answer::Kind::unanswered; });
    EXPECT_EQ(everything, outcome.report.find(CheckId::response_request).outcome == Outcome::pass);
    if (!everything) return std::nullopt;
    return testing::Released(outcome.documents.front());
  }

  static inline const Bytes extra_header{0x39, 0x03, 0xe7, 0x44, 0x6b, 0x69, 0x6e, 0x64};  // -1000: h'6b696e64'
  static inline const Bytes note = testing::cbor_text("a later edition");
  mutable SampleMdoc sample;
  trust::TrustStore trust;
  std::optional<model::DeviceRequest> request;
  Bytes bytes;

 private:
  [[nodiscard]] model::DeviceRequest ask_for_everything() const {
    model::NameSpaces name_spaces;
    for (const auto& item : sample.items) {
      if (name_spaces.empty() || name_spaces.back().first.str() != item.name_space) {
        name_spaces.push_back({NameSpace(item.name_space), {}});
      }
      name_spaces.back().second.emplace_back(ElementIdentifier(item.identifier), false);
    }
    name_spaces.push_back({NameSpace("com.example"), {{ElementIdentifier("answer"), false}}});
    auto items = model::encode_items_request({.doc_type = DocType(sample.doc_type), .name_spaces = name_spaces});
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = std::move(items).value()});
    return model::build_device_request(std::move(doc_requests)).value();
  }
};

/// A place in the response that nothing authenticates.
struct Place {
  std::string name;
  std::size_t begin, end;
};

/// Finds `part` at or after `from`.
std::size_t find(const Bytes& whole, const Bytes& part, std::size_t from = 0) {
  const auto place =
      std::search(whole.begin() + static_cast<std::ptrdiff_t>(from), whole.end(), part.begin(), part.end());
  EXPECT_NE(place, whole.end());
  return static_cast<std::size_t>(place - whole.begin());
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes whole;
  for (const Bytes& part : parts) whole.insert(whole.end(), part.begin(), part.end());
  return whole;
}

std::vector<Place> unauthenticated_places(const Bytes& response) {
  std::vector<Place> places;
  const auto add = [&](std::string name, std::size_t begin, std::size_t size) {
    places.push_back({std::move(name), begin, begin + size});
  };
  const Bytes version = joined({testing::cbor_text("version"), testing::cbor_text("1.0")});
  add("minor version of DeviceResponse", find(response, version) + version.size() - 1, 1);

  const std::size_t issuer_auth = find(response, Good::extra_header);
  add("unknown header parameter of IssuerAuth", issuer_auth, Good::extra_header.size());
  add("unknown header parameter of DeviceSignature", find(response, Good::extra_header, issuer_auth + 1),
      Good::extra_header.size());

  const Bytes errors =
      joined({testing::cbor_text("errors"),
              Members{{"org.iso.18013.5.1", Members{{"height", testing::cbor_int(-9)}}.encode()}}.encode()});
  add("errors of Document", find(response, errors), errors.size());
  const Bytes member = joined({testing::cbor_text("com.example.note"), Good::note});
  const std::size_t in_document = find(response, member);
  add("unknown member of Document", in_document, member.size());
  const Bytes document_errors =
      joined({testing::cbor_text("documentErrors"),
              testing::cbor_array({Members{{"com.example.pass", testing::cbor_int(0)}}.encode()})});
  add("documentErrors of DeviceResponse", find(response, document_errors), document_errors.size());
  add("unknown member of DeviceResponse", find(response, member, in_document + 1), member.size());
  return places;
}

const Good& good() {
  static const Good instance;
  return instance;
}

TEST(Mutation, TheResponseIsGoodAndOfOrdinarySize) {
  ASSERT_TRUE(good().judge(good().bytes));
  EXPECT_GT(good().bytes.size(), 2500u);
  EXPECT_LT(good().bytes.size(), 3500u);
}

TEST(Mutation, EachFlippedBitIsRefusedOrMeansNothing) {
  const testing::Released original = good().judge(good().bytes).value();
  const std::vector<Place> places = unauthenticated_places(good().bytes);
  std::map<std::string, int> survivors;
  Bytes altered = good().bytes;
  for (std::size_t bit = 0; bit < altered.size() * 8; ++bit) {
    const std::size_t byte = bit / 8;
    altered[byte] ^= static_cast<std::uint8_t>(1u << bit % 8);
    if (const auto released = good().judge(altered)) {
      const auto place = std::ranges::find_if(
          places, [&](const Place& candidate) { return byte >= candidate.begin && byte < candidate.end; });
      ASSERT_NE(place, places.end()) << "bit " << bit % 8 << " of byte " << byte << " changes nothing";
      EXPECT_TRUE(*released == original) << place->name;
      ++survivors[place->name];
    }
    altered[byte] ^= static_cast<std::uint8_t>(1u << bit % 8);
  }
  // Each place is one indeed: a list that excuses too much would hide a defect.
  for (const Place& place : places) EXPECT_GT(survivors[place.name], 0) << place.name;
}

TEST(Mutation, EachTruncationIsRefused) {
  for (std::size_t size = 0; size < good().bytes.size(); ++size) {
    EXPECT_FALSE(good().judge(Bytes(good().bytes.begin(), good().bytes.begin() + static_cast<std::ptrdiff_t>(size))));
  }
}

TEST(Mutation, AnythingBehindTheResponseIsRefused) {
  for (int byte = 0; byte < 256; ++byte) {
    Bytes longer = good().bytes;
    longer.push_back(static_cast<std::uint8_t>(byte));
    EXPECT_FALSE(good().judge(longer));
  }
}

/// A data item taken apart, embedded CBOR included.
struct Item {
  enum class Kind { leaf, array, map, tag, embedded } kind = Kind::leaf;
  Bytes raw{};  // leaf: the item; tag: nothing
  std::uint64_t tag = 0;
  std::vector<Item> children{};  // map: key, value, key, value …
  std::string path{};            // names of the members on the way

  void write(cbor::Writer& writer) const {
    switch (kind) {
      case Kind::leaf: writer.raw(raw); return;
      case Kind::array: writer.array(children.size()); break;
      case Kind::map: writer.map(children.size() / 2); break;
      case Kind::tag: writer.tag(tag); break;
      case Kind::embedded: {
        cbor::Writer inside;
        children.front().write(inside);
        writer.bytes(inside.view());
        return;
      }
    }
    for (const Item& child : children) child.write(writer);
  }
};

std::optional<Item> parse(ByteView encoded, const std::string& path);

Item parse(cbor::Reader& reader, const std::string& path) {
  Item item{.path = path};
  switch (reader.peek().value()) {
    case cbor::Type::array: {
      item.kind = Item::Kind::array;
      auto array = reader.enter_array();
      while (array.next()) item.children.push_back(parse(reader, path + "[]"));
      break;
    }
    case cbor::Type::map: {
      item.kind = Item::Kind::map;
      auto map = reader.enter_map();
      while (map.next()) {
        const ByteView key = map.raw_key();
        const auto text = map.key().text();
        item.children.push_back({.raw = Bytes(key.begin(), key.end())});
        item.children.push_back(
            parse(reader, path + '.' + (text ? std::string(*text) : std::to_string(map.key().integer().value_or(0)))));
      }
      break;
    }
    case cbor::Type::tag:
      item.kind = Item::Kind::tag;
      item.tag = reader.read_tag().value();
      item.children.push_back(parse(reader, path));
      break;
    default: {
      const ByteView raw = reader.read_raw().value();
      item.raw.assign(raw.begin(), raw.end());
      // Content of byte strings: headers, payloads and everything under tag 24.
      cbor::Reader string(raw);
      if (const auto content = string.read_bytes(); content && !content->empty()) {
        if (auto inside = parse(*content, path + '<')) {
          item.kind = Item::Kind::embedded;
          item.children.push_back(*std::move(inside));
        }
      }
    }
  }
  return item;
}

std::optional<Item> parse(ByteView encoded, const std::string& path) {
  cbor::Reader check(encoded);
  if (!check.skip() || !check.finish() || (encoded.front() >> 5 != 5 && encoded.front() >> 5 != 6)) return std::nullopt;
  cbor::Reader reader(encoded);
  return parse(reader, path);
}

Bytes encode(const Item& item) {
  cbor::Writer writer;
  item.write(writer);
  return std::move(writer).take();
}

void for_each_map(Item& item, const std::function<void(Item&)>& visit) {
  if (item.kind == Item::Kind::map) visit(item);
  for (Item& child : item.children) for_each_map(child, visit);
}

/// Where the order of members, or their presence, is not authenticated.
bool may_be_reordered(const std::string& path) {
  static const std::set<std::string> maps{
      "",              // DeviceResponse
      ".documents[]",  // Document
      ".documents[].issuerSigned",
      ".documents[].issuerSigned.issuerAuth[]",  // unprotected header
      ".documents[].deviceSigned",
  };
  return maps.contains(path);
}
bool may_be_deleted(const std::string& path) {
  static const std::set<std::string> members{
      ".documentErrors",
      ".documentErrors[].com.example.pass",
      ".com.example.note",
      ".documents[].errors",
      ".documents[].errors.org.iso.18013.5.1",
      ".documents[].errors.org.iso.18013.5.1.height",
      ".documents[].com.example.note",
      ".documents[].issuerSigned.issuerAuth[].-1000",
      ".documents[].deviceSigned.deviceAuth.deviceSignature[].-1000",
  };
  return members.contains(path);
}

TEST(Mutation, EachDeletedDuplicatedOrSwappedMemberIsRefusedOrMeansNothing) {
  const testing::Released original = good().judge(good().bytes).value();
  Item root = parse(good().bytes, "").value();
  ASSERT_EQ(encode(root), good().bytes);  // taken apart and put together again
  std::size_t maps = 0;
  std::set<std::string> deleted;
  std::set<std::string> reordered;
  for_each_map(root, [&](Item& map) {
    ++maps;
    const std::vector<Item> intact = map.children;
    for (std::size_t i = 0; i + 1 < intact.size(); i += 2) {
      const auto at = map.children.begin() + static_cast<std::ptrdiff_t>(i);
      const std::string member = intact[i + 1].path;

      map.children.erase(at, at + 2);
      if (const auto released = good().judge(encode(root))) {
        EXPECT_TRUE(*released == original);
        EXPECT_TRUE(may_be_deleted(member)) << "without " << member;
        deleted.insert(member);
      }
      map.children = intact;

      map.children.insert(map.children.end(), {intact[i], intact[i + 1]});
      EXPECT_FALSE(good().judge(encode(root))) << "twice " << member;
      map.children = intact;

      if (i + 3 < intact.size()) {
        std::swap(map.children[i], map.children[i + 2]);
        std::swap(map.children[i + 1], map.children[i + 3]);
        if (const auto released = good().judge(encode(root))) {
          EXPECT_TRUE(*released == original);
          EXPECT_TRUE(may_be_reordered(map.path)) << "order in " << map.path;
          reordered.insert(map.path);
        }
        map.children = intact;

        std::swap(map.children[i + 1], map.children[i + 3]);  // each key with the other's value
        if (const auto released = good().judge(encode(root))) {
          EXPECT_TRUE(*released == original);
        }
        map.children = intact;
      }
    }
  });
  EXPECT_GT(maps, 30u);
  EXPECT_EQ(deleted.size(), 9u);  // each exception is one indeed
  EXPECT_EQ(reordered.size(), 5u);
}

}  // namespace
}  // namespace mdoc::verification
