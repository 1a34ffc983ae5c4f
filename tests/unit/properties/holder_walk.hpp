#pragma once
// A Holder, a reader that says anything at any time, and what has to come of it.

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mdoc/holder.hpp"
#include "support/fake_zk.hpp"
#include "support/sample_mdoc.hpp"
#include "unit/properties/machine.hpp"

namespace mdoc::properties {

enum class HolderState : std::uint8_t {
  engaged,  // no link yet
  linked,   // no message yet
  deciding,
  authenticating,
  signing,
  proving,
  waiting,  // for the next request
  closed,
};
inline constexpr std::array<const char*, 8> holder_states{"engaged", "linked",  "deciding", "authenticating",
                                                          "signing", "proving", "waiting",  "closed"};

enum class HolderInput : std::uint8_t {
  link_opened,
  request,
  request_undecodable,
  request_and_status_20,
  request_and_status_10,
  establishment_again,
  replay,
  altered,
  garbage,
  status_10,
  status_11,
  status_20,
  status_unknown,
  answer,
  answer_nothing,
  answer_other_request,
  decline,
  decline_other_round,
  authenticated,
  not_authenticated,
  authenticated_foreign,
  key_done,
  key_denied,
  key_failed,
  key_of_wrong_kind,
  key_foreign,
  key_twice,
  proof_done,
  proof_failed,
  proof_foreign,
  link_closed,
  timer_early,
  timer_due,
  cancel,
};
inline constexpr std::array<const char*, 34> holder_inputs{"link opened",
                                                           "request",
                                                           "request, undecodable",
                                                           "request and status 20",
                                                           "request and status 10",
                                                           "second establishment",
                                                           "message again",
                                                           "message altered",
                                                           "garbage",
                                                           "status 10",
                                                           "status 11",
                                                           "status 20",
                                                           "status unknown",
                                                           "consent",
                                                           "consent to nothing",
                                                           "consent, other request",
                                                           "decline",
                                                           "decline, other round",
                                                           "authenticated",
                                                           "not authenticated",
                                                           "authenticated, foreign",
                                                           "key",
                                                           "key denied",
                                                           "key failed",
                                                           "key of the wrong kind",
                                                           "key, foreign",
                                                           "key twice",
                                                           "proof",
                                                           "proof failed",
                                                           "proof, foreign",
                                                           "link closed",
                                                           "timer early",
                                                           "timer due",
                                                           "cancel"};

using HolderCoverage = Coverage<holder_states.size(), holder_inputs.size()>;

/// One session. Each input is followed by a comparison of all that came of it with what had to.
class HolderWalk {
 public:
  /// @param target where run() goes first
  HolderWalk(std::uint64_t seed, std::uint64_t number, HolderState target, HolderCoverage& coverage);

  /// Inputs that lead to the target; from there, `input`, and whatever else comes to mind.
  void run(HolderInput input);

 private:
  enum class Kind : std::uint8_t { plain, two, ages, unknown, proof, proof_and_plain };

  void drive_to(HolderState target);
  void step_towards(HolderState target);
  void apply(HolderInput input);
  void perform(HolderInput input);

  [[nodiscard]] Now now() const { return {.utc = sample().now, .steady = steady_}; }
  [[nodiscard]] bool asked() const;  // a request waits for its answer
  [[nodiscard]] bool takes_requests() const { return state_ == HolderState::linked || state_ == HolderState::waiting; }

  // Inputs.
  void send(Bytes message);
  void link_opened();
  void request(std::optional<std::uint64_t> status);
  void request_undecodable();
  void request_and_status_10();
  void establishment_again();
  void replay();
  void altered_message();
  void garbage();
  void status(std::uint64_t status);
  void answer(bool everything);
  void answer_other_request();
  void decline(unsigned round);
  void authenticated(std::uint64_t id, Result<presentation::HolderAuthentication> result);
  void key_done();
  void key_lost(Errc code);
  void key_of_wrong_kind();
  void key_foreign();
  void key_twice();
  void proof_done();
  void proof_failed();
  void proof_foreign();
  void link_closed();
  void timer(bool due);
  void cancel();

  // What has to come of them.
  void expect_question(std::optional<std::uint64_t> status);
  void expect_keys();
  void expect_after_key();
  void expect_answer(const std::string& outcome, const std::string& content);
  void expect_end(std::optional<Errc> reason, bool tell);
  void end_signing();
  void end_proving();

  // What came.
  void look();
  [[nodiscard]] std::string word(HolderEffect effect);
  [[nodiscard]] std::string word_of_message(const Bytes& message);
  [[nodiscard]] std::string word_of_response(const Bytes& plaintext);
  void expect_consented(const std::string& doc_type, const std::string& space, const std::string& element) const;

  static testing::SampleMdoc& sample();
  static const std::vector<presentation::Credential>& credentials();
  [[nodiscard]] Bytes some_request();
  [[nodiscard]] model::DeviceRequest encode(Kind kind);
  [[nodiscard]] unsigned some_rounds();
  [[nodiscard]] HolderOptions options();
  [[nodiscard]] crypto::KeyResponse use_key(const crypto::KeyRequest& request) const;

  Dice dice_;
  HolderCoverage& coverage_;
  HolderState target_;
  testing::CountingRng rng_;
  std::shared_ptr<testing::FakeZkProver> prover_ = std::make_shared<testing::FakeZkProver>();
  bool signs_;  // no MACs; proofs need that
  bool asks_person_;
  unsigned max_rounds_;
  bool can_push_;
  TimePoint steady_{std::chrono::hours{1}};
  Holder holder_;
  RawReader reader_;
  Expectation expectation_;

  // What is known of the session.
  HolderState state_ = HolderState::engaged;
  std::optional<Kind> wanted_kind_{};
  bool message_came_ = false;
  bool peer_waits_ = false;
  bool established_ = false;
  bool answered_ = false;
  bool last_request_ = false;
  unsigned round_ = 0;
  std::optional<TimePoint> session_deadline_;
  std::optional<TimePoint> work_deadline_{};
  std::vector<Bytes> sent_{};  // by the reader
  std::optional<presentation::RequestMatch> question_{};
  std::optional<presentation::Consent> consent_{};
  std::uint64_t last_authentication_ = 0;
  std::vector<UseKey> keys_{};       // of the last round that used some
  std::size_t keys_answered_ = 0;    // in their order
  bool wrong_kind_ = false;          // of one of those answers
  std::vector<MakeProof> proofs_{};  // likewise
  std::size_t proofs_answered_ = 0;
  std::size_t proofs_made_ = 0;
  bool recorded_ = false;         // the use of the credential, in this session: its key was used
  std::set<std::string> ages_{};  // that left
};

}  // namespace mdoc::properties
