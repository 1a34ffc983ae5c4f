// One end of a session, driven by lines of JSON: `mdoc_session_peer device|reader`. The lines are described
// in docs/interop.md; another implementation behind the same lines can play the other end.
#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "mdoc/holder.hpp"
#include "mdoc/json/report.hpp"
#include "mdoc/model/authentication.hpp"
#include "mdoc/reader.hpp"

namespace {

namespace bj = boost::json;
using namespace mdoc;

Now system_now() {
  return {.utc = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
          .steady = std::chrono::steady_clock::now()};
}

template <class T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  return *std::move(result);
}

std::string text_of(const bj::object& question, std::string_view name) {
  const auto* value = question.if_contains(name);
  if (value == nullptr || !value->is_string()) throw std::runtime_error("no text \"" + std::string(name) + "\"");
  return std::string(value->get_string());
}

bool flag(const bj::object& question, std::string_view name, bool otherwise) {
  const auto* value = question.if_contains(name);
  return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

SharedBytes message_of(const bj::object& question) {
  return SharedBytes::take(need(from_hex(text_of(question, "message"))));
}

/// The holder: releases whatever is asked and there, signs with keys in memory.
class Device {
 public:
  bj::object answer(const bj::object& question) {
    const std::string op = text_of(question, "op");
    if (op == "open") return open(question);
    if (!holder_) throw std::runtime_error("not open");
    if (op == "message")
      holder_->on_message(message_of(question), system_now());
    else if (op == "close")
      holder_->cancel(system_now());
    else
      throw std::runtime_error("unknown op " + op);
    return drain();
  }

 private:
  bj::object open(const bj::object& question) {
    std::vector<presentation::Credential> credentials;
    for (const bj::value& given : question.at("credentials").as_array()) {
      const crypto::KeyRef key("device-" + std::to_string(credentials.size()));
      auto private_key = need(crypto::PrivateKey::from_pem(text_of(given.as_object(), "device_key_pem")));
      if (const auto added = keys_.add(key, std::move(private_key)); !added)
        throw std::runtime_error(describe(added.error()));
      auto issuer_signed = need(from_hex(text_of(given.as_object(), "issuer_signed")));
      credentials.push_back(
          need(presentation::Credential::decode("held", SharedBytes::take(std::move(issuer_signed)), key)));
    }
    const std::vector<engagement::RetrievalMethod> methods{engagement::BleOptions{
        .central_client = engagement::BleCentralClient{.uuid = need(engagement::Uuid::random(crypto::system_rng()))}}};
    HolderOptions options;
    options.holder_authentication = presentation::HolderAuthenticationMode::none;  // nobody sits before a peer
    options.device_auth =
        flag(question, "mac", false) ? presentation::DeviceAuthMethod::mac : presentation::DeviceAuthMethod::signature;
    if (!flag(question, "legacy_engagement", true)) {
      options.engagement.capabilities = {.reader_auth_all = true, .extended_request = true};
    }
    holder_.emplace(need(Holder::create(std::move(credentials), methods, crypto::system_rng(), system_now(), options)));
    holder_->on_link_opened(system_now());
    drain();
    return {{"engagement", holder_->qr_code()}};
  }

  bj::object drain() {
    bj::array messages;
    while (auto effect = holder_->poll()) {
      if (auto* send = std::get_if<SendMessage>(&*effect)) {
        messages.push_back(bj::string(to_hex(send->message)));
      } else if (auto* asked = std::get_if<ConsentNeeded>(&*effect)) {
        const auto given =
            holder_->answer(presentation::Consent::to_all(asked->options), crypto::system_rng(), system_now());
        if (!given) throw std::runtime_error(describe(given.error()));
      } else if (auto* use = std::get_if<UseKey>(&*effect)) {
        holder_->on_key_result(use->id, crypto::answer(keys_, use->request), system_now());
      } else if (std::holds_alternative<Closed>(*effect)) {
        closed_ = true;
      }
    }
    return {{"messages", std::move(messages)}, {"closed", closed_}};
  }

  crypto::SoftwareKeyProvider keys_;
  std::optional<Holder> holder_;
  bool closed_ = false;
};

/// Who the reader says it is.
struct ReaderIdentity {
  crypto::PrivateKey key;
  cose::X5Chain chain;
};

/// The reader: asks, verifies, tells.
class Asking {
 public:
  bj::object answer(const bj::object& question) {
    const std::string op = text_of(question, "op");
    if (op == "open") return open(question);
    if (!reader_) throw std::runtime_error("not open");
    if (op == "message")
      reader_->on_message(message_of(question), system_now());
    else if (op == "request")
      ask(question);
    else if (op == "close")
      reader_->finish(system_now());
    else
      throw std::runtime_error("unknown op " + op);
    return drain();
  }

 private:
  bj::object open(const bj::object& question) {
    auto trust = std::make_shared<trust::TrustStore>();
    for (const bj::value& pem : question.at("trust").as_array()) {
      for (auto& certificate : need(crypto::Certificate::list_from_pem(std::string_view(pem.as_string())))) {
        const auto added = trust->add_anchor(trust::Purpose::issuance, std::move(certificate), {.source = "the test"});
        if (!added) throw std::runtime_error(describe(added.error()));
      }
    }
    doc_type_ = DocType(text_of(question, "doc_type"));
    if (question.contains("reader_key_pem")) {
      identity_.emplace(ReaderIdentity{need(crypto::PrivateKey::from_pem(text_of(question, "reader_key_pem"))), {}});
      for (const auto& certificate : need(crypto::Certificate::list_from_pem(text_of(question, "reader_pem"))))
        identity_->chain.push_back(SharedBytes::copy_of(certificate.der()));
    }
    reader_.emplace(
        need(Reader::from_qr_code(text_of(question, "engagement"), trust, crypto::system_rng(), system_now())));
    reader_->on_link_opened(system_now());
    ask(question);
    return drain();
  }

  void ask(const bj::object& question) {
    model::ItemsRequest items{.doc_type = doc_type_, .name_spaces = {}};
    for (const auto& name_space : question.at("elements").as_object()) {
      auto& elements = items.name_spaces.emplace_back(NameSpace(name_space.key()), model::DataElements{}).second;
      for (const auto& element : name_space.value().as_object()) {
        elements.emplace_back(ElementIdentifier(element.key()), element.value().as_bool());
      }
    }
    auto encoded = need(model::encode_items_request(std::move(items)));
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = std::move(encoded)});
    if (identity_) sign(doc_requests.back());
    const auto request = need(model::build_device_request(std::move(doc_requests)));
    if (const auto asked = reader_->request(request, system_now()); !asked)
      throw std::runtime_error(describe(asked.error()));
  }

  /// Reader authentication (9.1.4) by hand: Reader passes on what the request holds.
  void sign(model::DocRequest& doc_request) const {
    const auto content = model::reader_authentication_bytes(iso18013_5(), reader_->session_transcript().view(),
                                                            doc_request.items_request.bytes());
    const auto draft = need(cose::Sign1Draft::prepare_detached(identity_->key.public_key(), content.parts(),
                                                               {.x5chain = identity_->chain}));
    const auto signature = need(crypto::sign(identity_->key, draft.algorithm(), draft.to_be_signed()));
    doc_request.reader_auth = need(draft.finish(signature));
  }

  bj::object drain() {
    bj::object told;
    bj::array messages;
    bool closed = false;
    while (auto effect = reader_->poll()) {
      if (auto* send = std::get_if<SendMessage>(&*effect)) {
        messages.push_back(bj::string(to_hex(send->message)));
      } else if (auto* received = std::get_if<ResponseReceived>(&*effect)) {
        tell(told, received->outcome);
      } else if (auto* end = std::get_if<Closed>(&*effect)) {
        closed = true;
        if (end->reason) {
          told["accepted"] = false;
          told["failed"] = bj::array{bj::string(describe(*end->reason))};
        }
      }
    }
    told["messages"] = std::move(messages);
    told["closed"] = closed;
    return told;
  }

  static void tell(bj::object& told, const verification::VerificationOutcome& outcome) {
    const bj::object report = bj::parse(json::to_json(outcome)).as_object();
    told["accepted"] = outcome.report.valid;
    bj::array failed;
    const auto collect = [&failed](const bj::value& checks) {
      for (const bj::value& check : checks.as_array()) {
        const auto& outcome_name = check.at("outcome").as_string();
        if (outcome_name != "fail" && outcome_name != "skipped") continue;
        failed.push_back(
            bj::string(std::string(check.at("id").as_string()) + ": " + std::string(check.at("detail").as_string())));
      }
    };
    collect(report.at("checks"));
    bj::object elements;
    for (const bj::value& document : report.at("documents").as_array()) {
      collect(document.at("checks"));
      if (const auto* issuer_signed = document.as_object().if_contains("issuerSigned")) {
        for (const auto& name_space : issuer_signed->as_object()) elements[name_space.key()] = name_space.value();
      }
    }
    told["failed"] = std::move(failed);
    told["elements"] = std::move(elements);
  }

  std::optional<Reader> reader_;
  std::optional<ReaderIdentity> identity_;
  DocType doc_type_;
};

template <class Role>
int converse() {
  Role role;
  for (std::string line; std::getline(std::cin, line);) {
    bj::object answer;
    try {
      answer = role.answer(bj::parse(line).as_object());
    } catch (const std::exception& error) {
      answer = {{"error", error.what()}};
    }
    std::cout << bj::serialize(answer) << std::endl;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string role = argc == 2 ? argv[1] : "";
  if (role == "device") return converse<Device>();
  if (role == "reader") return converse<Asking>();
  std::cerr << "mdoc_session_peer device|reader\n";
  return 2;
}
