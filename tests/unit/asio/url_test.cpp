#include "mdoc/asio/url.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mdoc::asio {
namespace {

using namespace std::string_literals;

TEST(Url, HasSchemeHostPortAndTarget) {
  const Url url = Url::parse("HTTPS://Example.COM:8443/Lists/1?A=b%2f").value();
  EXPECT_TRUE(url.is_https());
  EXPECT_EQ(url.host(), "example.com");
  EXPECT_EQ(url.port(), 8443);
  EXPECT_EQ(url.authority(), "example.com:8443");
  EXPECT_EQ(url.target(), "/Lists/1?A=b%2f");
  EXPECT_EQ(url.text(), "https://example.com:8443/Lists/1?A=b%2f");
}

TEST(Url, HasOneForm) {
  const std::vector<std::pair<std::string, std::string>> forms{
      {"http://a", "http://a/"},
      {"http://a:80", "http://a/"},
      {"https://a:443/", "https://a/"},
      {"http://a:443/", "http://a:443/"},
      {"http://a:0080/", "http://a/"},
      {"http://a?b", "http://a/?b"},
      {"http://a_b-c.d", "http://a_b-c.d/"},
      {"http://1a.com/", "http://1a.com/"},
      {"http://127.0.0.1/", "http://127.0.0.1/"},
      {"http://[::1]:8080/", "http://[::1]:8080/"},
      {"http://[0:0:0:0:0:0:0:1]", "http://[::1]/"},
      {"http://[::FFFF:7f00:1]/", "http://[::ffff:127.0.0.1]/"},
      {"http://a//b/./../c", "http://a//b/./../c"},
      {"http://a/-._~!$&'()*+,;=:@%20?/?", "http://a/-._~!$&'()*+,;=:@%20?/?"},
  };
  for (const auto& [text, form] : forms) {
    const auto url = Url::parse(text);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->text(), form);
    EXPECT_EQ(Url::parse(url->text()).value(), *url);
  }
}

TEST(Url, RefusesWhatCouldBeReadInTwoWays) {
  for (const std::string& bad : {
           ""s,
           "http"s,
           "http:"s,
           "http:/"s,
           "http://"s,
           "http:///"s,
           "http:a"s,
           "//a/"s,
           "/a"s,
           "a"s,
           " http://a"s,
           "http://a "s,
           "ftp://a/"s,
           "file:///a"s,
           "httpss://a/"s,
           "http+unix://a/"s,
           "1http://a"s,
           "http://user@a/"s,
           "http://user:password@a/"s,
           "http://a@b@c/"s,
           "http://a:80@b/"s,
           "http://a:/"s,
           "http://a:0/"s,
           "http://a:65536/"s,
           "http://a:+1/"s,
           "http://a:-1/"s,
           "http://a:8x/"s,
           "http://a:80:80/"s,
           "http://:80/"s,
           "http://a..b/"s,
           "http://.a/"s,
           "http://a./"s,
           "http://-a/"s,
           "http://a-.b/"s,
           "http://a%2eb/"s,
           "http://a\\b/"s,
           "http://a b/"s,
           "http://\xc3\xa4/"s,
           "http://a\0b/"s,
           "http://a,b/"s,
           "http://*/"s,
           "http://" + std::string(64, 'a') + "/",
           "http://" + std::string(130, 'a') + "/",
           "http://2130706433/"s,
           "http://0x7f000001/"s,
           "http://0x7f.1/"s,
           "http://127.1/"s,
           "http://127.0.0.01/"s,
           "http://1.2.3.4.5/"s,
           "http://256.0.0.1/"s,
           "http://a.1/"s,
           "http://a.0x/"s,
           "http://a.0X1f/"s,
           "http://[]/"s,
           "http://[::1/"s,
           "http://::1/"s,
           "http://[::1]x/"s,
           "http://[::1]80/"s,
           "http://[fe80::1%25lo]/"s,
           "http://[fe80::1%lo]/"s,
           "http://[127.0.0.1]/"s,
           "http://[v1.x]/"s,
           "http://[::1]]/"s,
           "http://a/#b"s,
           "http://a#b"s,
           "http://a/ b"s,
           "http://a/\r\nX: y"s,
           "http://a/\t"s,
           "http://a/\0"s,
           "http://a/\x7f"s,
           "http://a/\xc3\xa4"s,
           "http://a/%"s,
           "http://a/%2"s,
           "http://a/%2g"s,
           "http://a/%g2"s,
           "http://a/\\b"s,
           "http://a/\"b"s,
           "http://a/<b>"s,
           "http://a/{b}"s,
           "http://a/b|c"s,
           "http://a/^"s,
           "http://a/`"s,
           "http://a/[b]"s,
       }) {
    const auto url = Url::parse(bad);
    ASSERT_FALSE(url) << bad;
    EXPECT_EQ(url.error().code, Errc::bad_uri) << bad;
  }
  EXPECT_EQ(Url::parse("http://a/b c").error().offset, 10u);
  EXPECT_EQ(Url::parse("http://a:x/").error().offset, 8u);
}

TEST(Url, HasALimit) {
  const std::string longest = "http://a/" + std::string(Url::max_bytes - 9, 'x');
  EXPECT_EQ(Url::parse(longest).value().text(), longest);
  EXPECT_EQ(Url::parse(longest + "x").error().code, Errc::too_large);
  const Url base = Url::parse("http://a/").value();
  EXPECT_EQ(base.resolve(std::string(Url::max_bytes + 1, 'x')).error().code, Errc::too_large);
  EXPECT_EQ(base.resolve(std::string(Url::max_bytes, 'x')).error().code, Errc::too_large);
}

// The examples of RFC 3986, 5.4, as far as they stay within http; fragments fall away.
TEST(Url, ResolvesReferencesAsTheRfcDoes) {
  const Url base = Url::parse("http://a/b/c/d;p?q").value();
  const std::vector<std::pair<std::string, std::string>> examples{
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g/"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q"},
      {"g#s", "http://a/b/c/g"},
      {"g?y#s", "http://a/b/c/g?y"},
      {";x", "http://a/b/c/;x"},
      {"g;x", "http://a/b/c/g;x"},
      {"g;x?y#s", "http://a/b/c/g;x?y"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"../../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {".g", "http://a/b/c/.g"},
      {"g..", "http://a/b/c/g.."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/./x", "http://a/b/c/g?y/./x"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"g#s/./x", "http://a/b/c/g"},
      {"https://g:8443/x", "https://g:8443/x"},
  };
  for (const auto& [reference, result] : examples) {
    const auto url = base.resolve(reference);
    ASSERT_TRUE(url) << reference;
    EXPECT_EQ(url->text(), result) << reference;
  }
  EXPECT_EQ(Url::parse("https://[::1]:8443/a").value().resolve("//b/c").value().text(), "https://b/c");
  EXPECT_EQ(Url::parse("https://[::1]:8443/a").value().resolve("b").value().text(), "https://[::1]:8443/b");
}

TEST(Url, ResolvesNoReferenceThatLeadsElsewhere) {
  const Url base = Url::parse("http://a/b/c/d;p?q").value();
  for (const char* bad : {"g:h", "http:g", "mailto:a@b", "//", "///g", "//user@g", "a b", "\r\n", "g#s s", "%", "//g:0",
                          "data:,x", "ftp://a/", "\\\\g\\x"}) {
    const auto url = base.resolve(bad);
    ASSERT_FALSE(url) << bad;
    EXPECT_EQ(url.error().code, Errc::bad_uri) << bad;
  }
}

}  // namespace
}  // namespace mdoc::asio
