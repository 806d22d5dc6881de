#include "core/base/limits.h"
#include "hub/flow/keeping.h"
#include "hub/flow/vault.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

constexpr std::size_t any_size = std::size_t{1} << 30;

// A body that comes in pieces of odd sizes, and may break off.
class Pieces : public ByteSource {
public:
    explicit Pieces(std::string bytes, std::size_t breaks_at = std::string::npos)
        : bytes_(std::move(bytes)), breaks_at_(breaks_at) {}

    Result<std::size_t> read(std::span<char> into) override {
        constexpr std::size_t odd = 10'007;
        if (at_ >= breaks_at_) { return fail(Fault::conflict, "the file changed while it was read"); }
        const auto n = std::min({into.size(), odd, bytes_.size() - at_});
        std::copy_n(bytes_.data() + at_, n, into.data());
        at_ += n;
        return n;
    }

private:
    std::string bytes_;
    std::size_t breaks_at_;
    std::size_t at_ = 0;
};

class Receiving : public Hub {
protected:
    // Of three chunks and a bit; the summaries make the rows long.
    static std::string large_export() {
        std::string text = header;
        for (int row = 0; text.size() < 3 * limits::chunk_bytes + 1; ++row) {
            text += "77/" + std::to_string(row) + "/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,," +
                    std::string(9'000, 'x') + ",Sample" + std::string(1, static_cast<char>('a' + row % 26)) +
                    std::string(1, static_cast<char>('a' + row / 26)) + ",Ada,03/04/1985,F,,E07999001,HOME,N,,," +
                    std::string(9 + 24, ',') + ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,LIB" +
                    std::string(8, ',') + "M,DASH,11,COE,CON,,\r\n";
            ++rows_;
        }
        return text;
    }
    Result<flow::Accepted> receive(ByteSource& body, std::size_t bytes_max = any_size) {
        flow::Door door(node_->context(), [] {});
        return door.receive({police, "text/csv", {}, {}, "token"}, body, bytes_max);
    }
    std::int64_t count(Literal sql) {
        return read<std::int64_t>([&](store::Sql& store) { return *store.one<std::int64_t>(sql); });
    }
    std::int64_t messages() { return count("SELECT count(*) FROM message"); }
    std::int64_t chunks() { return count("SELECT count(*) FROM chunk"); }

    const Name police = Name::declare("northshire-police");
    inline static int rows_ = 0;
};

TEST_P(Receiving, AMessageOfSeveralChunksIsReadWhole) {
    rows_ = 0;
    Pieces body(large_export());
    const auto accepted = receive(body);
    ASSERT_TRUE(accepted) << accepted.error().message();
    EXPECT_FALSE(accepted->repeat);
    EXPECT_EQ(chunks(), 3) << "the first stands in the message's row";
    node_->wake();
    EXPECT_TRUE(eventually([&] { return count("SELECT records_taken FROM message") == rows_; })) << everything_held();
    EXPECT_EQ(count("SELECT count(*) FROM cases"), rows_);
}

TEST_P(Receiving, TheSameBytesPushedWholeAreARepeatAndTheOtherWayRound) {
    rows_ = 0;
    const auto bytes = large_export();
    flow::Door door(node_->context(), [] {});
    const auto first = door.accept({police, "text/csv", bytes, {}, {}});
    ASSERT_TRUE(first);
    Pieces body(bytes);
    const auto second = receive(body);
    ASSERT_TRUE(second);
    EXPECT_TRUE(second->repeat);
    EXPECT_EQ(second->id, first->id);
    EXPECT_EQ(messages(), 1);
    EXPECT_EQ(chunks(), 3) << "of the first alone";
    const auto third = door.accept({police, "text/csv", bytes, {}, {}});
    EXPECT_TRUE(third && third->repeat);
}

TEST_P(Receiving, WhatBreaksOffOrGrowsTooLargeLeavesNothing) {
    const auto bytes = large_export();
    Pieces broken(bytes, 2 * limits::chunk_bytes + 5);
    const auto broke = receive(broken);
    ASSERT_FALSE(broke);
    EXPECT_EQ(broke.error().fault, Fault::conflict);
    Pieces large(bytes);
    const auto refused = receive(large, 2 * limits::chunk_bytes);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::too_large);
    EXPECT_EQ(messages() + chunks(), 0);
    EXPECT_EQ(count("SELECT count(*) FROM work") + count("SELECT count(*) FROM seen"), 0);
}

TEST_P(Receiving, WhatANodeLeftHalfReceivedIsClearedAtItsNextStartAndNotThatOfAnother) {
    const auto left = [&](IdSource& ids) {
        store::MessageRow row{.id = ids.next_as<MessageId>(noon), .partner = police};
        row.state = store::MessageState::receiving;
        const auto written = node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            store::insert_message(sql, row);
            store::insert_chunk(sql, row.id, 1, "sealed");
            return {};
        });
        EXPECT_TRUE(written);
        return row.id;
    };
    IdSource mine(0);
    IdSource others(7);
    left(mine);
    const auto kept = left(others);
    start();
    EXPECT_EQ(count("SELECT id FROM message"), kept.value);
    EXPECT_EQ(count("SELECT message_id FROM chunk"), kept.value);
}

TEST_P(Receiving, WhatACommandLeftHalfReceivedIsTakenAwayADayLater) {
    constexpr std::uint32_t of_commands = 1023;
    IdSource ids(of_commands);
    store::MessageRow row{.id = ids.next_as<MessageId>(noon), .partner = police};
    row.state = store::MessageState::receiving;
    row.wrapped_key = flow::wrap_message_key(node_->context().keys, row.id, Key::random());
    ASSERT_TRUE(node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_message(sql, row);
        store::insert_chunk(sql, row.id, 1, "sealed");
        return {};
    }));
    ASSERT_TRUE(flow::sweep(node_->context()));
    EXPECT_EQ(messages() + chunks(), 2) << "it may be coming in still";
    clock_.turn_by(std::chrono::hours(25));
    ASSERT_TRUE(flow::sweep(node_->context()));
    EXPECT_EQ(messages() + chunks(), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, Receiving, both_engines, engine_name);

}  // namespace
}  // namespace haven
