// What begins as a picture, and what only looks like one.
#include <gtest/gtest.h>

#include "mdoc/profile/validate.hpp"
#include "support/vectors.hpp"

namespace mdoc::profile {
namespace {

using testing::hex;

bool is_image(std::string_view text) { return begins_as_image(hex(text)); }

TEST(ImageFormats, AreToldByTheFirstBytesAlone) {
  EXPECT_EQ(image_format(hex("ffd8")), ImageFormat::jpeg);
  EXPECT_EQ(image_format(hex("0000000c6a5020200d0a870a 00")), ImageFormat::jpeg_2000_file);
  EXPECT_EQ(image_format(hex("ff4fff51")), ImageFormat::jpeg_2000_code_stream);
  for (const char* other : {"", "ff", "ffd9", "ff4fff52", "0000000c6a5020200d0a87", "89504e470d0a1a0a"}) {
    EXPECT_EQ(image_format(hex(other)), std::nullopt) << other;
  }
}

// SOF0 of 1 x 1 pixels in grey: precision 8, height, width, one component.
TEST(BeginsAsImage, AJpegLeadsToItsFrame) {
  EXPECT_TRUE(is_image("ffd8 ffc0000b080001000101011100"));
  EXPECT_TRUE(is_image("ffd8 ffe000104a46494600010100000100010000 ffdb0003ff ffc2000b080001000101011100"));
  EXPECT_FALSE(is_image("ffd8 ffe1000245 ffc0000b080001000101011100")) << "a byte between segments";
  EXPECT_FALSE(is_image("ffd8 fffe000441ff ffc4000200 ffc0000b080001000101011100"));
  EXPECT_TRUE(is_image("ffd8 fffe000441ff ffc40002 ffc0000b080001000101011100")) << "comment and Huffman table";
  EXPECT_TRUE(is_image("ffd8 ffffffe00002 ffffc0000b080001000101011100")) << "fill bytes";
  EXPECT_TRUE(is_image("ffd8 ffc00011080010002003011100021100031100")) << "three components";
}

TEST(BeginsAsImage, WhatOnlyBeginsAsAJpegIsNone) {
  for (const std::string_view bad : {
           "",
           "ff",
           "ffd8",
           "ffd8ff",
           "ffd8ffe0",
           "ffd8ffe000",
           "ffd8ffe00010 4a46",                         // a segment beyond the end
           "ffd8 ffe00001 ffc0000b080001000101011100",  // a length below its own size
           "ffd8 ffe00000 ffc0000b080001000101011100",
           "ffd8 ffe00002",                         // and nothing more
           "ffd8 ffd9",                             // EOI
           "ffd8 ffda0008010100003f00",             // scan without frame
           "ffd8 ffd8 ffc0000b080001000101011100",  // SOI again
           "ffd8 ffd0 ffc0000b080001000101011100",  // RST
           "ffd8 ff000002 ffc0000b080001000101011100",
           "ffd8 ffc0000b080000000101011100",           // no height
           "ffd8 ffc0000b080001000001011100",           // no width
           "ffd8 ffc0000b000001000101011100",           // no precision
           "ffd8 ffc0000b110001000101011100",           // 17 bits
           "ffd8 ffc000080800010001 00",                // no component
           "ffd8 ffc0000b080001000102011100",           // two, and room for one
           "ffd8 ffc0000a0800010001010111",             // cut
           "ffd8 ffc0000b0800010001010111",             // beyond the end
           "ffd8 ffc80002 ffc0000b080001000101011100",  // JPG, reserved
           "89504e470d0a1a0a0000000d49484452",          // PNG
           "474946383961",                              // GIF
       }) {
    EXPECT_FALSE(is_image(bad)) << bad;
  }
}

TEST(BeginsAsImage, SegmentsWithoutEndAreNone) {
  Bytes bytes = hex("ffd8");
  const Bytes segment = hex("ffe00002"), frame = hex("ffc0000b080001000101011100");
  for (int i = 0; i < 500; ++i) bytes.insert(bytes.end(), segment.begin(), segment.end());
  Bytes few = bytes;
  few.insert(few.end(), frame.begin(), frame.end());
  EXPECT_TRUE(begins_as_image(few));
  for (int i = 0; i < 5000; ++i) bytes.insert(bytes.end(), segment.begin(), segment.end());
  bytes.insert(bytes.end(), frame.begin(), frame.end());
  EXPECT_FALSE(begins_as_image(bytes));
}

constexpr std::string_view signature = "0000000c6a5020200d0a870a";
constexpr std::string_view file_type = "00000014667479706a703220000000006a703220";

std::string jp2(std::string_view boxes) { return std::string(signature) + std::string(boxes); }
/// 16 rows of 32 pixels, 3 components, 8 bits, compression 7.
const std::string ihdr = "00000016 69686472 00000010 00000020 0003 07 07 00 00";
const std::string jp2h = "0000001e 6a703268" + ihdr;

TEST(BeginsAsImage, AJpeg2000FileLeadsToItsImageHeader) {
  EXPECT_TRUE(is_image(jp2(std::string(file_type) + jp2h)));
  EXPECT_TRUE(is_image(jp2(std::string(file_type) + "0000000c75756964 00000000" + jp2h))) << "another box between";
  EXPECT_TRUE(is_image(jp2(std::string(file_type) + "00000000 6a703268" + ihdr))) << "to the end of the file";
  EXPECT_TRUE(is_image(jp2(std::string(file_type) + "00000001 6a703268 0000000000000026" + ihdr))) << "long size";
}

TEST(BeginsAsImage, WhatOnlyBeginsAsAJpeg2000FileIsNone) {
  const std::string start(file_type);
  const std::vector<std::string> all{
      "",
      start,
      jp2h,                                                 // no type of the file
      start + "0000000c 6a703263 ff4fff51" + jp2h,          // the code stream comes first
      start + "0000001e 6a703268",                          // beyond the end
      start + "00000008 6a703268",                          // empty
      start + "00000007 6a703268" + ihdr,                   // a size below its own
      start + "00000001 6a703268 000000000000000f" + ihdr,  // and a long one
      start + "00000001 6a703268 ffffffffffffffff" + ihdr,
      start + "00000001 6a703268 00000000",
      start + "0000001e 6a703268 00000016 69686473 00000010 00000020 0003 07 07 00 00",  // other box
      start + "0000001e 6a703268 00000016 69686472 00000000 00000020 0003 07 07 00 00",  // no height
      start + "0000001e 6a703268 00000016 69686472 00000010 00000000 0003 07 07 00 00",  // no width
      start + "0000001e 6a703268 00000016 69686472 00010000 00000020 0003 07 07 00 00",  // 65536 rows
      start + "0000001e 6a703268 00000016 69686472 00000010 00000020 0000 07 07 00 00",  // no component
      start + "0000001e 6a703268 00000016 69686472 00000010 00000020 0003 07 06 00 00",  // other compression
      start + "0000001d 6a703268 00000015 69686472 00000010 00000020 0003 07 07 00",     // short
  };
  for (const std::string& boxes : all) EXPECT_FALSE(is_image(jp2(boxes))) << boxes;
  EXPECT_FALSE(is_image("0000000c6a502020" + start + jp2h)) << "the signature box alone is cut";
}

std::string siz(std::string_view grid, std::string_view components = "0001 070101", std::string_view length = "0029") {
  return "ff4f ff51" + std::string(length) + "0000" + std::string(grid) + std::string(components);
}

TEST(BeginsAsImage, ACodeStreamSaysItsSize) {
  const std::string tile = "00000020 00000010 00000000 00000000";
  EXPECT_TRUE(is_image(siz("00000020 00000010 00000000 00000000" + tile)));
  EXPECT_TRUE(is_image(siz("00000021 00000011 00000001 00000001" + tile)));
  EXPECT_TRUE(is_image(siz("00000020 00000010 00000000 00000000" + tile, "0003 070101 070101 070101", "002f")));
  EXPECT_FALSE(is_image(siz("00000000 00000010 00000000 00000000" + tile)));
  EXPECT_FALSE(is_image(siz("00000020 00000010 00000020 00000000" + tile))) << "nothing between offset and size";
  EXPECT_FALSE(is_image(siz("00000020 00000010 00000000 00000011" + tile)));
  EXPECT_FALSE(is_image(siz("00010020 00000010 00000000 00000000" + tile)));
  EXPECT_FALSE(is_image(siz("00000020 00000010 00000000 00000000" + tile, "0000", "0026")));
  EXPECT_FALSE(is_image(siz("00000020 00000010 00000000 00000000" + tile, "0001 070101", "002a")));
  EXPECT_FALSE(is_image(siz("00000020 00000010 00000000 00000000 00000000 00000010 00000000 00000000")));
  EXPECT_FALSE(is_image(siz("00000020 00000010 00000000 00000000 00000020 00000010 00000001 00000000")));
  EXPECT_FALSE(is_image(siz("00000020 00000010 00000000")));
  EXPECT_FALSE(is_image("ff4fff51"));
  EXPECT_FALSE(is_image("ff4fff51002900"));
  EXPECT_FALSE(is_image("ff4fff52"));
}

}  // namespace
}  // namespace mdoc::profile
