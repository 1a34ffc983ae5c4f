#include <benchmark/benchmark.h>

#include <cstdlib>

#include "bench/floors.hpp"
#include "bench/paired.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/model/issuer.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/presentation/respond.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::bench {
namespace {

Key own_key(const Floor& floor, const crypto::PrivateKey& key) {
  const SecretBytes pkcs8 = key.pkcs8().value();
  return floor.private_key(pkcs8.view());
}

void BM_Issue(benchmark::State& state) {
  testing::SampleMdoc sample;
  testing::CountingRng rng;
  model::ElementValues elements{{NameSpace("org.iso.18013.5.1"), {}}};
  std::vector<Bytes> items;
  for (const auto& item : sample.items) {
    elements[0].second.emplace_back(ElementIdentifier(item.identifier),
                                    model::DataElementValue::from_encoded(item.value).value());
    items.push_back(item.encode());
  }
  const model::IssuanceContent content{
      .doc_type = DocType(sample.doc_type),
      .name_spaces = elements,
      .device_key_info = {.device_key = sample.device_key.public_key().coordinates()},
      .validity_info = {
          .signed_at = sample.signed_at, .valid_from = sample.valid_from, .valid_until = sample.valid_until}};
  const crypto::Certificate signer = sample.signer_certificate();
  const SharedBytes certificate = SharedBytes::copy_of(signer.der());
  const Floor floor;
  const Key key = own_key(floor, sample.signer_key);
  const Bytes message(900, 0x5a);
  paired(
      state,
      [&] {
        auto draft =
            model::IssuerSignedDraft::prepare(content, sample.signer_key.public_key(), {.x5chain = {certificate}}, rng)
                .value();
        const auto signature = crypto::sign(sample.signer_key, draft.algorithm(), draft.to_be_signed()).value();
        benchmark::DoNotOptimize(std::move(draft).finish(signature).value().name_spaces.size());
      },
      [&] {
        benchmark::DoNotOptimize(floor.sign(key.get(), message).size());
        for (const Bytes& item : items) floor.sha256(item);
      });
}

void BM_Respond(benchmark::State& state) {
  testing::SampleMdoc sample;
  std::vector<presentation::Credential> credentials;
  credentials.push_back(
      presentation::Credential::decode("licence", SharedBytes::take(sample.issuer_signed()), crypto::KeyRef("device"))
          .value());
  model::ItemsRequest items{.doc_type = DocType(sample.doc_type),
                            .name_spaces = {{NameSpace("org.iso.18013.5.1"), {}}}};
  for (const auto& item : sample.items)
    items.name_spaces[0].second.emplace_back(ElementIdentifier(item.identifier), false);
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  const auto request = model::build_device_request(std::move(doc_requests)).value();
  const SharedBytes transcript = SharedBytes::copy_of(sample.transcript);
  const Floor floor;
  const Key key = own_key(floor, sample.device_key);
  const Bytes message(700, 0x5a);
  paired(
      state,
      [&] {
        const auto match = presentation::match(request, credentials, sample.now).value();
        auto draft = presentation::ResponseDraft::prepare(match.request_digest, presentation::Consent::to_all(match),
                                                          credentials, transcript, {},
                                                          {.preferred = presentation::DeviceAuthMethod::signature})
                         .value();
        const auto& sign = std::get<crypto::SignRequest>(draft.key_requests()[0]);
        std::vector<crypto::KeyResponse> responses;
        responses.emplace_back(crypto::sign(sample.device_key, sign.algorithm, sign.message).value());
        benchmark::DoNotOptimize(std::move(draft).finish(std::move(responses)).value().size());
      },
      [&] { benchmark::DoNotOptimize(floor.sign(key.get(), message).size()); });
}

BENCHMARK(BM_Issue)->UseManualTime();
BENCHMARK(BM_Respond)->UseManualTime();

}  // namespace
}  // namespace mdoc::bench
