#include "signed_lists.hpp"

#include <boost/json/array.hpp>

#include "mdoc/trust/certificate_templates.hpp"

namespace mdoc::testing {

crypto::DistinguishedName list_signer_name(const std::string& common_name) {
  return crypto::DistinguishedName::build({{.type = std::string(crypto::attribute::country), .value = "UT"},
                                           {.type = std::string(crypto::attribute::organization), .value = "Utopia"},
                                           {.type = std::string(crypto::attribute::common_name), .value = common_name}})
      .value();
}

SampleList faultless_list(trust::ListKind kind) {
  SampleList list(kind);
  const bool rical = kind == trust::ListKind::rical;
  const crypto::Certificate issuer = list.root_certificate();
  list.signer = trust::certificate_template(
                    rical ? trust::CertificateRole::rical_signer : trust::CertificateRole::vical_signer,
                    {.subject = list_signer_name(rical ? "RICAL Signer" : "VICAL Signer"),
                     .not_before = utc("2026-01-01T00:00:00Z"),
                     .validity = std::chrono::days{365},
                     .contact = "https://utopia.example",
                     .crl_uri = "https://utopia.example/crl",
                     .policies = rical ? std::vector<std::string>{"2.999.1"} : std::vector<std::string>{}},
                    &issuer)
                    .value();
  return list;
}

void replace_certificate(Members& entry, ByteView der) { entry["certificate"] = cbor_bytes(der); }

std::string outcome_of(const boost::json::value& report, std::string_view id) {
  return std::string(check_of(report, id).at("outcome").as_string());
}

std::vector<std::string> remarkable(const boost::json::value& report) {
  std::vector<std::string> found;
  for (const auto& check : report.at("checks").as_array()) {
    const std::string outcome(check.at("outcome").as_string());
    if (outcome == "pass" || outcome == "not-applicable") continue;
    found.push_back(std::string(check.at("id").as_string()) + " " + outcome);
  }
  return found;
}

}  // namespace mdoc::testing
