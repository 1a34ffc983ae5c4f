// Reading and writing CBOR of the size and shape of a licence: a few dozen small elements and one portrait.

#include <cstdint>
#include <string>

#include <benchmark/benchmark.h>

#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"

namespace {

using mdoc::Bytes;
using mdoc::cbor::Reader;
using mdoc::cbor::Writer;

/// An array of IssuerSignedItem-like maps: `elements` small ones and a portrait of `portrait` bytes.
Bytes licence(std::size_t elements, std::size_t portrait) {
  Writer writer;
  writer.array(elements + 1);
  for (std::size_t i = 0; i <= elements; ++i) {
    writer.map(4);
    writer.text("digestID").uint(i);
    writer.text("random").bytes(Bytes(32, static_cast<std::uint8_t>(i)));
    writer.text("elementIdentifier").text(i == elements ? "portrait" : "element_" + std::to_string(i));
    writer.text("elementValue");
    if (i == elements) {
      writer.bytes(Bytes(portrait, 0xd8));
    } else {
      writer.text("a value of ordinary length");
    }
  }
  return std::move(writer).take();
}

void write(benchmark::State& state) {
  std::size_t bytes = 0;
  for (auto _ : state) {
    const Bytes message = licence(30, static_cast<std::size_t>(state.range(0)));
    bytes += message.size();
    benchmark::DoNotOptimize(message.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(write)->Arg(3'000)->Arg(100'000);

/// Every check of the reader, nothing kept.
void skip(benchmark::State& state) {
  const Bytes message = licence(30, static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    Reader reader(message);
    if (!reader.skip()) state.SkipWithError("our own message is refused");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(message.size()) * state.iterations());
}
BENCHMARK(skip)->Arg(3'000)->Arg(100'000);

void diagnostic(benchmark::State& state) {
  const Bytes message = licence(30, 3'000);
  for (auto _ : state) {
    const auto text = mdoc::cbor::diagnostic(message);
    if (!text) state.SkipWithError("our own message is refused");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(message.size()) * state.iterations());
}
BENCHMARK(diagnostic);

}  // namespace
