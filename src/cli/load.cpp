#include "cli/load.hpp"

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/structure.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/engagement/ephemeral_key.hpp"

namespace mdoc::cli {

namespace {

template <class T>
T loaded(Result<T> decoded, const SharedBytes& bytes, const std::string& spec, Structure wanted) {
  if (decoded) return *std::move(decoded);
  const std::string name(title(wanted));
  const Input input{.bytes = {bytes.view().begin(), bytes.view().end()}, .name = {}, .engagement = {}};
  if (const auto found = found_instead(input, {wanted})) {
    throw Failure(ExitCode::unreadable, spec + " is " + *found + ", not " + name);
  }
  return require(std::move(decoded), "cannot decode " + spec + " as " + name);
}

}  // namespace

engagement::SessionTranscript load_transcript(const std::string& spec, const ProtocolConstants& constants) {
  const SharedBytes bytes = read_bytes(spec);
  return loaded(engagement::SessionTranscript::decode(bytes, {}, constants), bytes, spec,
                Structure::session_transcript);
}

model::DeviceRequest load_request(const std::string& spec) {
  const SharedBytes bytes = read_bytes(spec);
  return loaded(model::decode_device_request(bytes), bytes, spec, Structure::device_request);
}

void require_reader_key_of(const engagement::SessionTranscript& transcript, const crypto::PublicKey& key,
                           const std::string& key_spec, const std::string& transcript_spec) {
  const auto element = transcript.second_element();
  if (!element) return;  // handovers of the internet name no key
  cbor::Reader reader(*element);
  const auto named = engagement::read_e_reader_key_bytes(reader);
  if (!named || named->value() == key) return;
  throw Failure(ExitCode::usage,
                secret_name(key_spec) + " is not the reader's ephemeral key that " + transcript_spec + " names");
}

}  // namespace mdoc::cli
