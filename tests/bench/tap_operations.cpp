// All that two devices compute from the moment at which they touch to the verdict of the reader.

#include <memory>
#include <string>
#include <utility>

#include "bench/operation.hpp"
#include "bench/verify_case.hpp"
#include "support/tap.hpp"

namespace mdoc::bench {
namespace {

constexpr std::size_t response_size = 16 * 1024;
constexpr std::size_t request_size = 500;

testing::SampleMdoc licence() {
  testing::SampleMdoc sample;
  sample.mac = true;
  grow_portrait(sample, response_size);
  return sample;
}

/// Both sides, with the radio between them, which is simulated: what that takes is part of the work.
struct TapCase {
  explicit TapCase(bool l2cap) {
    settings.l2cap = l2cap;
    sealed_request = Bytes(request.size() + 16);
    sealed_response = Bytes(response.size() + 16);
    Floor::seal(cipher.get(), iv, request, sealed_request);
    Floor::seal(cipher.get(), iv, response, sealed_response);
  }

  void work() {
    const auto times = tap.present(settings);
    must(times && times->response_size == response_size);
  }

  void one_end_of_a_session(EVP_PKEY* own, ByteView point) const {
    const Key peer = verify.floor.import_point(point);
    verify.floor.session_keys(own, peer.get(), verify.salt);
  }

  void floor() {
    const Key of_mdoc = verify.floor.generate();
    const Key of_reader = verify.floor.generate();
    one_end_of_a_session(of_mdoc.get(), verify.device_point);
    one_end_of_a_session(of_reader.get(), verify.device_point);
    verify.floor.sha256(verify.transcript.view());
    verify.floor.sha256(verify.transcript.view());
    Floor::seal(cipher.get(), iv, request, output);
    Floor::open(cipher.get(), iv, sealed_request, output);
    verify.floor.mac(device_key.get(), verify.reader_key.get(), verify.salt, verify.device_message);
    Floor::seal(cipher.get(), iv, response, output);
    Floor::open(cipher.get(), iv, sealed_response, output);
    verify.cold_floor();
  }

  testing::Tap tap{response_size};
  testing::TapSettings settings;
  VerifyCase verify{licence()};
  SecretBytes device_pkcs8 = verify.sample.device_key.pkcs8().value();
  Key device_key = Floor::private_key(device_pkcs8.view());
  Bytes request = Bytes(request_size, 0x5a);
  Bytes response = VerifyCase::copy_of(verify.response.view());
  Bytes sealed_request, sealed_response, output;
  Bytes iv = Bytes(12, 0x01);
  CipherContext cipher = Floor::cipher(Bytes(32, 0x02));
};

Operation tap(bool l2cap) {
  const auto test = std::make_shared<TapCase>(l2cap);
  return {.work = [test] { test->work(); },
          .floor = [test] { test->floor(); },
          .prepare = [test] { test->tap.forget_signers(); }};
}

}  // namespace

void add_tap(Operations& to) {
  to.push_back({"tap/GATT/16kB/cold", [] { return tap(false); }});
  to.push_back({"tap/L2CAP/16kB/cold", [] { return tap(true); }});
}

}  // namespace mdoc::bench
