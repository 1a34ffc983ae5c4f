#pragma once
// A Reader, an mdoc that says anything at any time, and what has to come of it.

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mdoc/reader.hpp"
#include "support/sample_mdoc.hpp"
#include "unit/properties/machine.hpp"

namespace mdoc::properties {

enum class ReaderState : std::uint8_t {
  engaged,  // neither link nor request
  asked,    // a request waits for the link
  linked,   // no request yet
  signing,  // a request waits for its signatures, with a link or without
  waiting,  // for the answer
  opening,  // an answer waits for the keys that open it
  answered,
  closed,
};
inline constexpr std::array<const char*, 8> reader_states{"engaged", "asked",   "linked",   "signing",
                                                          "waiting", "opening", "answered", "closed"};

enum class ReaderInput : std::uint8_t {
  link_opened,
  request,
  request_too_curious,
  response,
  response_empty,
  response_undecodable,
  response_and_status_20,
  response_and_status_10,
  establishment,
  replay,
  altered,
  garbage,
  status_10,
  status_11,
  status_20,
  status_unknown,
  key_done,
  key_denied,
  key_of_wrong_kind,
  key_foreign,
  key_twice,
  link_closed,
  timer_early,
  timer_due,
  finish,
  cancel,
};
inline constexpr std::array<const char*, 26> reader_inputs{"link opened",
                                                           "request",
                                                           "request, too curious",
                                                           "response",
                                                           "response, empty",
                                                           "response, undecodable",
                                                           "response and status 20",
                                                           "response and status 10",
                                                           "establishment",
                                                           "message again",
                                                           "message altered",
                                                           "garbage",
                                                           "status 10",
                                                           "status 11",
                                                           "status 20",
                                                           "status unknown",
                                                           "key",
                                                           "key denied",
                                                           "key of the wrong kind",
                                                           "key, foreign",
                                                           "key twice",
                                                           "link closed",
                                                           "timer early",
                                                           "timer due",
                                                           "finish",
                                                           "cancel"};

using ReaderCoverage = Coverage<reader_states.size(), reader_inputs.size()>;

/// One session. Each input is followed by a comparison of all that came of it with what had to.
class ReaderWalk {
 public:
  /// @param target where run() goes first
  ReaderWalk(std::uint64_t seed, std::uint64_t number, ReaderState target, ReaderCoverage& coverage);

  /// Inputs that lead to the target; from there, `input`, and whatever else comes to mind.
  void run(ReaderInput input);

 private:
  /// How the session under the Reader stands, which is ahead of it while keys open an answer.
  enum class Under : std::uint8_t { engaged, waiting, answered };
  /// An end that waits for those keys.
  struct End {
    std::optional<Errc> reason;
    bool told;
  };

  void drive_to(ReaderState target);
  void step_towards(ReaderState target);
  void apply(ReaderInput input);
  void perform(ReaderInput input);

  [[nodiscard]] Now now() const { return {.utc = sample().now, .steady = steady_}; }
  [[nodiscard]] bool hears() const { return link_open_ && state_ != ReaderState::closed && !pending_; }
  [[nodiscard]] bool may_ask() const {
    return state_ == ReaderState::engaged || state_ == ReaderState::linked || state_ == ReaderState::answered;
  }

  // Inputs.
  void link_opened();
  void request(bool too_curious);
  void send(Bytes message);
  void data(Bytes plaintext, std::size_t documents, bool decodes, std::optional<std::uint64_t> status);
  void response(std::optional<std::uint64_t> status);
  void response_empty();
  void response_undecodable(std::optional<std::uint64_t> status);
  void response_and_status_10();
  void establishment();
  void replay();
  void altered_message();
  void garbage();
  void status(std::uint64_t status);
  void key(bool done, bool wrong_kind);
  void key_foreign();
  void key_twice();
  void link_closed();
  void timer(bool due);
  void end_now();

  // What has to come of them.
  void expect_sent();
  void expect_unexpected();
  void expect_end(std::optional<Errc> reason, bool tell);
  void expect_closed(const End& end);
  void end_work();
  void expect_received(std::size_t documents);

  // What came.
  void look();
  [[nodiscard]] std::string word(ReaderEffect effect);
  [[nodiscard]] std::string word_of_message(const Bytes& message);

  static testing::SampleMdoc& sample();
  static const std::shared_ptr<trust::TrustStore>& trust();
  [[nodiscard]] ReaderOptions options() const;
  [[nodiscard]] model::DeviceRequest some_request();
  [[nodiscard]] Bytes document(ByteView transcript) const;
  [[nodiscard]] Bytes plain_response() const;
  [[nodiscard]] Bytes encrypted_response();
  [[nodiscard]] static crypto::KeyResponse use_key(const crypto::KeyRequest& request);

  Dice dice_;
  ReaderCoverage& coverage_;
  ReaderState target_;
  testing::CountingRng rng_;
  bool signs_;
  bool opens_;
  TimePoint steady_{std::chrono::hours{1}};
  RawMdoc mdoc_;
  Reader reader_;
  Expectation expectation_;

  // What is known of the session.
  ReaderState state_ = ReaderState::engaged;
  Under under_ = Under::engaged;
  bool link_open_ = false;
  bool peer_reached_ = false;
  bool established_ = false;
  unsigned round_ = 0;
  bool encrypted_ = false;  // so the last request wants it
  std::size_t parts_ = 0;   // DocRequests of the last request
  std::optional<model::DeviceRequest> request_{};
  std::optional<End> pending_{};
  TimePoint link_deadline_;
  std::optional<TimePoint> session_deadline_{}, work_deadline_{};
  std::vector<Bytes> sent_{};      // by the mdoc
  std::vector<UseKey> keys_{};     // of the last work
  std::size_t keys_answered_ = 0;  // in their order
  std::size_t keys_good_ = 0;
  std::optional<Errc> key_error_{};  // the first one
};

}  // namespace mdoc::properties
