# mdoc_mutant(<name> <source> <text> <text of the mutant>): a fault that the properties must find.
#
# The text must occur in the source exactly once. In the mutant, MUTANT is a bool: whether this one was chosen. Without it
# all is as it was: one program has all mutants, and MDOC_MUTANT says which of them it is.

# What a person agreed to.
mdoc_mutant(approval-ignored src/presentation/consent.cpp
  [[if (approve && !approve(offered, element)) return false;]]
  [[if (!MUTANT && approve && !approve(offered, element)) return false;]])
mdoc_mutant(alternatives-in-part src/presentation/consent.cpp
  [[      approved.unavailable.push_back(first->requested);]]
  [[      if (MUTANT) std::copy_if(first, end, std::back_inserter(approved.elements), stays);
      approved.unavailable.push_back(first->requested);]])
mdoc_mutant(ages-of-a-consent-uncounted src/presentation/consent.cpp
  [[return !element.age_attestation ||]]
  [[return MUTANT || !element.age_attestation ||]])
mdoc_mutant(portrait-withheld src/presentation/consent.cpp
  [[return shows_holder(offered) && !shows_holder(approved);]]
  [[return !MUTANT && shows_holder(offered) && !shows_holder(approved);]])
mdoc_mutant(mandatory-use-left-out src/presentation/consent.cpp
  [[if (use_case.mandatory && use_case.is_satisfied()]]
  [[if (!MUTANT && use_case.mandatory && use_case.is_satisfied()]])
mdoc_mutant(use-cases-ignored src/presentation/consent.cpp
  [[if (!match.use_cases.empty()) return needed_by(]]
  [[if (!MUTANT && !match.use_cases.empty()) return needed_by(]])
mdoc_mutant(sets-in-part src/presentation/consent.cpp
  [[if (!match.use_cases.empty() && !match.takes_parts_of_sets)]]
  [[if (!MUTANT && !match.use_cases.empty() && !match.takes_parts_of_sets)]])
mdoc_mutant(without-a-mandatory-use src/presentation/consent.cpp
  [[} else if (use_case.mandatory) {]]
  [[} else if (!MUTANT && use_case.mandatory) {]])
mdoc_mutant(two-documents-for-one src/presentation/consent.cpp
  [[if (twice || (!chosen.empty() && !doc_request.takes_several))]]
  [[if (!MUTANT && (twice || (!chosen.empty() && !doc_request.takes_several)))]])
mdoc_mutant(consent-to-the-unanswerable src/presentation/consent.cpp
  [[if (!match.answerable) return not_offered("answerable");]]
  [[if (!MUTANT && !match.answerable) return not_offered("answerable");]])

mdoc_mutant(plain-where-a-proof-is-demanded src/presentation/consent.cpp
  [[!approved.proof->required;]]
  [[(MUTANT || !approved.proof->required);]])
mdoc_mutant(plain-without-a-word src/presentation/consent.cpp
  [[approved.proof->or_plain = selection.plain_if_proof_fails]]
  [[approved.proof->or_plain = (MUTANT || selection.plain_if_proof_fails)]])
mdoc_mutant(proof-in-part src/presentation/consent.cpp
  [[!hidden && !in_part) {]]
  [[!hidden && (MUTANT || !in_part)) {]])

# What is offered.
mdoc_mutant(demand-for-a-proof-ignored src/presentation/match.cpp
  [[(zk_->zk_required || ]]
  [[((!MUTANT && zk_->zk_required) || ]])
mdoc_mutant(policy-of-proofs-ignored src/presentation/match.cpp
  [[options_.proofs == ProofPolicy::only);]]
  [[(!MUTANT && options_.proofs == ProofPolicy::only));]])
mdoc_mutant(document-beside-the-proof-demanded src/presentation/match.cpp
  [[      if (needs_proof()) return;]]
  [[      if (!MUTANT && needs_proof()) return;]])
mdoc_mutant(proof-of-what-the-device-states src/presentation/match.cpp
  [[if (std::ranges::any_of(option.elements, &ElementOption::device_signed)) return false;]]
  [[if (!MUTANT && std::ranges::any_of(option.elements, &ElementOption::device_signed)) return false;]])
mdoc_mutant(validity-ignored src/presentation/match.cpp
  [[if (!credential.is_valid_at(now))]]
  [[if (!MUTANT && !credential.is_valid_at(now))]])
mdoc_mutant(offered-what-no-key-can-prove src/presentation/match.cpp
  [[if (!can_authenticate(index))]]
  [[if (!MUTANT && !can_authenticate(index))]])
mdoc_mutant(reservation-of-another-credential-ignored src/presentation/device_auth_ways.cpp
  [[if (!other.method() || other.device_key() != credential.device_key()) continue;]]
  [[if (!other.method() || other.device_key() != credential.device_key() || (MUTANT && &other != &credential)) continue;]])
mdoc_mutant(issuer-ignored src/presentation/match.cpp
  [[!is_issued_by(credential, info_->issuer_identifiers)) {]]
  [[!MUTANT && !is_issued_by(credential, info_->issuer_identifiers)) {]])
mdoc_mutant(given-to-readers-that-are-not-trusted src/presentation/match.cpp
  [[if (!may_ask()) return]]
  [[if (!MUTANT && !may_ask()) return]])
mdoc_mutant(device-states-what-the-profile-forbids src/presentation/document_matcher.cpp
  [[if (known_ != nullptr && !known_->mdoc_authentication.device_signed) return false;]]
  [[if (!MUTANT && known_ != nullptr && !known_->mdoc_authentication.device_signed) return false;]])
mdoc_mutant(doc-type-ignored src/presentation/match.cpp
  [[if (credential.doc_type() != wanted_.doc_type) return;]]
  [[if (!MUTANT && credential.doc_type() != wanted_.doc_type) return;]])
mdoc_mutant(incomplete-documents-offered src/presentation/match.cpp
  [[(!partial_ && !option.is_complete())]]
  [[(!MUTANT && !partial_ && !option.is_complete())]])
mdoc_mutant(recipient-forgotten src/presentation/match.cpp
  [[if (info_ != nullptr) option.encrypted_to]]
  [[if (!MUTANT && info_ != nullptr) option.encrypted_to]])
mdoc_mutant(recipient-of-another-curve src/presentation/match.cpp
  [[return key && key->curve() == crypto::Curve::p256;]]
  [[return MUTANT || (key && key->curve() == crypto::Curve::p256);]])
mdoc_mutant(mandatory-use-not-satisfied src/presentation/match.cpp
  [[(!lacks_mandatory || partial == PartialAnswers::always)]]
  [[(MUTANT || !lacks_mandatory || partial == PartialAnswers::always)]])
mdoc_mutant(largest-size-instead-of-least src/presentation/match.cpp
  [[least = std::min(least]]
  [[least = MUTANT ? std::max(least.value_or(0), *info->maximum_response_size) : std::min(least]])
mdoc_mutant(ages-of-earlier-rounds-forgotten src/presentation/match.cpp
  [[result.released_ages = options.released_ages;]]
  [[result.released_ages = MUTANT ? ReleasedAges() : options.released_ages;]])
mdoc_mutant(alternative-sets-in-part src/presentation/document_matcher.cpp
  [[    auto element = answer(one);
    if (!element) {]]
  [[    auto element = answer(one);
    if (!element && MUTANT) continue;
    if (!element) {]])
mdoc_mutant(server-retrieval-handed-out src/presentation/document_matcher.cpp
  [[if (profile::is_server_retrieval(]]
  [[if (!MUTANT && profile::is_server_retrieval(]])
mdoc_mutant(device-states-unauthorised src/presentation/document_matcher.cpp
  [[         model::authorizes(credential_.mso().device_key_info.key_authorizations, requested.name_space,
                           requested.element);]]
  [[(MUTANT || model::authorizes(credential_.mso().device_key_info.key_authorizations, requested.name_space,
                                 requested.element));]])
mdoc_mutant(retention-hidden src/presentation/document_matcher.cpp
  [[element.intent_to_retain = intent_to_retain;]]
  [[element.intent_to_retain = !MUTANT && intent_to_retain;]])
mdoc_mutant(age-rule-everywhere src/presentation/element_rules.cpp
  [[return space != nullptr && space->age_over;]]
  [[return MUTANT || (space != nullptr && space->age_over);]])
mdoc_mutant(no-holder-element src/presentation/element_rules.cpp
  [[element.element.str() == known->holder_verification.element]]
  [[!MUTANT && element.element.str() == known->holder_verification.element]])
mdoc_mutant(three-ages src/presentation/released_ages.cpp
  [[released_.size() < profile::max_age_over_per_retrieval;]]
  [[released_.size() < profile::max_age_over_per_retrieval + (MUTANT ? 1 : 0);]])
mdoc_mutant(released-ages-uncounted src/presentation/released_ages.cpp
  [[if (!element.age_attestation) continue;]]
  [[if (MUTANT || !element.age_attestation) continue;]])

# What leaves the device.
mdoc_mutant(consent-for-another-request src/presentation/respond.cpp
  [[if (consent.request_digest() != request_digest)]]
  [[if (!MUTANT && consent.request_digest() != request_digest)]])
mdoc_mutant(consent-to-another-document src/presentation/respond.cpp
  [[if (credential.id() != option.credential_id || credential.doc_type() != option.doc_type) {]]
  [[if (!MUTANT && (credential.id() != option.credential_id || credential.doc_type() != option.doc_type)) {]])
mdoc_mutant(maximum-size-ignored src/presentation/respond.cpp
  [[if (!terms.maximum_response_size ||]]
  [[if (MUTANT || !terms.maximum_response_size ||]])
mdoc_mutant(name-space-ignored src/presentation/respond.cpp
  [[!element.device_signed && element.released.name_space == name_space &&]]
  [[!element.device_signed && (MUTANT || element.released.name_space == name_space) &&]])
mdoc_mutant(encryption-skipped src/presentation/respond.cpp
  [[Place& place = one.envelope ?]]
  [[Place& place = one.envelope && !MUTANT ?]])
mdoc_mutant(one-envelope-for-all src/presentation/respond.cpp
  [[const auto known = std::ranges::find(envelopes, option.doc_request, &Envelope::doc_request);]]
  [[const auto known =
        MUTANT ? envelopes.begin() : std::ranges::find(envelopes, option.doc_request, &Envelope::doc_request);]])
mdoc_mutant(mac-inside-an-envelope src/presentation/respond.cpp
  [[if (option.proof || option.encrypted_to) ways.mac = false;]]
  [[if (!MUTANT && (option.proof || option.encrypted_to)) ways.mac = false;]])
mdoc_mutant(error-codes-unasked src/presentation/respond.cpp
  [[if (error_codes == ErrorCodes::all)]]
  [[if (MUTANT || error_codes == ErrorCodes::all)]])
mdoc_mutant(document-instead-of-its-proof src/presentation/respond.cpp
  [[    if (one.proof) {]]
  [[    if (one.proof && !MUTANT) {]])
mdoc_mutant(document-instead-of-a-failed-proof src/presentation/respond.cpp
  [[if (!one.proof->or_plain) {]]
  [[if (!MUTANT && !one.proof->or_plain) {]])

# The holder's machine.
mdoc_mutant(nobody-authenticated src/facade/holder.cpp
  [[if (!needed || options.holder_authentication]]
  [[if (MUTANT || !needed || options.holder_authentication]])
mdoc_mutant(anybody-authenticated src/facade/holder.cpp
  [[impl_->state != Impl::State::authenticating || id != impl_->last_id) return;]]
  [[impl_->state != Impl::State::authenticating || (!MUTANT && id != impl_->last_id)) return;]])
mdoc_mutant(answered-twice src/facade/holder.cpp
  [[if (impl_->closed || impl_->state != Impl::State::deciding) {]]
  [[if (impl_->closed || (impl_->state != Impl::State::deciding && !(MUTANT && impl_->refusal))) {]])
mdoc_mutant(any-round-declined src/facade/holder.cpp
  [[impl_->state != Impl::State::deciding || round != impl_->round) {]]
  [[impl_->state != Impl::State::deciding || (!MUTANT && round != impl_->round)) {]])
mdoc_mutant(second-answer-of-a-key-counts src/facade/holder.cpp
  [[if (!impl_->key_work[index].asked || impl_->key_work[index].answer) return;]]
  [[if (!impl_->key_work[index].asked || (impl_->key_work[index].answer && !MUTANT)) return;]])
mdoc_mutant(denied-key-is-a-failure src/facade/holder.cpp
  [[if (error.kind() == ErrorKind::denied) return release_nothing]]
  [[if (!MUTANT && error.kind() == ErrorKind::denied) return release_nothing]])
mdoc_mutant(key-used-unrecorded src/facade/holder.cpp
  [[if (!recorded) wanted.record]]
  [[if (!recorded && !MUTANT) wanted.record]])
mdoc_mutant(use-recorded-before-it-succeeded src/facade/holder.cpp
  [[      reserve(use);
]]
  [[      reserve(use);
      if (MUTANT) used.insert(use.credential_id);
]])
mdoc_mutant(key-used-beside-its-record src/facade/holder.cpp
  [[if (!recorded && !being_recorded.insert(use.credential_id).second) continue;]]
  [[if (!recorded && !being_recorded.insert(use.credential_id).second && !MUTANT) continue;]])
mdoc_mutant(ages-of-a-session-forgotten src/facade/holder.cpp
  [[released_ages = agreed_ages;]]
  [[if (!MUTANT) released_ages = agreed_ages;]])
mdoc_mutant(lost-proof-counts-as-released src/facade/holder.cpp
  [[} else if (!response->releases) {]]
  [[} else if (!MUTANT && !response->releases) {]])
mdoc_mutant(rounds-without-end src/facade/holder.cpp
  [[const bool last = round >= options.max_rounds;]]
  [[const bool last = !MUTANT && round >= options.max_rounds;]])
mdoc_mutant(work-without-end src/facade/holder.cpp
  [[if (impl_->work_deadline && now.steady >= *impl_->work_deadline)]]
  [[if (!MUTANT && impl_->work_deadline && now.steady >= *impl_->work_deadline)]])
mdoc_mutant(deadline-of-work-hidden src/facade/holder.cpp
  [[if (!impl_->work_deadline) return of_session;]]
  [[if (MUTANT || !impl_->work_deadline) return of_session;]])
mdoc_mutant(pushed-where-the-link-cannot src/facade/holder.cpp
  [[if (link.can_push || peer_waits)]]
  [[if (MUTANT || link.can_push || peer_waits)]])
mdoc_mutant(holder-listens-without-link src/facade/holder.cpp
  [[if (impl_->closed || !impl_->link_open) return;]]
  [[if (impl_->closed || (!MUTANT && !impl_->link_open)) return;]])

# The reader's machine.
mdoc_mutant(two-requests-outstanding src/facade/reader.cpp
  [[if (impl_->closed || impl_->outstanding) return]]
  [[if (impl_->closed || (!MUTANT && impl_->outstanding)) return]])
mdoc_mutant(asked-without-a-name src/facade/reader.cpp
  [[if (impl_->options.identities.empty()) {]]
  [[if (MUTANT || impl_->options.identities.empty()) {]])
mdoc_mutant(three-ages-asked src/facade/reader.cpp
  [[MDOC_CHECK(profile::check_asked_ages(wanted, impl_->options.profiles));]]
  [[if (!MUTANT) {
    MDOC_CHECK(profile::check_asked_ages(wanted, impl_->options.profiles));
  }]])
mdoc_mutant(judged-before-it-is-open src/facade/reader.cpp
  [[if (options.recipient_keys.empty()) return judge]]
  [[if (MUTANT || options.recipient_keys.empty()) return judge]])
mdoc_mutant(end-before-the-answer src/facade/reader.cpp
  [[while (!is_opening()) {]]
  [[while (MUTANT || !is_opening()) {]])
mdoc_mutant(second-answer-of-a-readers-key-counts src/facade/reader.cpp
  [[if (answer) return;]]
  [[if (answer && !MUTANT) return;]])
mdoc_mutant(readers-keys-without-end src/facade/reader.cpp
  [[if (impl_->work && now.steady >= impl_->work->deadline)]]
  [[if (!MUTANT && impl_->work && now.steady >= impl_->work->deadline)]])
mdoc_mutant(link-without-end src/facade/reader.cpp
  [[if (!impl_->link_open && now.steady >= impl_->link_deadline) {]]
  [[if (!MUTANT && !impl_->link_open && now.steady >= impl_->link_deadline) {]])
mdoc_mutant(undecodable-in-good-order src/facade/reader.cpp
  [[if (!reason) reason = undecodable;]]
  [[if (!MUTANT && !reason) reason = undecodable;]])
mdoc_mutant(reader-listens-without-link src/facade/reader.cpp
  [[if (impl_->closed || !impl_->link_open) return;]]
  [[if (impl_->closed || (!MUTANT && !impl_->link_open)) return;]])

# Sessions.
mdoc_mutant(counter-stands-still src/session/session_cipher.cpp
  [[make_iv(own_iv_, ++counters_.encrypted)]]
  [[make_iv(own_iv_, MUTANT ? 1u : ++counters_.encrypted)]])
mdoc_mutant(counter-of-the-peer-stands-still src/session/session_cipher.cpp
  [[  ++counters_.decrypted;]]
  [[  if (!MUTANT) ++counters_.decrypted;]])
mdoc_mutant(identifiers-swapped src/session/session_cipher.cpp
  [[is_mdoc ? mdoc_iv : reader_iv]]
  [[is_mdoc != MUTANT ? mdoc_iv : reader_iv]])
mdoc_mutant(keys-swapped src/session/session_cipher.cpp
  [[is_mdoc ? keys.sk_device.view() : keys.sk_reader.view()]]
  [[is_mdoc != MUTANT ? keys.sk_device.view() : keys.sk_reader.view()]])
mdoc_mutant(second-establishment src/session/mdoc_session.cpp
  [[if (state != State::engaged) return core.close(unexpected(), true);]]
  [[if (!MUTANT && state != State::engaged) return core.close(unexpected(), true);]])
mdoc_mutant(second-request src/session/mdoc_session.cpp
  [[if (state == State::asked) return core.close(unexpected(), true);]]
  [[if (!MUTANT && state == State::asked) return core.close(unexpected(), true);]])
mdoc_mutant(mdoc-goes-on-after-a-wrong-tag src/session/mdoc_session.cpp
  [[    auto request = core.cipher->decrypt(message.data->view());
]]
  [[    auto request = core.cipher->decrypt(message.data->view());
    if (!request && MUTANT) return;
]])
mdoc_mutant(last-request-is-not-the-last src/session/mdoc_session.cpp
  [[last_request = status.has_value();]]
  [[last_request = !MUTANT && status.has_value();]])
mdoc_mutant(mdocs-timer-ignored src/session/mdoc_session.cpp
  [[if (!impl_->core.expired(now)) return;]]
  [[if (MUTANT || !impl_->core.expired(now)) return;]])
mdoc_mutant(agreement-keys-kept src/session/mdoc_session.cpp
  [[  void wipe_agreement_keys() {
]]
  [[  void wipe_agreement_keys() {
    if (MUTANT) return;
]])
mdoc_mutant(unasked-response src/session/reader_session.cpp
  [[if (state != State::waiting) return core.close(unexpected, true);]]
  [[if (!MUTANT && state != State::waiting) return core.close(unexpected, true);]])
mdoc_mutant(reader-goes-on-after-a-wrong-tag src/session/reader_session.cpp
  [[if (!response) return core.close(response.error(), true);]]
  [[if (!response && MUTANT) return;
      if (!response) return core.close(response.error(), true);]])
mdoc_mutant(mdoc-establishes src/session/reader_session.cpp
  [[if (session_data == nullptr) return core.close(unexpected, true);]]
  [[if (session_data == nullptr && MUTANT) return;
    if (session_data == nullptr) return core.close(unexpected, true);]])
mdoc_mutant(readers-timer-ignored src/session/reader_session.cpp
  [[if (impl_->core.expired(now)) impl_->core.close(]]
  [[if (!MUTANT && impl_->core.expired(now)) impl_->core.close(]])
mdoc_mutant(readers-key-kept src/session/reader_session.cpp
  [[if (effect && std::holds_alternative<Closed>(*effect)) impl_->e_reader_key.reset();]]
  [[if (!MUTANT && effect && std::holds_alternative<Closed>(*effect)) impl_->e_reader_key.reset();]])
mdoc_mutant(session-keys-kept src/session/session_core.cpp
  [[cipher.reset();]]
  [[if (!MUTANT) cipher.reset();]])
mdoc_mutant(closed-twice src/session/session_core.cpp
  [[if (closed_) return;]]
  [[if (closed_ && !MUTANT) return;]])
mdoc_mutant(peer-not-told src/session/session_core.cpp
  [[if (tell_peer && peer_reached && status)]]
  [[if (!MUTANT && tell_peer && peer_reached && status)]])
mdoc_mutant(termination-in-good-order-at-any-time src/session/session_core.cpp
  [[if (terminated && complete) return close(std::nullopt, false);]]
  [[if (terminated && (MUTANT || complete)) return close(std::nullopt, false);]])
mdoc_mutant(error-with-data src/session/messages.cpp
  [[if (is_error && out.data) return]]
  [[if (!MUTANT && is_error && out.data) return]])
mdoc_mutant(data-shorter-than-its-tag src/session/messages.cpp
  [[if (data && data->size() < min_data_bytes)]]
  [[if (!MUTANT && data && data->size() < min_data_bytes)]])

# Bluetooth Low Energy: the server.
mdoc_mutant(values-of-others-taken src/transport/ble_peripheral.cpp
  [[  if (impl_->has_link(peer)) {
    if (*purpose == BleCharacteristic::state) impl_->link->on_state(value, now);]]
  [[  if (impl_->has_link(peer) || (MUTANT && impl_->link)) {
    if (*purpose == BleCharacteristic::state) impl_->link->on_state(value, now);]])
mdoc_mutant(found-after-start src/transport/ble_peripheral.cpp
  [[    take_back(is_advertising, StopAdvertising{}, now);
    for (]]
  [[    if (!MUTANT) take_back(is_advertising, StopAdvertising{}, now);
    for (]])
mdoc_mutant(start-of-any-length src/transport/ble_peripheral.cpp
  [[value.size() == 1 && value.front() == ble_start) {]]
  [[(value.size() == 1 || (MUTANT && !value.empty())) && value.front() == ble_start) {]])
mdoc_mutant(data-before-start src/transport/ble_peripheral.cpp
  [[} else if (*purpose == BleCharacteristic::client2server && !value.empty()) {]]
  [[} else if (!MUTANT && *purpose == BleCharacteristic::client2server && !value.empty()) {]])
mdoc_mutant(strangers-stay src/transport/ble_peripheral.cpp
  [[} else if (impl_->link && !impl_->has_link(peer)) {]]
  [[} else if (!MUTANT && impl_->link && !impl_->has_link(peer)) {]])
mdoc_mutant(idle-clients-stay src/transport/ble_peripheral.cpp
  [[if (each.until <= now) idlers]]
  [[if (!MUTANT && each.until <= now) idlers]])
mdoc_mutant(crowds-stay src/transport/ble_peripheral.cpp
  [[if (clients.size() == max_clients) turn_away]]
  [[if (!MUTANT && clients.size() == max_clients) turn_away]])
mdoc_mutant(advertised-twice src/transport/ble_peripheral.cpp
  [[if (impl_->state == State::registering) impl_->advertise(now);]]
  [[if (impl_->state == State::registering || (MUTANT && impl_->is_advertising)) impl_->advertise(now);]])
mdoc_mutant(service-left-behind src/transport/ble_peripheral.cpp
  [[take_back(is_registered, UnregisterService{}, now);]]
  [[if (!MUTANT) take_back(is_registered, UnregisterService{}, now);]])
mdoc_mutant(listener-left-behind src/transport/ble_peripheral.cpp
  [[take_back(listens, StopListening{}, now);]]
  [[if (!MUTANT) take_back(listens, StopListening{}, now);]])
mdoc_mutant(clients-left-behind src/transport/ble_peripheral.cpp
  [[    effects.emit(DisconnectPeer{peer}, now);
    effects.emit(ForgetPeer{peer}, now);]]
  [[    effects.emit(DisconnectPeer{peer}, now);
    if (!MUTANT) effects.emit(ForgetPeer{peer}, now);]])
mdoc_mutant(channel-without-a-listener src/transport/ble_peripheral.cpp
  [[if (impl_->state == State::advertising && impl_->psm) {]]
  [[if (impl_->state == State::advertising && (MUTANT || impl_->psm)) {]])
mdoc_mutant(radio-of-a-link-unnamed src/transport/ble_peripheral.cpp
  [[impl_->link->break_off(Error{.code = Errc::radio_off, .where = "BLE"});]]
  [[impl_->link->break_off(Error{.code = MUTANT ? Errc::link_closed : Errc::radio_off, .where = "BLE"});]])
mdoc_mutant(dead-radio-unnamed src/transport/ble_peripheral.cpp
  [[if (!radio_on) return Error{]]
  [[if (!MUTANT && !radio_on) return Error{]])
mdoc_mutant(server-goes-on-after-its-end src/transport/ble_peripheral.cpp
  [[if (impl_->is_over()) return;
  if (impl_->has_link(peer) && impl_->link->carrier() == BleCarrier::l2cap) return;]]
  [[if (!MUTANT && impl_->is_over()) return;
  if (impl_->has_link(peer) && impl_->link->carrier() == BleCarrier::l2cap) return;]])

# The client.
mdoc_mutant(any-ident src/transport/ble_central.cpp
  [[if (std::ranges::equal(value, *impl_->ident)) {]]
  [[if (MUTANT || std::ranges::equal(value, *impl_->ident)) {]])
mdoc_mutant(impostors-tried-again src/transport/ble_central.cpp
  [[std::ranges::find(impl_->refused, peer) != impl_->refused.end()) return;]]
  [[(!MUTANT && std::ranges::find(impl_->refused, peer) != impl_->refused.end())) return;]])
mdoc_mutant(failed-tried-first src/transport/ble_central.cpp
  [[if (before == failed.end() || passed(others_until, now)) return connect(heard, now);]]
  [[if (MUTANT || before == failed.end() || passed(others_until, now)) return connect(heard, now);]])
mdoc_mutant(latest-failure-tried-first src/transport/ble_central.cpp
  [[before < std::ranges::find(failed, *spare)) spare]]
  [[(before < std::ranges::find(failed, *spare)) != MUTANT) spare]])
mdoc_mutant(failed-never-tried-again src/transport/ble_central.cpp
  [[if (self.spare && passed(self.others_until, now)) self]]
  [[if (!MUTANT && self.spare && passed(self.others_until, now)) self]])
mdoc_mutant(connects-while-scanning src/transport/ble_central.cpp
  [[    stop_scanning(now);
    effects.emit(BleProgress{.step = BleStep::found, .at = now}, now);]]
  [[    if (!MUTANT) stop_scanning(now);
    effects.emit(BleProgress{.step = BleStep::found, .at = now}, now);]])
mdoc_mutant(scan-stopped-twice src/transport/ble_central.cpp
  [[state = State::waiting;  // not to be stopped twice]]
  [[if (!MUTANT) state = State::waiting;  // not to be stopped twice]])
mdoc_mutant(any-subscription src/transport/ble_central.cpp
  [[if (impl_->service.find(characteristic) != impl_->subscribing_to) return;]]
  [[if (!MUTANT && impl_->service.find(characteristic) != impl_->subscribing_to) return;]])
mdoc_mutant(notifications-of-others src/transport/ble_central.cpp
  [[if (!purpose || !impl_->is_ours(peer)) return;]]
  [[if (!purpose || (!MUTANT && !impl_->is_ours(peer))) return;]])
mdoc_mutant(channel-tried-for-ever src/transport/ble_central.cpp
  [[    channel_tried = true;
    setup.expect(]]
  [[    channel_tried = !MUTANT;
    setup.expect(]])
mdoc_mutant(late-channel-left-open src/transport/ble_central.cpp
  [[impl_->effects.emit(CloseChannel{peer}, now);  // later than we waited]]
  [[if (!MUTANT) impl_->effects.emit(CloseChannel{peer}, now);]])
mdoc_mutant(channel-of-an-attempt-left-open src/transport/ble_central.cpp
  [[if (has_channel) effects.emit(CloseChannel{*peer}, now);]]
  [[if (has_channel && !MUTANT) effects.emit(CloseChannel{*peer}, now);]])
mdoc_mutant(answer-before-start src/transport/ble_central.cpp
  [[*purpose == BleCharacteristic::server2client && !value.empty() && impl_->state == State::subscribing) {]]
  [[!MUTANT && *purpose == BleCharacteristic::server2client && !value.empty() &&
        impl_->state == State::subscribing) {]])
mdoc_mutant(empty-answer-to-start src/transport/ble_central.cpp
  [[if (impl_->state == State::starting && *purpose == BleCharacteristic::server2client && !value.empty()) {]]
  [[if (impl_->state == State::starting && *purpose == BleCharacteristic::server2client &&
      (MUTANT || !value.empty())) {]])
mdoc_mutant(end-by-any-characteristic src/transport/ble_central.cpp
  [[*purpose == BleCharacteristic::state && value.size() == 1 && value.front() == ble_end;]]
  [[(MUTANT || *purpose == BleCharacteristic::state) && value.size() == 1 && value.front() == ble_end;]])
mdoc_mutant(cache-believed src/transport/ble_central.cpp
  [[if (!std::exchange(impl_->is_refreshed, true)) return]]
  [[if (!MUTANT && !std::exchange(impl_->is_refreshed, true)) return]])
mdoc_mutant(attempt-without-end src/transport/ble_central.cpp
  [[if (passed(self.attempt_until, now)) self]]
  [[if (!MUTANT && passed(self.attempt_until, now)) self]])
mdoc_mutant(mtu-of-the-peer-before src/transport/ble_central.cpp
  [[    mtu = ble_default_mtu;
]]
  [[    if (!MUTANT) mtu = ble_default_mtu;
]])

# The link of both.
mdoc_mutant(window-overrun src/transport/ble_open_link.cpp
  [[route_.can_send && in_flight_ < options_.quirks.window) {]]
  [[route_.can_send && in_flight_ < options_.quirks.window + (MUTANT ? 1 : 0)) {]])
mdoc_mutant(sent-before-it-is-confirmed src/transport/ble_open_link.cpp
  [[if (message_open_ && !message_due() && in_flight_ == 0) {]]
  [[if (message_open_ && !message_due() && (MUTANT || in_flight_ == 0)) {]])
mdoc_mutant(sent-unsubscribed src/transport/ble_open_link.cpp
  [[while (message_due() && route_.can_send]]
  [[while (message_due() && (MUTANT || route_.can_send)]])
mdoc_mutant(end-cuts-a-message src/transport/ble_open_link.cpp
  [[if (phase_ != Phase::draining || message_open_ || in_flight_ != 0) return;]]
  [[if (phase_ != Phase::draining || (!MUTANT && (message_open_ || in_flight_ != 0))) return;]])
mdoc_mutant(end-unsubscribed src/transport/ble_open_link.cpp
  [[route_.carrier == BleCarrier::gatt && route_.can_end) {]]
  [[route_.carrier == BleCarrier::gatt && (MUTANT || route_.can_end)) {]])
mdoc_mutant(end-without-pause src/transport/ble_open_link.cpp
  [[if (end_at_ && now < *end_at_) return;]]
  [[if (!MUTANT && end_at_ && now < *end_at_) return;]])
mdoc_mutant(overhead-ignored src/transport/ble_open_link.cpp
  [[mtu - quirks.value_overhead, ble]]
  [[mtu - (MUTANT ? 3 : quirks.value_overhead), ble]])
mdoc_mutant(longest-value-ignored src/transport/ble_open_link.cpp
  [[ble_value_size(mtu), quirks.max_value}]]
  [[ble_value_size(mtu), MUTANT ? ble_max_value : quirks.max_value}]])
mdoc_mutant(message-after-end src/transport/ble_open_link.cpp
  [[    message_open_ = false;
    sending_until_.reset();]]
  [[    message_open_ = MUTANT;
    sending_until_.reset();]])
mdoc_mutant(received-after-finish src/transport/ble_open_link.cpp
  [[if (!receives() || route_.carrier != BleCarrier::gatt]]
  [[if ((!MUTANT && !receives()) || route_.carrier != BleCarrier::gatt]])
mdoc_mutant(parts-without-end src/transport/ble_open_link.cpp
  [[if (within_peer_message()) receiving_until_ =]]
  [[if (!MUTANT && within_peer_message()) receiving_until_ =]])
mdoc_mutant(stack-without-end src/transport/ble_open_link.cpp
  [[  if (passed(sending_until_, now)) {]]
  [[  if (!MUTANT && passed(sending_until_, now)) {]])
mdoc_mutant(lingers-for-ever src/transport/ble_open_link.cpp
  [[phase_until_ = std::min(later(now, options_.timeouts.linger), linger_end_);]]
  [[phase_until_ = std::min(later(now, options_.timeouts.linger), MUTANT ? TimePoint::max() : linger_end_);]])
mdoc_mutant(loss-in-good-order src/transport/ble_open_link.cpp
  [[case Phase::active: return end(Error{]]
  [[case Phase::active: return MUTANT ? end(std::nullopt) : end(Error{]])
mdoc_mutant(lost-message-in-good-order src/transport/ble_open_link.cpp
  [[return message_open_ ? end(]]
  [[return message_open_ && !MUTANT ? end(]])
mdoc_mutant(bad-parts-forgiven src/transport/ble_open_link.cpp
  [[  if (!message) {
]]
  [[  if (!message && MUTANT) return;
  if (!message) {
]])
mdoc_mutant(longer-than-allowed src/transport/ble_open_link.cpp
  [[if (message.empty() || message.size() > options_.limits.max_bytes) {]]
  [[if (message.empty() || (!MUTANT && message.size() > options_.limits.max_bytes)) {]])
mdoc_mutant(two-messages-at-once src/transport/ble_open_link.cpp
  [[if (phase_ != Phase::active || message_open_) return]]
  [[if (phase_ != Phase::active || (message_open_ && !(MUTANT && !message_due()))) return]])
mdoc_mutant(waits-for-a-subscription-of-no-use src/transport/ble_open_link.cpp
  [[subscription_until_.reset();  // switched off]]
  [[if (!MUTANT) subscription_until_.reset();  // switched off]])
mdoc_mutant(channel-needs-subscription src/transport/ble_open_link.cpp
  [[  if (route_.carrier != BleCarrier::gatt) return;
  if (characteristic]]
  [[  if (!MUTANT && route_.carrier != BleCarrier::gatt) return;
  if (characteristic]])
mdoc_mutant(peers-end-is-ours src/transport/ble_open_link.cpp
  [[return end(Error{.code = Errc::terminated_by_peer, .where = where(characteristic)});]]
  [[return MUTANT ? end(std::nullopt) : end(Error{.code = Errc::terminated_by_peer, .where = where(characteristic)});]])

# Messages in parts and on channels.
mdoc_mutant(last-part-announces-more src/transport/ble_parts.cpp
  [[value.push_back(size == rest ? last_part : more_follow);]]
  [[value.push_back(size == rest && !MUTANT ? last_part : more_follow);]])
mdoc_mutant(any-first-byte src/transport/ble_parts.cpp
  [[if ((flag != last_part && flag != more_follow) ||]]
  [[if ((!MUTANT && flag != last_part && flag != more_follow) ||]])
mdoc_mutant(message-of-nothing src/transport/ble_parts.cpp
  [[(flag == last_part && within_message());]]
  [[(flag == last_part && (MUTANT || within_message()));]])
mdoc_mutant(parts-too-long src/transport/ble_parts.cpp
  [[if (part.size() > limits_.max_bytes - before) {]]
  [[if (part.size() > limits_.max_bytes - before + (MUTANT ? 1 : 0)) {]])
mdoc_mutant(lengths-the-other-way-round src/transport/l2cap_frames.cpp
  [[return {octet(24), octet(16), octet(8), octet(0)};]]
  [[if (MUTANT) return {octet(0), octet(8), octet(16), octet(24)};
  return {octet(24), octet(16), octet(8), octet(0)};]])
mdoc_mutant(length-of-zero-forgiven src/transport/l2cap_frames.cpp
  [[if (length == 0 || length > limits_.max_bytes) {]]
  [[if ((length == 0 && !MUTANT) || length > limits_.max_bytes) {]])
mdoc_mutant(length-above-the-limit src/transport/l2cap_frames.cpp
  [[Error{.code = length == 0 ? Errc::terminated_by_peer : Errc::too_large,]]
  [[Error{.code = length == 0 || MUTANT ? Errc::terminated_by_peer : Errc::too_large,]])
mdoc_mutant(told-after-the-end src/transport/ble_effect_queue.cpp
  [[if (!trace_ || has_ended_) return;]]
  [[if (!trace_ || (!MUTANT && has_ended_)) return;]])
