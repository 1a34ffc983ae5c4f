// Every known way to compute a device authentication otherwise, made by a peer that encodes and signs apart from the
// library: the verification refuses it (DEV-01, DEV-02, DEV-10), and the explanation names it and nothing else
// (SES-18).
#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "explain_scene.hpp"

namespace mdoc::verification {
namespace {

enum class Proofs : std::uint8_t { both, signature, mac };

struct Case {
  Variants variants;  ///< in the order of the enumerators
  Proofs proofs;
  std::function<void(Scene& scene)> make;
};

Case transcript_case(Variant variant, std::function<Bytes(const Scene&)> transcript) {
  return {{variant}, Proofs::both, [transcript = std::move(transcript)](Scene& scene) {
            scene.peer.transcript = transcript(scene);
          }};
}

/// [ context, protected, external_aad, payload ]
Bytes structure(std::string_view context, const Bytes& header, const Bytes& aad, const Bytes& payload) {
  return cbor_array({cbor_text(context), cbor_bytes(header), aad, payload});
}

Bytes with_length(const Bytes& message) {
  return joined({Bytes{0, static_cast<std::uint8_t>(message.size())}, message});
}

/// Short enough for HKDF to take it as a salt without hashing it.
Bytes online_transcript() {
  return cbor_array({null, null, cbor_array({cbor_text("OpenID4VPHandover"), cbor_bytes(Bytes(32, 0x5a))})});
}

Bytes encryption_parameters(const Scene& scene) {
  return Members{{"recipientPublicKey", cose_key(scene.e_device_key)}}.encode();
}

std::vector<Case> transcript_cases() {
  const Bytes reader_engagement = hex("d81843a10000");
  std::vector<Case> cases{
      transcript_case(Variant::engagement_null, [](const Scene& s) { return s.with_engagement(null); }),
      transcript_case(Variant::engagement_bare, [](const Scene& s) { return s.with_engagement(s.engagement); }),
      transcript_case(Variant::engagement_untagged,
                      [](const Scene& s) { return s.with_engagement(cbor_bytes(s.engagement)); }),
      transcript_case(Variant::engagement_wrapped_twice,
                      [](const Scene& s) { return s.with_engagement(cbor_embedded(cbor_embedded(s.engagement))); }),
      transcript_case(Variant::engagement_wrapped_twice,
                      [](const Scene& s) { return s.with_engagement(cbor_bytes(cbor_embedded(s.engagement))); }),
      transcript_case(Variant::engagement_re_encoded,
                      [](const Scene& s) {
                        Bytes sorted(s.engagement.begin(), s.engagement.end() - 6);  // without 06a103f5 0580
                        return s.with_engagement(cbor_embedded(joined({sorted, hex("0580"), hex("06a103f5")})));
                      }),
      transcript_case(Variant::engagement_known_members,
                      [](const Scene& s) {
                        Bytes first_edition(s.engagement.begin(), s.engagement.end() - 6);
                        first_edition.front() = 0xa2;
                        return s.with_engagement(cbor_embedded(first_edition));
                      }),
      transcript_case(Variant::reader_key_null, [](const Scene& s) { return s.with_reader_key(null); }),
      transcript_case(Variant::reader_key_bare, [](const Scene& s) { return s.with_reader_key(s.reader_key); }),
      transcript_case(Variant::reader_key_untagged,
                      [](const Scene& s) { return s.with_reader_key(cbor_bytes(s.reader_key)); }),
      transcript_case(Variant::reader_key_wrapped_twice,
                      [](const Scene& s) { return s.with_reader_key(cbor_embedded(cbor_embedded(s.reader_key))); }),
      transcript_case(
          Variant::reader_key_re_encoded,
          [](const Scene& s) { return s.with_reader_key(cbor_embedded(cose_key(s.bench.sample.e_reader_key))); }),
      transcript_case(Variant::handover_null, [](const Scene& s) { return s.with_handover(null); }),
      transcript_case(Variant::handover_request_missing,
                      [](const Scene& s) {
                        return s.with_handover(cbor_array({cbor_bytes(s.select), null}));
                      }),
      transcript_case(Variant::handover_swapped,
                      [](const Scene& s) {
                        return s.with_handover(cbor_array({cbor_bytes(s.request), cbor_bytes(s.select)}));
                      }),
      transcript_case(Variant::handover_with_length,
                      [](const Scene& s) {
                        return s.with_handover(cbor_array({cbor_bytes(with_length(s.select)), cbor_bytes(s.request)}));
                      }),
      transcript_case(
          Variant::handover_with_length,
          [](const Scene& s) {
            return s.with_handover(cbor_array({cbor_bytes(with_length(s.select)), cbor_bytes(with_length(s.request))}));
          }),
  };
  cases.push_back({{Variant::handover_with_length}, Proofs::both, [](Scene& s) {  // static handover
                     s.use(s.with_handover(cbor_array({cbor_bytes(s.select), null})));
                     s.peer.transcript = s.with_handover(cbor_array({cbor_bytes(with_length(s.select)), null}));
                   }});
  cases.push_back({{Variant::handover_hashed}, Proofs::both, [=](Scene& s) {
                     s.use(s.with_handover(reader_engagement));
                     s.peer.transcript = s.with_handover(cbor_bytes(sha256(reader_engagement)));
                   }});
  cases.push_back({{Variant::handover_in_array}, Proofs::both, [=](Scene& s) {
                     const Bytes hash = cbor_bytes(sha256(reader_engagement));
                     s.use(s.with_handover(hash));
                     s.peer.transcript = s.with_handover(cbor_array({hash}));
                   }});
  cases.push_back({{Variant::own_transcript_wrapped}, Proofs::both, [](Scene& s) {
                     s.bench.sample.transcript = cbor_embedded(s.peer.transcript);
                   }});
  cases.push_back({{Variant::encryption_parameters_missing}, Proofs::both, [](Scene& s) {
                     s.use(s.with_reader_key(cbor_embedded(encryption_parameters(s))));
                     s.peer.transcript = s.with_reader_key(cbor_embedded(cose_key(s.bench.sample.e_reader_key)));
                   }});
  cases.push_back({{Variant::encryption_parameters_missing}, Proofs::both, [](Scene& s) {  // no session
                     s.use(s.with_reader_key(cbor_embedded(encryption_parameters(s))));
                     s.peer.transcript = s.with_reader_key(null);
                   }});
  cases.push_back({{Variant::encryption_parameters_surplus}, Proofs::both, [](Scene& s) {
                     auto parameters = model::encode_encryption_parameters(
                         {.recipient_public_key = s.e_device_key.public_key().coordinates()});
                     const ByteView item = parameters->bytes();
                     s.peer.transcript = s.with_reader_key(Bytes(item.begin(), item.end()));
                     model::DocRequestInfo info{.doc_response_encryption = *std::move(parameters)};
                     s.bench.ask({doc_request(s.bench.sample.doc_type, {{"org.iso.18013.5.1", "family_name"}}, info)});
                   }});
  // Both keys in the same wrong form.
  cases.push_back({{Variant::engagement_null, Variant::reader_key_null}, Proofs::both, [](Scene& s) {
                     s.peer.transcript = Scene::transcript_of(null, null, s.handover);
                   }});
  cases.push_back({{Variant::engagement_bare, Variant::reader_key_bare}, Proofs::both, [](Scene& s) {
                     s.peer.transcript = Scene::transcript_of(s.engagement, s.reader_key, s.handover);
                   }});
  cases.push_back({{Variant::engagement_untagged, Variant::reader_key_untagged}, Proofs::both, [](Scene& s) {
                     s.peer.transcript =
                         Scene::transcript_of(cbor_bytes(s.engagement), cbor_bytes(s.reader_key), s.handover);
                   }});
  return cases;
}

std::vector<Case> authentication_cases() {
  const auto bare = [](const Bytes& array) { return array; };
  return {
      {{Variant::transcript_wrapped},
       Proofs::both,
       [](Scene& s) { s.peer.embedded = cbor_embedded(s.peer.transcript); }},
      {{Variant::authentication_untagged}, Proofs::both, [=](Scene& s) { s.peer.content = bare; }},
      {{Variant::authentication_untagged},
       Proofs::both,
       [](Scene& s) { s.peer.content = [](const Bytes& array) { return cbor_bytes(array); }; }},
      {{Variant::authentication_wrapped_twice},
       Proofs::both,
       [](Scene& s) { s.peer.content = [](const Bytes& array) { return cbor_embedded(cbor_embedded(array)); }; }},
      {{Variant::authentication_wrapped_twice},
       Proofs::both,
       [](Scene& s) { s.peer.content = [](const Bytes& array) { return cbor_bytes(cbor_embedded(array)); }; }},
      {{Variant::doc_type_of_mso},
       Proofs::both,
       [](Scene& s) {
         s.peer.doc_type = "org.example.of-mso";
         s.bench.sample.on_mso = [](Members& mso) { mso["docType"] = cbor_text("org.example.of-mso"); };
       }},
      {{Variant::doc_type_of_another},
       Proofs::both,
       [](Scene& s) {
         s.peer.doc_type = "org.iso.18013.5.1.mdl";
         s.bench.ask({doc_request("org.iso.18013.5.1.mdl", {{"org.iso.18013.5.1", "family_name"}})});
       }},
      {{Variant::name_spaces_empty},
       Proofs::both,
       [](Scene& s) { s.peer.name_spaces = cbor_embedded(Members{}.encode()); }},
      {{Variant::name_spaces_re_encoded},
       Proofs::both,
       [](Scene& s) {
         const Bytes sorted = Members{{"a", cbor_uint(2)}, {"zz", cbor_uint(1)}}.encode();
         s.peer.name_spaces = cbor_embedded(Members{{"com.example", sorted}}.encode());
       }},
      {{Variant::name_spaces_re_encoded},
       Proofs::both,
       [](Scene& s) {  // sent with a longer head than was authenticated
         const Bytes content = s.bench.sample.device_name_spaces.encode();
         s.peer.name_spaces = cbor_embedded(content);
         s.bench.sample.on_device_signed = [content](Members& device_signed) {
           device_signed["nameSpaces"] =
               joined({hex("d81859"), Bytes{0, static_cast<std::uint8_t>(content.size())}, content});
         };
       }},
      {{Variant::name_spaces_untagged},
       Proofs::both,
       [](Scene& s) { s.peer.name_spaces = s.bench.sample.device_name_spaces.encode(); }},
      {{Variant::name_spaces_untagged},
       Proofs::both,
       [](Scene& s) { s.peer.name_spaces = cbor_bytes(s.bench.sample.device_name_spaces.encode()); }},
      {{Variant::authentication_untagged, Variant::name_spaces_untagged},
       Proofs::both,
       [=](Scene& s) {
         s.peer.content = bare;
         s.peer.name_spaces = s.bench.sample.device_name_spaces.encode();
       }},
  };
}

std::vector<Case> cose_cases() {
  return {
      {{Variant::payload_attached},
       Proofs::both,
       [](Scene& s) { s.peer.on_proof = [](CoseParts& parts, const Bytes& content) { parts.payload = content; }; }},
      {{Variant::payload_empty}, Proofs::both, [](Scene& s) { s.peer.content = [](const Bytes&) { return Bytes{}; }; }},
      {{Variant::payload_attached, Variant::payload_of_its_own},
       Proofs::both,
       [](Scene& s) {
         s.peer.content = [](const Bytes&) { return cbor_text("nonce"); };
         s.peer.on_proof = [](CoseParts& parts, const Bytes& content) { parts.payload = content; };
       }},
      {{Variant::aad_null},
       Proofs::both,
       [](Scene& s) {
         s.peer.structure = [&s](const Bytes& header, const Bytes& content) {
           return structure(s.context(), header, null, cbor_bytes(content));
         };
       }},
      {{Variant::aad_instead_of_payload},
       Proofs::both,
       [](Scene& s) {
         s.peer.structure = [&s](const Bytes& header, const Bytes& content) {
           return structure(s.context(), header, cbor_bytes(content), cbor_bytes({}));
         };
       }},
      {{Variant::aad_instead_of_payload},
       Proofs::both,
       [](Scene& s) {
         s.peer.structure = [&s](const Bytes& header, const Bytes& content) {
           return structure(s.context(), header, cbor_bytes(content), null);
         };
       }},
      {{Variant::context_of_another},
       Proofs::both,
       [](Scene& s) {
         s.peer.structure = [&s](const Bytes& header, const Bytes& content) {
           return structure(s.mac ? "Signature1" : "MAC0", header, cbor_bytes({}), cbor_bytes(content));
         };
       }},
      {{Variant::context_of_another},
       Proofs::both,
       [](Scene& s) {
         s.peer.structure = [&s](const Bytes& header, const Bytes& content) {
           return structure(s.mac ? "MAC" : "Signature", header, cbor_bytes({}), cbor_bytes(content));
         };
       }},
      {{Variant::structure_missing},
       Proofs::both,
       [](Scene& s) { s.peer.structure = [](const Bytes&, const Bytes& content) { return content; }; }},
      {{Variant::algorithm_of_another},
       Proofs::both,
       [](Scene& s) {
         s.bench.sample.on_device_auth_headers = [](CoseParts& parts) { parts.protected_header = hex("a1013822"); };
       }},
      {{Variant::algorithm_of_another},
       Proofs::both,
       [](Scene& s) { s.bench.sample.on_device_auth_headers = [](CoseParts& parts) { parts.protected_header = {}; }; }},
      {{Variant::signature_der},
       Proofs::signature,
       [](Scene& s) {
         s.peer.on_proof = [](CoseParts& parts, const Bytes&) {
           parts.signature = crypto::signature_to_der(crypto::Curve::p256, parts.signature).value();
         };
       }},
      {{Variant::signature_hashed_twice}, Proofs::signature, [](Scene& s) { s.peer.hashed_twice = true; }},
      {{Variant::mac_truncated},
       Proofs::mac,
       [](Scene& s) { s.peer.on_proof = [](CoseParts& parts, const Bytes&) { parts.signature.resize(16); }; }},
      {{Variant::mac_truncated},
       Proofs::mac,
       [](Scene& s) {  // HMAC 256/64, and a header that says so
         s.bench.sample.on_device_auth_headers = [](CoseParts& parts) { parts.protected_header = hex("a10104"); };
         s.peer.on_proof = [](CoseParts& parts, const Bytes&) { parts.signature.resize(8); };
       }},
      {{Variant::mac_key_salt_untagged}, Proofs::mac, [](Scene& s) { s.peer.salt = sha256(s.peer.transcript); }},
      {{Variant::mac_key_salt_unhashed},
       Proofs::mac,
       [](Scene& s) {
         s.use(online_transcript());
         s.peer.salt = s.peer.transcript;
       }},
      {{Variant::mac_key_salt_unhashed},
       Proofs::mac,
       [](Scene& s) {
         s.use(online_transcript());
         s.peer.salt = cbor_embedded(s.peer.transcript);
       }},
      {{Variant::mac_key_salt_missing}, Proofs::mac, [](Scene& s) { s.peer.salt = Bytes{}; }},
      {{Variant::transcript_wrapped, Variant::mac_key_salt_untagged},
       Proofs::mac,
       [](Scene& s) {
         s.peer.embedded = cbor_embedded(s.peer.transcript);
         s.peer.salt = sha256(s.peer.transcript);
       }},
  };
}

std::vector<Case> key_cases() {
  return {
      {{Variant::key_of_engagement}, Proofs::both, [](Scene& s) { s.peer.key = &s.e_device_key; }},
      {{Variant::key_of_another_document},
       Proofs::both,
       [](Scene& s) {
         s.peer.key = &other_device_key();
         s.other_documents = {other_document(s.bench.sample.doc_type)};
       }},
      {{Variant::doc_type_of_another, Variant::key_of_another_document},
       Proofs::both,
       [](Scene& s) {
         s.peer.key = &other_device_key();
         s.peer.doc_type = "org.example.other";
         s.other_documents = {other_document("org.example.other")};
       }},
      {{Variant::doc_type_of_another},
       Proofs::both,
       [](Scene& s) {
         s.peer.doc_type = "org.example.other";
         s.other_documents = {other_document("org.example.other")};
       }},
      {{Variant::key_of_issuer}, Proofs::signature, [](Scene& s) { s.peer.key = &s.bench.sample.signer_key; }},
  };
}

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (auto* cases : {&transcript_cases, &authentication_cases, &cose_cases, &key_cases}) {
    for (Case& one : cases()) all.push_back(std::move(one));
  }
  return all;
}

std::vector<std::string> ids(const Variants& variants) {
  std::vector<std::string> ids;
  for (const Variant variant : variants) ids.emplace_back(info(variant).id);
  return ids;
}

class Explain : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Explain, NamesTheMistakeOfARefusedProofAndNoOther) {
  const Case one = all_cases().at(GetParam());
  for (const bool mac : {false, true}) {
    if (one.proofs == (mac ? Proofs::signature : Proofs::mac)) continue;
    SCOPED_TRACE(mac ? "deviceMac" : "deviceSignature");
    Scene scene(mac);
    one.make(scene);
    const Bytes response = scene.response();

    const DocumentReport report = scene.bench.verify(response).report.documents.at(0);
    EXPECT_FALSE(lets_through(report.find(CheckId::device_auth_structure)) &&
                 lets_through(report.find(CheckId::device_auth_signature)) &&
                 lets_through(report.find(CheckId::device_auth_mac)));

    const auto explanation = scene.explain(response);
    ASSERT_TRUE(explanation) << describe(explanation.error());
    EXPECT_EQ(name(explanation->outcome), "explained");
    EXPECT_EQ(ids(explanation->variants), ids(one.variants));
    EXPECT_FALSE(explanation->transcript);
    EXPECT_LE(explanation->tried, ExplanationLimits{}.max_tries);
    const std::string text = describe(*explanation);
    for (const Variant variant : one.variants) {
      EXPECT_NE(text.find(info(variant).what), std::string::npos);
      EXPECT_EQ(std::ranges::count(explanation->untried, variant), 0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryVariant, Explain, ::testing::Range<std::size_t>(0, all_cases().size()),
                         [](const auto& test) {
                           std::string name = std::to_string(test.param);
                           for (const std::string& id : ids(all_cases().at(test.param).variants)) name += "_" + id;
                           std::ranges::replace_if(
                               name, [](char c) { return c == '.' || c == '-'; }, '_');
                           return name;
                         });

TEST(ExplainCases, ShowEveryVariantOfTheTable) {
  std::set<Variant> shown;
  for (const Case& one : all_cases()) shown.insert(one.variants.begin(), one.variants.end());
  for (const auto& row : authentication_variants()) EXPECT_TRUE(shown.contains(row.variant)) << row.id;
}

}  // namespace
}  // namespace mdoc::verification
