#pragma once
// Proof systems whose abilities are known otherwise than through the library.

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "mdoc/presentation/zk_prover.hpp"
#include "unit/properties/wallet.hpp"

namespace mdoc::properties {

struct Prover {
  std::string system;
  std::map<std::string, std::size_t> circuits;  ///< and how many elements each opens
  bool is_picky = false;                        ///< takes one document of two
  bool fails = false;                           ///< and only when it is to prove
  std::shared_ptr<const presentation::ZkProver> made{};

  [[nodiscard]] bool takes(const std::string& document_id) const {
    return !is_picky || (document_id.back() - '0') % 2 == 0;
  }
};

/// One that can, one that can more of less, one that can nothing in the end.
[[nodiscard]] const std::array<Prover, 3>& provers();

}  // namespace mdoc::properties
