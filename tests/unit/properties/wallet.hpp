#pragma once
// A wallet whose contents are known otherwise than through the library.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/presentation/credential.hpp"
#include "unit/properties/dice.hpp"

namespace mdoc::properties {

/// Name space and identifier of an element.
using Name = std::pair<std::string, std::string>;

inline const std::string mdl_type = "org.iso.18013.5.1.mDL";
inline const std::string mdl_space = "org.iso.18013.5.1";
inline const std::string card_type = "org.example.card";
inline const std::string more_space = "org.example.more";
/// How every value that is text begins: what no error may show.
inline const std::string secret_prefix = "Secret-";
/// What the device may state itself, where the issuer of a document allows it.
inline const Name stated_name{"org.iso.23220.5.1", "CHV_1"};

/// What was put into one document.
struct Document {
  std::string id;
  std::string doc_type;
  bool valid = true;              ///< now
  bool signs = true;              ///< its device key is not reserved for MACs, by it or by another on the same key
  std::size_t authority = 0;      ///< which of Wallet::authorities
  bool may_state = false;         ///< the element stated_name
  std::map<Name, Bytes> items{};  ///< IssuerSignedItemBytes
  std::map<Name, bool> ages{};    ///< of them, age_over_NN
  Bytes issuer_signature{};       ///< by which a returned document is recognised
  std::shared_ptr<const crypto::PrivateKey> device_key{};

  [[nodiscard]] bool has(const Name& name) const { return items.contains(name); }
};

/// Sixteen documents of two types and two authorities; some expired, one not valid yet, two on one key, some whose key
/// is reserved, one of the two on one key among them.
struct Wallet {
  Wallet();

  UtcSeconds now;
  std::vector<Document> documents;
  std::vector<presentation::Credential> credentials;  ///< of the same
  std::vector<Bytes> authorities;                     ///< key identifiers; the last one has issued nothing

  /// As the device key of a document does it.
  [[nodiscard]] crypto::KeyResponse use_key(const crypto::KeyRequest& request) const;
  /// The document that was issued with this signature; null: none.
  [[nodiscard]] const Document* find(ByteView issuer_signature) const;

 private:
  std::map<std::string, std::shared_ptr<const crypto::PrivateKey>> keys_;
};

/// One wallet for all tests of the program.
[[nodiscard]] const Wallet& wallet();

}  // namespace mdoc::properties
