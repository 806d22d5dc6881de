#include "core/xml/reader.h"

#include <gmock/gmock.h>

#include "core/base/encoding.h"
#include "tests/core/xml/told.h"

namespace haven::xml {
namespace {

using test::refusal;
using test::told;
using ::testing::HasSubstr;

TEST(XmlReader, TellsElementsAttributesAndTextInTheirOrder) {
    EXPECT_EQ(told("<a k='v' l=\"w\">x<b/>y</a>"), "<a @k=v @l=w>x<b></>y</>");
    EXPECT_EQ(told("<?xml version='1.0'?><!-- c --><a/><?p i?>\n"), "<a></>");
}

TEST(XmlReader, ResolvesNamespacesAndKeepsXmlsOwnAttributesToItself) {
    EXPECT_EQ(told("<n:a xmlns:n='urn:n' xmlns='urn:d' n:k='1' k='2'><b/></n:a>"),
              "<{urn:n}a @{urn:n}k=1 @k=2><{urn:d}b></></>");
    EXPECT_EQ(told("<a xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true' i:type='t' "
                   "i:schemaLocation='urn:x x.xsd' k='1'/>"),
              "<a @k=1 nil></>");
    EXPECT_EQ(told("<a xml:lang='en-GB'/>"), "<a @{http://www.w3.org/XML/1998/namespace}lang=en-GB></>");
}

TEST(XmlReader, TakesNilOnlyWhereItIsTrueAndXsi) {
    const std::string xsi = "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' ";
    EXPECT_EQ(told(xsi + "xsi:nil='1'/>"), "<a nil></>");
    EXPECT_EQ(told(xsi + "xsi:nil='false'/>"), "<a></>");
    EXPECT_EQ(told(xsi + "nil='true'/>"), "<a @nil=true></>");
    EXPECT_EQ(told("<a xmlns:xsi='urn:other' xsi:nil='true'/>"), "<a @{urn:other}nil=true></>");
}

TEST(XmlReader, DeliversTextAsUtf8WithLineFeedsAndXmlsOwnEntities) {
    EXPECT_EQ(told("<a>Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x8f\xa0</a>"),
              "<a>Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x8f\xa0</>");
    EXPECT_EQ(told("<a>\r\n1\r2\n</a>"), "<a>\n1\n2\n</>");
    EXPECT_EQ(told("<a k='&lt;&#9;&#x1F3E0;'>&amp;&lt;&gt;&quot;&apos;&#13;</a>"),
              "<a @k=<\t\xf0\x9f\x8f\xa0>&<>\"'\r</>");
    EXPECT_EQ(told("<a>x<![CDATA[<b>&amp;]]>y</a>"), "<a>x<b>&amp;y</>");
}

TEST(XmlReader, TellsTheSameHoweverTheBytesArrive) {
    Reader reader;
    std::string text;
    for (int i = 0; i < 30'000; ++i) { text += i % 7 == 0 ? "\xf0\x9f\x8f\xa0" : "x"; }  // pairs cut at any place
    const std::string message = "<a k='\xe2\x82\xac'>" + text + "<b/>&amp;</a>";
    const auto whole = told(reader, message);
    EXPECT_THAT(whole, HasSubstr(text));
    EXPECT_TRUE(is_utf8(whole));
    for (const std::size_t piece : {1, 2, 3, 7, 4096}) { EXPECT_EQ(told(reader, message, piece), whole) << piece; }
}

TEST(XmlReader, KeepsACharacterWholeWhereverALongTextIsCut) {
    Reader reader;
    for (std::size_t before = 0; before < 4; ++before) {
        std::string text(before, 'x');
        for (int i = 0; i < 40'000; ++i) { text += "\xf0\x9f\x8f\xa0"; }
        EXPECT_EQ(told(reader, "<a>" + text + "</a>"), "<a>" + text + "</>") << before;
    }
}

TEST(XmlReader, SaysTheLineAndColumnOfWhatItMet) {
    class Lines : public test::Told {
        Result<void> start(const Element& element) override {
            lines.push_back(element.line);
            return {};
        }

    public:
        std::vector<std::int64_t> lines;
    } events;
    MemorySource source("<a>\n  <b\n  k='1'/>\r\n<c/></a>");
    ASSERT_TRUE(Reader().read(source, events));
    EXPECT_EQ(events.lines, (std::vector<std::int64_t>{1, 3, 4}));
    EXPECT_EQ(refusal("<a>\n\n  <b></a>"), "line 3: column 8: expected the end tag of the open element");
}

TEST(XmlReader, SaysWhatItExpectedAndNeverWhatItGot) {
    const std::pair<const char*, const char*> cases[] = {
        {"<secret", "expected more: the document ends too early"},
        {"<secret k='1' <b/>", "expected the end of the start tag"},
        {"<secret>", "expected the end tags of all open elements"},
        {"<secret></other>", "expected the end tag of the open element"},
        {"<secret/>x", "expected the root element and nothing else"},
        {"<secret/><secret/>", "expected the root element and nothing else"},
        {"secret", "expected an XML document"},
        {"<!-- secret -->", "expected an XML document"},
        {"<a secret='1' secret='2'/>", "expected each attribute of an element once"},
        {"<a secret/>", "expected = after the name of an attribute"},
        {"<a secret=1/>", "expected the value of an attribute in quotes"},
        {"<a secret='<'/>", "expected &lt; for < in an attribute"},
        {"<a>&secret;</a>", "expected no entity but XML's own five"},
        {"<a>secret & more</a>", "expected &amp; for & in text"},
        {"<a>&#0;</a>", "expected the number of a character that XML 1.0 allows"},
        {"<a>&#xD800;</a>", "expected the number of a character that XML 1.0 allows"},
        {"<a>secret\x01</a>", "expected only characters that XML 1.0 allows"},
        {"<a>secret\xff</a>", "expected UTF-8"},
        {"<a>secret]]></a>", "expected ]]&gt; for ]]> in text"},
        {"<secret:a/>", "expected a namespace prefix that is declared"},
        {"<a secret:b='1'/>", "expected a namespace prefix that is declared"},
        {"<a><![CDATA[secret</a>", "expected the end of a CDATA section"},
        {"<a><!-- secret</a>", "expected the end of a comment"},
        {"<a><!-- secret -- --></a>", "expected no -- in a comment"},
        {" <?xml version='1.0'?><secret/>", "expected the XML declaration at the very start"},
        {"<?xml version='1.1'?><secret/>", "expected XML 1.0"},
        {"<?xml version='1.0' encoding='secret'?><a/>", "expected the encoding that the message is in"},
        {"<!DOCTYPE secret><secret/>", "expected no DOCTYPE"},
    };
    for (const auto& [message, expected] : cases) {
        EXPECT_THAT(refusal(message), HasSubstr(expected)) << message;
        EXPECT_EQ(refusal(message).find("secret"), std::string::npos) << message;
    }
}

TEST(XmlReader, NeverTakesAPartForTheWhole) {
    const std::string message =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c --><n:a xmlns:n='urn:n' k='&lt;'>\n<b>t\xc3\xab</b>"
        "<![CDATA[x]]><?p i?>&#65;<c/></n:a>";
    Reader reader;
    for (std::size_t size = 0; size < message.size(); ++size) {
        EXPECT_THAT(told(reader, message.substr(0, size)), HasSubstr("; ")) << size;
    }
    EXPECT_EQ(told(reader, message), "<{urn:n}a @k=<>\n<b>t\xc3\xab</>xA<c></></>");
}

TEST(XmlReader, RefusesABadMessageAndReadsTheNext) {
    Reader reader;
    for (int i = 0; i < 50; ++i) {
        EXPECT_THAT(told(reader, "<a><b x='1'><c>"), HasSubstr("; "));
        EXPECT_THAT(told(reader, "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), HasSubstr("; "));
        EXPECT_EQ(told(reader, "<a>1</a>"), "<a>1</>");
    }
}

TEST(XmlReader, TakesUtf8AndItsPartAsciiOnly) {
    for (const char* name : {"UTF-8", "utf-8", "US-ASCII"}) {
        EXPECT_EQ(told("<?xml version='1.0' encoding='" + std::string(name) + "'?><a/>"), "<a></>") << name;
    }
    EXPECT_EQ(told("\xef\xbb\xbf<a/>"), "<a></>");
    for (const char* name : {"ISO-8859-1", "windows-1252", "UTF-7", "UTF-16", "UTF-16LE", "UCS-4", "EBCDIC-CP-US",
                             "ibm1140", "x", "UTF-8 "}) {
        EXPECT_NE(refusal("<?xml version='1.0' encoding='" + std::string(name) + "'?><a/>"), "") << name;
    }
    using namespace std::string_literals;
    EXPECT_NE(refusal("\xff\xfe<\0a\0/\0>\0"s), "");
    EXPECT_NE(refusal("\xfe\xff\0<\0a\0/\0>"s), "");
    EXPECT_NE(refusal("<\0a\0/\0>\0"s), "");
    EXPECT_NE(refusal("\0\0\0<\0\0\0a\0\0\0/\0\0\0>"s), "");
    EXPECT_NE(refusal("\x4c\x6f\xa7\x94\x93"), "");  // <?xml in EBCDIC
}

TEST(XmlReader, TakesTheNameOfTheEncodingThatTheSourceWasConvertedFromAndNoOther) {
    Reader reader;
    const auto read = [&](const std::string& named, std::string_view from) {
        return told(reader, "<?xml version='1.0' encoding='" + named + "'?><a>\xc3\xab</a>", 99, from);
    };
    EXPECT_EQ(read("Windows-1252", "windows-1252"), "<a>\xc3\xab</>");
    EXPECT_EQ(told(reader, "<a>\xc3\xab</a>", 99, "windows-1252"), "<a>\xc3\xab</>");
    EXPECT_THAT(read("UTF-8", "windows-1252"), HasSubstr("; "));
    EXPECT_THAT(read("ISO-8859-1", "windows-1252"), HasSubstr("; "));
    EXPECT_THAT(read("windows-1252", ""), HasSubstr("; "));
}

TEST(XmlReader, RefusesNulWhereverItStands) {
    const std::string whole = "<?xml version='1.0'?><a k='v'>text<!-- c --></a>\n";
    for (std::size_t at = 0; at <= whole.size(); ++at) {
        auto message = whole;
        message.insert(at, 1, '\0');
        EXPECT_NE(refusal(message), "") << at;
    }
    using namespace std::string_literals;
    EXPECT_NE(refusal("<a/>\0<!DOCTYPE a>"s), "");
}

TEST(XmlReader, EndsWhereTheEventsOrTheSourceSay) {
    class Refusing : public test::Told {
        Result<void> start(const Element& element) override {
            if (element.name == "stop") { return fail(Fault::conflict, "expected another"); }
            return Told::start(element);
        }
    } events;
    Reader reader;
    MemorySource source("<a><b/><stop/><c/></a>");
    const auto refused = reader.read(source, events);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::conflict);
    EXPECT_EQ(events.all, "<a><b></>");

    class Broken : public ByteSource {
        Result<std::size_t> read(std::span<char> into) override {
            if (sent_) { return fail(Fault::unreachable, "expected the disk"); }
            sent_ = true;
            return std::string_view("<a><b/>").copy(into.data(), into.size());
        }
        bool sent_ = false;
    } broken;
    test::Told nothing;
    const auto failed = reader.read(broken, nothing);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().fault, Fault::unreachable);
    EXPECT_EQ(told(reader, "<a/>"), "<a></>");
}

TEST(XmlReader, RefusesWhatIsOverALimitAndTakesWhatIsJustWithin) {
    Limits limits;
    limits.bytes = 60;
    limits.elements = 3;
    limits.depth = 2;
    limits.attributes = 2;
    limits.name_bytes = 4;
    limits.text_bytes = 5;
    Reader reader(nullptr, limits);
    EXPECT_EQ(told(reader, "<root k='12345' l=''><b>12345</b><c/></root>"), "<root @k=12345 @l=><b>12345</><c></></>");
    const std::pair<const char*, const char*> cases[] = {
        {"<a>                                                            </a>", "expected at most 60 bytes"},
        {"<a><b/><c/><d/></a>", "expected at most 3 elements"},
        {"<a><b><c/></b></a>", "expected at most 2 levels"},
        {"<a b='' c='' d=''/>", "expected at most 2 attributes in an element"},
        {"<roots/>", "expected at most 4 bytes in a name or an attribute"},
        {"<a roots=''/>", "expected at most 4 bytes in a name or an attribute"},
        {"<a b='123456'/>", "expected at most 5 bytes in a name or an attribute"},
        {"<a>123&#52;<![CDATA[56]]></a>", "expected at most 5 bytes of text between two tags"},
    };
    for (const auto& [message, expected] : cases) {
        EXPECT_THAT(told(reader, message), HasSubstr(expected)) << message;
    }
    MemorySource source("<a><b><c/></b></a>");
    test::Told events;
    EXPECT_EQ(reader.read(source, events).error().fault, Fault::too_large);
}

// Xerces would take each of these for the end of the document.
TEST(XmlReader, RefusesMalformedUtf8WhereverItStands) {
    const std::string_view sequences[] = {"\x80",
                                          "\xbf",
                                          "\xc0\xaf",
                                          "\xc1\xbf",
                                          "\xc3",
                                          "\xc3(",
                                          "\xe0\x80\xaf",
                                          "\xe2\x82",
                                          "\xe2\x82(",
                                          "\xed\xa0\x80",
                                          "\xed\xa0\x80\xed\xb0\x80",
                                          "\xf0\x80\x80\xaf",
                                          "\xf0\x9f\x8f",
                                          "\xf4\x90\x80\x80",
                                          "\xf5\x80\x80\x80",
                                          "\xf8\x88\x80\x80\x80",
                                          "\xfe",
                                          "\xff",
                                          "\xfe\xfe\xff\xff"};
    Reader reader;
    for (const auto bad : sequences) {
        for (const std::string_view whole : {"\n<a>text\xc3\xab</a>", "\n<a k='v'/>", "<?xml version='1.0'?>\n<a/>"}) {
            for (std::size_t at = whole.find('\n'); at <= whole.size(); ++at) {
                if (at < whole.size() && (whole[at] & 0xc0) == 0x80) { continue; }
                std::string message(whole);
                message.insert(at, bad);
                for (const std::size_t piece : {1, 5, 4096}) {
                    EXPECT_THAT(told(reader, message, piece), HasSubstr("expected UTF-8")) << to_hex(message);
                }
            }
        }
    }
    EXPECT_EQ(refusal("<a>\n\n<b>x\xff</b></a>"), "line 3: column 5: expected UTF-8");
    EXPECT_EQ(refusal("<a>\n\xf0\x9f\x8f\xa0\xff</a>"), "line 2: column 3: expected UTF-8");
}

TEST(XmlReader, TakesEveryCharacterThatXmlAllowsAndNoOther) {
    Reader reader;
    for (char32_t c = 1; c <= 0x10ffff; c = c < 0x3000 ? c + 1 : c + 37) {
        if (c >= 0xd800 && c < 0xe000) { continue; }
        std::string character;
        if (c < 0x80) {
            character = {static_cast<char>(c)};
        } else if (c < 0x800) {
            character = {static_cast<char>(0xc0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3f))};
        } else if (c < 0x10000) {
            character = {static_cast<char>(0xe0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3f)),
                         static_cast<char>(0x80 | (c & 0x3f))};
        } else {
            character = {static_cast<char>(0xf0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3f)),
                         static_cast<char>(0x80 | ((c >> 6) & 0x3f)), static_cast<char>(0x80 | (c & 0x3f))};
        }
        const bool allowed = c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0xfffe && c != 0xffff);
        if (c == '<' || c == '&' || c == '\r') { continue; }
        const auto all = told(reader, "<a>" + character + "</a>");
        EXPECT_EQ(all == "<a>" + character + "</>", allowed) << static_cast<std::uint32_t>(c);
    }
}

}  // namespace
}  // namespace haven::xml
