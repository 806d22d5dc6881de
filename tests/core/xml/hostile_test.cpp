#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sstream>

#include "core/xml/schema.h"
#include "tests/core/xml/told.h"

// Documents made to harm. Nothing may be fetched: a loopback listener and a watched file tell.

namespace haven::xml {
namespace {

using test::Counted;
using test::MadeSource;
using test::refusal;
using ::testing::HasSubstr;

/// A server and a file that nobody may ask for.
class Bait {
public:
    Bait() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_, any, size), 0);
        EXPECT_EQ(::listen(listener_, 16), 0);
        EXPECT_EQ(::getsockname(listener_, any, &size), 0);
        url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        std::filesystem::create_directory(folder_);
        std::ofstream(folder_ / "secret") << "the secret";
        EXPECT_GE(::inotify_add_watch(watch_, folder_.c_str(), IN_OPEN | IN_ACCESS), 0);
        file_url = "file://" + (folder_ / "secret").string();
    }
    Bait(const Bait&) = delete;
    Bait& operator=(const Bait&) = delete;
    ~Bait() {
        ::close(listener_);
        ::close(watch_);
        std::filesystem::remove_all(folder_);
    }

    bool taken() const {
        pollfd asked{listener_, POLLIN, 0};
        char event[4096];
        return ::poll(&asked, 1, 0) != 0 || ::read(watch_, event, sizeof event) > 0;
    }
    void bite() const { test::file_text(folder_ / "secret"); }

    std::string url;
    std::string file_url;

private:
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("haven-xml-bait-" + std::to_string(::getpid()));
    int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int watch_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
};

/// Payloads of a list: texts between empty lines and headings.
std::vector<std::string> payloads(const std::string& list) {
    std::vector<std::string> all(1);
    std::istringstream in(list);
    for (std::string line; std::getline(in, line);) {
        const bool parts = line.find_first_not_of(" \r`*#") == std::string::npos || line.starts_with("*") ||
                           line.starts_with("#") || line.starts_with("```");
        if (parts) {
            all.emplace_back();
        } else {
            all.back() += line + "\n";
        }
    }
    std::erase_if(all, [](const std::string& text) { return !text.starts_with("<") && !text.starts_with(" <"); });
    return all;
}

TEST(HostileXml, EveryPayloadOfTheListIsRefusedAndNothingFetched) {
    const auto folder = test::shared_data("hostile/payloadbox-xxe");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    const Bait bait;
    std::size_t tried = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder)) {
        if (!entry.is_regular_file() || entry.path().filename() == "UPSTREAM-LICENSE") { continue; }
        for (auto text : payloads(test::file_text(entry.path()))) {
            text = test::replaced(text, "file:///", "\"", bait.file_url);
            text = test::replaced(text, "https://", "\"?", bait.url + "/x");
            text = test::replaced(text, "http://hack", "+", bait.url + "/x");
            text = test::replaced(text, "http://x.x", "\"", bait.url + "/x");
            const bool declares = text.find("DOCTYPE") < text.find("CDATA");
            if (declares || text.find("soap:") != text.npos) {
                EXPECT_NE(refusal(text), "") << text;
                ++tried;
            } else {
                EXPECT_EQ(test::told(text).find("secret"), std::string::npos) << text;
            }
        }
    }
    EXPECT_GE(tried, 26U);
    EXPECT_FALSE(bait.taken());
}

TEST(HostileXml, NothingThatADocumentNamesIsFetched) {
    const Bait bait;
    const std::string parts[] = {
        "<!DOCTYPE a SYSTEM 'URL/a.dtd'><a/>",
        "<!DOCTYPE a PUBLIC 'p' 'URL/a.dtd'><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'URL/x'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY % x SYSTEM 'URL/x'>%x;]><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'URL/x' NDATA n><!NOTATION n SYSTEM 'URL/n'>]><a/>",
        "<a xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:noNamespaceSchemaLocation='URL/a.xsd'/>",
        "<a xmlns='urn:u' xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:schemaLocation='urn:u URL/a.xsd'/>",
        "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='URL/x' parse='text'/></a>",
        "<?xml-stylesheet type='text/xsl' href='URL/x.xsl'?><a/>",
        "<a xml:base='URL/'/>",
    };
    const auto folder = std::filesystem::temp_directory_path() / ("haven-xml-hostile-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    std::ofstream(folder / "a.xsd") << "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' "
                                       "type='xs:anyType'/></xs:schema>";
    const auto schema = Schema::load(folder, "a.xsd");
    std::filesystem::remove_all(folder);
    ASSERT_TRUE(schema);
    Reader plain;
    Reader validating(schema->get());
    for (const auto& part : parts) {
        for (const auto& url : {bait.url, bait.file_url}) {
            const auto message = test::replaced(part, "URL", "/'", url);
            EXPECT_EQ(test::told(plain, message).find("the secret"), std::string::npos);
            EXPECT_EQ(test::told(validating, message).find("the secret"), std::string::npos);
            EXPECT_EQ(test::told(message).find("no DOCTYPE") != std::string::npos, part.starts_with("<!DOCTYPE"));
        }
    }
    EXPECT_FALSE(bait.taken());
    bait.bite();
    EXPECT_TRUE(bait.taken());  // it would have shown
}

TEST(HostileXml, ADoctypeIsRefusedInEveryDisguise) {
    using namespace std::string_literals;
    const std::string doctype = "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>";
    EXPECT_THAT(refusal(doctype), HasSubstr("expected no DOCTYPE"));
    EXPECT_THAT(refusal("\xef\xbb\xbf<?xml version='1.0'?>\n<!--x--><?p?>\n" + doctype), HasSubstr("no DOCTYPE"));
    EXPECT_NE(refusal("<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADwAIQ-DOCTYPE a+AFs-+ADwAIQ-ENTITY b +ACI-c+ACIAPg-"
                      "+AF0APg-+ADw-a+AD4AJg-b+ADsAPA-/a+AD4-"),
              "");
    for (const char order : {'<', '>'}) {
        std::string wide = order == '<' ? "\xff\xfe"s : "\xfe\xff"s;
        for (const char c : doctype) { wide += order == '<' ? std::string{c, '\0'} : std::string{'\0', c}; }
        EXPECT_NE(refusal(wide), "");
        EXPECT_NE(refusal(wide.substr(2)), "");
    }
    EXPECT_NE(refusal("<a><!DOCTYPE a></a>"), "");
    EXPECT_NE(refusal("<a/><!DOCTYPE a>"), "");
    EXPECT_NE(refusal("<!doctype a><a/>"), "");
}

TEST(HostileXml, BombsOfEntitiesDoNotGoOff) {
    std::string laughs = "<!DOCTYPE l [<!ENTITY l0 'lol'>";
    for (int i = 1; i < 10; ++i) {
        laughs += "<!ENTITY l" + std::to_string(i) + " '";
        for (int k = 0; k < 10; ++k) { laughs += "&l" + std::to_string(i - 1) + ";"; }
        laughs += "'>";
    }
    EXPECT_THAT(refusal(laughs + "]><l>&l9;</l>"), HasSubstr("expected no DOCTYPE"));
    std::string quadratic = "<!DOCTYPE q [<!ENTITY a '" + std::string(50'000, 'a') + "'>]><q>";
    for (int i = 0; i < 50'000; ++i) { quadratic += "&a;"; }
    EXPECT_THAT(refusal(quadratic + "</q>"), HasSubstr("expected no DOCTYPE"));
    EXPECT_THAT(refusal("<!DOCTYPE p [<!ENTITY % a '<!ENTITY b \"c\">'>%a;]><p>&b;</p>"), HasSubstr("no DOCTYPE"));
}

/// Reads an endless message and says after how many bytes it was refused; none is let to its end.
struct Endless {
    std::string error;
    std::size_t bytes;
};
Endless endless(const std::string& front, const std::function<std::string(std::size_t)>& part,
                const Schema* schema = nullptr, Limits limits = {}) {
    MadeSource source(front, part, 1'000'000'000, "");
    Counted events;
    Reader reader(schema, limits);
    const auto read = reader.read(source, events);
    return {read ? "" : read.error().message(), source.bytes};
}

TEST(HostileXml, NestingIsRefusedBeforeItGrowsSlow) {
    const auto met = endless("", [](auto) { return std::string("<a>"); });
    EXPECT_THAT(met.error, HasSubstr("expected at most 64 levels"));
    EXPECT_LT(met.bytes, 100'000U);
}

// Whatever has no end is refused once the parser holds its limit.
TEST(HostileXml, EndlessPartsAreRefused) {
    Limits limits;
    limits.parser_bytes = 4 << 20;
    const auto filler = [](auto) { return std::string(4096, 'x'); };
    const auto numbered = [](const char* before, const char* after) {
        return [=](std::size_t i) { return before + std::to_string(i) + after; };
    };
    const std::pair<std::string, std::function<std::string(std::size_t)>> cases[] = {
        {"<", filler},
        {"<a ", filler},
        {"<a k='", filler},
        {"<a xmlns='", filler},
        {"<a><!--", filler},
        {"<a><?p ", filler},
        {"<a><![CDATA[", filler},
        {"<a>", filler},
        {"<a></a", filler},
        {"<a>&", filler},
        {"<?xml version='1.0' ", filler},
        {"<a>", numbered("<n", "/>")},            // names
        {"<a>", numbered("<n xmlns='u", "'/>")},  // namespaces
        {"<a>", numbered("<n xmlns:p", "='u'/>")},
        {"<a>", [](auto) { return "<!--" + std::string(100, 'x') + "--> "; }},
    };
    for (const auto& [front, part] : cases) {
        limits.text_bytes = 1 << 20;
        limits.bytes = 16 << 20;
        const auto met = endless(front, part, nullptr, limits);
        EXPECT_NE(met.error, "") << front;
        EXPECT_LE(met.bytes, (16U << 20) + 100'000) << front;
    }
}

TEST(HostileXml, ManyAttributesAreRefusedEarly) {
    const auto attributes = endless("<a ", [](std::size_t i) { return "a" + std::to_string(i) + "='1' "; });
    EXPECT_THAT(attributes.error, HasSubstr("attributes"));
    EXPECT_LT(attributes.bytes, 300'000U);
    // Prefixes are looked up one by one: 32,000 of them in one tag took 9 s.
    const auto prefixes = endless("<a ", [](std::size_t i) {
        const auto n = std::to_string(i);
        return "xmlns:p" + n + "='u" + n + "' p" + n + ":x='' ";
    });
    EXPECT_THAT(prefixes.error, HasSubstr("attributes"));
    EXPECT_LT(prefixes.bytes, 300'000U);
}

TEST(HostileXml, NamesOutsideTheSchemaAreRefusedBeforeTheyGrowSlow) {
    const auto folder = std::filesystem::temp_directory_path() / ("haven-xml-names-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    std::ofstream(folder / "a.xsd") << "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a'>"
                                       "<xs:complexType><xs:sequence><xs:element name='b' maxOccurs='unbounded'/>"
                                       "</xs:sequence></xs:complexType></xs:element></xs:schema>";
    const auto schema = Schema::load(folder, "a.xsd");
    std::filesystem::remove_all(folder);
    ASSERT_TRUE(schema);
    const std::function<std::string(std::size_t)> parts[] = {
        [](std::size_t i) { return "<n" + std::to_string(i) + "/>"; },
        [](std::size_t i) { return "<n xmlns='u" + std::to_string(i) + "'/>"; }};
    for (const auto& part : parts) {
        const auto met = endless("<a>", part, schema->get());
        EXPECT_THAT(met.error, HasSubstr("names that the schema does not declare"));
        EXPECT_LT(met.bytes, 200'000U);
    }
}

// A parser keeps room for as many attributes as it has met: each message could be let to have a few more.
TEST(HostileXml, RefusalsInARowDoNotLetMoreThrough) {
    Reader reader;
    const auto attribute = [](std::size_t i) { return "a" + std::to_string(i) + "='' "; };
    for (std::size_t n = 1000; n <= 60'000; n += 1000) {
        MadeSource source("<a ", attribute, n, "/>");
        Counted events;
        EXPECT_FALSE(reader.read(source, events)) << n;
    }
    MadeSource source("<a ", attribute, 1'000'000'000, "/>");
    Counted events;
    EXPECT_FALSE(reader.read(source, events));
    EXPECT_LT(source.bytes, 300'000U);
    EXPECT_EQ(test::told(reader, "<a/>"), "<a></>");
}

}  // namespace
}  // namespace haven::xml
