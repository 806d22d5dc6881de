#include "mapping/format/xml_writer.h"

#include <gmock/gmock.h>

#include <random>

#include "core/base/limits.h"
#include "mapping/format/xml_reader.h"
#include "tests/mapping/format/xml_shown.h"

namespace haven {
namespace {

using Kind = Document::Kind;
using test::read_nodes;

const Vocabulary names = test::vocabulary({"a", "b", "c", "@k", "@l", "{urn:n}a", "{urn:n}@k", "{urn:d}a", "{urn:x}a",
                                           "no name", "@1", "exports", "Zo\xc3\xab"});
const NameId a = names.find("a");
const NameId b = names.find("b");
const NameId k = names.find("@k");

Document::Index add(Document& document, Document::Index at, NameId name, std::string_view text = {}) {
    const auto node = document.add(at, name, Kind::text);
    document.append_text(node, text);
    return node;
}

std::string written(const Document& document, const XmlForm& form = {}) {
    std::string out = "before ";
    const auto done = XmlWriter(names, form).write(document, out);
    if (done) { return out.substr(7); }
    EXPECT_EQ(out, "before ");
    return "! " + done.error().message();
}

constexpr std::string_view front = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

std::string body(const Document& document, const XmlForm& form = {}) {
    const auto all = written(document, form);
    return all.starts_with(front) ? all.substr(front.size()) : all;
}

Document rooted(NameId name) {
    Document document;
    document.set_name(Document::root, name);
    return document;
}

TEST(XmlWriter, WritesElementsInOrderAndAttributesFirst) {
    auto document = rooted(a);
    add(document, 0, b, "1");
    add(document, 0, k, "v");
    add(document, 0, names.find("c"));
    add(document, 0, b, "2");
    EXPECT_EQ(written(document), std::string(front) + "<a k=\"v\"><b>1</b><c/><b>2</b></a>");
}

TEST(XmlWriter, IndentsByTwoSpacesAndNeverWithinText) {
    auto document = rooted(a);
    add(document, 0, b, "1\n2");
    add(document, document.add(0, b, Kind::branch), names.find("c"), " ");
    EXPECT_EQ(written(document, {.layout = XmlLayout::indented}),
              std::string(front) + "<a>\n  <b>1\n2</b>\n  <b>\n    <c> </c>\n  </b>\n</a>\n");
}

TEST(XmlWriter, WritesListsUnderTheirOwnNameAndOtherKindsAsText) {
    auto document = rooted(a);
    const auto list = document.add(0, b, Kind::list);
    add(document, list, undeclared, "1");
    document.append_text(document.add(list, undeclared, Kind::number), "2.50");
    add(document, document.add(list, undeclared, Kind::branch), names.find("c"), "x");
    document.append_text(document.add(0, names.find("c"), Kind::boolean), "true");
    document.add(0, b, Kind::list);
    EXPECT_EQ(body(document), "<a><b>1</b><b>2.50</b><b><c>x</c></b><c>true</c></a>");
}

TEST(XmlWriter, WritesNullAsNil) {
    auto document = rooted(a);
    document.add(0, b, Kind::null);
    EXPECT_EQ(body(document), "<a><b xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/></a>");
}

TEST(XmlWriter, DeclaresItsPrefixesOnTheRoot) {
    auto document = rooted(names.find("{urn:n}a"));
    add(document, 0, names.find("{urn:n}@k"), "1");
    add(document, 0, k, "2");
    add(document, 0, names.find("{urn:d}a"));
    EXPECT_EQ(body(document, {.prefixes = {{"n", "urn:n"}, {"", "urn:d"}}}),
              "<n:a xmlns:n=\"urn:n\" xmlns=\"urn:d\" n:k=\"1\" k=\"2\"><a/></n:a>");
    EXPECT_EQ(body(document, {.prefixes = {{"n", "urn:n"}}}),
              "! {urn:d}a: expected a declared name, its namespace with a prefix");
    auto bare = rooted(a);
    EXPECT_EQ(body(bare, {.prefixes = {{"", "urn:d"}}}), "! a: expected a declared name, its namespace with a prefix");
    auto attribute = rooted(names.find("{urn:n}a"));
    add(attribute, 0, names.find("{urn:n}@k"), "1");
    EXPECT_THAT(body(attribute, {.prefixes = {{"", "urn:n"}}}), ::testing::HasSubstr("! {urn:n}@k: expected"));
}

TEST(XmlWriter, StandsTheRecordUnderItsPath) {
    auto document = rooted(undeclared);
    add(document, 0, b, "1");
    const std::vector<NameId> path = {names.find("exports"), names.find("c"), a};
    EXPECT_EQ(body(document, {.record_path = path, .prefixes = {{"n", "urn:n"}}}),
              "<exports xmlns:n=\"urn:n\"><c><a><b>1</b></a></c></exports>");
    EXPECT_EQ(body(document, {.record_path = path, .layout = XmlLayout::indented}),
              "<exports>\n  <c>\n    <a>\n      <b>1</b>\n    </a>\n  </c>\n</exports>\n");
}

TEST(XmlWriter, EscapesWhatWouldBeReadAsSomethingElse) {
    auto document = rooted(a);
    add(document, 0, k, "<&>\"'\t\n\r ");
    add(document, 0, b, "<&>\"'\t\n\r ]]>");
    EXPECT_EQ(body(document),
              "<a k=\"&lt;&amp;&gt;&quot;'&#9;&#10;&#13; \"><b>&lt;&amp;&gt;\"'\t\n&#13; ]]&gt;</b></a>");
}

TEST(XmlWriter, RefusesCharactersThatXmlCannotCarry) {
    using namespace std::string_view_literals;
    for (const auto bad : {"\0"sv, "\x01"sv, "\x1f"sv, "x\x0b"sv, "\xff"sv, "\xed\xa0\x80"sv, "\xef\xbf\xbe"sv,
                           "\xef\xbf\xbf"sv, "\xc3"sv}) {
        for (const auto name : {b, k}) {
            auto document = rooted(a);
            add(document, 0, name, bad);
            EXPECT_EQ(body(document),
                      "! " + std::string(names.key(name)) + ": expected only characters that XML 1.0 allows");
        }
    }
    auto list = rooted(a);
    add(list, list.add(0, b, Kind::list), undeclared, "\x01");
    EXPECT_EQ(body(list), "! b: expected only characters that XML 1.0 allows");
    auto fine = rooted(a);
    add(fine, 0, b, "\t\xc2\x80\xef\xbf\xbd\xf4\x8f\xbf\xbf");
    EXPECT_THAT(body(fine), ::testing::StartsWith("<a>"));
}

TEST(XmlWriter, RefusesWhatHasNoPlaceInXml) {
    const auto refused = [](const auto& fill, const char* expected) {
        auto document = rooted(a);
        fill(document);
        EXPECT_EQ(body(document), expected);
    };
    refused([](auto& d) { add(d, 0, undeclared, "1"); }, "! expected a declared name, its namespace with a prefix");
    refused([](auto& d) { add(d, 0, names.find("no name"), "1"); },
            "! no name: expected a declared name, its namespace with a prefix");
    refused([](auto& d) { add(d, 0, names.find("@1"), "1"); },
            "! @1: expected a declared name, its namespace with a prefix");
    refused([](auto& d) { add(d, 0, k, "1"), add(d, 0, k, "1"); }, "! @k: expected each attribute once");
    refused([](auto& d) { d.add(0, k, Kind::null); }, "! @k: expected a text in an attribute");
    refused([](auto& d) { d.add(0, k, Kind::list); }, "! @k: expected a text in an attribute");
    refused([](auto& d) { add(d, d.add(d.add(0, b, Kind::list), undeclared, Kind::list), undeclared); },
            "! b: expected no list directly within a list");
    refused([](auto& d) { add(d, d.add(0, b, Kind::null), a); }, "! b: expected no content in a null");
    refused([](auto& d) { d.set_name(0, k); }, "! @k: expected an element here, not an attribute");
    refused([](auto& d) { d.set_name(0, undeclared); }, "! expected a declared name, its namespace with a prefix");
    auto deep = rooted(a);
    auto at = Document::root;
    for (std::size_t i = 1; i < limits::depth_max; ++i) { at = deep.add(at, b, Kind::branch); }
    EXPECT_THAT(body(deep), ::testing::StartsWith("<a>"));
    deep.add(at, b, Kind::text);
    EXPECT_EQ(body(deep), "! b: expected at most 64 levels");
}

// Generated documents; each failure shows its seed.

class Dice {
public:
    explicit Dice(unsigned seed) : random_(seed) {}
    std::size_t below(std::size_t n) { return random_() % n; }
    std::string text() {
        static constexpr std::string_view pieces[] = {"a",        "Zo\xc3\xab",
                                                      "\"",       "'",
                                                      "<",        ">",
                                                      "&",        "&amp;",
                                                      "]]>",      "<![CDATA[",
                                                      "\n",       "\r",
                                                      "\r\n",     "\t",
                                                      "  ",       "\xf0\x9f\x8f\xa0",
                                                      "\xc2\x85", "\xe2\x80\xa8",
                                                      "--",       "0123456789abcdef"};
        std::string out;
        for (auto n = below(6); n > 0; --n) { out += pieces[below(std::size(pieces))]; }
        return out;
    }

private:
    std::mt19937 random_;
};

/// Text as an element may hold beside other elements: without white space around it.
std::string beside(std::string text) {
    text.erase(0, text.find_first_not_of(" \t\r\n"));
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    return text;
}

/// Grows a document as XML is read: attributes, then elements; `lists` puts some elements into lists as well.
void grow(Document& document, Document::Index at, Dice& dice, int depth, bool lists) {
    static const NameId attributes[] = {k, names.find("@l"), names.find("{urn:n}@k")};
    static const NameId elements[] = {a, b, names.find("{urn:n}a"), names.find("{urn:x}a"), names.find("Zo\xc3\xab")};
    for (const auto name : attributes) {
        if (dice.below(4) == 0) { add(document, at, name, dice.text()); }
    }
    const auto kind = depth > 4 ? 1 + dice.below(2) : dice.below(3);
    if (kind == 0) {
        document.set_kind(at, Kind::branch);
        const auto text = beside(dice.text());
        if (dice.below(4) == 0) { document.append_text(at, text); }
        for (auto n = 1 + dice.below(4); n > 0; --n) {
            const auto name = elements[dice.below(std::size(elements))];
            const bool in_list = lists && dice.below(3) == 0;
            const auto above = in_list ? document.add(at, name, Kind::list) : at;
            for (auto items = in_list ? dice.below(3) : 1; items > 0; --items) {
                grow(document, document.add(above, in_list ? undeclared : name, Kind::text), dice, depth + 1, lists);
            }
        }
    } else if (kind == 1 || at == Document::root) {
        document.set_kind(at, Kind::text);
        document.append_text(at, dice.text());
    } else {
        document.set_kind(at, Kind::null);
    }
}

const XmlForm generous{.prefixes = {{"n", "urn:n"}, {"xx", "urn:x"}}};

TEST(XmlLaw, WhatIsWrittenIsReadAsItWas) {
    for (unsigned seed = 0; seed < 2000; ++seed) {
        Dice dice(seed);
        auto document = rooted(a);
        grow(document, Document::root, dice, 1, false);
        for (const auto layout : {XmlLayout::compact, XmlLayout::indented}) {
            auto form = generous;
            form.layout = layout;
            std::string text;
            ASSERT_TRUE(XmlWriter(names, form).write(document, text)) << seed;
            XmlReader reader(names, {});
            const auto all = read_nodes(reader, text, names, 1 + dice.below(40));
            ASSERT_EQ(all.error, "") << seed;
            ASSERT_EQ(all.records, std::vector{test::shown_nodes(document, names)}) << seed << "\n" << text;
        }
    }
}

TEST(XmlLaw, WritingWhatWasReadIsAFixedPointAlsoAfterLists) {
    for (unsigned seed = 0; seed < 2000; ++seed) {
        Dice dice(seed);
        auto document = rooted(a);
        grow(document, Document::root, dice, 1, true);
        std::string once;
        ASSERT_TRUE(XmlWriter(names, generous).write(document, once)) << seed;
        std::string twice;
        XmlReader reader(names, {});
        MemorySource source(once);
        ASSERT_TRUE(reader.read(source, [&](const ReadRecord& record) {
            return XmlWriter(names, generous).write(**record.document, twice);
        })) << seed;
        ASSERT_EQ(once, twice) << seed;
    }
}

}  // namespace
}  // namespace haven
