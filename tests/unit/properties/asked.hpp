#pragma once
// What a reader asks, in plain words: the library gets it as a DeviceRequest, the rules of the tests read it here.

#include <optional>
#include <string>
#include <vector>

#include "mdoc/crypto/private_key.hpp"
#include "mdoc/model/device_request.hpp"
#include "unit/properties/wallet.hpp"

namespace mdoc::properties {

/// Any of these sets in the place of one element.
struct AskedInstead {
  Name requested;
  std::vector<std::vector<Name>> sets;
};

/// To whom documents are to be encrypted.
enum class Recipient : std::uint8_t { nobody, known, unusable };

/// A proof that is taken in the place of a document: a system, and one of its circuits.
struct AskedProof {
  std::string id;
  std::string system;
  std::string circuit;
};

struct AskedDocument {
  std::string doc_type;
  std::vector<std::pair<Name, bool>> elements;  ///< and whether they are to be retained
  std::vector<AskedInstead> instead{};
  std::vector<std::size_t> authorities{};  ///< of Wallet::authorities; none: any
  std::optional<bool> unique{};            ///< "uniqueDocSetRequired"
  std::optional<std::uint64_t> maximum{};  ///< "maximumResponseSize"
  Recipient recipient = Recipient::nobody;
  std::vector<AskedProof> proofs{};  ///< "zkRequest"; none: there is none
  bool proof_required = false;       ///< "zkRequired"

  [[nodiscard]] bool asks(const Name& name) const;
  /// It has something that the first edition does not know.
  [[nodiscard]] bool has_info() const;
};

struct AskedUse {
  bool mandatory = false;
  std::vector<std::vector<std::size_t>> sets;
};

struct Asked {
  std::vector<AskedDocument> documents;
  std::vector<AskedUse> uses{};
  bool mac_key = false;  ///< "macKeys", with that of mac_key()

  /// Elements of age_over_NN are asked for, or may come instead.
  [[nodiscard]] bool mentions_ages() const;
  [[nodiscard]] std::optional<std::uint64_t> maximum() const;
  [[nodiscard]] model::DeviceRequest encode() const;
};

[[nodiscard]] const crypto::PrivateKey& recipient_key();
[[nodiscard]] const crypto::PrivateKey& mac_key();
/// As every request that encrypts has them.
[[nodiscard]] const cbor::Encoded<model::EncryptionParameters>& recipient_parameters();

[[nodiscard]] Asked ask_something(Dice& dice);

}  // namespace mdoc::properties
