#include <algorithm>
#include <array>

#include "core/enum_table.hpp"
#include "mdoc/profile/consistency.hpp"

namespace mdoc::profile {
namespace {

using enum Inconsistency;
using enum InconsistencySeverity;

// One for each Inconsistency, in order.
constexpr std::array table{
    InconsistencyInfo{row_open, "row.open", open, Row::doc_type, "The profile does not make this choice.",
                      "Add the member, also where it says what the default is."},

    InconsistencyInfo{no_english_title, "title.english", contradiction, Row::doc_type, "There is no English title.",
                      "Add one: reports fall back to it."},
    InconsistencyInfo{alias_of_itself, "alias.itself", contradiction, Row::doc_type,
                      "The docType is among its own aliases.", "Take it out of the aliases."},
    InconsistencyInfo{alias_of_built_in, "alias.of-built-in", advice, Row::doc_type,
                      "A built-in profile knows this docType as another name for its own.",
                      "Take that docType, unless the documents are of a kind of their own."},
    InconsistencyInfo{alias_is_built_in, "alias.is-built-in", advice, Row::doc_type,
                      "An alias is the docType of a built-in profile.",
                      "Take it out of the aliases: documents of that docType are judged by that profile."},
    InconsistencyInfo{doc_type_built_in, "doc-type.built-in", advice, Row::doc_type,
                      "A built-in profile is for this docType; this one takes its place wherever it is given.",
                      "Take a docType of your own, unless the documents are those of the built-in profile."},
    InconsistencyInfo{id_built_in, "id.built-in", contradiction, Row::doc_type,
                      "The id is that of a built-in profile for another docType, and stands for both.",
                      "Take an id of your own."},

    InconsistencyInfo{name_space_twice, "name-space.twice", contradiction, Row::elements,
                      "The name space is there twice, and only the first counts.", "Put their elements into one."},
    InconsistencyInfo{domestic_region, "domestic.region", contradiction, Row::name_spaces,
                      "The pattern of domestic name spaces does not have {region} exactly once.",
                      "Write {region} where the code of the jurisdiction stands."},
    InconsistencyInfo{domestic_clash, "domestic.clash", contradiction, Row::name_spaces,
                      "A name space of the profile has the form of a domestic one.",
                      "Choose a pattern that none of the profile's own name spaces fits."},
    InconsistencyInfo{issuer_name_space, "issuer.name-space", contradiction, Row::name_spaces,
                      "The issuer's country is looked for in a name space that the profile does not define.",
                      "Name one of the profile's name spaces."},
    InconsistencyInfo{issuer_element, "issuer.element", contradiction, Row::name_spaces,
                      "The issuer's country or jurisdiction is looked for in an element that is not defined.",
                      "Define the element, or leave it out of the issuer."},
    InconsistencyInfo{issuer_element_form, "issuer.type", contradiction, Row::name_spaces,
                      "The issuer's country or jurisdiction is no text, so no certificate can name the same.",
                      "Give the element the type text."},

    InconsistencyInfo{element_twice, "element.twice", contradiction, Row::elements,
                      "The element is there twice, and only the first counts.", "Take one of them out."},
    InconsistencyInfo{element_hidden, "element.hidden", contradiction, Row::elements,
                      "A pattern before the element fits it as well, so the element never counts.",
                      "Move the element before the pattern."},
    InconsistencyInfo{element_star, "element.star", contradiction, Row::elements,
                      "A star that is not the last character of an identifier stands for nothing but itself.",
                      "Let the pattern end with it, or write # for each digit."},
    InconsistencyInfo{element_unnamed, "element.unnamed", advice, Row::elements,
                      "The element has no English name, so people see its identifier.", "Add names."},
    InconsistencyInfo{condition_missing, "condition.missing", contradiction, Row::elements,
                      "The element is conditional, but the profile does not say on what.", "Add the condition."},
    InconsistencyInfo{condition_unused, "condition.unused", contradiction, Row::elements,
                      "The element has a condition, but its presence does not depend on it.",
                      "Make the presence conditional, or take the condition out."},
    InconsistencyInfo{condition_unknown, "condition.unknown", contradiction, Row::elements,
                      "The condition names an element that the profile does not define.",
                      "Name a defined one, or leave the element of the condition out."},
    InconsistencyInfo{condition_of_itself, "condition.itself", contradiction, Row::elements,
                      "The element has to be there where it is there.", "Name another element in the condition."},
    InconsistencyInfo{value_type, "value.type", contradiction, Row::elements, "The value has no type.",
                      "Say which types it may have."},
    InconsistencyInfo{value_bounds, "value.bounds", contradiction, Row::elements,
                      "The least length is above the greatest, or all that has the format is shorter or longer.",
                      "Exchange or correct them."},
    InconsistencyInfo{value_bounds_unfit, "value.bounds-unfit", contradiction, Row::elements,
                      "There is a bound of something that the type does not have.",
                      "Bound the length of texts, bytes, arrays and maps, and the greatest of numbers."},
    InconsistencyInfo{value_format, "value.format", contradiction, Row::elements, "The format does not fit the type.",
                      "Take a format of this type, or the type of this format."},
    InconsistencyInfo{value_items, "value.items", contradiction, Row::elements,
                      "There is a rule for the elements of an array, but the value is none.",
                      "Give the value the type array, or take the items out."},
    InconsistencyInfo{value_members, "value.members", contradiction, Row::elements,
                      "There are members of a map, but the value is none.",
                      "Give the value the type map, or take the members out."},
    InconsistencyInfo{value_member_twice, "value.member-twice", contradiction, Row::elements,
                      "A member of the map is there twice.", "Take one of them out."},
    InconsistencyInfo{value_words, "value.texts", contradiction, Row::elements,
                      "Texts are allowed as values, but the value is no text.", "Correct the type or the values."},
    InconsistencyInfo{value_word_latin1, "value.text-latin1", contradiction, Row::elements,
                      "A text that is allowed has characters beyond ISO/IEC 8859-1, which the type does not have.",
                      "Correct the values, or take the type text."},
    InconsistencyInfo{value_word_length, "value.text-length", contradiction, Row::elements,
                      "A text that is allowed is shorter or longer than texts may be.",
                      "Correct the values or the length."},
    InconsistencyInfo{value_numbers, "value.numbers", contradiction, Row::elements,
                      "Numbers are allowed as values, but the value is no number.", "Correct the type or the values."},
    InconsistencyInfo{value_number_above, "value.number-above", contradiction, Row::elements,
                      "A number that is allowed is above the greatest.", "Correct the values or the maximum."},
    InconsistencyInfo{sample_unfit, "sample.unfit", contradiction, Row::elements,
                      "The sample breaks a rule of the profile, so documents made of it do.",
                      "Correct the sample, or the rule."},
    InconsistencyInfo{age_without_element, "age.without-element", contradiction, Row::age_attestations,
                      "The name space answers questions of age, but defines no age_over_NN, or one that is no boolean.",
                      "Define age_over_## as boolean, or take the name space out."},

    InconsistencyInfo{way_opposed, "way.opposed", contradiction, Row::engagement,
                      "One side has to do what the other must not.", "Make it optional or forbidden for both."},
    InconsistencyInfo{way_unmet, "way.unmet", advice, Row::engagement,
                      "Readers need not support what an mdoc may rely on: two conformant sides might not meet.",
                      "Make it mandatory for readers, or another way of the row mandatory for both."},
    InconsistencyInfo{single_choice, "way.single-choice", advice, Row::engagement,
                      "There is a choice of one, which is none.", "Make it mandatory, or add another choice."},
    InconsistencyInfo{no_way_to_meet, "way.none-to-meet", contradiction, Row::engagement,
                      "There is retrieval in proximity, but no engagement that both sides may use.",
                      "Allow one, or forbid retrieval in proximity as well."},
    InconsistencyInfo{no_way_to_talk, "way.none-to-talk", contradiction, Row::device_retrieval,
                      "There is no retrieval that both sides may use, in proximity or online.", "Allow one."},

    InconsistencyInfo{cipher_suite_unknown, "algorithm.cipher-suite", contradiction, Row::algorithms,
                      "The cipher suite is not defined.", "Take 1, the only one."},
    InconsistencyInfo{digest_unknown, "algorithm.digest", contradiction, Row::algorithms, "The digest is not known.",
                      "Take SHA-256, SHA-384 or SHA-512, written so."},
    InconsistencyInfo{curve_unknown, "algorithm.curve", contradiction, Row::algorithms, "The curve is not known.",
                      "Write it as the COSE registry does: P-256, brainpoolP256r1, Ed25519."},
    InconsistencyInfo{signer_curve, "algorithm.signer-curve", contradiction, Row::algorithms,
                      "Issuers are to sign on a curve that cannot sign.", "Take a curve for signatures."},
    InconsistencyInfo{device_curve, "algorithm.device-curve", contradiction, Row::algorithms,
                      "A device key on this curve fits none of the ways of mdoc authentication that are allowed.",
                      "Take the curve out, or allow the way that it is for."},
    InconsistencyInfo{no_device_authentication, "algorithm.no-device-authentication", contradiction, Row::algorithms,
                      "The mdoc may authenticate neither by signature nor by MAC.", "Allow one of them."},
    InconsistencyInfo{device_signed_forbidden, "device-signed.forbidden", contradiction, Row::mdoc_authentication,
                      "The device may sign this element, though it may sign none.",
                      "Correct deviceSigned of the element, or that of mdoc authentication."},

    InconsistencyInfo{key_purpose, "certificate.key-purpose", contradiction, Row::certificates,
                      "The key purpose is no object identifier.", "Write it in dotted form: 1.0.18013.5.1.2."},
    InconsistencyInfo{policy, "certificate.policy", contradiction, Row::certificates,
                      "The certificate policy is no object identifier.", "Write it in dotted form: 0.4.0.2042.1.1."},
    InconsistencyInfo{days_out_of_order, "certificate.days", contradiction, Row::certificate_validity,
                      "Signer certificates may be valid for longer than those of their authority.",
                      "Correct one of the two."},
    InconsistencyInfo{mso_outlives_signer, "mso.outlives-signer", contradiction, Row::mso,
                      "Documents may be valid for longer than the certificate of their signer.",
                      "Shorten the one, or lengthen the other."},
    InconsistencyInfo{crl_missing, "certificate.crl-missing", advice, Row::certificate_validity,
                      "Certificates are revoked, but signers need not say where their CRL is.",
                      "Ask for CRL distribution points, unless CRLs are found otherwise."},
    InconsistencyInfo{crl_unused, "certificate.crl-unused", advice, Row::certificate_validity,
                      "Signers have to say where their CRL is, but certificates are not revoked.",
                      "Correct one of the two."},
    InconsistencyInfo{status_mechanism, "mso.status-mechanism", contradiction, Row::mso,
                      "Documents have to carry a status, but there is no mechanism for it.",
                      "Name status-list, identifier-list or both."},
    InconsistencyInfo{status_forbidden, "mso.status-forbidden", contradiction, Row::mso,
                      "Documents must not carry a status, but there is a mechanism for it.",
                      "Take the mechanisms out, or allow the status."},
    InconsistencyInfo{single_use_dates, "mso.single-use-dates", advice, Row::mso,
                      "Each document is shown once, but dates to the second tell which were issued together.",
                      "Cut dates to whole days."},
    InconsistencyInfo{single_use_keys, "mso.single-use-keys", advice, Row::mso,
                      "Each document is shown once, but documents may share a device key, which tells them apart from "
                      "others.",
                      "Ask for one key per document."},
    InconsistencyInfo{trust_nowhere, "trust.nowhere", advice, Row::trust_sources,
                      "The profile names no source from which readers learn which issuers to trust.",
                      "Name one; \"pinned\" where readers are told one by one."},

    InconsistencyInfo{holder_means, "holder.means", contradiction, Row::holder_verification,
                      "Readers are to verify the holder by something that no element carries.",
                      "Define an element that readers know for it, such as portrait of org.iso.23220.1."},
    InconsistencyInfo{holder_element, "holder.element", contradiction, Row::holder_verification,
                      "What comes with any other element is not defined in the name space of the issuer.",
                      "Define the element, or name another."},
    InconsistencyInfo{holder_device_unsigned, "holder.device-unsigned", contradiction, Row::holder_verification,
                      "The device is to say that it verified its holder, but must not sign anything.",
                      "Allow device-signed elements, or take the method out."},

    InconsistencyInfo{purpose_twice, "purpose.twice", contradiction, Row::purposes,
                      "One controller has the code twice.", "Take one of them out."},
    InconsistencyInfo{extension_known, "extension.known", contradiction, Row::extensions,
                      "The key has a meaning in the standard.", "Choose another, best one that begins with a domain."},

    InconsistencyInfo{constant_empty, "constant.empty", contradiction, Row::protocol_constants, "A text is empty.",
                      "Write one, or leave the member out for that of the standard."},
    InconsistencyInfo{constant_scheme, "constant.scheme", contradiction, Row::protocol_constants,
                      "What links begin with is no scheme of a URI with its colon.",
                      "Write letters and digits, and a colon behind them: mdoc: or mdoc://."},
    InconsistencyInfo{constant_infos, "constant.infos", contradiction, Row::protocol_constants,
                      "Two different keys are derived with the same text, and so are the same.",
                      "Give each a text of its own."},
    InconsistencyInfo{constant_ivs, "constant.ivs", contradiction, Row::protocol_constants,
                      "Both directions have the same identifier of initialisation vectors.",
                      "Give each a value of its own."},
    InconsistencyInfo{constant_contexts, "constant.contexts", contradiction, Row::protocol_constants,
                      "Two different structures are signed under the same text, so that one may stand for the other.",
                      "Give each a text of its own."},
    InconsistencyInfo{constant_id, "constant.id", contradiction, Row::protocol_constants,
                      "Changed constants have the name of those of the standard.", "Give them a name of their own."},
    InconsistencyInfo{constant_uuid, "constant.uuid", contradiction, Row::protocol_constants,
                      "The text of a characteristic of Bluetooth Low Energy is no UUID.",
                      "Write 8-4-4-4-12 hexadecimal digits."},
    InconsistencyInfo{constant_uuids, "constant.uuids", contradiction, Row::protocol_constants,
                      "Two characteristics of one service have the same UUID, so that none can be told from the other.",
                      "Give each a UUID of its own."},
};
static_assert(is_indexed_by(table, &InconsistencyInfo::kind, inconsistency_count));

}  // namespace

std::string_view name(InconsistencySeverity severity) noexcept {
  switch (severity) {
    case advice: return "advice";
    case open: return "open";
    case contradiction: return "contradiction";
  }
  return {};
}

std::span<const InconsistencyInfo> inconsistencies() noexcept { return table; }
const InconsistencyInfo& info(Inconsistency kind) noexcept { return table[static_cast<std::size_t>(kind)]; }

bool is_complete(std::span<const ProfileFinding> findings) noexcept {
  return std::ranges::all_of(findings, [](const ProfileFinding& one) { return info(one.kind).severity == advice; });
}

}  // namespace mdoc::profile
