#include "mdoc/crypto/curve.hpp"

#include <algorithm>
#include <array>

namespace mdoc::crypto {
namespace {

// ISO/IEC 18013-5, 9.1.5.2; sizes by RFC 9053, 2.1 and 7.1, RFC 7748, RFC 8032; object identifiers by RFC
// 5480, 2.1.1.1, RFC 5639, 4.1, RFC 8410, 3.
constexpr std::array rows{
    CurveInfo{Curve::p256, "P-256", KeyType::ec2, 32, 64, true, "1.2.840.10045.3.1.7"},
    CurveInfo{Curve::p384, "P-384", KeyType::ec2, 48, 96, true, "1.3.132.0.34"},
    CurveInfo{Curve::p521, "P-521", KeyType::ec2, 66, 132, true, "1.3.132.0.35"},
    CurveInfo{Curve::x25519, "X25519", KeyType::okp, 32, 0, true, "1.3.101.110"},
    CurveInfo{Curve::x448, "X448", KeyType::okp, 56, 0, true, "1.3.101.111"},
    CurveInfo{Curve::ed25519, "Ed25519", KeyType::okp, 32, 64, false, "1.3.101.112"},
    CurveInfo{Curve::ed448, "Ed448", KeyType::okp, 57, 114, false, "1.3.101.113"},
    CurveInfo{Curve::brainpool_p256r1, "brainpoolP256r1", KeyType::ec2, 32, 64, true, "1.3.36.3.3.2.8.1.1.7"},
    CurveInfo{Curve::brainpool_p320r1, "brainpoolP320r1", KeyType::ec2, 40, 80, true, "1.3.36.3.3.2.8.1.1.9"},
    CurveInfo{Curve::brainpool_p384r1, "brainpoolP384r1", KeyType::ec2, 48, 96, true, "1.3.36.3.3.2.8.1.1.11"},
    CurveInfo{Curve::brainpool_p512r1, "brainpoolP512r1", KeyType::ec2, 64, 128, true, "1.3.36.3.3.2.8.1.1.13"},
};
constexpr CurveInfo no_curve{};

}  // namespace

std::span<const CurveInfo> curves() noexcept { return rows; }

const CurveInfo& info(Curve curve) noexcept {
  const CurveInfo* row = find_curve(static_cast<std::int64_t>(curve));
  return row != nullptr ? *row : no_curve;
}

const CurveInfo* find_curve(std::int64_t cose_id) noexcept {
  const auto row =
      std::ranges::find(rows, cose_id, [](const CurveInfo& r) { return static_cast<std::int64_t>(r.curve); });
  return row == rows.end() ? nullptr : &*row;
}

const CurveInfo* find_curve(std::string_view name) noexcept {
  const auto row = std::ranges::find(rows, name, &CurveInfo::name);
  return row == rows.end() ? nullptr : &*row;
}

const CurveInfo* find_curve_by_oid(std::string_view oid) noexcept {
  const auto row = std::ranges::find(rows, oid, &CurveInfo::oid);
  return row == rows.end() ? nullptr : &*row;
}

}  // namespace mdoc::crypto
