// What many elements cost, at two sizes: scripts/instructions compares them, so that what grows faster than the
// elements shows. Half of them stand in one name space and half in one each, as both kinds of list can be long.

#include <memory>
#include <string>
#include <utility>

#include "bench/operation.hpp"
#include "bench/verify_case.hpp"

namespace mdoc::bench {
namespace {

constexpr std::size_t few = 500;
constexpr std::size_t many = 2000;

/// Names of one length: a comparison of two cannot stop there.
std::string numbered(const char* prefix, std::size_t number) {
  return prefix + std::to_string(10000 + number).substr(1);
}

/// A licence that the device adds `count` elements to, each authorised: one by one in the name space that they share;
/// of the others, every second with its name space.
testing::SampleMdoc with_device_signed(std::size_t count) {
  testing::SampleMdoc sample;
  testing::Members shared, authorized;
  std::vector<Bytes> names, name_spaces;
  for (std::size_t i = 0; i < count / 2; ++i) {
    const std::string name = numbered("element_", i);
    shared[name] = testing::cbor_uint(i);
    names.push_back(testing::cbor_text(name));
    const std::string name_space = numbered("com.example.", i);
    sample.device_name_spaces[name_space] = testing::Members{{"element", testing::cbor_uint(i)}}.encode();
    if (i % 2 == 0) {
      name_spaces.push_back(testing::cbor_text(name_space));
    } else {
      authorized[name_space] = testing::cbor_array({testing::cbor_text("element")});
    }
  }
  sample.device_name_spaces["com.example.shared"] = shared.encode();
  authorized["com.example.shared"] = testing::cbor_array(names);
  sample.key_authorizations = testing::Members{
      {"nameSpaces", testing::cbor_array(name_spaces)},
      {"dataElements",
       authorized.encode()}}.encode();
  return sample;
}

/// A licence with `count` further elements of the issuer, each with its digest.
testing::SampleMdoc with_digests(std::size_t count) {
  testing::SampleMdoc sample;
  testing::CountingRng rng(8);
  const auto add = [&](std::string name_space, std::size_t digest_id, std::string identifier) {
    Bytes random(32);
    must(rng.fill(random).has_value());
    sample.items.push_back(
        {std::move(name_space), digest_id, std::move(random), std::move(identifier), testing::cbor_uint(digest_id)});
  };
  for (std::size_t i = 0; i < count / 2; ++i) {
    add("com.example.shared", 10000 + i, numbered("element_", i));
    add(numbered("com.example.", i), 0, "element");
  }
  return sample;
}

Operation verify(testing::SampleMdoc sample) {
  const auto test = std::make_shared<VerifyCase>(std::move(sample));
  const auto work = [test] { test->verify(test->response); };
  work();
  return {.work = work, .floor = [test] { test->cached_floor(); }};
}

}  // namespace

void add_many(Operations& to) {
  for (const std::size_t count : {few, many}) {
    to.push_back(
        {"verify/device-signed/" + std::to_string(count), [count] { return verify(with_device_signed(count)); }});
    to.push_back({"verify/digests/" + std::to_string(count), [count] { return verify(with_digests(count)); }});
  }
}

}  // namespace mdoc::bench
