// Any bytes as a DeviceRequest. What was signed is a slice of the message, nothing that must not be empty
// is, and a request built from the parts asks for the same.

#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/model/zk_system.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;
using model::DeviceRequest;

/// Parameters of proof systems: whatever they are, they name one circuit in one spelling, or none.
void check_zk(const model::DocRequestInfo& info) {
  if (!info.zk_request) return;
  for (const model::ZkSystemSpec& spec : info.zk_request->system_specs) {
    if (const auto circuit = model::zk_circuit(spec)) {
      const auto bytes = from_hex(*circuit);
      require(bytes && !bytes->empty() && to_hex(*bytes) == *circuit);
    }
    (void)model::zk_number(spec, "num_attributes", "numAttributes");
  }
}

void check(const SharedBytes& message, const DeviceRequest& request) {
  require(fuzz::inside(message.view(), request.encoded.view()) && request.encoded.size() == message.size());
  require(!request.doc_requests.empty());
  for (const auto& doc_request : request.doc_requests) {
    require(fuzz::inside(message.view(), doc_request.items_request.bytes()));
    require(fuzz::inside(doc_request.items_request.bytes(), doc_request.items_request.content()));
    if (doc_request.reader_auth) require(fuzz::inside(message.view(), doc_request.reader_auth->encoded.view()));
    require(!doc_request.items_request->name_spaces.empty());
    if (doc_request.items_request->request_info) check_zk(*doc_request.items_request->request_info);
  }
  for (const auto& auth : request.reader_auth_all) require(fuzz::inside(message.view(), auth.encoded.view()));
  if (!request.device_request_info) return;
  require(fuzz::inside(message.view(), request.device_request_info->bytes()));
  for (const auto& use_case : (*request.device_request_info)->use_cases) {
    require(!use_case.document_sets.empty());
    for (const auto& set : use_case.document_sets) {
      require(!set.empty());
      for (const auto id : set) require(id < request.doc_requests.size());
    }
  }
}

/// The request built anew from parts as they came.
void check_rebuilt(const DeviceRequest& request) {
  const auto built =
      model::build_device_request(request.doc_requests, {.device_request_info = request.device_request_info,
                                                         .reader_auth_all = request.reader_auth_all,
                                                         .mac_keys = request.mac_keys});
  require(built.has_value());
  const auto again = model::decode_device_request(built->encoded);
  require(again.has_value());
  require(again->doc_requests.size() == request.doc_requests.size());
  for (std::size_t i = 0; i < request.doc_requests.size(); ++i) {
    const auto& before = request.doc_requests[i];
    const auto& after = again->doc_requests[i];
    require(fuzz::same(after.items_request.bytes(), before.items_request.bytes()));
    require(after.items_request->doc_type == before.items_request->doc_type);
    require(after.items_request->name_spaces == before.items_request->name_spaces);
    require(after.reader_auth.has_value() == before.reader_auth.has_value());
    if (after.reader_auth) require(fuzz::same(after.reader_auth->encoded.view(), before.reader_auth->encoded.view()));
  }
  require(again->device_request_info.has_value() == request.device_request_info.has_value());
  require(again->reader_auth_all.size() == request.reader_auth_all.size());
  require(again->mac_keys.size() == request.mac_keys.size());
}

/// The values encoded anew: what a strict reader of them may have sent itself.
void check_encoders(const DeviceRequest& request) {
  for (const auto& doc_request : request.doc_requests) {
    auto items = model::encode_items_request(*doc_request.items_request);
    require(items.has_value());
    const Bytes first(items->bytes().begin(), items->bytes().end());
    std::vector<model::DocRequest> alone;
    alone.push_back({.items_request = *std::move(items)});
    const auto built = model::build_device_request(std::move(alone));
    require(built.has_value());
    const auto again = model::decode_device_request(built->encoded, {.level = Level::strict});
    require(again.has_value());
    const auto second = model::encode_items_request(*again->doc_requests.front().items_request);
    require(second.has_value() && fuzz::same(second->bytes(), first));

    const auto& info = doc_request.items_request->request_info;
    if (!info || !info->doc_response_encryption) continue;
    require(model::encode_encryption_parameters(**info->doc_response_encryption).has_value());
  }
  if (request.device_request_info) {
    require(model::encode_device_request_info(**request.device_request_info).has_value());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes message = SharedBytes::copy_of({data, size});
  const auto decode = [&](Level level) { return model::decode_device_request(message, {.level = level}); };
  if (const auto request = fuzz::decode_at_levels(decode, size)) check(message, *request);
  if (const auto request = decode(Level::interop)) check_rebuilt(*request);
  if (const auto request = decode(Level::strict)) check_encoders(*request);
  return 0;
}
