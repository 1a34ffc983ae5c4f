#include "mdoc/json/record.hpp"

#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/try.hpp"
#include "json/record_form.hpp"
#include "mdoc/core/encoding.hpp"

// Each part of a record is described once, by the function members(); a Writer and a Reader go through the same
// description, so that neither knows a member that the other one does not.

namespace mdoc::json {
namespace {

namespace bj = boost::json;

class Writer {
 public:
  template <class T>
  using Of = const T;

  [[nodiscard]] bj::object take() && { return std::move(object_); }

  void text(const char* name, const std::string& text) { object_.emplace(name, text); }
  void flag(const char* name, bool value) { object_.emplace(name, value); }
  template <class Number>
  void number(const char* name, Number value) {
    object_.emplace(name, value);
  }
  template <class Unit>
  void duration(const char* name, const std::chrono::duration<std::int64_t, Unit>& duration) {
    object_.emplace(name, duration.count());
  }
  void time(const char* name, UtcSeconds time) { object_.emplace(name, to_rfc3339(time)); }
  void bytes(const char* name, const Bytes& bytes) { object_.emplace(name, to_base64url(bytes)); }
  void bytes(const char* name, const SharedBytes& bytes) { object_.emplace(name, to_base64url(bytes.view())); }
  void side(const char* name, RecordedBy side) { object_.emplace(name, mdoc::name(side)); }

  void optional_flag(const char* name, bool value) {
    if (value) object_.emplace(name, value);
  }
  void optional_text(const char* name, const std::string& text) {
    if (!text.empty()) object_.emplace(name, text);
  }
  template <class Number>
  void optional_number(const char* name, const std::optional<Number>& value) {
    if (value) object_.emplace(name, *value);
  }
  template <class Number>
  void count(const char* name, Number value) {
    if (value > 0) object_.emplace(name, value);
  }
  void optional_duration(const char* name, const std::optional<std::chrono::seconds>& duration) {
    if (duration) object_.emplace(name, duration->count());
  }
  void optional_bytes(const char* name, const std::optional<Bytes>& value) {
    if (value) bytes(name, *value);
  }
  void texts(const char* name, const std::vector<std::string>& texts) {
    if (!texts.empty()) object_.emplace(name, bj::array(texts.begin(), texts.end()));
  }
  template <class Part>
  void part(const char* name, const std::optional<Part>& part) {
    if (part) object_.emplace(name, written(*part));
  }
  template <class Part>
  void list(const char* name, const std::vector<Part>& parts) {
    if (parts.empty()) return;
    bj::array list;
    for (const Part& each : parts) list.push_back(written(each));
    object_.emplace(name, std::move(list));
  }

 private:
  template <class Part>
  [[nodiscard]] static bj::object written(const Part& part) {
    Writer writer;
    members(writer, part);
    return std::move(writer).take();
  }
  bj::object object_;
};

class Reader {
 public:
  template <class T>
  using Of = T;

  /// @param failure the first one stays; afterwards nothing is read any more
  Reader(const bj::object& object, const Path& where, std::optional<Error>& failure)
      : object_(object), where_(where), failure_(failure) {}

  void text(const char* name, std::string& text) {
    if (const bj::value* value = required(name)) take_text(name, *value, text);
  }
  void flag(const char* name, bool& flag) {
    const bj::value* const value = required(name);
    if (value == nullptr) return;
    if (!value->is_bool()) return fail(Errc::wrong_type, name);
    flag = value->get_bool();
  }
  template <class Number>
  void number(const char* name, Number& number) {
    if (const bj::value* value = required(name)) take_number(name, *value, number);
  }
  template <class Unit>
  void duration(const char* name, std::chrono::duration<std::int64_t, Unit>& duration) {
    std::int64_t count = 0;
    number(name, count);
    if (count < 0) return fail(Errc::bad_value, name);
    duration = std::chrono::duration<std::int64_t, Unit>(count);
  }
  void time(const char* name, UtcSeconds& time) {
    std::string text_of_time;
    text(name, text_of_time);
    if (failure_) return;
    const auto parsed = parse_date_time(text_of_time);
    if (!parsed || parsed->fraction || parsed->offset || parsed->lower_case) return fail(Errc::bad_tdate, name);
    time = parsed->time;
  }
  void bytes(const char* name, Bytes& bytes) {
    std::string encoded;
    text(name, encoded);
    if (failure_) return;
    auto decoded = from_base64url(encoded);
    if (!decoded) return fail(decoded.error().code, name);
    bytes = *std::move(decoded);
  }
  void bytes(const char* name, SharedBytes& shared) {
    Bytes decoded;
    bytes(name, decoded);
    shared = SharedBytes::take_secret(std::move(decoded));
  }
  void side(const char* name, RecordedBy& side) {
    std::string by;
    text(name, by);
    if (failure_) return;
    if (by != mdoc::name(RecordedBy::holder) && by != mdoc::name(RecordedBy::reader)) {
      return fail(Errc::bad_value, name);
    }
    side = by == mdoc::name(RecordedBy::holder) ? RecordedBy::holder : RecordedBy::reader;
  }

  void optional_flag(const char* name, bool& value) {
    if (find(name) != nullptr) flag(name, value);
  }
  void optional_text(const char* name, std::string& text) {
    if (const bj::value* value = find(name)) take_text(name, *value, text);
  }
  template <class Number>
  void optional_number(const char* name, std::optional<Number>& number) {
    if (const bj::value* value = find(name)) take_number(name, *value, number.emplace());
  }
  template <class Number>
  void count(const char* name, Number& number) {
    if (const bj::value* value = find(name)) take_number(name, *value, number);
  }
  void optional_duration(const char* name, std::optional<std::chrono::seconds>& value) {
    if (find(name) != nullptr) duration(name, value.emplace());
  }
  void optional_bytes(const char* name, std::optional<Bytes>& value) {
    if (find(name) != nullptr) bytes(name, value.emplace());
  }
  void texts(const char* name, std::vector<std::string>& texts) {
    each(name, [&](const bj::value& item, const Path& where) {
      const bj::string* const text = item.if_string();
      if (text == nullptr) return fail_at(Errc::wrong_type, where);
      texts.emplace_back(*text);
    });
  }
  template <class Part>
  void part(const char* name, std::optional<Part>& part) {
    if (const bj::value* value = find(name)) take_part(*value, at(name), part.emplace());
  }
  template <class Part>
  void list(const char* name, std::vector<Part>& parts) {
    each(name, [&](const bj::value& item, const Path& where) { take_part(item, where, parts.emplace_back(Part{})); });
  }

 private:
  [[nodiscard]] Path at(const char* name) const {
    Path longer = where_;
    longer.push_name(name);
    return longer;
  }
  void fail_at(Errc code, const Path& where) {
    if (!failure_) failure_ = Error{.code = code, .where = where};
  }
  void fail(Errc code, const char* name) { fail_at(code, at(name)); }

  /// Null where it is absent, and once something has failed.
  [[nodiscard]] const bj::value* find(const char* name) const { return failure_ ? nullptr : object_.if_contains(name); }
  [[nodiscard]] const bj::value* required(const char* name) {
    const bj::value* const value = find(name);
    if (value == nullptr) fail(Errc::missing_element, name);
    return value;
  }
  void take_text(const char* name, const bj::value& value, std::string& text) {
    if (!value.is_string()) return fail(Errc::wrong_type, name);
    text = value.get_string();
  }
  template <class Number>
  void take_number(const char* name, const bj::value& value, Number& number) {
    if (!value.is_int64() && !value.is_uint64()) return fail(Errc::wrong_type, name);
    boost::system::error_code out_of_range;
    number = value.to_number<Number>(out_of_range);
    if (out_of_range) fail(Errc::bad_value, name);
  }
  template <class Part>
  void take_part(const bj::value& value, const Path& where, Part& part) {
    if (!value.is_object()) return fail_at(Errc::wrong_type, where);
    Reader reader(value.get_object(), where, failure_);
    members(reader, part);
  }
  template <class Take>
  void each(const char* name, Take take) {
    const bj::value* const value = find(name);
    if (value == nullptr) return;
    if (!value->is_array()) return fail(Errc::wrong_type, name);
    const bj::array& items = value->get_array();
    for (std::size_t i = 0; i < items.size() && !failure_; ++i) take(items[i], at(name) / i);
  }

  const bj::object& object_;
  const Path& where_;
  std::optional<Error>& failure_;
};

/// A part of a record, as Form goes through it.
template <class Form, class Part>
using Of = typename Form::template Of<Part>;

template <class Form>
void members(Form& form, Of<Form, RecordedElement>& element) {
  form.text("nameSpace", element.name_space);
  form.text("element", element.element);
}

template <class Form>
void members(Form& form, Of<Form, RecordedPhase>& phase) {
  form.text("phase", phase.phase);
  form.count("round", phase.round);
  form.duration("milliseconds", phase.after);
}

template <class Form>
void members(Form& form, Of<Form, RecordedList>& list) {
  form.text("kind", list.kind);
  form.text("provider", list.provider);
  form.optional_number("issue", list.issue);
  form.duration("ageSeconds", list.age);
}

template <class Form>
void members(Form& form, Of<Form, RecordedAnchor>& anchor) {
  form.optional_text("subject", anchor.subject);
  form.optional_text("source", anchor.source);
  form.flag("pinned", anchor.pinned);
  form.part("list", anchor.list);
}

template <class Form>
void members(Form& form, Of<Form, RecordedRevocation>& revocation) {
  form.text("state", revocation.state);
  form.text("source", revocation.source);
  form.optional_duration("ageSeconds", revocation.age);
}

template <class Form>
void members(Form& form, Of<Form, RecordedReader>& reader) {
  form.text("result", reader.result);
  form.text("reason", reader.reason);
  form.optional_text("subject", reader.subject);
  form.optional_text("claimed", reader.claimed);
  form.part("anchor", reader.anchor);
  form.list("revocations", reader.revocations);
}

template <class Form>
void members(Form& form, Of<Form, RecordedQuestion>& question) {
  members(form, question.asked);
  form.flag("retain", question.retain);
  form.optional_text("answer", question.answer);
}

template <class Form>
void members(Form& form, Of<Form, RecordedDocRequest>& asked) {
  form.number("docRequest", asked.doc_request);
  form.text("docType", asked.doc_type);
  form.list("elements", asked.elements);
  form.part("reader", asked.reader);
  form.optional_text("obstacle", asked.obstacle);
}

template <class Form>
void members(Form& form, Of<Form, RecordedPurpose>& purpose) {
  form.text("controller", purpose.controller);
  form.number("code", purpose.code);
}

template <class Form>
void members(Form& form, Of<Form, RecordedUseCase>& use_case) {
  form.flag("mandatory", use_case.mandatory);
  form.list("purposes", use_case.purposes);
}

template <class Form>
void members(Form& form, Of<Form, RecordedRelease>& release) {
  members(form, release.released);
  form.text("basis", release.basis);
  form.part("instead", release.instead);
}

template <class Form>
void members(Form& form, Of<Form, RecordedAgreement>& agreed) {
  form.number("docRequest", agreed.doc_request);
  form.text("docType", agreed.doc_type);
  form.text("credential", agreed.credential);
  form.flag("encrypted", agreed.encrypted);
  form.list("elements", agreed.elements);
  form.optional_text("notSent", agreed.not_sent);
}

template <class Form>
void members(Form& form, Of<Form, RecordedCheck>& check) {
  form.text("id", check.id);
  form.text("outcome", check.outcome);
  form.optional_text("reason", check.reason);
}

template <class Form>
void members(Form& form, Of<Form, RecordedValue>& value) {
  members(form, value.element);
  form.bytes("value", value.value);
}

template <class Form>
void members(Form& form, Of<Form, RecordedDocument>& document) {
  form.optional_text("docType", document.doc_type);
  form.flag("valid", document.valid);
  form.optional_flag("encrypted", document.encrypted);
  form.list("checks", document.checks);
  form.optional_text("issuer", document.issuer);
  form.optional_text("country", document.country);
  form.part("anchor", document.anchor);
  form.list("revocations", document.revocations);
  form.texts("deviations", document.deviations);
  form.list("surplus", document.surplus);
  form.list("values", document.values);
  form.optional_bytes("deviceKey", document.device_key);
}

template <class Form>
void members(Form& form, Of<Form, RecordedAnswer>& answer) {
  form.text("question", answer.question);
  form.text("verdict", answer.verdict);
  form.text("reason", answer.reason);
}

template <class Form>
void members(Form& form, Of<Form, RecordedVerdict>& verdict) {
  form.flag("valid", verdict.valid);
  form.text("level", verdict.level);
  form.text("revocation", verdict.revocation);
  form.optional_text("version", verdict.version);
  form.optional_number("status", verdict.status);
  form.list("checks", verdict.checks);
  form.list("documents", verdict.documents);
  form.count("encryptedDocuments", verdict.encrypted_documents);
  form.count("zkDocuments", verdict.zk_documents);
  form.texts("deviations", verdict.deviations);
  form.list("answers", verdict.answers);
}

template <class Form>
void members(Form& form, Of<Form, RecordedRound>& round) {
  form.number("round", round.round);
  form.list("asked", round.asked);
  form.list("useCases", round.use_cases);
  form.optional_bytes("requestDigest", round.request_digest);
  form.optional_text("decision", round.decision);
  form.list("agreed", round.agreed);
  form.optional_text("outcome", round.outcome);
  form.optional_number("status", round.status);
  form.part("verdict", round.verdict);
  form.count("leftOut", round.left_out);
}

template <class Form>
void members(Form& form, Of<Form, TransactionRecord>& record) {
  form.text("schema", record.schema);
  form.side("by", record.by);
  form.bytes("id", record.id);
  form.time("started", record.started);
  form.list("phases", record.phases);
  form.list("rounds", record.rounds);
  form.optional_text("ended", record.ended);
  form.count("leftOut", record.left_out);
}

/// "mdoc-transaction/1." and a number: minor versions only add.
bool is_known_schema(std::string_view schema) {
  const std::size_t major = record_schema.rfind('.') + 1;
  if (!schema.starts_with(record_schema.substr(0, major))) return false;
  const std::string_view minor = schema.substr(major);
  return !minor.empty() && minor.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

bj::object write_record(const TransactionRecord& record) {
  Writer writer;
  members(writer, record);
  return std::move(writer).take();
}

Result<TransactionRecord> read_record(const bj::object& object, const Path& where) {
  TransactionRecord record;
  std::optional<Error> failure;
  Reader reader(object, where, failure);
  reader.text("schema", record.schema);
  if (failure) return *failure;
  if (!is_known_schema(record.schema)) return Error{.code = Errc::unsupported_version, .where = where / "schema"};
  members(reader, record);
  if (failure) return *failure;
  return record;
}

std::string to_json(const TransactionRecord& record) { return bj::serialize(write_record(record)); }

Result<TransactionRecord> record_from_json(std::string_view json) {
  const Path where = "TransactionRecord";
  MDOC_TRY(const bj::value value, parse_record(json, where));
  if (!value.is_object()) return Error{.code = Errc::wrong_type, .where = where};
  return read_record(value.get_object(), where);
}

}  // namespace mdoc::json
