#include "core/base/encoding.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace haven {
namespace {

TEST(Hex, ComesBackAndRefusesWhatIsNone) {
    const std::string bytes("\x00\xff\x10z", 4);
    EXPECT_EQ(to_hex(bytes), "00ff107a");
    EXPECT_EQ(from_hex("00ff107a"), bytes);
    EXPECT_EQ(from_hex("0"), std::nullopt);
    EXPECT_EQ(from_hex("0g"), std::nullopt);
}

TEST(Base64, AgreesWithTheVectorsOfRfc4648) {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : vectors) {
        EXPECT_EQ(to_base64(plain), encoded);
        EXPECT_EQ(from_base64(encoded), plain);
    }
    for (const char* bad : {"Zg=", "Zg=a", "Z===", "====", "Zm9v Zg=", "Zm9*"}) {
        EXPECT_EQ(from_base64(bad), std::nullopt) << bad;
    }
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndStrayBytes) {
    for (const char* good :
         {"", "abc", "Zo\xc3\xab", "\xe2\x82\xac", "\xf0\x9f\x8f\xa0", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_TRUE(is_utf8(good)) << to_hex(good);
    }
    for (const char* bad : {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
                            "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3", "\xe2\x82", "a\xff"}) {
        EXPECT_FALSE(is_utf8(bad)) << to_hex(bad);
    }
}

TEST(Utf8, SeesABadByteAtEveryPlaceOfALongText) {
    const std::string good(40, 'a');
    EXPECT_TRUE(is_utf8(good));
    for (std::size_t at = 0; at < good.size(); ++at) {
        auto bad = good;
        bad[at] = '\xff';
        EXPECT_FALSE(is_utf8(bad)) << at;
        auto accented = good;
        accented.replace(at, 1, "\xc3\xab");
        EXPECT_TRUE(is_utf8(accented)) << at;
    }
}

TEST(Bytes, ComeBackInOrderAndNeverPastTheEnd) {
    std::string out;
    put_u16(out, 513);
    put_u64(out, UINT64_MAX - 1);
    put_bytes(out, "haven");
    BytesReader in(out);
    EXPECT_EQ(in.u16(), 513);
    EXPECT_EQ(in.u64(), UINT64_MAX - 1);
    EXPECT_EQ(in.bytes(), "haven");
    EXPECT_TRUE(in.ok() && in.at_end());
    EXPECT_EQ(in.u32(), 0U);
    EXPECT_FALSE(in.ok());
}

TEST(Bytes, ALengthThatLiesReadsNothing) {
    std::string out;
    put_u32(out, 1'000'000);
    out += "short";
    BytesReader in(out);
    EXPECT_EQ(in.bytes(), "");
    EXPECT_FALSE(in.ok());
}

TEST(Padded, NumbersHaveAtLeastTheirWidth) {
    std::string out;
    put_padded(out, 7, 2);
    put_padded(out, 0, 3);
    put_padded(out, 12345, 4);
    EXPECT_EQ(out, "0700012345");
}

}  // namespace
}  // namespace haven
