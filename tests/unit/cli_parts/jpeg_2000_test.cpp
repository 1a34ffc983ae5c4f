#include "cli/jpeg_2000.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>

#include <gtest/gtest.h>
#include <openjpeg.h>

namespace mdoc::cli {
namespace {

/// How a picture is encoded.
struct Encoding {
  unsigned width = 64, height = 48;
  unsigned components = 1;
  OPJ_COLOR_SPACE space = OPJ_CLRSPC_GRAY;
  unsigned depth = 8;
  unsigned coarser = 1;  ///< subsampling of all components but the first
  bool file = false;     ///< with boxes around it
  std::function<void(opj_cparameters_t&)> change = [](opj_cparameters_t&) {};
};

/// What the encoder writes to.
struct Sink {
  Bytes bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T write_sink(void* data, OPJ_SIZE_T size, void* user) {
  Sink& sink = *static_cast<Sink*>(user);
  if (sink.bytes.size() < sink.position + size) sink.bytes.resize(sink.position + size);
  std::copy_n(static_cast<const std::uint8_t*>(data), size, sink.bytes.begin() + static_cast<long>(sink.position));
  sink.position += size;
  return size;
}
OPJ_OFF_T skip_sink(OPJ_OFF_T size, void* user) {
  static_cast<Sink*>(user)->position += static_cast<std::size_t>(size);
  return size;
}
OPJ_BOOL seek_sink(OPJ_OFF_T position, void* user) {
  static_cast<Sink*>(user)->position = static_cast<std::size_t>(position);
  return OPJ_TRUE;
}

/// A ramp from black on the left to white, the same in each component.
Bytes jpeg_2000(const Encoding& encoding) {
  opj_cparameters_t parameters{};
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.irreversible = 0;
  encoding.change(parameters);
  std::array<opj_image_cmptparm_t, 4> shapes{};
  for (unsigned i = 0; i < encoding.components; ++i) {
    const unsigned step = i == 0 ? 1 : encoding.coarser;
    shapes.at(i) = {.dx = step,
                    .dy = step,
                    .w = encoding.width / step,
                    .h = encoding.height / step,
                    .x0 = 0,
                    .y0 = 0,
                    .prec = encoding.depth,
                    .bpp = encoding.depth,
                    .sgnd = 0};
  }
  opj_image_t* const image = opj_image_create(encoding.components, shapes.data(), encoding.space);
  image->x1 = encoding.width;
  image->y1 = encoding.height;
  const int white = (1 << encoding.depth) - 1;
  for (unsigned i = 0; i < encoding.components; ++i) {
    const auto& component = image->comps[i];
    for (unsigned at = 0; at < component.w * component.h; ++at) {
      const int ramp = static_cast<int>(at % component.w) * white / static_cast<int>(component.w - 1);
      component.data[at] = encoding.space == OPJ_CLRSPC_SYCC && i > 0 ? (white + 1) / 2 : ramp;
    }
  }
  Sink sink;
  opj_codec_t* const codec = opj_create_compress(encoding.file ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
  opj_stream_t* const stream = opj_stream_default_create(OPJ_FALSE);
  opj_stream_set_user_data(stream, &sink, nullptr);
  opj_stream_set_write_function(stream, write_sink);
  opj_stream_set_skip_function(stream, skip_sink);
  opj_stream_set_seek_function(stream, seek_sink);
  const bool encoded = opj_setup_encoder(codec, &parameters, image) == OPJ_TRUE &&
                       opj_start_compress(codec, image, stream) == OPJ_TRUE && opj_encode(codec, stream) == OPJ_TRUE &&
                       opj_end_compress(codec, stream) == OPJ_TRUE;
  EXPECT_TRUE(encoded);
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  return sink.bytes;
}

void expect_refused(const Bytes& encoded, Errc code, std::string_view where) {
  const auto picture = decode_jpeg_2000(encoded, 36);
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().code, code);
  EXPECT_EQ(picture.error().where.text(), where);
}

std::size_t find_marker(const Bytes& encoded, std::uint8_t marker) {
  const std::array<std::uint8_t, 2> bytes{0xff, marker};
  const auto found = std::search(encoded.begin(), encoded.end(), bytes.begin(), bytes.end());
  EXPECT_NE(found, encoded.end());
  return static_cast<std::size_t>(found - encoded.begin());
}

void put(Bytes& encoded, std::size_t at, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) encoded.at(at++) = static_cast<std::uint8_t>(value >> shift);
}

// Places within SIZ, from its marker on.
constexpr std::size_t right_edge = 6, bottom_edge = 10, tile_width = 22, components = 38, first_depth = 40;

TEST(Jpeg2000, PicturesAreShrunkenToTheirColumns) {
  for (const bool file : {false, true}) {
    const auto picture = decode_jpeg_2000(jpeg_2000({.width = 360, .height = 480, .file = file}), 36);
    ASSERT_TRUE(picture) << file;
    EXPECT_EQ(picture->width, 36u);
    EXPECT_EQ(picture->height, 48u);
    EXPECT_LT(picture->at(0, 0).red, 16);
    EXPECT_GT(picture->at(47, 35).blue, 240);
  }
}

TEST(Jpeg2000, ComponentsBecomeRedGreenAndBlue) {
  const std::vector<Encoding> encodings{
      {.components = 1, .depth = 6},
      {.components = 2},
      {.components = 3, .space = OPJ_CLRSPC_SRGB},
      {.components = 3, .space = OPJ_CLRSPC_SRGB, .depth = 12},
      {.components = 4, .space = OPJ_CLRSPC_SRGB, .file = true},
      {.components = 3, .space = OPJ_CLRSPC_SYCC, .coarser = 2, .file = true},
  };
  for (const Encoding& encoding : encodings) {
    const auto picture = decode_jpeg_2000(jpeg_2000(encoding), 32);
    ASSERT_TRUE(picture) << encoding.components << " of " << encoding.depth;
    const Pixel left = picture->at(0, 0), right = picture->at(0, 31);
    EXPECT_LT(std::max({left.red, left.green, left.blue}), 24);
    EXPECT_GT(std::min({right.red, right.green, right.blue}), 232);
  }
}

TEST(Jpeg2000, PicturesOfEachFormatAreDecodedByTheirBeginning) {
  EXPECT_EQ(profile::image_format(jpeg_2000({.file = false})), ImageFormat::jpeg_2000_code_stream);
  EXPECT_EQ(profile::image_format(jpeg_2000({.file = true})), ImageFormat::jpeg_2000_file);
  EXPECT_TRUE(decode_picture(jpeg_2000({.file = true}), 36));
  EXPECT_FALSE(profile::image_format(Bytes{0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20}));
  EXPECT_EQ(decode_picture(Bytes{0x89, 'P', 'N', 'G'}, 36).error().where.text(), "picture");
}

TEST(Jpeg2000, SizesAreBoundedBeforeTheDecoderSeesThem) {
  const auto sized = [](std::uint32_t width, std::uint32_t height) {
    Bytes encoded = jpeg_2000({});
    const std::size_t at = find_marker(encoded, 0x51);
    put(encoded, at + right_edge, width);
    put(encoded, at + bottom_edge, height);
    put(encoded, at + tile_width, 0x00010000);
    put(encoded, at + tile_width + 4, 0x00010000);
    return encoded;
  };
  EXPECT_TRUE(check_jpeg_2000_headers(sized(4096, 1024)));
  expect_refused(sized(4096, 1025), Errc::too_large, "JPEG 2000.pixels");
  expect_refused(sized(4097, 36), Errc::too_large, "JPEG 2000.pixels");
  expect_refused(sized(36, 4097), Errc::too_large, "JPEG 2000.pixels");
  expect_refused(sized(0xffffffff, 0xffffffff), Errc::too_large, "JPEG 2000.pixels");
  expect_refused(sized(0, 48), Errc::bad_value, "JPEG 2000.SIZ");
  Bytes padded = jpeg_2000({});
  padded.resize(max_picture_bytes + 1);
  expect_refused(padded, Errc::too_large, "JPEG 2000.bytes");
}

TEST(Jpeg2000, WhatCostsWithoutDataIsCounted) {
  const auto with = [](auto change) { return jpeg_2000({.width = 256, .height = 256, .change = change}); };
  const auto tiled = [&](int side) {
    return with([side](opj_cparameters_t& parameters) {
      parameters.tile_size_on = OPJ_TRUE;
      parameters.cp_tdx = parameters.cp_tdy = side;
      parameters.numresolution = 1;
    });
  };
  EXPECT_TRUE(decode_jpeg_2000(tiled(32), 36));
  expect_refused(tiled(31), Errc::too_many, "JPEG 2000.tiles");

  const auto layered = [&](int layers) {
    return with([layers](opj_cparameters_t& parameters) {
      parameters.tcp_numlayers = layers;
      for (int i = 0; i < layers; ++i) parameters.tcp_rates[i] = static_cast<float>(layers - i);
    });
  };
  EXPECT_TRUE(decode_jpeg_2000(layered(64), 36));
  expect_refused(layered(65), Errc::too_many, "JPEG 2000.layers");

  const auto precincts = [&](int side) {
    return with([side](opj_cparameters_t& parameters) {
      parameters.csty |= 1;
      parameters.res_spec = 1;
      parameters.numresolution = 1;
      parameters.prcw_init[0] = parameters.prch_init[0] = side;
    });
  };
  EXPECT_TRUE(decode_jpeg_2000(precincts(64), 36));
  expect_refused(precincts(32), Errc::too_many, "JPEG 2000.precincts");

  const auto blocks = [&](int side) {
    return with([side](opj_cparameters_t& parameters) { parameters.cblockw_init = parameters.cblockh_init = side; });
  };
  EXPECT_TRUE(decode_jpeg_2000(blocks(16), 36));
  expect_refused(blocks(8), Errc::too_many, "JPEG 2000.code blocks");
}

TEST(Jpeg2000, HeadersOfTilePartsCountAsWell) {
  Bytes encoded = jpeg_2000({});
  const std::size_t part = find_marker(encoded, 0x90);
  // COD with 65 layers, after SOT.
  const Bytes coding{0xff, 0x52, 0x00, 0x0c, 0x00, 0x00, 0x00, 0x41, 0x00, 0x05, 0x04, 0x04, 0x00, 0x01};
  encoded.insert(encoded.begin() + static_cast<long>(part + 12), coding.begin(), coding.end());
  expect_refused(encoded, Errc::too_many, "JPEG 2000.layers");
}

TEST(Jpeg2000, OtherMarkersAreRefusedAsTheyCouldHideSome) {
  const Bytes encoded = jpeg_2000({});
  const std::size_t part = find_marker(encoded, 0x90);
  // COD with 65,535 layers and precincts of one sample, in what an unknown marker says is its own.
  const Bytes coding{0xff, 0x52, 0x00, 0x0d, 0x01, 0x00, 0xff, 0xff, 0x00, 0x00, 0x04, 0x04, 0x00, 0x01, 0x00, 0x00};
  constexpr std::array<std::uint8_t, 7> others{0x30, 0x4f, 0x50, 0x6f, 0x74, 0x91, 0xff};
  for (const std::uint8_t marker : others) {
    Bytes hiding = encoded;
    hiding.insert(hiding.begin() + static_cast<long>(part), coding.begin(), coding.end());
    const Bytes around{0xff, marker, 0x00, static_cast<std::uint8_t>(coding.size() + 2)};
    hiding.insert(hiding.begin() + static_cast<long>(part), around.begin(), around.end());
    expect_refused(hiding, Errc::bad_value, "JPEG 2000.markers");
  }
}

TEST(Jpeg2000, PalettesAreRefusedAsTheyMultiplyComponents) {
  Bytes file = jpeg_2000({.file = true});
  EXPECT_TRUE(check_jpeg_2000_headers(file));
  const std::array<std::uint8_t, 4> type{'j', 'p', '2', 'c'};
  const auto codestream = std::search(file.begin(), file.end(), type.begin(), type.end());
  // One entry for each of 255 channels.
  Bytes palette{0x00, 0x00, 0x02, 0x09, 'p', 'c', 'l', 'r', 0x00, 0x01, 0xff};
  palette.insert(palette.end(), 255, 0x07);
  palette.insert(palette.end(), 255, 0x80);
  file.insert(codestream - 4, palette.begin(), palette.end());
  expect_refused(file, Errc::bad_value, "JPEG 2000.palette");
}

TEST(Jpeg2000, ATilePartIsNotShorterThanItsHeader) {
  Bytes encoded = jpeg_2000({});
  put(encoded, find_marker(encoded, 0x90) + 6, 13);
  expect_refused(encoded, Errc::bad_value, "JPEG 2000.tile part");
}

TEST(Jpeg2000, TilePartsAreCounted) {
  const Bytes encoded = jpeg_2000({});
  const std::size_t part = find_marker(encoded, 0x90);
  Bytes many(encoded.begin(), encoded.begin() + static_cast<long>(part));
  const Bytes empty{0xff, 0x90, 0x00, 0x0a, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0e, 0x00, 0x01, 0xff, 0x93};
  for (std::size_t i = 0; i <= max_jpeg_2000_tile_parts; ++i) many.insert(many.end(), empty.begin(), empty.end());
  expect_refused(many, Errc::too_many, "JPEG 2000.tile parts");
}

TEST(Jpeg2000, OddComponentsAreRefused) {
  const auto changed = [](std::size_t at, std::uint8_t value) {
    Bytes encoded = jpeg_2000({});
    encoded.at(find_marker(encoded, 0x51) + at) = value;
    return encoded;
  };
  expect_refused(changed(components + 1, 0), Errc::bad_value, "JPEG 2000.components");
  expect_refused(changed(components + 1, 5), Errc::bad_value, "JPEG 2000.components");
  expect_refused(changed(first_depth, 16), Errc::bad_value, "JPEG 2000.components");     // 17 bits
  expect_refused(changed(first_depth + 1, 0), Errc::bad_value, "JPEG 2000.components");  // no step
  expect_refused(changed(first_depth + 2, 5), Errc::bad_value, "JPEG 2000.components");
}

TEST(Jpeg2000, WhatIsNoneOrBrokenOrTooNarrowIsMalformed) {
  expect_refused({}, Errc::bad_value, "JPEG 2000.start");
  expect_refused({0xff, 0xd8, 0xff, 0xd9}, Errc::bad_value, "JPEG 2000.start");
  expect_refused({0xff, 0x4f, 0xff, 0x51}, Errc::bad_value, "JPEG 2000.markers");
  expect_refused(jpeg_2000({.width = 35}), Errc::bad_value, "JPEG 2000");
  const Bytes file = jpeg_2000({.file = true});
  expect_refused(Bytes(file.begin(), file.begin() + 12), Errc::bad_value, "JPEG 2000.boxes");
  const Bytes codestream = jpeg_2000({});
  for (std::size_t size = 4; size < codestream.size(); ++size) {
    EXPECT_FALSE(decode_jpeg_2000(ByteView(codestream).first(size), 36)) << size;
  }
}

}  // namespace
}  // namespace mdoc::cli
