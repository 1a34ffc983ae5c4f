#include "verification/transcript_candidates.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "core/try.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/engagement/handover.hpp"

namespace mdoc::verification {
namespace {

using Variant = AuthenticationVariant;

constexpr std::uint8_t encoded_null[] = {0xf6};
constexpr cbor::DecodeContext tolerant{.limits = {}, .level = Level::lenient, .sink = nullptr};

Bytes to_bytes(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

/// The content of all of `item`, if that is `#6.24(bstr)`.
std::optional<ByteView> content_of(ByteView item) {
  cbor::Reader reader(item, tolerant);
  const auto embedded = reader.read_embedded();
  if (!embedded || !reader.finish()) return std::nullopt;
  return embedded->content;
}

/// The bare array; what is none stays as it is.
ByteView unwrapped(ByteView transcript) { return content_of(transcript).value_or(transcript); }

/// The three elements of a bare transcript, encoded.
using Elements = std::array<ByteView, 3>;

std::optional<Elements> elements_of(ByteView transcript) {
  cbor::Reader reader(transcript, tolerant);
  Elements elements;
  std::size_t count = 0;
  auto array = reader.enter_tuple();
  while (array.next()) {
    const auto element = reader.read_raw();
    if (!element || count == elements.size()) return std::nullopt;
    elements[count++] = *element;
  }
  if (!array.finish() || !reader.finish() || count != elements.size()) return std::nullopt;
  return elements;
}

/// EncryptionParameters in the place of a COSE_Key: they have text keys (12.6.4).
bool is_encryption_parameters(ByteView item) {
  const auto content = content_of(item);
  if (!content) return false;
  cbor::Reader reader(*content, tolerant);
  auto map = reader.enter_map();
  bool found = false;
  while (map.next()) found = found || map.key() == std::string_view("recipientPublicKey");
  return map.finish() && found;
}

/// Whether the first edition knows this key of DeviceEngagement: 0, version, to 4, protocol info.
bool is_of_first_edition(const cbor::MapKey& key) {
  constexpr std::int64_t last = 4;
  const auto number = key.integer();
  return number && *number >= 0 && *number <= last;
}

/// The map with its keys sorted; values stay as they are.
std::optional<Bytes> re_encoded_engagement(ByteView map_bytes, bool first_edition_only) {
  cbor::Reader reader(map_bytes, tolerant);
  cbor::SortedMap sorted;
  auto map = reader.enter_map();
  while (map.next()) {
    if (first_edition_only && !is_of_first_edition(map.key())) continue;
    const ByteView key = map.raw_key();
    const auto value = reader.read_raw();
    if (!value) return std::nullopt;
    sorted.put_raw(key).raw(*value);
  }
  if (!map.finish() || !reader.finish()) return std::nullopt;
  return sorted.encode();
}

std::optional<Bytes> re_encoded_key(ByteView cose_key) {
  cbor::Reader reader(cose_key, tolerant);
  const auto key = cose::decode_cose_key(reader);
  if (!key || !reader.finish()) return std::nullopt;
  return cose::encode_cose_key(*key);
}

using Items = std::vector<Bytes>;

/// A way to write an element that has tag 24 otherwise, and the variant of each of the two elements.
struct Form {
  Variant engagement;
  Variant reader_key;
  Items (*write)(ByteView item, ByteView content);
};
constexpr std::array forms{
    Form{Variant::engagement_null, Variant::reader_key_null,
         [](ByteView, ByteView) { return Items{to_bytes(encoded_null)}; }},
    Form{Variant::engagement_bare, Variant::reader_key_bare,
         [](ByteView, ByteView content) { return Items{to_bytes(content)}; }},
    Form{Variant::engagement_untagged, Variant::reader_key_untagged,
         [](ByteView, ByteView content) { return Items{untagged(content)}; }},
    Form{Variant::engagement_wrapped_twice, Variant::reader_key_wrapped_twice,
         [](ByteView item, ByteView) {
           return Items{tagged(item), untagged(item)};
         }},
};

class CandidateList {
 public:
  void add(Bytes bytes, std::vector<Variant> variants, const NamedTranscript* named = nullptr) {
    if (std::ranges::find(list_, bytes, &TranscriptCandidate::bytes) != list_.end()) return;
    list_.push_back({.bytes = std::move(bytes), .variants = std::move(variants), .named = named});
  }
  void add(const Elements& elements, std::vector<Variant> variants) {
    cbor::Writer writer(elements[0].size() + elements[1].size() + elements[2].size() + 1);
    writer.array(elements.size());
    for (const ByteView element : elements) writer.raw(element);
    add(std::move(writer).take(), std::move(variants));
  }
  /// `elements` with one of them replaced.
  void add(Elements elements, std::size_t index, ByteView replacement, Variant variant) {
    elements[index] = replacement;
    add(elements, {variant});
  }
  [[nodiscard]] std::vector<TranscriptCandidate> take() && { return std::move(list_); }

 private:
  std::vector<TranscriptCandidate> list_;
};

void add_engagements(CandidateList& list, const Elements& ours) {
  const auto content = content_of(ours[0]);
  if (!content) return;
  for (const Form& form : forms) {
    for (const Bytes& other : form.write(ours[0], *content)) list.add(ours, 0, other, form.engagement);
  }
  list.add(ours, 0, tagged(*content), Variant::engagement_re_encoded);
  for (const bool known_only : {false, true}) {
    const auto map = re_encoded_engagement(*content, known_only);
    if (!map) continue;
    list.add(ours, 0, tagged(*map), known_only ? Variant::engagement_known_members : Variant::engagement_re_encoded);
  }
}

void add_reader_keys(CandidateList& list, const Elements& ours) {
  const auto content = content_of(ours[1]);
  if (!content) return;
  for (const Form& form : forms) {
    for (const Bytes& other : form.write(ours[1], *content)) list.add(ours, 1, other, form.reader_key);
  }
  list.add(ours, 1, tagged(*content), Variant::reader_key_re_encoded);
  if (const auto key = re_encoded_key(*content)) list.add(ours, 1, tagged(*key), Variant::reader_key_re_encoded);

  // Whoever handles one of the two so, handles the other so.
  const auto engagement = content_of(ours[0]);
  if (!engagement) return;
  for (const Form& form : forms) {
    const Items engagements = form.write(ours[0], *engagement);
    const Items keys = form.write(ours[1], *content);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      list.add(Elements{engagements[i], keys[i], ours[2]}, {form.engagement, form.reader_key});
    }
  }
}

/// The other transcript where a response may hold documents both encrypted and not (12.6.4).
void add_encryption_parameters(CandidateList& list, const Elements& ours, const VerificationInput& input) {
  if (is_encryption_parameters(ours[1])) {
    list.add(ours, 1, encoded_null, Variant::encryption_parameters_missing);  // of a flow without reader key
    if (input.e_reader_key == nullptr) return;
    const Bytes key = tagged(cose::encode_cose_key(input.e_reader_key->public_key().coordinates()));
    list.add(ours, 1, key, Variant::encryption_parameters_missing);
    return;
  }
  if (input.request == nullptr) return;
  for (const model::DocRequest& doc_request : input.request->doc_requests) {
    const auto& info = doc_request.items_request->request_info;
    if (!info || !info->doc_response_encryption) continue;
    list.add(ours, 1, info->doc_response_encryption->bytes(), Variant::encryption_parameters_surplus);
  }
}

/// The two bytes NLEN of an NDEF file before its message; nothing where they do not hold the length.
std::optional<Bytes> with_length(ByteView message) {
  if (message.size() > 0xffff) return std::nullopt;
  Bytes file{static_cast<std::uint8_t>(message.size() >> 8), static_cast<std::uint8_t>(message.size())};
  file.insert(file.end(), message.begin(), message.end());
  return file;
}

void add_nfc_handovers(CandidateList& list, const Elements& ours, const engagement::NfcHandover& nfc,
                       const ProtocolConstants& constants) {
  const auto add = [&](const engagement::NfcHandover& other, Variant variant) {
    list.add(ours, 2, engagement::encode(other, constants), variant);
  };
  const auto length_select = with_length(nfc.handover_select.view());
  if (!nfc.handover_request) {
    if (length_select) add({SharedBytes::copy_of(*length_select)}, Variant::handover_with_length);
    return;
  }
  add({nfc.handover_select}, Variant::handover_request_missing);
  add({*nfc.handover_request, nfc.handover_select}, Variant::handover_swapped);
  const auto length_request = with_length(nfc.handover_request->view());
  if (!length_select || !length_request) return;
  // Only what the mdoc wrote to its file has a length there; some add it to both.
  const SharedBytes select = SharedBytes::copy_of(*length_select);
  add({select, *nfc.handover_request}, Variant::handover_with_length);
  add({select, SharedBytes::copy_of(*length_request)}, Variant::handover_with_length);
}

Result<void> add_handovers(CandidateList& list, const Elements& ours, const ProtocolConstants& constants) {
  list.add(ours, 2, encoded_null, Variant::handover_null);
  cbor::Reader reader(ours[2], tolerant);
  const auto handover = engagement::read_handover(reader, constants);
  if (!handover) return {};
  if (const auto* nfc = std::get_if<engagement::NfcHandover>(&*handover))
    add_nfc_handovers(list, ours, *nfc, constants);
  if (std::holds_alternative<engagement::WebHandover>(*handover)) {
    cbor::Writer array(ours[2].size() + 1);
    array.array(1).raw(ours[2]);
    list.add(ours, 2, array.view(), Variant::handover_in_array);
  }
  if (std::holds_alternative<engagement::LegacyWebHandover>(*handover)) {
    MDOC_TRY(const auto hash, crypto::digest(crypto::DigestAlgorithm::sha256, ours[2]));
    list.add(ours, 2, untagged(hash.view()), Variant::handover_hashed);
  }
  return {};
}

}  // namespace

Result<std::vector<TranscriptCandidate>> transcript_candidates(const VerificationInput& input,
                                                               std::span<const NamedTranscript> further,
                                                               const std::optional<SharedBytes>& of_session) {
  const ByteView given = input.session_transcript->view();
  CandidateList list;
  list.add(to_bytes(given), {});
  for (const NamedTranscript& named : further) {
    list.add(to_bytes(unwrapped(named.session_transcript.view())), {}, &named);
  }
  if (of_session) list.add(to_bytes(unwrapped(of_session->view())), {Variant::encryption_parameters_missing});
  if (const auto content = content_of(given)) {
    list.add(to_bytes(*content), {Variant::own_transcript_wrapped});
  } else if (const auto ours = elements_of(given)) {
    add_engagements(list, *ours);
    if (!is_encryption_parameters((*ours)[1])) add_reader_keys(list, *ours);
    add_encryption_parameters(list, *ours, input);
    MDOC_CHECK(add_handovers(list, *ours, input.constants));
  }
  return std::move(list).take();
}

Result<std::vector<TranscriptVariant>> transcript_variants(SharedBytes session_transcript,
                                                           const ProtocolConstants& constants) {
  const trust::TrustStore nobody;
  const VerificationInput input{
      .trust = nobody, .now = {}, .session_transcript = std::move(session_transcript), .constants = constants};
  MDOC_TRY(auto candidates, transcript_candidates(input, {}));
  std::vector<TranscriptVariant> variants;
  for (TranscriptCandidate& candidate : candidates) {
    if (candidate.variants.empty()) continue;
    variants.push_back({.bytes = std::move(candidate.bytes), .variants = std::move(candidate.variants)});
  }
  return variants;
}

std::optional<SharedBytes> engagement_of(ByteView session_transcript) {
  const auto elements = elements_of(unwrapped(session_transcript));
  const auto content = elements ? content_of((*elements)[0]) : std::nullopt;
  if (!content) return std::nullopt;
  return SharedBytes::copy_of(*content);
}

std::optional<crypto::EcPublicKey> reader_key_of(ByteView session_transcript) {
  const auto elements = elements_of(unwrapped(session_transcript));
  const auto content = elements ? content_of((*elements)[1]) : std::nullopt;
  if (!content) return std::nullopt;
  cbor::Reader reader(*content, tolerant);
  const auto key = cose::decode_cose_key(reader);
  if (!key) return std::nullopt;
  return *key;
}

Bytes tagged(ByteView encoded) {
  cbor::Writer writer(encoded.size() + 8);
  writer.embedded(encoded);
  return std::move(writer).take();
}

Bytes untagged(ByteView encoded) {
  cbor::Writer writer(encoded.size() + 8);
  writer.bytes(encoded);
  return std::move(writer).take();
}

}  // namespace mdoc::verification
