#include "mdoc/verification/explain.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "core/try.hpp"
#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/model/mobile_security_object.hpp"
#include "verification/authentication_attempt.hpp"
#include "verification/transcript_candidates.hpp"

namespace mdoc::verification {
namespace {

using Recipe = AuthenticationRecipe;
using Variant = AuthenticationVariant;
using Documents = std::vector<model::Decoded<model::Document>>;

Error bad_argument(const Path& which) { return {.code = Errc::bad_argument, .where = which}; }

/// Puts together what may have been authenticated, and looks for what was. Borrows what it is made of.
class Explainer {
 public:
  /// @pre the document at `index` decodes and has deviceSigned
  /// @param where     the documents are
  /// @param of_session  of encrypted documents: the transcript of the session, beside that of `input`
  Explainer(const Documents& documents, const Path& where, std::size_t index, const VerificationInput& input,
            const ExplanationLimits& limits, const std::optional<SharedBytes>& of_session)
      : documents_(documents),
        where_(where / index),
        index_(index),
        document_(*documents[index].value),
        device_signed_(*document_.device_signed),
        input_(input),
        limits_(limits),
        of_session_(of_session),
        proof_(device_signed_.device_auth, input.constants) {}

  Result<AuthenticationExplanation> explain(std::span<const NamedTranscript> further) {
    const Path where = where_ / "issuerSigned" / "issuerAuth" / "payload";
    MDOC_TRY(const auto mso,
             model::decode_mobile_security_object(document_.issuer_signed.issuer_auth, tolerant(), where));
    MDOC_TRY(const auto device_key, crypto::PublicKey::import(mso.device_key_info.device_key));
    MDOC_TRY(const AuthenticationKey* key, keep(device_key));
    MDOC_TRY(transcripts_, transcript_candidates(input_, further, of_session_));
    if (proof_.is_possible_with(*key)) {
      add(due(*key), {});
      add_authentications(*key, mso);
      add_cose_messages(*key);
      proof_.is_mac() ? add_mac_keys(*key) : add_signatures(*key);
    }
    MDOC_CHECK(add_keys(device_key));

    explanation_.reader_key_differs = reader_key_differs();
    MDOC_CHECK(try_all());
    if (!fitted_) explanation_.variants = proof_.visible(device_key);
    note_untried(device_key);
    return std::move(explanation_);
  }

 private:
  [[nodiscard]] cbor::DecodeContext tolerant() const {
    return {.limits = limits_.decode, .level = Level::lenient, .sink = nullptr};
  }

  // ---- Ingredients ---------------------------------------------------------------------------------

  Result<const AuthenticationKey*> keep(const crypto::PublicKey& key) {
    AuthenticationKey& kept = keys_.emplace_back(AuthenticationKey{.key = key});
    if (proof_.is_mac()) {
      auto zab = crypto::agree(*input_.e_reader_key, key);
      if (zab) {
        kept.zab = *std::move(zab);
      } else if (zab.error().kind() == ErrorKind::internal) {
        return zab.error();
      }
    }
    return &kept;
  }
  /// What is kept may hold what the device signed.
  ByteView keep(Bytes bytes) { return bytes_.emplace_back(SharedBytes::take_secret(std::move(bytes))).view(); }

  [[nodiscard]] Recipe due(const AuthenticationKey& key) const {
    Recipe recipe;
    recipe.key = &key;
    recipe.doc_type = document_.doc_type.str();
    recipe.name_spaces = device_signed_.name_spaces.bytes();
    recipe.context = proof_.context();
    return recipe;
  }
  void add(Recipe recipe, std::vector<Variant> variants) {
    recipe.variants = std::move(variants);
    recipes_.push_back(std::move(recipe));
  }

  // ---- Recipes -------------------------------------------------------------------------------------

  void add_authentications(const AuthenticationKey& key, const model::MobileSecurityObject& mso) {
    using Form = Recipe::Form;
    Recipe recipe = due(key);
    recipe.transcript = Form::tagged;
    add(recipe, {Variant::transcript_wrapped});

    for (const Form form : {Form::bare, Form::untagged, Form::tagged_twice, Form::untagged_twice}) {
      recipe = due(key);
      recipe.form = form;
      const bool tag_forgotten = form == Form::bare || form == Form::untagged;
      add(recipe, {tag_forgotten ? Variant::authentication_untagged : Variant::authentication_wrapped_twice});
    }

    if (mso.doc_type != document_.doc_type) {
      recipe = due(key);
      recipe.doc_type = keep_text(mso.doc_type.str());
      add(recipe, {Variant::doc_type_of_mso});
    }
    for (const DocType* doc_type : other_doc_types(mso.doc_type)) {
      recipe = due(key);
      recipe.doc_type = doc_type->str();
      add(recipe, {Variant::doc_type_of_another});
    }
    add_name_spaces(key);
  }

  void add_name_spaces(const AuthenticationKey& key) {
    using Form = Recipe::Form;
    const ByteView received = device_signed_.name_spaces.bytes();
    const ByteView content = device_signed_.name_spaces.content();
    std::vector<ByteView> tried{received};
    const auto add_item = [&](Bytes item, Variant variant) {
      if (std::ranges::any_of(tried, [&](ByteView other) { return std::ranges::equal(other, item); })) return;
      Recipe recipe = due(key);
      tried.push_back(recipe.name_spaces = keep(std::move(item)));
      add(recipe, {variant});
    };
    constexpr std::uint8_t empty_map[] = {0xa0};
    add_item(tagged(empty_map), Variant::name_spaces_empty);
    add_item(tagged(content), Variant::name_spaces_re_encoded);
    for (const model::MapOrder order : {model::MapOrder::sorted, model::MapOrder::cddl}) {
      const ByteView again = keep_encoded(order);
      add_item({again.begin(), again.end()}, Variant::name_spaces_re_encoded);
    }
    // A peer that knows no tag 24 leaves out the one around the whole as well.
    for (const Form form : {Form::bare, Form::untagged}) {
      const ByteView item = keep(in_form(form, content));
      Recipe recipe = due(key);
      recipe.name_spaces = item;
      add(recipe, {Variant::name_spaces_untagged});
      recipe.form = form;
      add(recipe, {Variant::authentication_untagged, Variant::name_spaces_untagged});
    }
  }

  void add_cose_messages(const AuthenticationKey& key) {
    Recipe recipe = due(key);
    recipe.aad = Recipe::Aad::null;
    add(recipe, {Variant::aad_null});
    recipe.aad = Recipe::Aad::content;
    for (const auto payload : {Recipe::Payload::empty, Recipe::Payload::null}) {
      recipe.payload = payload;
      add(recipe, {Variant::aad_instead_of_payload});
    }
    for (const std::string_view context : proof_.other_contexts()) {
      recipe = due(key);
      recipe.context = context;
      add(recipe, {Variant::context_of_another});
    }
    recipe = due(key);
    recipe.structure = false;
    add(recipe, {Variant::structure_missing});

    recipe = due(key);
    recipe.content = ByteView{};
    add(recipe, {Variant::payload_empty});
    if (const auto& payload = proof_.payload(); payload && !payload->empty()) {
      recipe.content = payload->view();
      add(recipe, {Variant::payload_of_its_own});
    }
  }

  void add_signatures(const AuthenticationKey& key) {
    // EdDSA has no digest to be signed in place of the message.
    if (crypto::info(key.key.curve()).key_type != crypto::KeyType::ec2) return;
    Recipe recipe = due(key);
    recipe.hashed_twice = true;
    add(recipe, {Variant::signature_hashed_twice});
  }

  void add_mac_keys(const AuthenticationKey& key) {
    using Salt = Recipe::Salt;
    Recipe recipe = due(key);
    const auto add_salt = [&](Salt salt, Variant variant) {
      recipe.salt = salt;
      add(recipe, {variant});
    };
    add_salt(Salt::hash_of_bare, Variant::mac_key_salt_untagged);
    add_salt(Salt::none, Variant::mac_key_salt_missing);
    // HKDF takes a salt beyond a block of its hash for the salt's hash (RFC 5869, 2.2; RFC 2104, 2), so only short
    // transcripts, those of online flows, tell whether it was hashed before.
    constexpr std::size_t block_size = 64;
    if (std::ranges::any_of(transcripts_, [](const auto& one) { return one.bytes.size() <= block_size; })) {
      add_salt(Salt::tagged, Variant::mac_key_salt_unhashed);
      add_salt(Salt::bare, Variant::mac_key_salt_unhashed);
    }
    // The two forms of the transcript exchanged, each in the place of the other.
    recipe.salt = Salt::hash_of_bare;
    recipe.transcript = Recipe::Form::tagged;
    add(recipe, {Variant::transcript_wrapped, Variant::mac_key_salt_untagged});
  }

  Result<void> add_keys(const crypto::PublicKey& device_key) {
    std::vector<crypto::PublicKey> known{device_key};
    const auto add_key = [&](const crypto::PublicKey& key, Variant variant,
                             const DocType* doc_type = nullptr) -> Result<void> {
      if (std::ranges::find(known, key) != known.end()) return {};
      known.push_back(key);
      MDOC_TRY(const AuthenticationKey* kept, keep(key));
      if (!proof_.is_possible_with(*kept)) return {};
      Recipe recipe = due(*kept);
      add(recipe, {variant});
      if (doc_type == nullptr || *doc_type == document_.doc_type) return {};
      recipe.doc_type = doc_type->str();
      add(recipe, {variant, Variant::doc_type_of_another});
      return {};
    };

    if (auto engagement = engagement_of(input_.session_transcript->view())) {
      const auto decoded = engagement::decode_device_engagement(*std::move(engagement), tolerant(), input_.constants);
      if (decoded) MDOC_CHECK(add_key(decoded->e_device_key(), Variant::key_of_engagement));
    }
    for (std::size_t i = 0; i < documents_.size(); ++i) {
      if (i == index_ || !documents_[i].value) continue;
      const model::Document& other = *documents_[i].value;
      const auto mso = model::decode_mobile_security_object(other.issuer_signed.issuer_auth, tolerant());
      if (!mso) continue;
      const auto key = crypto::PublicKey::import(mso->device_key_info.device_key);
      if (key) MDOC_CHECK(add_key(*key, Variant::key_of_another_document, &other.doc_type));
    }
    const cose::X5Chain& x5chain = document_.issuer_signed.issuer_auth.headers.x5chain;
    if (proof_.is_mac() || x5chain.empty()) return {};
    const auto signer = crypto::Certificate::from_der(x5chain.front().view(), limits_.decode.max_certificate_bytes);
    if (signer && signer->public_key()) MDOC_CHECK(add_key(*signer->public_key(), Variant::key_of_issuer));
    return {};
  }

  /// Of the request and of other documents, each once; neither this document's nor its MSO's.
  [[nodiscard]] std::vector<const DocType*> other_doc_types(const DocType& of_mso) const {
    std::vector<const DocType*> found;
    const auto note = [&](const DocType& doc_type) {
      if (doc_type == document_.doc_type || doc_type == of_mso) return;
      if (std::ranges::any_of(found, [&](const DocType* other) { return *other == doc_type; })) return;
      found.push_back(&doc_type);
    };
    if (input_.request != nullptr) {
      for (const auto& doc_request : input_.request->doc_requests) note(doc_request.items_request->doc_type);
    }
    for (const auto& document : documents_) {
      if (document.value) note(document.value->doc_type);
    }
    return found;
  }

  ByteView keep_encoded(model::MapOrder order) {
    const auto encoded = model::encode_device_name_spaces(*device_signed_.name_spaces, order);
    return keep(Bytes(encoded.bytes().begin(), encoded.bytes().end()));
  }
  std::string_view keep_text(std::string_view text) {
    const ByteView bytes = as_bytes(text);
    return as_text(keep(Bytes(bytes.begin(), bytes.end())));
  }

  [[nodiscard]] bool reader_key_differs() const {
    if (!proof_.is_mac()) return false;
    const auto in_transcript = reader_key_of(input_.session_transcript->view());
    return in_transcript && *in_transcript != input_.e_reader_key->public_key().coordinates();
  }

  // ---- Trying --------------------------------------------------------------------------------------

  [[nodiscard]] bool ended() const noexcept { return fitted_ || explanation_.outcome == ExplanationOutcome::exhausted; }

  /// What is likelier comes first, for the limits: one difference before two.
  Result<void> try_all() {
    const std::span<const TranscriptCandidate> all = transcripts_;
    for (const Recipe& recipe : recipes_) {
      const bool is_due = recipe.variants.empty();
      MDOC_CHECK(try_recipe(recipe, is_due ? all : all.first(1)));
    }
    for (const Recipe& recipe : recipes_) {
      // A signature over a given payload has no transcript in it.
      const bool independent = recipe.content && !proof_.is_mac();
      if (recipe.variants.empty() || independent) continue;
      MDOC_CHECK(try_recipe(recipe, all.subspan(1)));
    }
    return {};
  }

  Result<void> try_recipe(const Recipe& recipe, std::span<const TranscriptCandidate> transcripts) {
    for (const TranscriptCandidate& transcript : transcripts) {
      if (ended()) return {};
      if (explanation_.tried >= limits_.max_tries || hashed_ >= limits_.max_bytes) {
        explanation_.outcome = ExplanationOutcome::exhausted;
        return {};
      }
      const SharedBytes message = SharedBytes::take_secret(proof_.message(recipe, transcript.bytes));
      ++explanation_.tried;
      hashed_ += message.size();
      MDOC_TRY(fitted_, proof_.is_of(recipe, transcript.bytes, message.view()));
      if (fitted_) conclude(recipe, transcript);
    }
    return {};
  }

  void conclude(const Recipe& recipe, const TranscriptCandidate& transcript) {
    std::vector<Variant>& variants = explanation_.variants;
    variants = proof_.visible(recipe.key->key);
    variants.insert(variants.end(), transcript.variants.begin(), transcript.variants.end());
    variants.insert(variants.end(), recipe.variants.begin(), recipe.variants.end());
    std::ranges::sort(variants);
    if (transcript.named != nullptr) explanation_.transcript = transcript.named->name;
    const bool as_specified = variants.empty() && transcript.named == nullptr;
    explanation_.outcome = as_specified ? ExplanationOutcome::as_specified : ExplanationOutcome::explained;
  }

  void note_untried(const crypto::PublicKey& device_key) {
    std::vector<bool> prepared(authentication_variants().size());
    const auto note = [&](const std::vector<Variant>& variants) {
      for (const Variant variant : variants) prepared[static_cast<std::size_t>(variant)] = true;
    };
    note(proof_.looked_for(device_key));
    for (const auto& transcript : transcripts_) note(transcript.variants);
    for (const auto& recipe : recipes_) note(recipe.variants);
    for (const auto& row : authentication_variants()) {
      if (!prepared[static_cast<std::size_t>(row.variant)]) explanation_.untried.push_back(row.variant);
    }
  }

  const Documents& documents_;
  const Path where_;
  const std::size_t index_;
  const model::Document& document_;
  const model::DeviceSigned& device_signed_;
  const VerificationInput& input_;
  const ExplanationLimits& limits_;
  const std::optional<SharedBytes>& of_session_;
  const AuthenticationProof proof_;

  // Deques, as recipes refer to what is in them.
  std::deque<AuthenticationKey> keys_;
  std::deque<SharedBytes> bytes_;
  std::vector<TranscriptCandidate> transcripts_;
  std::vector<Recipe> recipes_;
  bool fitted_ = false;
  std::size_t hashed_ = 0;
  AuthenticationExplanation explanation_;
};

Result<void> check_input(const VerificationInput& input) {
  if (input.issuer_only) return bad_argument(Path("VerificationInput") / "issuer_only");
  if (!input.session_transcript) return bad_argument(Path("VerificationInput") / "session_transcript");
  return {};
}

/// Of these documents, the one at `index`.
Result<AuthenticationExplanation> explain_one(const Documents& documents, const Path& where, std::size_t index,
                                              const VerificationInput& input, std::span<const NamedTranscript> further,
                                              const ExplanationLimits& limits,
                                              const std::optional<SharedBytes>& of_session = {}) {
  if (index >= documents.size()) return bad_argument("document");
  const Result<model::Document>& value = documents[index].value;
  if (!value) return value.error();
  if (!value->device_signed) return Error{.code = Errc::missing_element, .where = where / index / "deviceSigned"};
  if (value->device_signed->device_auth.mac() != nullptr && input.e_reader_key == nullptr) {
    return bad_argument(Path("VerificationInput") / "e_reader_key");
  }
  return Explainer(documents, where, index, input, limits, of_session).explain(further);
}

}  // namespace

Result<AuthenticationExplanation> explain_device_authentication(const UnverifiedResponse& response,
                                                                std::size_t document, const VerificationInput& input,
                                                                std::span<const NamedTranscript> further,
                                                                const ExplanationLimits& limits) {
  MDOC_CHECK(check_input(input));
  MDOC_TRY(const auto decoded,
           model::decode_device_response(response.bytes(),
                                         {.limits = limits.decode, .level = Level::lenient, .sink = nullptr}));
  return explain_one(decoded.documents, Path("DeviceResponse") / "documents", document, input, further, limits);
}

Result<AuthenticationExplanation> explain_device_authentication(const Encryption& document,
                                                                const VerificationInput& input,
                                                                std::span<const NamedTranscript> further,
                                                                const ExplanationLimits& limits) {
  MDOC_CHECK(check_input(input));
  // Of several openings, one that succeeded: as verify() takes them.
  const auto opened = std::ranges::find_if(input.opened, [&](const OpenedDocuments& each) {
    return each.index == document.envelope && each.plaintext.has_value();
  });
  if (opened == input.opened.end()) return bad_argument("document");
  const Path where = Path("DeviceResponse") / "encryptedDocuments" / document.envelope;
  MDOC_TRY(const auto decoded,
           model::decode_encrypted_documents_plaintext(
               *opened->plaintext, {.limits = limits.decode, .level = Level::lenient, .sink = nullptr}, where));
  VerificationInput inside = input;
  inside.session_transcript = opened->session_transcript;
  return explain_one(decoded.documents, where / "documents", document.index, inside, further, limits,
                     input.session_transcript);
}

}  // namespace mdoc::verification
