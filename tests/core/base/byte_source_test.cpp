#include "core/base/byte_source.h"

#include <gtest/gtest.h>

#include <array>

namespace haven {
namespace {

template <class Source>
std::string in_pieces(Source&& source) {
    std::string all;
    std::array<char, 4> piece{};
    for (;;) {
        const auto n = source.read(piece);
        if (*n == 0) { return all; }
        all.append(piece.data(), *n);
    }
}

TEST(ByteSource, GivesItsBytesAPieceAtATimeAndThenNothing) {
    EXPECT_EQ(in_pieces(MemorySource("ten bytes.")), "ten bytes.");
    EXPECT_EQ(in_pieces(MemorySource("")), "");
}

TEST(ByteSource, OwnsItsBytesWhereItIsAskedTo) {
    std::string bytes = "short";  // so short that it lies inside the string itself
    OwnedSource source(bytes);
    bytes = "xxxxx";
    EXPECT_EQ(in_pieces(source), "short");
}

}  // namespace
}  // namespace haven
