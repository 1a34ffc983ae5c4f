#pragma once
// What may leave a wallet, in the words of ISO/IEC 18013-5 and written without the library's matcher: what it decides
// is held against this.

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "mdoc/presentation/match.hpp"
#include "unit/properties/asked.hpp"
#include "unit/properties/provers.hpp"
#include "unit/properties/wallet.hpp"

namespace mdoc::properties {

/// How the wallet was set up for one request.
struct Rules {
  const Asked& asked;
  presentation::PartialAnswers partial = presentation::PartialAnswers::first_edition;
  bool device_states = false;
  /// A profile of the card has it given to trusted readers alone: nobody here is one.
  bool card_is_guarded = false;
  /// It forbids what the device states in cards.
  bool card_is_silent = false;
  std::vector<const Prover*> provers{};
  presentation::ProofPolicy proofs = presentation::ProofPolicy::preferred;

  /// The document is one for this part of the request at all: type, validity, authority, recipient, key.
  [[nodiscard]] bool fits(const Document& document, const AskedDocument& part) const;
  /// What answers one element by itself, the limit of two ages aside.
  [[nodiscard]] std::optional<Name> answer(const Document& document, const Name& wanted) const;
  /// Whether these, and all of these, answer one element: itself, or a set of alternatives as a whole.
  [[nodiscard]] bool answers(const Document& document, const AskedDocument& part, const Name& wanted,
                             const std::vector<Name>& released) const;
  /// A proof was demanded: no document leaves in its place, whatever a consent says.
  [[nodiscard]] bool demands_proof(const AskedDocument& part) const {
    return !part.proofs.empty() && (part.proof_required || proofs == presentation::ProofPolicy::only);
  }
  /// A proof may come in the place of a document.
  [[nodiscard]] bool takes_proof(const AskedDocument& part) const {
    return !part.proofs.empty() && (part.proof_required || proofs != presentation::ProofPolicy::when_required);
  }
  /// Some prover here can open so many elements of the document by what the reader takes; nothing: any number.
  [[nodiscard]] bool can_prove(const Document& document, const AskedDocument& part,
                               std::optional<std::size_t> elements) const;
  /// What the document is offered with, where no age is asked for; nothing: it is not.
  [[nodiscard]] std::optional<std::set<Name>> released(const Document& document, const AskedDocument& part) const;
  /// Where no age is asked for: it is offered as a proof.
  [[nodiscard]] bool is_provable(const Document& document, const AskedDocument& part) const;
  /// Some document is offered for this part of the request, the limit of two ages aside.
  [[nodiscard]] bool can_answer(std::size_t part) const;
  /// The parts that `Consent::to_all` answers, the limit of two ages aside; nothing: the request is not answerable.
  [[nodiscard]] std::optional<std::set<std::size_t>> parts_for_all() const;
  /// Belongs to a use case, or there are none.
  [[nodiscard]] bool is_of_use(std::size_t part) const;

 private:
  /// All that is asked for is there, or as much as the wallet lets go.
  [[nodiscard]] bool is_whole(const Document& document, const AskedDocument& part) const;
  [[nodiscard]] bool is_answered(const Document& document, const AskedDocument& part, const Name& wanted) const;
  [[nodiscard]] std::optional<std::vector<Name>> whole_set(const Document& document,
                                                           const std::vector<Name>& set) const;
};

/// An age_over_NN, of which two leave in a session, whatever they are of.
[[nodiscard]] bool is_age(const Name& name);
/// The same under the rule of the nearest attestation: in the mDL's own name space.
[[nodiscard]] std::optional<unsigned> age_of(const std::string& doc_type, const Name& name);

}  // namespace mdoc::properties
