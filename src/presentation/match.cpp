#include "mdoc/presentation/match.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/try.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/presentation/reader_authentication.hpp"
#include "presentation/device_auth_ways.hpp"
#include "presentation/document_matcher.hpp"
#include "presentation/released_elements.hpp"

namespace mdoc::presentation {
namespace {

constexpr std::array<std::string_view, 3> basis_names{"as-requested", "age-rule", "alternative"};
constexpr std::array<std::string_view, 8> obstacle_names{"doc-type", "validity",  "issuer",      "reader",
                                                         "proof",    "recipient", "device-auth", "elements"};

/// Whether the chain of the document signer names one of these authorities as an issuer (10.2.4).
bool is_issued_by(const Credential& credential, std::span<const SharedBytes> key_identifiers) {
  for (const SharedBytes& der : credential.issuer_signed().issuer_auth.headers.x5chain) {
    const auto certificate = crypto::Certificate::from_der(der.view());
    if (!certificate) continue;
    const auto authority = certificate->authority_key_identifier();
    if (!authority) continue;
    const auto is_it = [&](const SharedBytes& accepted) { return std::ranges::equal(accepted.view(), *authority); };
    if (std::ranges::any_of(key_identifiers, is_it)) return true;
  }
  return false;
}

/// The request has something that readers of the first edition do not send: then it means what the second one says.
bool speaks_second_edition(const model::DeviceRequest& request, const model::ItemsRequest& wanted) {
  if (request.device_request_info) return true;
  const auto& info = wanted.request_info;
  return info && (!info->alternative_data_elements.empty() || !info->issuer_identifiers.empty() ||
                  info->unique_doc_set_required || info->maximum_response_size || info->zk_request ||
                  info->doc_response_encryption);
}

/// Whether there is a usable key to encrypt to (12.6).
bool can_encrypt_to(const crypto::EcPublicKey& recipient) {
  const auto key = crypto::PublicKey::import(recipient);
  return key && key->curve() == crypto::Curve::p256;
}

/// The recipients of one request. Whoever names one names the same for all DocRequests, as a rule, and its key is
/// looked at once. Borrows the request.
class Recipients {
 public:
  /// @return also true where none is named
  [[nodiscard]] bool can_encrypt(const model::DocRequestInfo& info) {
    if (!info.doc_response_encryption) return true;
    const crypto::EcPublicKey& recipient = info.doc_response_encryption->value().recipient_public_key;
    if (last_ == nullptr || *last_ != recipient) usable_ = can_encrypt_to(recipient);
    last_ = &recipient;
    return usable_;
  }

 private:
  const crypto::EcPublicKey* last_ = nullptr;
  bool usable_ = false;
};

DocumentRules rules_of(const profile::DocTypeProfile* known, ReleaseSetting setting) {
  if (known == nullptr) return {};
  return {.reader_authentication = setting == ReleaseSetting::proximity ? known->reader_authentication.proximity
                                                                        : known->reader_authentication.online,
          .device_signature = known->algorithms.device_signature,
          .device_mac = known->algorithms.device_mac};
}

/// Collects the documents that answer one DocRequest.
class DocRequestMatcher {
 public:
  /// Borrows all. @param ways of each credential
  DocRequestMatcher(const model::DeviceRequest& request, std::size_t id, std::span<const DeviceAuthWays> ways,
                    Recipients& recipients, const MatchOptions& options)
      : wanted_(request.doc_requests[id].items_request.value()),
        info_(wanted_.request_info ? &*wanted_.request_info : nullptr),
        zk_(info_ != nullptr && info_->zk_request ? &*info_->zk_request : nullptr),
        ways_(ways),
        recipients_(recipients),
        options_(options),
        known_(profile::find_doc_type(options.profiles, wanted_.doc_type.str())),
        rules_(rules_of(known_, options.setting)),
        partial_(options.partial == PartialAnswers::always ||
                 (options.partial == PartialAnswers::first_edition && !speaks_second_edition(request, wanted_))),
        id_(id),
        found_{.doc_type = wanted_.doc_type,
               .name_spaces = wanted_.name_spaces,
               .obstacle = Obstacle::doc_type,
               .takes_several = info_ != nullptr && info_->unique_doc_set_required == false} {}

  /// @param ages what may still be released; each document reckons with it alone
  [[nodiscard]] DocRequestMatch match(std::span<const Credential> credentials, UtcSeconds now,
                                      const ReleasedAges& ages) {
    for (std::size_t i = 0; i < credentials.size(); ++i) offer(credentials[i], i, now, ages);
    std::ranges::stable_sort(found_.documents, [](const DocumentOption& a, const DocumentOption& b) {
      if (a.is_complete() != b.is_complete()) return a.is_complete();
      if (a.proof.has_value() != b.proof.has_value()) return a.proof.has_value();
      return a.elements.size() > b.elements.size();
    });
    if (!found_.documents.empty()) found_.obstacle.reset();
    const auto proven = std::ranges::any_of(found_.documents, [](const auto& each) { return each.proof.has_value(); });
    if (proven) found_.no_proof.reset();
    return std::move(found_);
  }

 private:
  void offer(const Credential& credential, std::size_t index, UtcSeconds now, ReleasedAges ages) {
    if (credential.doc_type() != wanted_.doc_type) return;
    if (!credential.is_valid_at(now)) return stops_at(Obstacle::validity);
    if (info_ != nullptr && !info_->issuer_identifiers.empty() &&
        !is_issued_by(credential, info_->issuer_identifiers)) {
      return stops_at(Obstacle::issuer);
    }
    if (!may_ask()) return stops_at(Obstacle::reader);
    if (needs_proof() && options_.provers.empty()) {
      found_.no_proof = std::max(found_.no_proof.value_or(ZkFit::system), ZkFit::system);
      return stops_at(Obstacle::proof);
    }
    if (info_ != nullptr && !recipients_.can_encrypt(*info_)) return stops_at(Obstacle::recipient);
    if (!can_authenticate(index)) return stops_at(Obstacle::device_auth);
    DocumentOption option = DocumentMatcher(credential, index, wanted_, known_, ages, options_.device_signed).match();
    if (option.elements.empty() || (!partial_ && !option.is_complete())) return stops_at(Obstacle::elements);
    option.doc_request = id_;
    option.rules = rules_;
    if (info_ != nullptr) option.encrypted_to = info_->doc_response_encryption;
    if (zk_ != nullptr) {
      const bool proven = offer_proof(credential, option);
      if (!proven && needs_proof()) return stops_at(Obstacle::proof);
      if (needs_proof()) return;
    }
    found_.documents.push_back(std::move(option));
  }

  /// "Required" reader authentication (P10): nothing goes to others.
  [[nodiscard]] bool may_ask() const {
    return rules_.reader_authentication != profile::ReaderAuthenticationRule::required ||
           (options_.readers != nullptr && options_.readers->is_trusted(id_));
  }

  /// Inside an envelope no clause says whose key a MAC would be for.
  [[nodiscard]] bool can_authenticate(std::size_t credential) const {
    const bool encrypted = info_ != nullptr && info_->doc_response_encryption;
    const DeviceAuthWays ways = ways_[credential].within(rules_);
    return encrypted ? ways.signature : ways.any();
  }

  /// The document itself will not do: the reader takes proofs, and it or the wallet nothing else.
  [[nodiscard]] bool needs_proof() const noexcept {
    return zk_ != nullptr && (zk_->zk_required || options_.proofs == ProofPolicy::only);
  }

  /// Adds the document as a proof, by the first system that fits. @return false: none does, or none is wanted
  bool offer_proof(const Credential& credential, const DocumentOption& option) {
    if (!needs_proof() && options_.proofs == ProofPolicy::when_required) return false;
    // A proof is about what the issuer signed.
    if (std::ranges::any_of(option.elements, &ElementOption::device_signed)) return false;
    const auto elements = released_elements(option);
    for (const model::ZkSystemSpec& spec : zk_->system_specs) {
      for (const auto& prover : options_.provers) {
        const ZkFitting fitting =
            presentation::fit(*prover, {.spec = spec,
                                        .credential = credential,
                                        .elements = elements,
                                        .key_signs = ways_[option.credential].within(rules_).signature});
        if (fitting.fit != ZkFit::fits) {
          found_.no_proof = std::max(found_.no_proof.value_or(ZkFit::system), fitting.fit);
          continue;
        }
        DocumentOption& proven = found_.documents.emplace_back(option);
        proven.proof =
            ProofOption{.spec = spec, .circuit = fitting.circuit->id, .prover = prover, .required = needs_proof()};
        return true;
      }
    }
    if (!found_.no_proof) found_.no_proof = ZkFit::system;
    return false;
  }

  void stops_at(Obstacle obstacle) { found_.obstacle = std::max(*found_.obstacle, obstacle); }

  const model::ItemsRequest& wanted_;
  const model::DocRequestInfo* info_;
  const model::ZkRequest* zk_;
  std::span<const DeviceAuthWays> ways_;
  Recipients& recipients_;
  const MatchOptions& options_;
  const profile::DocTypeProfile* known_;
  const DocumentRules rules_;
  const bool partial_;
  const std::size_t id_;
  DocRequestMatch found_;
};

std::vector<UseCaseMatch> match_use_cases(const model::DeviceRequest& request,
                                          std::span<const DocRequestMatch> doc_requests) {
  std::vector<UseCaseMatch> matches;
  if (!request.device_request_info) return matches;
  for (const model::UseCase& use_case : request.device_request_info->value().use_cases) {
    UseCaseMatch& match =
        matches.emplace_back(UseCaseMatch{.mandatory = use_case.mandatory, .purpose_hints = use_case.purpose_hints});
    for (std::size_t i = 0; i < use_case.document_sets.size(); ++i) {
      DocumentSetOption set{.document_set = i};
      for (const model::DocRequestID id : use_case.document_sets[i]) {
        set.doc_requests.push_back(static_cast<std::size_t>(id));
      }
      const bool satisfied = std::ranges::all_of(set.doc_requests, [&](std::size_t id) {
        return id < doc_requests.size() && !doc_requests[id].documents.empty();
      });
      if (satisfied) match.document_sets.push_back(std::move(set));
    }
  }
  return matches;
}

bool is_answerable(const RequestMatch& match, PartialAnswers partial) {
  if (match.use_cases.empty()) {
    return std::ranges::any_of(match.doc_requests, [](const auto& each) { return !each.documents.empty(); });
  }
  const bool lacks_mandatory = std::ranges::any_of(
      match.use_cases, [](const UseCaseMatch& each) { return each.mandatory && !each.is_satisfied(); });
  return std::ranges::any_of(match.use_cases, &UseCaseMatch::is_satisfied) &&
         (!lacks_mandatory || partial == PartialAnswers::always);
}

std::optional<std::uint64_t> maximum_response_size(const model::DeviceRequest& request) {
  std::optional<std::uint64_t> least;
  for (const model::DocRequest& doc_request : request.doc_requests) {
    const auto& info = doc_request.items_request->request_info;
    if (!info || !info->maximum_response_size) continue;
    least = std::min(least.value_or(*info->maximum_response_size), *info->maximum_response_size);
  }
  return least;
}

/// Counts the ages that a document would release.
void count_ages(ReleasedAges& ages, const DocumentOption& document) {
  for (const ElementOption& element : document.elements) {
    if (!element.age_attestation) continue;
    (void)ages.add(document.credential, element.released.name_space, element.released.element);
  }
}

}  // namespace

std::string_view name(AnswerBasis basis) noexcept { return basis_names[static_cast<std::size_t>(basis)]; }
std::string_view name(Obstacle obstacle) noexcept { return obstacle_names[static_cast<std::size_t>(obstacle)]; }

Result<RequestMatch> match(const model::DeviceRequest& request, std::span<const Credential> credentials, UtcSeconds now,
                           const MatchOptions& options) {
  RequestMatch result;
  result.released_ages = options.released_ages;
  result.takes_parts_of_sets = options.partial == PartialAnswers::always;
  MDOC_TRY(result.request_digest, crypto::digest(crypto::DigestAlgorithm::sha256, request.encoded.view()));
  const bool has_use_cases = request.device_request_info && !request.device_request_info->value().use_cases.empty();
  std::vector<DeviceAuthWays> ways;
  auto peers = mac_peers(request.mac_keys, options.e_reader_key);
  peers.any = peers.keys.empty();
  for (const Credential& credential : credentials) ways.push_back(device_auth_ways(credential, credentials, peers));
  Recipients recipients;
  ReleasedAges ages = options.released_ages;
  for (std::size_t id = 0; id < request.doc_requests.size(); ++id) {
    result.doc_requests.push_back(
        DocRequestMatcher(request, id, ways, recipients, options).match(credentials, now, ages));
    // Of document sets only one is released, and which one is not known yet.
    const auto& documents = result.doc_requests.back().documents;
    if (!has_use_cases && !documents.empty()) count_ages(ages, documents.front());
  }
  result.use_cases = match_use_cases(request, result.doc_requests);
  result.answerable = is_answerable(result, options.partial);
  result.terms = {.maximum_response_size = maximum_response_size(request), .mac_keys = request.mac_keys};
  return result;
}

}  // namespace mdoc::presentation
