#include "core/catalogue/value.h"

#include <gtest/gtest.h>

#include <sstream>

#include "core/base/log.h"
#include "core/catalogue/field_type.h"

namespace haven {
namespace {

TEST(Value, DatesAreDaysThatExist) {
    EXPECT_TRUE(parse_date("2026-11-22"));
    EXPECT_TRUE(parse_date("2024-02-29"));
    for (const char* bad : {"2023-02-29", "2026-13-01", "2026-00-10", "0999-01-01", "26-11-22", "2026-11-2",
                            "2026/11/22", "2026-11-22 ", "2026-1a-22", ""}) {
        EXPECT_FALSE(parse_date(bad)) << bad;
    }
    EXPECT_EQ(date_text(*parse_date("2026-01-09")), "2026-01-09");
}

TEST(Value, InstantsAreUtcToTheMicrosecond) {
    const auto t = parse_instant("2026-11-22T17:40:00.5Z");
    ASSERT_TRUE(t);
    EXPECT_EQ(iso_text(*t), "2026-11-22T17:40:00.500000Z");
    for (const char* bad : {"2026-11-22T17:40:00", "2026-11-22T17:40:00+01:00", "2026-11-22T24:00:00Z",
                            "2026-11-22T17:60:00Z", "2026-11-22T17:40:00.Z", "2026-11-22T17:40:00.1234567Z", "Z"}) {
        EXPECT_FALSE(parse_instant(bad)) << bad;
    }
}

TEST(Value, IntegersHaveOneSpelling) {
    EXPECT_EQ(parse_integer("-12"), -12);
    EXPECT_EQ(parse_integer("9223372036854775807"), INT64_MAX);
    for (const char* bad : {"", "-", "+1", "01", "-0", "9223372036854775808", "1.0", " 1"}) {
        EXPECT_FALSE(parse_integer(bad)) << bad;
    }
    EXPECT_EQ(parse_decimal_floor("12.50"), 12);
    EXPECT_FALSE(parse_decimal_floor("12."));
}

TEST(Value, PhonesPostcodesUprnsAndMailboxes) {
    EXPECT_TRUE(is_e164("+447700900123"));
    for (const char* bad : {"07700900123", "+04477009001", "+44 7700 900123", "+1234567", "+12345678901234567"}) {
        EXPECT_EQ(is_e164(bad), std::string_view(bad) == "+1234567") << bad;
    }
    for (const char* good : {"ZZ99 3VZ", "M1 1AA", "EC1A 1BB", "W1A 0AX", "B33 8TH"}) {
        EXPECT_TRUE(is_postcode(good)) << good;
    }
    for (const char* bad : {"ZZ993VZ", "CR1 ABC", "CBC 123", "zz99 3vz", "1AA 1AA", "ZZ9999 3VZ"}) {
        EXPECT_FALSE(is_postcode(bad)) << bad;
    }
    EXPECT_TRUE(is_uprn("100023336956"));
    EXPECT_FALSE(is_uprn("0100"));
    EXPECT_FALSE(is_uprn("1000233369561"));
    EXPECT_TRUE(is_email("alex@mail.example"));
    for (const char* bad :
         {"alex", "@mail.example", "alex@", "alex@mail", "a lex@mail.example", "a@b@mail.example,x"}) {
        EXPECT_FALSE(is_email(bad)) << bad;
    }
}

// A locator has no way into a stream, a text, a log, a reason or a name.
template <class T>
concept Streams = requires(std::ostream& out, const T& value) {
    out << value;
};
static_assert(!Streams<Locator>);
static_assert(!std::is_convertible_v<Locator, std::string>);
static_assert(!std::is_convertible_v<Locator, std::string_view>);
static_assert(!std::is_constructible_v<std::string, Locator>);
static_assert(!std::is_constructible_v<LogField, Literal, Locator>);
static_assert(!std::is_default_constructible_v<Locator>);  // who makes one: tests/compile_fail
// These same questions are answered yes by what may go there, so they can fail.
static_assert(Streams<std::string> && std::is_convertible_v<std::string, std::string_view>);
static_assert(std::is_constructible_v<std::string, std::string_view> &&
              std::is_constructible_v<LogField, Literal, Name>);

// A text of eight bytes or more is looked at eight at a time: a byte must count wherever it stands.
TEST(FieldType, SeesEveryByteOfATextWhereverItStands) {
    FieldType type;
    type.length_min = 1;
    type.length_max = 17;
    for (std::size_t size = 1; size <= 17; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string text(size, ' ');
                text[at] = static_cast<char>(byte);
                const bool layout = byte == '\n' || byte == '\t' || byte == '\r';
                ASSERT_EQ(type.fits(text), layout || (byte >= 0x20 && byte < 0x7F)) << size << " " << at << " " << byte;
            }
        }
    }
    EXPECT_TRUE(type.fits("seventeen \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"))
        << "characters count, not bytes";
    EXPECT_FALSE(
        type.fits("eighteen characte"
                  "rs"));
}

}  // namespace
}  // namespace haven
