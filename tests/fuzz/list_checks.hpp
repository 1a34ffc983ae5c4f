#pragma once
// What holds for both kinds of signed lists.

#include <span>

#include "fuzz/invariants.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/cose/headers.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/trust/trust_list.hpp"

namespace mdoc::fuzz {

/// The envelope of `message` around another payload: unsigned, with x5chain in both headers if it was protected.
inline SharedBytes with_payload(const cose::CoseSign1& message, ByteView payload) {
  cbor::Writer writer;
  writer.array(4).bytes(message.headers.protected_bytes.view()).map(1).integer(cose::label::x5chain);
  cose::encode_x5chain(writer, message.headers.x5chain);
  writer.bytes(payload).bytes({});
  return SharedBytes::take(std::move(writer).take());
}

inline void check_listed(ByteView whole, const trust::ListedCertificate& listed) {
  require(inside(whole, listed.encoded.view()));
  require(inside(whole, listed.ski.view()));
  if (listed.issuer) require(inside(whole, listed.issuer->view()));
  if (listed.subject) require(inside(whole, listed.subject->view()));
  if (listed.extensions) require(inside(whole, listed.extensions->view()));
  if (listed.certificate) {
    require(same(listed.certificate->der(), listed.encoded.view()));
  } else {
    require(listed.differing.empty());
  }
}

template <class List>
void check_signed_list(ByteView whole, const trust::SignedList<List>& list) {
  require(inside(whole, list.message().payload->view()));
  require(!list.x5chain().empty());
  require(list.x5chain().size() == list.message().headers.x5chain.size());
  const auto& infos = list.unverified().certificate_infos;
  require(infos.size() <= trust::TrustListLimits{}.max_entries);
  for (const auto& info : infos) check_listed(whole, info.listed);
  std::size_t next = 0;  // faults stand in order, at most one for each entry
  for (const trust::EntryFault& fault : list.unusable_entries()) {
    require(fault.index >= next && fault.index < infos.size());
    require_place(fault.error, whole.size());
    next = fault.index + 1;
  }
}

}  // namespace mdoc::fuzz
