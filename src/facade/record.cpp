#include "mdoc/record.hpp"

#include <algorithm>
#include <array>

namespace mdoc {
namespace {

constexpr std::array<std::string_view, 4> class_names{"none", "indirect", "personal", "sensitive"};

using enum PersonalData;

// By path, in ascending order of bytes.
constexpr std::array fields{
    RecordField{"by", none, "the side that wrote it"},
    RecordField{"ended", none, "how a session ended"},
    RecordField{"id", indirect, "random, but stands for one occasion"},
    RecordField{"leftOut", none, "a number"},
    RecordField{"phases[].milliseconds", indirect, "how long somebody thought"},
    RecordField{"phases[].phase", none, "the same in every presentation"},
    RecordField{"phases[].round", none, "a number"},
    RecordField{"rounds[].agreed[].credential", personal, "which document of the holder"},
    RecordField{"rounds[].agreed[].docRequest", none, "a number"},
    RecordField{"rounds[].agreed[].docType", personal, "what the holder has"},
    RecordField{"rounds[].agreed[].elements[].basis", personal, "whether it answers for another age"},
    RecordField{"rounds[].agreed[].elements[].element", personal, "what the holder agreed to"},
    RecordField{"rounds[].agreed[].elements[].instead.element", indirect, "what was wanted"},
    RecordField{"rounds[].agreed[].elements[].instead.nameSpace", indirect, "what was wanted"},
    RecordField{"rounds[].agreed[].elements[].nameSpace", personal, "what the holder agreed to"},
    RecordField{"rounds[].agreed[].encrypted", none, "as the reader asked"},
    RecordField{"rounds[].agreed[].notSent", personal, "what the holder has and did not show"},
    RecordField{"rounds[].asked[].docRequest", none, "a number"},
    RecordField{"rounds[].asked[].docType", indirect, "what was wanted"},
    RecordField{"rounds[].asked[].elements[].answer", personal, "what the holder has or withheld"},
    RecordField{"rounds[].asked[].elements[].element", indirect, "what was wanted"},
    RecordField{"rounds[].asked[].elements[].nameSpace", indirect, "what was wanted"},
    RecordField{"rounds[].asked[].elements[].retain", indirect, "what was wanted"},
    RecordField{"rounds[].asked[].obstacle", personal, "what the holder has not"},
    RecordField{"rounds[].asked[].reader.anchor.list.ageSeconds", none, "a list for everybody"},
    RecordField{"rounds[].asked[].reader.anchor.list.issue", none, "a list for everybody"},
    RecordField{"rounds[].asked[].reader.anchor.list.kind", none, "a list for everybody"},
    RecordField{"rounds[].asked[].reader.anchor.list.provider", none, "a list for everybody"},
    RecordField{"rounds[].asked[].reader.anchor.pinned", none, "how this wallet is set up"},
    RecordField{"rounds[].asked[].reader.anchor.source", indirect, "to which community the reader belongs"},
    RecordField{"rounds[].asked[].reader.anchor.subject", indirect, "to which community the reader belongs"},
    RecordField{"rounds[].asked[].reader.claimed", personal, "where the holder was"},
    RecordField{"rounds[].asked[].reader.reason", none, "about the reader"},
    RecordField{"rounds[].asked[].reader.result", none, "about the reader"},
    RecordField{"rounds[].asked[].reader.revocations[].ageSeconds", none, "about the reader"},
    RecordField{"rounds[].asked[].reader.revocations[].source", none, "about the reader"},
    RecordField{"rounds[].asked[].reader.revocations[].state", none, "about the reader"},
    RecordField{"rounds[].asked[].reader.subject", personal, "where the holder was"},
    RecordField{"rounds[].decision", personal, "what the holder decided"},
    RecordField{"rounds[].leftOut", none, "a number"},
    RecordField{"rounds[].outcome", personal, "what the holder decided"},
    RecordField{"rounds[].requestDigest", sensitive, "ties the records of both sides together"},
    RecordField{"rounds[].round", none, "a number"},
    RecordField{"rounds[].status", none, "how an answer went out"},
    RecordField{"rounds[].useCases[].mandatory", indirect, "what was wanted"},
    RecordField{"rounds[].useCases[].purposes[].code", indirect, "what was wanted"},
    RecordField{"rounds[].useCases[].purposes[].controller", indirect, "what was wanted"},
    RecordField{"rounds[].verdict.answers[].question", indirect, "what was wanted of whoever came"},
    RecordField{"rounds[].verdict.answers[].reason", personal, "how old the holder is, or what they may do"},
    RecordField{"rounds[].verdict.answers[].verdict", personal, "how old the holder is, or what they may do"},
    RecordField{"rounds[].verdict.checks[].id", none, "the same for every answer"},
    RecordField{"rounds[].verdict.checks[].outcome", indirect, "about one answer as a message"},
    RecordField{"rounds[].verdict.checks[].reason", indirect, "about one answer as a message"},
    RecordField{"rounds[].verdict.deviations[]", indirect, "which wallet software"},
    RecordField{"rounds[].verdict.documents[].anchor.list.ageSeconds", none, "a list for everybody"},
    RecordField{"rounds[].verdict.documents[].anchor.list.issue", none, "a list for everybody"},
    RecordField{"rounds[].verdict.documents[].anchor.list.kind", none, "a list for everybody"},
    RecordField{"rounds[].verdict.documents[].anchor.list.provider", none, "a list for everybody"},
    RecordField{"rounds[].verdict.documents[].anchor.pinned", none, "how this reader is set up"},
    RecordField{"rounds[].verdict.documents[].anchor.source", personal, "the holder's authority"},
    RecordField{"rounds[].verdict.documents[].anchor.subject", personal, "the holder's authority"},
    RecordField{"rounds[].verdict.documents[].checks[].id", none, "the same for every document"},
    RecordField{"rounds[].verdict.documents[].checks[].outcome", personal, "whether a document was expired or revoked"},
    RecordField{"rounds[].verdict.documents[].checks[].reason", personal, "whether a document was expired or revoked"},
    RecordField{"rounds[].verdict.documents[].country", personal, "the holder's authority"},
    RecordField{"rounds[].verdict.documents[].deviations[]", indirect, "which software issued or presented"},
    RecordField{"rounds[].verdict.documents[].deviceKey", sensitive, "the same at every reader"},
    RecordField{"rounds[].verdict.documents[].docType", personal, "what the holder has"},
    RecordField{"rounds[].verdict.documents[].encrypted", none, "as the reader asked"},
    RecordField{"rounds[].verdict.documents[].issuer", personal, "the holder's authority"},
    RecordField{"rounds[].verdict.documents[].revocations[].ageSeconds", none, "how this reader is kept up to date"},
    RecordField{"rounds[].verdict.documents[].revocations[].source", indirect, "how the issuer revokes"},
    RecordField{"rounds[].verdict.documents[].revocations[].state", personal, "whether a document was revoked"},
    RecordField{"rounds[].verdict.documents[].surplus[].element", personal, "what the holder has"},
    RecordField{"rounds[].verdict.documents[].surplus[].nameSpace", personal, "what the holder has"},
    RecordField{"rounds[].verdict.documents[].valid", personal, "whether a document was good"},
    RecordField{"rounds[].verdict.documents[].values[].element", sensitive, "beside its value"},
    RecordField{"rounds[].verdict.documents[].values[].nameSpace", sensitive, "beside its value"},
    RecordField{"rounds[].verdict.documents[].values[].value", sensitive, "the data of the holder"},
    RecordField{"rounds[].verdict.encryptedDocuments", indirect, "a number, of one answer"},
    RecordField{"rounds[].verdict.level", none, "how this reader is set up"},
    RecordField{"rounds[].verdict.revocation", none, "how this reader is set up"},
    RecordField{"rounds[].verdict.status", indirect, "how an answer came"},
    RecordField{"rounds[].verdict.valid", indirect, "a good or a bad answer"},
    RecordField{"rounds[].verdict.version", indirect, "which wallet software"},
    RecordField{"rounds[].verdict.zkDocuments", indirect, "a number, of one answer"},
    RecordField{"schema", none, "the same in every record"},
    RecordField{"started", indirect, "when it was"},
};
static_assert(std::ranges::is_sorted(fields, {}, &RecordField::path));

}  // namespace

std::string_view name(PersonalData data) noexcept { return class_names[static_cast<std::size_t>(data)]; }

std::optional<PersonalData> find_personal_data(std::string_view name) noexcept {
  const auto found = std::ranges::find(class_names, name);
  if (found == class_names.end()) return std::nullopt;
  return static_cast<PersonalData>(found - class_names.begin());
}

std::span<const RecordField> record_fields() noexcept { return fields; }

PersonalData personal_data(std::string_view path) noexcept {
  const auto found = std::ranges::lower_bound(fields, path, {}, &RecordField::path);
  return found != fields.end() && found->path == path ? found->data : sensitive;
}

std::string_view name(RecordedBy side) noexcept { return side == RecordedBy::holder ? "holder" : "reader"; }

}  // namespace mdoc
