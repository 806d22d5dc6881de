#include <gtest/gtest.h>

#include <random>

#include "mapping/format/csv_reader.h"
#include "mapping/format/csv_writer.h"
#include "mapping/format/fixed_reader.h"
#include "mapping/format/fixed_writer.h"
#include "mapping/format/json_reader.h"
#include "mapping/format/json_writer.h"
#include "mapping/format/window.h"
#include "tests/mapping/format/reading.h"

// Generated documents and messages; each failure shows its seed.

namespace haven {
namespace {

using Kind = Document::Kind;

constexpr unsigned seeds = 2000;
const Vocabulary names = test::vocabulary({"a", "b b", "c\"c", "d,d", "Zo\xc3\xab", "f"});

class Dice {
public:
    explicit Dice(unsigned seed) : random_(seed) {}
    std::size_t below(std::size_t n) { return random_() % n; }
    template <class T, std::size_t N>
    const T& one_of(const T (&choices)[N]) {
        return choices[below(N)];
    }
    std::string text(std::size_t pieces) {
        static constexpr std::string_view choices[] = {"a",
                                                       "Zo\xc3\xab",
                                                       "\"",
                                                       "\"\"",
                                                       ",",
                                                       ";",
                                                       "\n",
                                                       "\r\n",
                                                       "\r",
                                                       "\t",
                                                       " ",
                                                       "\\",
                                                       "\\u0041",
                                                       "\xf0\x9f\x8f\xa0",
                                                       "=1",
                                                       "\x01",
                                                       "'",
                                                       "|",
                                                       "0123456789abcdef"};
        std::string out;
        for (std::size_t i = 0; i < pieces; ++i) { out += one_of(choices); }
        return out;
    }

private:
    std::mt19937 random_;
};

void grow(Document& document, Document::Index at, Dice& dice, std::size_t depth) {
    static constexpr Kind kinds[] = {Kind::branch, Kind::list, Kind::text, Kind::number, Kind::boolean, Kind::null};
    static constexpr std::string_view numbers[] = {"0", "-1", "1.50", "1e9", "18446744073709551615"};
    const bool object = document.node(at).kind == Kind::branch;
    for (NameId id = 1; id < names.size(); ++id) {
        if (dice.below(2) == 0) { continue; }
        const auto kind = dice.one_of(kinds);
        if (depth > 5 && (kind == Kind::branch || kind == Kind::list)) { continue; }
        const auto node = document.add(at, object ? id : undeclared, kind);
        if (kind == Kind::text) { document.append_text(node, dice.text(dice.below(6))); }
        if (kind == Kind::number) { document.append_text(node, dice.one_of(numbers)); }
        if (kind == Kind::boolean) { document.append_text(node, dice.below(2) == 0 ? "true" : "false"); }
        if (kind == Kind::branch || kind == Kind::list) { grow(document, node, dice, depth + 1); }
    }
}

TEST(JsonLaw, WhatIsWrittenIsReadAsItWas) {
    for (unsigned seed = 0; seed < seeds; ++seed) {
        Dice dice(seed);
        Document document;
        grow(document, Document::root, dice, 1);
        const auto expected = test::shown(document, names);
        for (const auto layout : {JsonLayout::compact, JsonLayout::indented}) {
            std::string text;
            ASSERT_TRUE(JsonWriter(names, layout).write(document, text).has_value()) << seed;
            JsonReader reader(names, {});
            const auto all = test::read_all(reader, text, names, 1 + dice.below(40));
            ASSERT_EQ(all.error, "") << seed;
            ASSERT_EQ(all.records, (std::vector<std::string>{expected})) << seed;
        }
    }
}

// A row of plain texts, as CSV and fixed-width text can hold.
Document row(Dice& dice, const std::vector<NameId>& columns, bool one_line) {
    Document document;
    for (const auto column : columns) {
        auto text = dice.text(dice.below(4));
        if (one_line) {
            std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
            while (text.ends_with(' ')) { text.pop_back(); }
        }
        if (!text.empty()) { document.append_text(document.add(0, column, Kind::text), text); }
    }
    return document;
}

TEST(CsvLaw, WhatIsWrittenIsReadAsItWas) {
    for (unsigned seed = 0; seed < seeds; ++seed) {
        Dice dice(seed);
        static constexpr CsvSeparator separators[] = {CsvSeparator::comma, CsvSeparator::semicolon, CsvSeparator::tab,
                                                      CsvSeparator::pipe};
        CsvShape shape;
        shape.separator = dice.one_of(separators);
        CsvWriter writer(names, shape.separator, {4, 2, 1, 3, 5, 6});
        std::string text;
        writer.header(text);
        std::vector<std::string> expected;
        for (std::size_t rows = dice.below(5); rows > 0; --rows) {
            const auto document = row(dice, {4, 2, 1, 3, 5, 6}, false);
            ASSERT_TRUE(writer.row(document, text).has_value());
            if (document.size() > 1) { expected.push_back(test::shown(document, names)); }
        }
        CsvReader reader(names, shape);
        const auto all = test::read_all(reader, text, names, 1 + dice.below(40));
        ASSERT_EQ(all.error, "") << seed;
        ASSERT_EQ(all.records, expected) << seed << '\n' << text;
    }
}

TEST(FixedLaw, WhatIsWrittenIsReadAsItWas) {
    const auto layout = *FixedLayout::make({{1, 1, 64}, {2, 66, 64}, {5, 140, 64}});
    for (unsigned seed = 0; seed < seeds; ++seed) {
        Dice dice(seed);
        const auto document = row(dice, {1, 2, 5}, true);
        std::string text;
        ASSERT_TRUE(FixedWriter(names, layout).row(document, text).has_value()) << seed;
        FixedReader reader(layout, Encoding::utf8);
        const auto all = test::read_all(reader, text, names, 1 + dice.below(40));
        ASSERT_EQ(all.error, "") << seed;
        if (document.size() > 1) {
            ASSERT_EQ(all.records, (std::vector<std::string>{test::shown(document, names)})) << seed;
        }
    }
}

// Messages made of the pieces that matter to a format, mostly broken.
std::string garbled(Dice& dice) {
    static constexpr std::string_view choices[] = {
        "a,b\n", "\"",      ",",      "\n",    "\r",   "\r\n", "\"\"",         "x",  "[",    "]",
        "{",     "}",       "\"a\":", "\"f\"", "1",    "-",    ".5",           "e9", "true", "null",
        "\\u00", "\\ud83c", "\\",     "\xff",  "\xc3", "\xab", "\xef\xbb\xbf", " ",  "//",   "[{\"a\":1},"};
    std::string out;
    for (std::size_t i = dice.below(30); i > 0; --i) { out += dice.one_of(choices); }
    return out;
}

// Where in its line a JSON error stands is known only nearly, and is no part of the law.
test::Read without_columns(test::Read read) {
    const auto cut = [](std::string& text) {
        const auto at = text.find("column ");
        if (at != text.npos) { text.erase(at, text.find(": ", at) - at); }
    };
    std::for_each(read.records.begin(), read.records.end(), cut);
    cut(read.error);
    return read;
}

TEST(PiecesLaw, TheSizeOfThePiecesNeverMatters) {
    const auto columns = test::vocabulary({"a", "b", "f"});
    CsvShape no_header;
    no_header.header_rows = 0;
    no_header.columns = {1, 2};
    CsvShape optional;
    optional.optional = {1, 2, 3};
    JsonShape lines;
    lines.lines = true;
    JsonShape path;
    path.record_path = {1};
    CsvReader csv(columns, no_header);
    CsvReader csv_header(columns, optional);
    JsonReader json(columns, {});
    JsonReader json_lines(columns, lines);
    JsonReader json_path(columns, path);
    FixedReader fixed(*FixedLayout::make({{1, 1, 3}, {2, 6, 2}}), Encoding::windows_1252);
    int read = 0;
    for (unsigned seed = 0; seed < seeds * 2; ++seed) {
        Dice dice(seed);
        const auto text = garbled(dice);
        for (FormatReader* reader : {static_cast<FormatReader*>(&csv), static_cast<FormatReader*>(&csv_header),
                                     static_cast<FormatReader*>(&json), static_cast<FormatReader*>(&json_lines),
                                     static_cast<FormatReader*>(&json_path), static_cast<FormatReader*>(&fixed)}) {
            const auto whole = without_columns(test::read_all(*reader, text, columns));
            const auto bytes = without_columns(test::read_all(*reader, text, columns, 1));
            const auto some = without_columns(test::read_all(*reader, text, columns, 1 + dice.below(9)));
            ASSERT_EQ(bytes, whole) << seed << '\n' << text;
            ASSERT_EQ(some, whole) << seed << '\n' << text;
            read += whole.good() && !whole.records.empty() ? 1 : 0;
        }
    }
    EXPECT_GT(read, 200);  // not everything that is tried is refused
}

// A long first line moves what follows across the end of the readers' window; a short one does not.
TEST(WindowLaw, WhereTheWindowEndsNeverMatters) {
    const auto columns = test::vocabulary({"a", "b"});
    CsvShape no_header;
    no_header.header_rows = 0;
    no_header.columns = {1, 2};
    JsonShape lines;
    lines.lines = true;
    CsvReader csv(columns, no_header);
    JsonReader json(columns, lines);
    FixedReader fixed(*FixedLayout::make({{1, 1, 3}, {2, 6, 2}}), Encoding::utf8);
    std::size_t compared = 0;
    for (unsigned seed = 0; seed < seeds / 2; ++seed) {
        Dice dice(seed);
        const auto text = garbled(dice);
        const auto across = dice.below(text.size() + 1);
        const auto long_line = std::string(Window::piece_bytes - 1 - across, 'x') + "\n";
        for (FormatReader* reader : {static_cast<FormatReader*>(&csv), static_cast<FormatReader*>(&json),
                                     static_cast<FormatReader*>(&fixed)}) {
            auto near = test::read_all(*reader, "x\n" + text, columns);
            auto far = test::read_all(*reader, long_line + text, columns);
            ASSERT_FALSE(near.records.empty() || far.records.empty()) << seed;
            near.records.erase(near.records.begin());
            far.records.erase(far.records.begin());
            ASSERT_EQ(far, near) << seed << '\n' << text;
            compared += near.records.size();
        }
    }
    EXPECT_GT(compared, 1000U);
}

}  // namespace
}  // namespace haven
