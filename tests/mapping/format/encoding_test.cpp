#include "mapping/format/encoding.h"

#include <gtest/gtest.h>

#include "core/base/encoding.h"
#include "tests/mapping/format/reading.h"

namespace haven {
namespace {

using namespace std::string_view_literals;

std::string decoded(std::string_view bytes, Encoding encoding, std::size_t piece_in, std::size_t piece_out) {
    test::PieceSource source(bytes, piece_in);
    TextSource text(source, encoding);
    std::string out;
    std::string piece(piece_out, '\0');
    while (true) {
        const auto got = text.read(piece);
        if (!got) { return "! " + got.error().message(); }
        if (*got == 0) { return out; }
        out.append(piece, 0, *got);
    }
}

std::string decoded(std::string_view bytes, Encoding encoding) {
    auto whole = decoded(bytes, encoding, 1 << 16, 1 << 16);
    for (const std::size_t piece : {1U, 2U, 3U, 5U}) {
        EXPECT_EQ(decoded(bytes, encoding, piece, 1 << 16), whole) << "in pieces of " << piece;
        EXPECT_EQ(decoded(bytes, encoding, 1 << 16, piece), whole) << "out in pieces of " << piece;
    }
    return whole;
}

TEST(TextSource, PassesUtf8AndRemovesItsMark) {
    EXPECT_EQ(decoded("Zo\xc3\xab", Encoding::utf8), "Zo\xc3\xab");
    EXPECT_EQ(decoded("\xef\xbb\xbf"
                      "CrimeRef",
                      Encoding::utf8),
              "CrimeRef");
    EXPECT_EQ(decoded("\xef\xbb\xbf", Encoding::utf8), "");
    EXPECT_EQ(decoded("a\xef\xbb\xbf"
                      "b",
                      Encoding::utf8),
              "a\xef\xbb\xbf"
              "b");
}

TEST(TextSource, LeavesIllFormedUtf8ToTheReader) {
    EXPECT_EQ(decoded("a\xff"
                      "b",
                      Encoding::utf8),
              "a\xff"
              "b");
}

TEST(TextSource, DecodesEachByteOfWindows1252) {
    std::string bytes = "....";
    for (int c = 0x80; c <= 0xFF; ++c) { bytes += static_cast<char>(c); }
    const auto text = decoded(bytes, Encoding::windows_1252);
    // As Python's codec "cp1252" decodes 0x80 to 0xA0; ff where it defines nothing.
    const std::string table =
        "e282acffe2809ac692e2809ee280a6e280a0e280a1cb86e280b0c5a0e280b9c592ffc5bdffffe28098e28099e2809ce2809de280a2"
        "e28093e28094cb9ce284a2c5a1e280bac593ffc5bec5b8c2a0";
    EXPECT_EQ(to_hex(text).substr(8, table.size()), table);
    EXPECT_TRUE(text.ends_with("\xc3\xbe\xc3\xbf"));
    EXPECT_EQ(decoded("O\x92"
                      "Brien \x80"
                      "5",
                      Encoding::windows_1252),
              "O\xe2\x80\x99"
              "Brien \xe2\x82\xac"
              "5");
}

TEST(TextSource, RefusesTheBytesThatLatin1LeavesToControls) {
    EXPECT_EQ(decoded("Zo\xeb \xa3", Encoding::latin_1), "Zo\xc3\xab \xc2\xa3");
    EXPECT_FALSE(
        is_utf8(decoded("O\x92"
                        "Brien",
                        Encoding::latin_1)));
    EXPECT_FALSE(is_utf8(decoded("text \x81", Encoding::windows_1252)));
}

TEST(TextSource, SaysWhatItGotInsteadOfText) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {""sv, "! expected text, got an empty message"},
        {"\xff\xfe"
         "a\0"sv,
         "! expected UTF-8, got UTF-16"},
        {"\xfe\xff\0a"sv, "! expected UTF-8, got UTF-16"},
        {"\xff\xfe"sv, "! expected UTF-8, got UTF-16"},
        {"a\0b\0"sv, "! expected text, got a NUL byte"},
        {"PK\x03\x04 rest"sv, "! expected text, got a ZIP or Excel file"},
        {"\xd0\xcf\x11\xe0\xa1\xb1"sv, "! expected text, got a ZIP or Excel file"},
    };
    for (const auto& [bytes, error] : cases) { EXPECT_EQ(decoded(bytes, Encoding::utf8), error) << to_hex(bytes); }
    EXPECT_EQ(decoded("\xef\xbb\xbf"
                      "a",
                      Encoding::windows_1252),
              "! expected the declared encoding, got a UTF-8 byte order mark");
}

}  // namespace
}  // namespace haven
