#include "cli/jpeg.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include <vector>

#include "cli/embedded.hpp"

namespace mdoc::cli {
namespace {

/// A grey ramp, from black on the left. `scans` is 1: baseline; 2 to 65: progressive.
Bytes jpeg(unsigned width, unsigned height, int scans = 1) {
  std::vector<jpeg_scan_info> script;
  const auto add = [&script](int first, int last, int high, int low) {
    script.push_back({.comps_in_scan = 1, .component_index = {0}, .Ss = first, .Se = last, .Ah = high, .Al = low});
  };
  const bool refined = scans == 65;
  add(0, 0, 0, refined ? 1 : 0);
  if (refined) add(0, 0, 1, 0);
  for (int coefficient = 1; static_cast<int>(script.size()) < scans - 1; ++coefficient) {
    add(coefficient, coefficient, 0, 0);
  }
  if (scans > 1) add(script.back().Se + 1, 63, 0, 0);

  jpeg_compress_struct state{};
  jpeg_error_mgr errors{};
  state.err = jpeg_std_error(&errors);
  jpeg_create_compress(&state);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&state, &buffer, &size);
  state.image_width = width;
  state.image_height = height;
  state.input_components = 1;
  state.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(&state);
  if (scans > 1) {
    state.scan_info = script.data();
    state.num_scans = static_cast<int>(script.size());
  }
  jpeg_start_compress(&state, TRUE);
  std::vector<JSAMPLE> row(width);
  for (unsigned x = 0; x < width; ++x) row[x] = static_cast<JSAMPLE>(x * 255 / width);
  for (JSAMPROW rows[] = {row.data()}; state.next_scanline < height;) jpeg_write_scanlines(&state, rows, 1);
  jpeg_finish_compress(&state);
  jpeg_destroy_compress(&state);
  const Bytes encoded(buffer, buffer + size);
  std::free(buffer);  // NOLINT(*-no-malloc): the library's
  return encoded;
}

void expect_refused(const Bytes& encoded, Errc code, std::string_view where) {
  const auto picture = decode_jpeg(encoded, 36);
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().code, code);
  EXPECT_EQ(picture.error().where.text(), where);
}

TEST(Jpeg, PortraitsAreShrunkenToTheirColumns) {
  for (const int scans : {1, 10, 64}) {
    const auto picture = decode_jpeg(jpeg(360, 480, scans), 36);
    ASSERT_TRUE(picture) << scans;
    EXPECT_EQ(picture->width, 36u);
    EXPECT_EQ(picture->height, 48u);
    EXPECT_LT(picture->at(0, 0).red, 16);
    EXPECT_GT(picture->at(47, 35).blue, 240);
  }
  EXPECT_TRUE(decode_jpeg(sample_portrait(), 36));
}

TEST(Jpeg, AProgressiveOneHasFewScans) {
  ASSERT_TRUE(decode_jpeg(jpeg(64, 64, max_jpeg_scans), 36));
  expect_refused(jpeg(64, 64, max_jpeg_scans + 1), Errc::too_many, "JPEG.scans");
}

// As a hostile encoder makes it: the last scan again and again.
TEST(Jpeg, ScansThatRepeatEachOtherAreCountedToo) {
  Bytes encoded = jpeg(64, 64, 10);
  const Bytes start{0xff, 0xda};
  const auto last = std::find_end(encoded.begin(), encoded.end(), start.begin(), start.end());
  ASSERT_NE(last, encoded.end());
  const Bytes scan(last, encoded.end() - 2);  // without the end of the image
  for (int i = 0; i < 1'000; ++i) encoded.insert(encoded.end() - 2, scan.begin(), scan.end());
  expect_refused(encoded, Errc::too_many, "JPEG.scans");
}

TEST(Jpeg, SizesAreBounded) {
  EXPECT_TRUE(decode_jpeg(jpeg(4096, 1024), 36));
  expect_refused(jpeg(4096, 1025), Errc::too_large, "JPEG.pixels");
  expect_refused(jpeg(4097, 36), Errc::too_large, "JPEG.pixels");
  expect_refused(jpeg(36, 4097), Errc::too_large, "JPEG.pixels");
  Bytes padded = jpeg(64, 64);
  padded.resize(max_picture_bytes);
  EXPECT_TRUE(decode_jpeg(padded, 36));
  padded.push_back(0);
  expect_refused(padded, Errc::too_large, "JPEG.bytes");
}

TEST(Jpeg, WhatIsNoneOrBrokenOrTooNarrowIsMalformed) {
  expect_refused({}, Errc::bad_value, "JPEG");
  expect_refused({0xff, 0xd8, 0xff, 0xd9}, Errc::bad_value, "JPEG");
  expect_refused(Bytes(1'000, 0x20), Errc::bad_value, "JPEG");
  expect_refused(jpeg(35, 64), Errc::bad_value, "JPEG");
}

}  // namespace
}  // namespace mdoc::cli
