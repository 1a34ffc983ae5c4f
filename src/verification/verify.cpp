#include "mdoc/verification/verify.hpp"

#include <algorithm>
#include <utility>

#include "core/try.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/version.hpp"
#include "mdoc/model/device_response.hpp"
#include "verification/document_verifier.hpp"
#include "verification/finding.hpp"
#include "verification/request_matching.hpp"

namespace mdoc::verification {
namespace {

/// A part of the message, decoded at the level asked for or, if that fails, at the most tolerant one:
/// what can be read at all is judged and reported, though it does not pass.
template <class T>
struct Salvaged {
  std::optional<T> value{};
  std::optional<Error> error{};  ///< at the level asked for
  std::vector<Warning> warnings{};
  std::size_t further_warnings = 0;
};

template <class Decode>
auto salvage(Level level, const DecodeLimits& limits, const Decode& decode) {
  using T = typename std::invoke_result_t<Decode, const cbor::DecodeContext&>::value_type;
  Salvaged<T> result;
  const auto attempt = [&](Level at) -> std::optional<Error> {
    cbor::DeviationLog log;
    auto decoded = decode(cbor::DecodeContext{.limits = limits, .level = at, .sink = &log});
    result.warnings.clear();
    for (const cbor::Deviation& deviation : log.entries()) result.warnings.push_back(warning_of(deviation));
    result.further_warnings = log.dropped();
    if (!decoded) return decoded.error();
    result.value = *std::move(decoded);
    return std::nullopt;
  };
  result.error = attempt(level);
  if (result.error) (void)attempt(Level::lenient);
  return result;
}

/// decode(Reader&) over all of `encoded`, which stands at `offset` of the outermost message.
template <class T>
Result<T> decode_whole(const SharedBytes& encoded, const cbor::DecodeContext& context, const Path& where,
                       std::uint32_t offset, Result<T> (*decode)(cbor::Reader&)) {
  cbor::Reader reader(encoded, context, where, offset);
  MDOC_TRY(T value, decode(reader));
  MDOC_CHECK(reader.finish());
  return value;
}

/// Whether `encoded` is one well-formed map at all: what is wrong in a part of it is a matter for the report.
Result<void> check_is_map(const SharedBytes& encoded, const Path& where, const DecodeLimits& limits) {
  cbor::Reader reader(encoded, {.limits = limits, .level = Level::lenient}, where);
  if (!reader.next_is(cbor::Type::map)) return reader.fail(Errc::wrong_type);
  MDOC_CHECK(reader.skip());
  return reader.finish();
}

/// One document of a response, decoded or not.
struct Slot {
  std::optional<model::Document> document{};
  std::optional<Error> error{};
  std::vector<Warning> warnings{};
};

}  // namespace

struct UnverifiedResponse::Impl {
  SharedBytes bytes;
  Level level{};
  DecodeLimits limits{};
  model::DeviceResponse response{};  // its documents are moved into slots
  std::optional<Error> error{};      // of the frame, at `level`
  std::vector<Warning> warnings{};   // of the frame
  std::size_t further_warnings = 0;
  std::vector<Slot> slots{};

  void fill_slots(std::vector<Warning> found);
};

/// Gives each document what was met inside it; the rest belongs to the frame.
void UnverifiedResponse::Impl::fill_slots(std::vector<Warning> found) {
  const bool tolerant = error.has_value();  // documents were not judged at the level asked for
  for (std::size_t i = 0; i < response.documents.size(); ++i) {
    auto& document = response.documents[i];
    const auto begin = static_cast<std::uint32_t>(document.encoded.view().data() - bytes.view().data());
    const auto end = begin + static_cast<std::uint32_t>(document.encoded.size());
    const auto inside = [&](const auto& place) { return place.offset >= begin && place.offset < end; };
    const auto rest = std::stable_partition(found.begin(), found.end(), std::not_fn(inside));

    Slot& slot = slots.emplace_back();
    if (document.value && !tolerant) {
      slot.document = *std::move(document.value);
      slot.warnings.assign(rest, found.end());
    } else {
      auto again = salvage(level, limits, [&](const cbor::DecodeContext& context) {
        return decode_whole(document.encoded, context, Path("DeviceResponse") / "documents" / i, begin,
                            model::decode_document);
      });
      slot = {.document = std::move(again.value), .error = again.error, .warnings = std::move(again.warnings)};
    }
    found.erase(rest, found.end());
    // What stopped the frame lay inside this document: its own check says so.
    if (error && inside(*error)) error.reset();
  }
  response.documents.clear();
  warnings = std::move(found);
  if (!tolerant || error) return;
  // Behind that place the frame itself may deviate too far.
  const auto refused = std::ranges::find_if(
      warnings, [&](const Warning& warning) { return weight(warning.rule, level) == Weight::error; });
  if (refused != warnings.end())
    error = Error{.code = Errc::deviation, .where = refused->where, .offset = refused->offset};
  if (further_warnings != 0 && !error) error = Error{.code = Errc::deviation, .where = "DeviceResponse"};
}

Result<UnverifiedResponse> UnverifiedResponse::decode(SharedBytes device_response, Level level,
                                                      const DecodeLimits& limits) {
  auto frame = salvage(level, limits, [&](const cbor::DecodeContext& context) {
    return model::decode_device_response(device_response, context);
  });
  if (!frame.value) return *frame.error;
  auto impl = std::make_unique<Impl>();
  impl->bytes = std::move(device_response);
  impl->level = level;
  impl->limits = limits;
  impl->response = *std::move(frame.value);
  impl->error = frame.error;
  impl->further_warnings = frame.further_warnings;
  impl->fill_slots(std::move(frame.warnings));
  return UnverifiedResponse(std::move(impl));
}

UnverifiedResponse::UnverifiedResponse(std::unique_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
UnverifiedResponse::UnverifiedResponse(UnverifiedResponse&&) noexcept = default;
UnverifiedResponse& UnverifiedResponse::operator=(UnverifiedResponse&&) noexcept = default;
UnverifiedResponse::~UnverifiedResponse() = default;

const SharedBytes& UnverifiedResponse::bytes() const noexcept { return impl_->bytes; }
Level UnverifiedResponse::level() const noexcept { return impl_->level; }

/// Judges a response, document after document.
class ResponseVerifier {
 public:
  static VerificationOutcome verify(const UnverifiedResponse& unverified, const VerificationInput& input) {
    const UnverifiedResponse::Impl& impl = *unverified.impl_;
    return ResponseVerifier(input, impl.level, impl.limits).verify(impl);
  }

  ResponseVerifier(const VerificationInput& input, Level level, const DecodeLimits& limits)
      : input_(input), clock_(input.clock.value_or(ClockPolicy::for_level(level))), limits_(limits) {
    report_.level = level;
    for (const CheckInfo& check : checks(Scope::response)) {
      Finding& finding = report_.findings.emplace_back();
      finding.check = check.check;
      not_applicable(finding, Reason::not_present);  // until a response is judged
    }
  }

  VerificationOutcome verify(const UnverifiedResponse::Impl& impl) {
    frame(impl);
    const bool refused = !lets_through(at(CheckId::response_encoding).outcome) ||
                         !lets_through(at(CheckId::response_version).outcome) ||
                         !lets_through(at(CheckId::response_status).outcome);
    for (std::size_t i = 0; i < impl.slots.size(); ++i) {
      const Slot& slot = impl.slots[i];
      DocumentInput document{.index = i,
                             .where = Path("DeviceResponse") / "documents" / i,
                             .error = slot.error,
                             .warnings = slot.warnings};
      if (slot.document) {
        document.refer_to(*slot.document);
        document.surplus = is_surplus(impl, i);
      }
      judge(std::move(document), refused);
    }
    return finish();
  }

  VerificationOutcome verify(DocumentInput document) {
    judge(std::move(document), false);
    return finish();
  }

 private:
  Finding& at(CheckId check) { return report_.findings[static_cast<std::size_t>(check)]; }

  /// The checks that need no document.
  void frame(const UnverifiedResponse::Impl& impl) {
    const model::DeviceResponse& response = impl.response;
    report_.version = response.version;
    report_.status = static_cast<std::uint64_t>(response.status);
    report_.warnings = impl.warnings;
    report_.further_warnings = impl.further_warnings;
    report_.document_errors = response.document_errors;
    report_.encrypted_documents = response.encrypted_documents.size();
    report_.zk_documents = response.zk_documents.size();

    Finding& encoding = at(CheckId::response_encoding);
    pass(encoding);
    if (!impl.warnings.empty()) warn(encoding, Reason::deviation);
    if (impl.error) {
      fail(encoding, Reason::deviation);
      encoding.error = impl.error;
    }

    Finding& version = at(CheckId::response_version);
    const auto parsed = parse_version(response.version);
    pass(version);
    if (!parsed || parsed->major != 1) {
      fail(version, parsed ? Reason::unsupported : Reason::malformed);
      version.found = response.version;
    }

    Finding& status = at(CheckId::response_status);
    pass(status);
    if (response.status != model::ResponseStatus::ok) {
      fail(status, Reason::mismatch);
      status.expected = std::int64_t{0};
      status.found = static_cast<std::int64_t>(*report_.status);
    }

    Finding& documents = at(CheckId::response_documents);
    impl.slots.empty() ? fail(documents, Reason::absent) : pass(documents);

    opaque(at(CheckId::response_encrypted_documents), report_.encrypted_documents);
    opaque(at(CheckId::response_zk_documents), report_.zk_documents);
  }

  /// Documents that are handed on as they are: not judged, and not hidden either.
  static void opaque(Finding& finding, std::size_t count) {
    if (count == 0) return not_applicable(finding, Reason::not_present);
    warn(finding, Reason::opaque);
    finding.found = static_cast<std::int64_t>(count);
  }

  bool is_surplus(const UnverifiedResponse::Impl& impl, std::size_t index) const {
    if (input_.request == nullptr) return false;
    const DocType& type = impl.slots[index].document->doc_type;
    const auto before = std::ranges::count_if(std::span(impl.slots).first(index), [&](const Slot& slot) {
      return slot.document && slot.document->doc_type == type;
    });
    return static_cast<std::size_t>(before) >= count_requests(*input_.request, type) &&
           unique_documents(*input_.request, type);
  }

  void judge(DocumentInput document, bool refused) {
    DocumentVerifier verifier(std::move(document), input_, clock_, report_.level, limits_);
    verifier.verify();
    if (auto released = refused ? std::nullopt : verifier.release()) documents_.push_back(*std::move(released));
    report_.documents.push_back(verifier.take_report());
  }

  VerificationOutcome finish() {
    Finding& request = at(CheckId::response_request);
    if (input_.request == nullptr) {
      not_applicable(request, Reason::no_request);
    } else {
      report_.answers = answers(*input_.request, documents_, input_.profiles);
      std::vector<ElementReference> unanswered;
      for (const Answer& answer : report_.answers) {
        if (answer.kind == Answer::Kind::unanswered) unanswered.push_back(answer.requested);
      }
      pass(request);
      if (!unanswered.empty()) {
        warn(request, Reason::unanswered);
        request.found = std::move(unanswered);
      }
    }
    report_.valid = std::ranges::all_of(report_.findings, lets_through, &Finding::outcome) &&
                    std::ranges::all_of(report_.documents, &DocumentReport::valid);
    return {.report = std::move(report_), .documents = std::move(documents_)};
  }

  const VerificationInput& input_;
  const ClockPolicy clock_;
  const DecodeLimits& limits_;
  Report report_;
  std::vector<VerifiedDocument> documents_;
};

VerificationOutcome verify(const UnverifiedResponse& response, const VerificationInput& input) {
  return ResponseVerifier::verify(response, input);
}

Result<VerificationOutcome> verify_document(SharedBytes document, const VerificationInput& input, Level level,
                                            const DecodeLimits& limits) {
  MDOC_CHECK(check_is_map(document, "Document", limits));
  auto decoded = salvage(level, limits, [&](const cbor::DecodeContext& context) {
    return decode_whole(document, context, "Document", 0, model::decode_document);
  });
  DocumentInput part{.where = "Document", .error = decoded.error, .warnings = std::move(decoded.warnings)};
  if (decoded.value) part.refer_to(*decoded.value);
  return ResponseVerifier(input, level, limits).verify(std::move(part));
}

Result<VerificationOutcome> verify_issuer_signed(SharedBytes issuer_signed, const VerificationInput& input, Level level,
                                                 const DecodeLimits& limits) {
  MDOC_CHECK(check_is_map(issuer_signed, "IssuerSigned", limits));
  auto decoded = salvage(level, limits, [&](const cbor::DecodeContext& context) {
    return model::decode_issuer_signed(issuer_signed, context);
  });
  DocumentInput part{.where = "IssuerSigned", .error = decoded.error, .warnings = std::move(decoded.warnings)};
  if (decoded.value) part.issuer_signed = &*decoded.value;
  return ResponseVerifier(input, level, limits).verify(std::move(part));
}

}  // namespace mdoc::verification
