#include "cli/load.hpp"

#include "cli/failure.hpp"
#include "cli/input.hpp"

namespace mdoc::cli {

engagement::SessionTranscript load_transcript(const std::string& spec) {
  return require(engagement::SessionTranscript::decode(read_bytes(spec)), "cannot decode the transcript " + spec);
}

model::DeviceRequest load_request(const std::string& spec) {
  return require(model::decode_device_request(read_bytes(spec)), "cannot decode the request " + spec);
}

}  // namespace mdoc::cli
