#include "mdoc/asio/http_link.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "run.hpp"

namespace mdoc::asio {
namespace {

using net::ip::tcp;
using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr auto use_tuple = net::as_tuple(net::use_awaitable);
const std::string request_head = "POST /mdoc HTTP/1.1\r\nHost: a\r\nContent-Type: application/cbor\r\nContent-Length: ";
const std::string response_head = "HTTP/1.1 200 OK\r\nContent-Type: application/cbor\r\nContent-Length: ";

std::string text(const Bytes& bytes) { return std::string(as_text(bytes)); }

// Timeouts that a test can wait for, where it wants them to pass.
HttpLinkOptions impatient() {
  return {.connect_timeout = 50ms, .message_timeout = 30ms, .reconnect_timeout = 30ms, .close_timeout = 50ms};
}

// Coroutine lambdas with captures must outlive their coroutine; a fixture's members do.
class HttpLinkTest : public ::testing::Test {
 protected:
  HttpListener listen(HttpLinkOptions options = {}, const char* at = "127.0.0.1:0") {
    return HttpListener::open(context.get_executor(), *parse_endpoint(at), options).value();
  }
  // A peer that speaks bytes.
  net::awaitable<tcp::socket> raw_client(tcp::endpoint endpoint) {
    tcp::socket socket(context);
    co_await socket.async_connect(endpoint, use_tuple);
    co_return socket;
  }
  static net::awaitable<void> write(tcp::socket& socket, std::string bytes) {
    co_await net::async_write(socket, net::buffer(bytes), use_tuple);
  }
  // Everything until the peer ends.
  static net::awaitable<std::string> read_all(tcp::socket& socket) {
    std::string bytes;
    co_await net::async_read(socket, net::dynamic_buffer(bytes), use_tuple);
    co_return bytes;
  }
  static net::awaitable<std::string> read_some(tcp::socket& socket) {
    std::string bytes(4096, '\0');
    const auto [error, size] = co_await socket.async_read_some(net::buffer(bytes), use_tuple);
    co_return bytes.substr(0, size);
  }
  // Until another coroutine has set `flag`, and a moment longer, so that what it did has arrived.
  net::awaitable<void> wait_for(const bool& flag) {
    net::steady_timer timer(context);
    for (bool last = false; !last;) {
      last = flag;
      timer.expires_after(1ms);
      co_await timer.async_wait(use_tuple);
    }
  }
  tcp::acceptor raw_server() { return tcp::acceptor(context, *parse_endpoint("127.0.0.1:0")); }

  net::io_context context;
};

TEST(Endpoint, IsAnAddressAndAPort) {
  for (const char* good : {"127.0.0.1:8080", "[::1]:1", "0.0.0.0:65535", "[fe80::1]:0"}) {
    const auto endpoint = parse_endpoint(good);
    ASSERT_TRUE(endpoint) << good;
    EXPECT_EQ(to_text(*endpoint), good);
  }
  for (const char* bad : {"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:1x",
                          "localhost:80", "::1:80", "[::1]", "[127.0.0.1]:80", "[]:80", "127.0.0.1:+1"}) {
    const auto endpoint = parse_endpoint(bad);
    ASSERT_FALSE(endpoint) << bad;
    EXPECT_EQ(endpoint.error().code, Errc::bad_argument);
  }
}

TEST_F(HttpLinkTest, ReachesNoOtherHostUnlessAllowed) {
  for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:80", "[2001:db8::1]:80", "[fe80::1]:80"}) {
    const auto listener = HttpListener::open(context.get_executor(), *parse_endpoint(address));
    ASSERT_FALSE(listener) << address;
    EXPECT_EQ(listener.error().code, Errc::refused);
    run(context, [](const char* to) -> net::awaitable<void> {
      const auto stream = co_await connect_http(*parse_endpoint(to));
      EXPECT_TRUE(!stream && stream.error().code == Errc::refused) << to;
    }(address));
  }
  EXPECT_TRUE(HttpListener::open(context.get_executor(), *parse_endpoint("0.0.0.0:0"), {.allow_other_hosts = true}));
}

TEST_F(HttpLinkTest, CarriesMessagesBothWaysOverBothFamilies) {
  for (const char* address : {"127.0.0.1:0", "[::1]:0"}) {
    SCOPED_TRACE(address);
    auto listener = listen({}, address);
    const auto mdoc = [&]() -> net::awaitable<void> {
      const auto stream = (co_await listener.accept()).value();
      EXPECT_FALSE(stream->properties().can_push);
      for (int round = 0; round < 3; ++round) {
        const auto message = co_await stream->read_message();
        EXPECT_EQ(text(message.value()), "question");
        const Bytes answer(as_bytes("answer").begin(), as_bytes("answer").end());
        EXPECT_TRUE(co_await stream->write_message(answer));
      }
      EXPECT_EQ(text((co_await stream->read_message()).value()), "end");
      co_await stream->shutdown();
    };
    const auto reader = [&]() -> net::awaitable<void> {
      const auto stream = (co_await connect_http(listener.local_endpoint())).value();
      for (int round = 0; round < 3; ++round) {
        EXPECT_TRUE(co_await stream->write_message(as_bytes("question")));
        EXPECT_EQ(text((co_await stream->read_message()).value()), "answer");
      }
      EXPECT_TRUE(co_await stream->write_message(as_bytes("end")));
      co_await stream->shutdown();
      EXPECT_EQ((co_await stream->read_message()).error().code, Errc::link_closed);
    };
    run(context, mdoc(), reader());
  }
}

TEST_F(HttpLinkTest, CarriesLargeMessagesWhole) {
  const Bytes large(std::size_t{2} << 20, 0x5a);
  auto listener = listen();
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    EXPECT_TRUE((co_await stream->read_message()).value() == large);
    EXPECT_TRUE(co_await stream->write_message(large));
    co_await stream->shutdown();
  };
  const auto reader = [&]() -> net::awaitable<void> {
    const auto stream = (co_await connect_http(listener.local_endpoint())).value();
    EXPECT_TRUE(co_await stream->write_message(large));
    EXPECT_TRUE((co_await stream->read_message()).value() == large);
    stream->close();
  };
  run(context, mdoc(), reader());
}

TEST_F(HttpLinkTest, AnAddressWhereNobodyListensIsAFailedConnection) {
  const auto endpoint = raw_server().local_endpoint();  // free again
  const auto reader = [&]() -> net::awaitable<void> {
    const auto stream = co_await connect_http(endpoint);
    EXPECT_FALSE(stream);
    EXPECT_EQ(stream.error().code, Errc::connect_failed);
    EXPECT_NE(stream.error().native, 0);
  };
  run(context, reader());
}

TEST_F(HttpLinkTest, AnAddressInUseCannotBeListenedOn) {
  auto listener = listen();
  const auto second = HttpListener::open(context.get_executor(), listener.local_endpoint());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::connect_failed);
}

// A listener with a full queue takes no connection, and says nothing.
TEST_F(HttpLinkTest, AConnectionThatDoesNotComeAboutTimesOut) {
  tcp::acceptor acceptor(context, tcp::v4());
  acceptor.bind(*parse_endpoint("127.0.0.1:0"));
  acceptor.listen(0);
  const auto reader = [&]() -> net::awaitable<void> {
    std::vector<std::unique_ptr<MessageStream>> filling;
    for (int i = 0; i < 8; ++i) {
      auto stream = co_await connect_http(acceptor.local_endpoint(), impatient());
      if (stream) {
        filling.push_back(std::move(*stream));
        continue;
      }
      EXPECT_EQ(stream.error().code, Errc::timed_out);
      co_return;
    }
    ADD_FAILURE() << "all connections were made";
  };
  run(context, reader());
}

TEST_F(HttpLinkTest, TheMdocWaitsThroughVisitorsThatSendNoMessage) {
  auto listener = listen(impatient());
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    EXPECT_EQ(text((co_await stream->read_message()).value()), "abc");
    stream->close();
  };
  const auto visitors = [&]() -> net::awaitable<void> {
    auto silent = co_await raw_client(listener.local_endpoint());
    EXPECT_EQ(co_await read_all(silent), "");
    auto lost = co_await raw_client(listener.local_endpoint());
    lost.close();
    auto half = co_await raw_client(listener.local_endpoint());
    co_await write(half, request_head + "3\r\n\r\nab");
    half.close();
    auto slow = co_await raw_client(listener.local_endpoint());
    co_await write(slow, request_head + "3\r\n\r\nab");
    EXPECT_EQ(co_await read_all(slow), "");
    auto browser = co_await raw_client(listener.local_endpoint());
    co_await write(browser, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE((co_await read_all(browser)).starts_with("HTTP/1.1 404 "));
    auto peer = co_await raw_client(listener.local_endpoint());
    co_await write(peer, request_head + "3\r\n\r\nabc");
    EXPECT_EQ(co_await read_all(peer), "");
  };
  run(context, mdoc(), visitors());
}

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

TEST_F(HttpLinkTest, VisitorsThatAreRefusedAndStayDoNotPileUp) {
  constexpr std::ptrdiff_t visitors = 60, few = 20;
  auto listener = listen({.close_timeout = 15s});
  bool served = false;
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    EXPECT_EQ(text((co_await stream->read_message()).value()), "abc");
    stream->close();
    served = true;
  };
  const auto readers = [&]() -> net::awaitable<void> {
    const std::ptrdiff_t before = open_descriptors();
    std::vector<tcp::socket> staying;
    for (std::ptrdiff_t i = 0; i < visitors; ++i) {
      staying.push_back(co_await raw_client(listener.local_endpoint()));
      co_await write(staying.back(), "GET /mdoc HTTP/1.1\r\nHost: a\r\n\r\n");
      EXPECT_TRUE((co_await read_all(staying.back())).starts_with("HTTP/1.1 405")) << i;
    }
    EXPECT_LE(open_descriptors() - before, visitors + few);
    auto peer = co_await raw_client(listener.local_endpoint());
    co_await write(peer, request_head + "3\r\n\r\nabc");
    co_await wait_for(served);
  };
  run(context, mdoc(), readers());
}

// Strangers, with timeouts far beyond the test.
TEST_F(HttpLinkTest, VisitorsThatSayNothingKeepNoReaderOut) {
  for (const std::size_t silent : {1u, 2u, 8u, 20u}) {
    SCOPED_TRACE(silent);
    auto listener = listen();
    const auto mdoc = [&]() -> net::awaitable<void> {
      const auto stream = (co_await listener.accept()).value();
      EXPECT_EQ(text((co_await stream->read_message()).value()), "question");
      EXPECT_TRUE(co_await stream->write_message(as_bytes("answer")));
      co_await stream->shutdown();
      listener.close();  // also for whoever was not even accepted
    };
    const auto readers = [&, count = silent]() -> net::awaitable<void> {
      std::vector<tcp::socket> strangers;
      for (std::size_t i = 0; i < count; ++i) strangers.push_back(co_await raw_client(listener.local_endpoint()));
      const auto stream = (co_await connect_http(listener.local_endpoint())).value();
      EXPECT_TRUE(co_await stream->write_message(as_bytes("question")));
      EXPECT_EQ(text((co_await stream->read_message()).value()), "answer");
      for (auto& stranger : strangers) EXPECT_EQ(co_await read_all(stranger), "");  // all are closed
      stream->close();
    };
    run(context, mdoc(), readers());
  }
}

TEST_F(HttpLinkTest, TheOldestSilentVisitorGivesWayToANewOne) {
  constexpr std::size_t most = 8;
  auto listener = listen();
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    EXPECT_EQ(text((co_await stream->read_message()).value()), "abc");
    stream->close();
    listener.close();
  };
  const auto visitors = [&]() -> net::awaitable<void> {
    auto slow = co_await raw_client(listener.local_endpoint());  // the oldest of all, and not silent
    co_await write(slow, request_head + "3\r\n\r\na");
    std::vector<tcp::socket> silent;
    for (std::size_t i = 0; i < most + 1; ++i) silent.push_back(co_await raw_client(listener.local_endpoint()));
    EXPECT_EQ(co_await read_all(silent[0]), "");
    EXPECT_EQ(co_await read_all(silent[1]), "");
    co_await write(slow, "bc");
    EXPECT_EQ(co_await read_all(slow), "");
    for (std::size_t i = 2; i < silent.size(); ++i) EXPECT_EQ(co_await read_all(silent[i]), "") << i;
  };
  run(context, mdoc(), visitors());
}

TEST_F(HttpLinkTest, VisitorsThatNeverEndTheirMessageGiveWayToo) {
  auto listener = listen();
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    EXPECT_EQ(text((co_await stream->read_message()).value()), "abc");
    stream->close();
    listener.close();
  };
  const auto visitors = [&]() -> net::awaitable<void> {
    std::vector<tcp::socket> slow;
    for (int i = 0; i < 20; ++i) {
      slow.push_back(co_await raw_client(listener.local_endpoint()));
      co_await write(slow.back(), request_head);
    }
    auto peer = co_await raw_client(listener.local_endpoint());
    co_await write(peer, request_head + "3\r\n\r\nabc");
    EXPECT_EQ(co_await read_all(peer), "");
  };
  run(context, mdoc(), visitors());
}

TEST_F(HttpLinkTest, SilentVisitorsDoNotPileUp) {
  constexpr std::ptrdiff_t visitors = 60, few = 12;
  auto listener = listen();
  bool served = false;
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    EXPECT_TRUE(co_await stream->read_message());
    stream->close();
    served = true;
  };
  const auto readers = [&]() -> net::awaitable<void> {
    const std::ptrdiff_t before = open_descriptors();
    std::vector<tcp::socket> staying;
    for (std::ptrdiff_t i = 0; i < visitors; ++i) staying.push_back(co_await raw_client(listener.local_endpoint()));
    EXPECT_EQ(co_await read_all(staying.at(visitors - 9)), "");
    EXPECT_LE(open_descriptors() - before, visitors + few);
    auto peer = co_await raw_client(listener.local_endpoint());
    co_await write(peer, request_head + "3\r\n\r\nabc");
    co_await wait_for(served);
  };
  run(context, mdoc(), readers());
}

TEST_F(HttpLinkTest, OfTwoMessagesTheFirstHasTheSessionAndTheOtherIsClosed) {
  auto listener = listen();
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    EXPECT_EQ(text((co_await stream->read_message()).value()), "abc");
    EXPECT_TRUE(co_await stream->write_message(as_bytes("xyz")));
    co_await stream->shutdown();
    listener.close();
  };
  const auto readers = [&]() -> net::awaitable<void> {
    std::vector<tcp::socket> peers;
    for (int i = 0; i < 5; ++i) peers.push_back(co_await raw_client(listener.local_endpoint()));
    for (auto& peer : peers) co_await write(peer, request_head + "3\r\n\r\nabc");
    int answered = 0;
    for (auto& peer : peers) answered += (co_await read_all(peer)).ends_with("\r\n\r\nxyz") ? 1 : 0;
    EXPECT_EQ(answered, 1);
  };
  run(context, mdoc(), readers());
}

TEST_F(HttpLinkTest, AReaderThatComesBackIsNotKeptOutByASilentVisitor) {
  auto listener = listen();
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(text((co_await stream->read_message()).value()), "abc") << i;
      EXPECT_TRUE(co_await stream->write_message(as_bytes("xyz"))) << i;
    }
    stream->close();
    listener.close();
  };
  const auto reader = [&]() -> net::awaitable<void> {
    auto first = co_await raw_client(listener.local_endpoint());
    co_await write(first, request_head + "3\r\n\r\nabc");
    EXPECT_TRUE((co_await read_some(first)).ends_with("\r\n\r\nxyz"));
    auto stranger = co_await raw_client(listener.local_endpoint());
    first.close();
    auto second = co_await raw_client(listener.local_endpoint());
    co_await write(second, request_head + "3\r\n\r\nabc");
    EXPECT_TRUE((co_await read_some(second)).ends_with("\r\n\r\nxyz"));
    EXPECT_EQ(co_await read_all(stranger), "");
  };
  run(context, mdoc(), reader());
}

TEST_F(HttpLinkTest, ClosingTheSessionEndsItsWaitForTheReaderToComeBack) {
  auto listener = listen({.reconnect_timeout = 1h});
  std::unique_ptr<MessageStream> session;
  bool gone = false;
  const auto mdoc = [&]() -> net::awaitable<void> {
    session = (co_await listener.accept()).value();
    EXPECT_TRUE(co_await session->read_message());
    EXPECT_TRUE(co_await session->write_message(as_bytes("xyz")));
    EXPECT_EQ((co_await session->read_message()).error().code, Errc::link_closed);
  };
  const auto reader = [&]() -> net::awaitable<void> {
    auto peer = co_await raw_client(listener.local_endpoint());
    co_await write(peer, request_head + "3\r\n\r\nabc");
    EXPECT_NE(co_await read_some(peer), "");
    peer.close();
    gone = true;
    auto silent = co_await raw_client(listener.local_endpoint());
    co_await wait_for(gone);
    session->close();
    EXPECT_EQ(co_await read_all(silent), "");
  };
  run(context, mdoc(), reader());
}

TEST_F(HttpLinkTest, TheMdocRefusesAnOversizedRequestBeforeItIsSent) {
  HttpLinkOptions options = impatient();
  options.limits.max_bytes = 10;
  auto listener = listen(options);
  const auto mdoc = [&]() -> net::awaitable<void> {
    EXPECT_EQ((co_await listener.accept()).error().code, Errc::link_closed);
  };
  const auto reader = [&]() -> net::awaitable<void> {
    const auto stream = (co_await connect_http(listener.local_endpoint())).value();
    EXPECT_TRUE(co_await stream->write_message(as_bytes("more than ten")));
    const auto answer = co_await stream->read_message();
    EXPECT_EQ(answer.error().code, Errc::http_status);
    EXPECT_EQ(answer.error().native, 413);
    // A body that fills every buffer: the refusal is what counts, not the broken connection.
    const auto second = (co_await connect_http(listener.local_endpoint())).value();
    const Bytes large(std::size_t{16} << 20);
    const auto written = co_await second->write_message(large);
    const Error error = written ? (co_await second->read_message()).error() : written.error();
    EXPECT_EQ(error.code, Errc::http_status);
    EXPECT_EQ(error.native, 413);
    listener.close();
  };
  run(context, mdoc(), reader());
}

TEST_F(HttpLinkTest, ASessionMayUseANewConnectionForEachMessage) {
  auto listener = listen();
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(text((co_await stream->read_message()).value()), "abc") << i;
      EXPECT_TRUE(co_await stream->write_message(as_bytes("xyz"))) << i;
    }
    stream->close();
  };
  const auto reader = [&]() -> net::awaitable<void> {
    for (int i = 0; i < 3; ++i) {
      auto peer = co_await raw_client(listener.local_endpoint());
      co_await write(peer, request_head + "3\r\n" + (i == 1 ? "Connection: close\r\n" : "") + "\r\nabc");
      EXPECT_TRUE((co_await read_some(peer)).ends_with("\r\n\r\nxyz"));
    }
  };
  run(context, mdoc(), reader());
}

TEST_F(HttpLinkTest, TheReaderReconnectsWhereTheMdocClosesBetweenRequests) {
  auto acceptor = raw_server();
  std::array<bool, 3> closed{};
  const auto mdoc = [&]() -> net::awaitable<void> {
    for (std::size_t i = 0; i < closed.size(); ++i) {
      auto [error, peer] = co_await acceptor.async_accept(use_tuple);
      EXPECT_TRUE((co_await read_some(peer)).ends_with("question"));
      const char* close = i == 0 ? "Connection: close\r\n" : "";  // announced, then without a word
      co_await write(peer, response_head + "3\r\n" + close + "\r\nxyz");
      peer.close();
      closed.at(i) = true;
    }
  };
  const auto reader = [&]() -> net::awaitable<void> {
    const auto stream = (co_await connect_http(acceptor.local_endpoint())).value();
    for (std::size_t i = 0; i < closed.size(); ++i) {
      EXPECT_TRUE(co_await stream->write_message(as_bytes("question"))) << i;
      EXPECT_EQ(text((co_await stream->read_message()).value()), "xyz") << i;
      co_await wait_for(closed.at(i));
    }
    stream->close();
  };
  run(context, mdoc(), reader());
}

TEST_F(HttpLinkTest, ThePeerThatDoesNotComeBackHasLeft) {
  auto listener = listen(impatient());
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    EXPECT_TRUE(co_await stream->read_message());
    EXPECT_TRUE(co_await stream->write_message(as_bytes("xyz")));
    EXPECT_EQ((co_await stream->read_message()).error().code, Errc::link_closed);
    EXPECT_EQ((co_await stream->write_message(as_bytes("xyz"))).error().code, Errc::link_closed);
  };
  const auto reader = [&]() -> net::awaitable<void> {
    auto peer = co_await raw_client(listener.local_endpoint());
    co_await write(peer, request_head + "3\r\n\r\nabc");
    EXPECT_NE(co_await read_some(peer), "");
  };
  run(context, mdoc(), reader());
}

TEST_F(HttpLinkTest, AReaderThatHangsUpBeforeItsAnswerIsALostLinkAtOnce) {
  for (const bool half_closed : {false, true}) {
    SCOPED_TRACE(half_closed);
    auto listener = listen();  // timeouts far beyond the test
    const auto mdoc = [&]() -> net::awaitable<void> {
      const auto stream = (co_await listener.accept()).value();
      EXPECT_TRUE(co_await stream->read_message());
      EXPECT_EQ((co_await stream->read_message()).error().code, Errc::link_closed);
      EXPECT_FALSE(co_await stream->write_message(as_bytes("xyz")));
    };
    const auto reader = [&]() -> net::awaitable<void> {
      auto peer = co_await raw_client(listener.local_endpoint());
      co_await write(peer, request_head + "3\r\n\r\nabc");
      if (!half_closed) co_return;
      peer.shutdown(tcp::socket::shutdown_send);
      EXPECT_EQ(co_await read_all(peer), "");
    };
    run(context, mdoc(), reader());
  }
}

TEST_F(HttpLinkTest, PipeliningIsRefusedAndTheLinkLost) {
  auto listener = listen();
  bool asked = false;
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    EXPECT_TRUE(co_await stream->read_message());
    asked = true;
    EXPECT_EQ((co_await stream->read_message()).error().code, Errc::bad_frame);
  };
  const auto reader = [&]() -> net::awaitable<void> {
    auto peer = co_await raw_client(listener.local_endpoint());
    co_await write(peer, request_head + "3\r\n\r\nabc");
    co_await wait_for(asked);
    co_await write(peer, request_head + "3\r\n\r\nabc");
    EXPECT_TRUE((co_await read_all(peer)).starts_with("HTTP/1.1 400 "));
  };
  run(context, mdoc(), reader());
}

TEST_F(HttpLinkTest, AMessageThatBeginsMustEndInTime) {
  auto listener = listen(impatient());
  auto acceptor = raw_server();
  const auto mdoc = [&]() -> net::awaitable<void> {
    auto [error, peer] = co_await acceptor.async_accept(use_tuple);
    co_await read_some(peer);
    co_await write(peer, response_head + "3\r\n\r\nxy");
    EXPECT_EQ(co_await read_all(peer), "");
  };
  const auto reader = [&]() -> net::awaitable<void> {
    const auto stream = (co_await connect_http(acceptor.local_endpoint(), impatient())).value();
    EXPECT_TRUE(co_await stream->write_message(as_bytes("question")));
    EXPECT_EQ((co_await stream->read_message()).error().code, Errc::timed_out);
  };
  run(context, mdoc(), reader());
}

TEST_F(HttpLinkTest, APeerThatTakesNothingTimesOut) {
  auto acceptor = raw_server();
  bool given_up = false;
  const auto mdoc = [&]() -> net::awaitable<void> {
    auto [error, peer] = co_await acceptor.async_accept(use_tuple);
    co_await wait_for(given_up);  // reads nothing
  };
  const auto reader = [&]() -> net::awaitable<void> {
    const auto stream = (co_await connect_http(acceptor.local_endpoint(), impatient())).value();
    const Bytes large(std::size_t{16} << 20);
    EXPECT_EQ((co_await stream->write_message(large)).error().code, Errc::timed_out);
    given_up = true;
    EXPECT_EQ((co_await stream->read_message()).error().code, Errc::link_closed);
  };
  run(context, mdoc(), reader());
}

TEST_F(HttpLinkTest, TheReaderNamesWhatTheServerDoesWrong) {
  struct Case {
    std::string answer;
    Errc code;
  };
  for (const auto& [answer, code] : {
           Case{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", Errc::http_status},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/html\r\n\r\nabc",
                Errc::unsupported_media_type},
           Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Errc::bad_frame},
           Case{"SSH-2.0-x\r\n", Errc::bad_frame},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Errc::link_closed},
           Case{"HTTP/1.1 200 OK\r\nContent-Type: application/cbor\r\nContent-Length: 99999999999\r\n\r\n",
                Errc::too_large},
           Case{"", Errc::link_closed},
       }) {
    SCOPED_TRACE(answer);
    auto acceptor = raw_server();
    const auto mdoc = [&, bytes = answer]() -> net::awaitable<void> {
      auto [error, peer] = co_await acceptor.async_accept(use_tuple);
      co_await read_some(peer);
      co_await write(peer, bytes);
    };
    const auto reader = [&, expected = code]() -> net::awaitable<void> {
      const auto stream = (co_await connect_http(acceptor.local_endpoint())).value();
      EXPECT_TRUE(co_await stream->write_message(as_bytes("question")));
      EXPECT_EQ((co_await stream->read_message()).error().code, expected);
    };
    run(context, mdoc(), reader());
  }
}

TEST_F(HttpLinkTest, ClosingEndsAPendingAccept) {
  auto listener = listen();
  bool connected = false;
  const auto accepting = [&]() -> net::awaitable<void> {
    EXPECT_EQ((co_await listener.accept()).error().code, Errc::link_closed);
    EXPECT_EQ((co_await listener.accept()).error().code, Errc::link_closed);
  };
  const auto closing = [&]() -> net::awaitable<void> {
    auto candidate = co_await raw_client(listener.local_endpoint());
    co_await write(candidate, request_head);
    connected = true;
    co_await wait_for(connected);
    listener.close();
    EXPECT_EQ(co_await read_all(candidate), "");
  };
  run(context, accepting(), closing());
}

TEST_F(HttpLinkTest, ClosingEndsAPendingRead) {
  for (const bool answer_due : {false, true}) {
    SCOPED_TRACE(answer_due);
    auto acceptor = raw_server();
    std::unique_ptr<MessageStream> stream;
    bool ready = false;
    const auto reading = [&]() -> net::awaitable<void> {
      stream = (co_await connect_http(acceptor.local_endpoint())).value();
      EXPECT_TRUE(!answer_due || co_await stream->write_message(as_bytes("question")));
      ready = true;
      EXPECT_EQ((co_await stream->read_message()).error().code, Errc::link_closed);
      EXPECT_EQ((co_await stream->write_message(as_bytes("question"))).error().code, Errc::link_closed);
    };
    const auto closing = [&]() -> net::awaitable<void> {
      co_await wait_for(ready);
      stream->close();
    };
    run(context, reading(), closing());
  }
}

TEST_F(HttpLinkTest, SpeaksOnlyInTurn) {
  auto listener = listen();
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    EXPECT_TRUE(co_await stream->read_message());
    EXPECT_TRUE(co_await stream->write_message(as_bytes("answer")));
    EXPECT_EQ((co_await stream->write_message(as_bytes("more"))).error().code, Errc::wrong_state);
    stream->close();
  };
  const auto reader = [&]() -> net::awaitable<void> {
    const auto stream = (co_await connect_http(listener.local_endpoint())).value();
    EXPECT_TRUE(co_await stream->write_message(as_bytes("question")));
    EXPECT_EQ((co_await stream->write_message(as_bytes("more"))).error().code, Errc::wrong_state);
    EXPECT_EQ(text((co_await stream->read_message()).value()), "answer");
    co_await stream->shutdown();
  };
  run(context, mdoc(), reader());
}

// The reader's last request is read, never answered, and both sides shut down: it gets an empty 200.
TEST_F(HttpLinkTest, ShuttingDownAnswersTheLastRequestEvenWhileReading) {
  auto listener = listen();
  std::unique_ptr<MessageStream> session;
  bool asked = false;
  const auto mdoc = [&]() -> net::awaitable<void> {
    session = (co_await listener.accept()).value();
    EXPECT_TRUE(co_await session->read_message());
    asked = true;
    EXPECT_EQ((co_await session->read_message()).error().code, Errc::link_closed);
  };
  const auto mdoc_end = [&]() -> net::awaitable<void> {
    co_await wait_for(asked);
    co_await session->shutdown();
  };
  const auto reader = [&]() -> net::awaitable<void> {
    auto peer = co_await raw_client(listener.local_endpoint());
    co_await write(peer, request_head + "3\r\n\r\nabc");
    EXPECT_EQ(co_await read_all(peer), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  };
  run(context, mdoc(), mdoc_end(), reader());
}

// The mdoc acknowledges the reader's last message and keeps its connection: there is nothing more to wait for.
TEST_F(HttpLinkTest, ShuttingDownEndsWithTheAcknowledgementEvenWhileReading) {
  auto acceptor = raw_server();
  std::unique_ptr<MessageStream> session;
  bool answered = false;
  const auto mdoc = [&]() -> net::awaitable<void> {
    auto [error, peer] = co_await acceptor.async_accept(use_tuple);
    EXPECT_TRUE((co_await read_some(peer)).ends_with("question"));
    co_await write(peer, response_head + "3\r\n\r\nxyz");
    EXPECT_TRUE((co_await read_some(peer)).ends_with("end"));
    co_await write(peer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(co_await read_all(peer), "");
  };
  const auto reading = [&]() -> net::awaitable<void> {
    session = (co_await connect_http(acceptor.local_endpoint(), {.close_timeout = 15s})).value();
    EXPECT_TRUE(co_await session->write_message(as_bytes("question")));
    EXPECT_EQ(text((co_await session->read_message()).value()), "xyz");
    answered = true;
    EXPECT_EQ((co_await session->read_message()).error().code, Errc::link_closed);
  };
  const auto ending = [&]() -> net::awaitable<void> {
    co_await wait_for(answered);
    EXPECT_TRUE(co_await session->write_message(as_bytes("end")));
    const auto begin = std::chrono::steady_clock::now();
    co_await session->shutdown();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  };
  run(context, mdoc(), reading(), ending());
}

TEST_F(HttpLinkTest, ShuttingDownIsBoundedWhereThePeerStays) {
  auto listener = listen(impatient());
  auto acceptor = raw_server();
  bool ended = false;
  const auto mdoc = [&]() -> net::awaitable<void> {
    const auto stream = (co_await listener.accept()).value();
    EXPECT_TRUE(co_await stream->read_message());
    co_await stream->shutdown();
    ended = true;
  };
  const auto staying_reader = [&]() -> net::awaitable<void> {
    auto peer = co_await raw_client(listener.local_endpoint());
    co_await write(peer, request_head + "3\r\n\r\nabc");
    EXPECT_NE(co_await read_all(peer), "");
    co_await wait_for(ended);
  };
  run(context, mdoc(), staying_reader());

  const auto silent_mdoc = [&]() -> net::awaitable<void> {
    auto [error, peer] = co_await acceptor.async_accept(use_tuple);
    EXPECT_TRUE((co_await read_all(peer)).ends_with("end"));
  };
  const auto reader = [&]() -> net::awaitable<void> {
    const auto stream = (co_await connect_http(acceptor.local_endpoint(), impatient())).value();
    EXPECT_TRUE(co_await stream->write_message(as_bytes("end")));
    co_await stream->shutdown();
  };
  run(context, silent_mdoc(), reader());
}

TEST_F(HttpLinkTest, OneListenerServesSessionAfterSession) {
  auto listener = listen();
  const auto mdoc = [&]() -> net::awaitable<void> {
    for (int i = 0; i < 3; ++i) {
      const auto stream = (co_await listener.accept()).value();
      EXPECT_TRUE(co_await stream->read_message());
      EXPECT_TRUE(co_await stream->write_message(as_bytes("answer")));
      co_await stream->shutdown();
    }
  };
  const auto readers = [&]() -> net::awaitable<void> {
    for (int i = 0; i < 3; ++i) {
      const auto stream = (co_await connect_http(listener.local_endpoint())).value();
      EXPECT_TRUE(co_await stream->write_message(as_bytes("question")));
      EXPECT_EQ(text((co_await stream->read_message()).value()), "answer");
      co_await stream->shutdown();
    }
  };
  run(context, mdoc(), readers());
}

}  // namespace
}  // namespace mdoc::asio
