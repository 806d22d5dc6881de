#include <gtest/gtest.h>

#include "tests/conformance/far_end.h"
#include "tests/support/cleared_for_test.h"

// What every sink promises, tried against a real partner: it never says that a message arrived which did not, never
// that nothing arrived of one that did, and a repeat is one effect.
namespace haven::conformance {
namespace {

using sdk::Accepted;
using sdk::Delivery;
using sdk::Unknown;

constexpr int resends_max = 5;
constexpr int kills_max = 2'000;

std::string text_of(const Delivery& delivery) {
    struct Text {
        std::string operator()(const Accepted&) const { return "accepted"; }
        std::string operator()(const sdk::Rejected& d) const { return "rejected: " + d.reason.text(); }
        std::string operator()(const sdk::RetryAfter& d) const {
            return "retry after " + std::to_string(d.wait.count());
        }
        std::string operator()(const sdk::Unreachable& d) const { return "unreachable: " + d.reason.text(); }
        std::string operator()(const Unknown& d) const { return "unknown: " + d.reason.text(); }
    };
    return std::visit(Text{}, delivery);
}

class SinkTest : public testing::TestWithParam<std::string> {
protected:
    Delivery send(sdk::Sink& sink, const Message& message) const {
        return sink.send(cleared_for_test(message.bytes, message.file_name), message.key);
    }

    // The law of outcomes. An unknown one says nothing and so is never wrong.
    void expect_true(const Delivery& said, const Message& message, const std::string& when) const {
        const auto effects = far.effects(message);
        if (!effects || std::holds_alternative<Unknown>(said)) { return; }
        EXPECT_EQ(*effects, std::holds_alternative<Accepted>(said) ? 1 : 0) << when << ": " << text_of(said);
    }

    // Afterwards the hub asks, and sends again until it is accepted: one effect, whatever came before.
    void expect_one_effect_in_the_end(const Message& message, const std::string& when) {
        if (!after_) { after_ = new_sink(far, clock); }
        auto* sink = after_.get();
        const auto before = sink->ask(message.key, message.file_name);
        if (before && std::holds_alternative<Accepted>(*before)) {
            // "Not there" proves nothing yet: bytes that were under way may still come (adapters/sdk/adapter.h).
            expect_true(*before, message, when + ", asked");
        }
        auto said = send(*sink, message);
        for (int n = 0; n < resends_max && !std::holds_alternative<Accepted>(said); ++n) {
            said = send(*sink, message);
        }
        EXPECT_TRUE(std::holds_alternative<Accepted>(said)) << when << ", sent again: " << text_of(said);
        EXPECT_EQ(far.effects(message).value_or(1), 1) << when << ", sent again";
        const auto told = sink->ask(message.key, message.file_name);
        if (told) { EXPECT_TRUE(std::holds_alternative<Accepted>(*told)) << when << ": " << text_of(*told); }
    }

    FarEnd& far = far_end(GetParam());
    ManualClock clock{test_noon};

private:
    std::unique_ptr<sdk::Sink> after_;  // of a hub that goes on: its line has no limit
};

TEST_P(SinkTest, SaysAcceptedWhenItArrived) {
    const auto sink = new_sink(far, clock);
    for (int i = 0; i < 3; ++i) {
        const auto message = new_message();
        const auto said = send(*sink, message);
        EXPECT_TRUE(std::holds_alternative<Accepted>(said)) << text_of(said);
        EXPECT_EQ(far.effects(message).value_or(1), 1);
    }
}

TEST_P(SinkTest, MakesARepeatOneEffectInAnyOrder) {
    const auto first = new_message();
    const auto second = new_message();
    const auto sink = new_sink(far, clock);
    for (const auto* message : {&second, &first, &second, &second, &first}) {
        const auto said = send(*sink, *message);
        EXPECT_TRUE(std::holds_alternative<Accepted>(said)) << text_of(said);
    }
    EXPECT_TRUE(std::holds_alternative<Accepted>(send(*new_sink(far, clock), first)));
    EXPECT_EQ(far.effects(first).value_or(1), 1);
    EXPECT_EQ(far.effects(second).value_or(1), 1);
}

TEST_P(SinkTest, SendsNothingOnADecisionThatIsTooOld) {
    const auto message = new_message();
    const auto sink = new_sink(far, clock);
    const auto said = sink->send(cleared_for_test(message.bytes, message.file_name, test_noon - 1us), message.key);
    EXPECT_TRUE(std::holds_alternative<sdk::Unreachable>(said)) << text_of(said);
    EXPECT_EQ(far.effects(message).value_or(0), 0);
}

TEST_P(SinkTest, TellsTheTruthInEveryTrouble) {
    for (const auto& trouble : far.troubles()) {
        const auto message = new_message();
        far.misbehave(trouble, message);
        const auto said = send(*new_sink(far, clock, "500ms"), message);
        expect_true(said, message, trouble);
        far.behave();
        expect_one_effect_in_the_end(message, trouble);
    }
}

TEST_P(SinkTest, IsOneEffectWhereverItIsKilled) {
    int kills = 0;
    for (int nth = 1; nth < kills_max; nth += far.calls_between_kills()) {
        const auto message = new_message();
        std::unique_ptr<sdk::Sink> sink;
        const bool killed = killed_at_call(
            nth,
            [&] {
                sink = new_sink(far, clock);
                send(*sink, new_message());  // what is killed is the sending, not the connecting
            },
            [&] { send(*sink, message); });
        new_message();  // the child's
        expect_one_effect_in_the_end(message, "killed at call " + std::to_string(nth));
        if (!killed) { break; }
        ++kills;
    }
    RecordProperty("kills", kills);
}

class SinkLineTest : public SinkTest {
protected:
    void SetUp() override {
        ASSERT_NE(far.line(), nullptr);
        far.line()->limit({""});
    }
    void TearDown() override { far.line()->limit({""}); }

    // Bytes of one whole sending, each way, as the line counted them.
    std::size_t bytes(const std::string& way) {
        { send(*new_sink(far, clock), new_message()); }
        std::string entry;
        const auto number = std::to_string(far.line()->connections());
        EXPECT_TRUE(peers::eventually([&] {
            const auto log = far.line()->log();
            const auto at = log.find("{\"ended\": " + number + ",");
            entry = at == std::string::npos ? "" : log.substr(at, log.find('}', at) - at);
            return !entry.empty();
        }));
        return std::stoul(entry.substr(entry.find("\"" + way + "\": ") + way.size() + 4));
    }

    // The line is bad for one connection, and whole again, or dead, after it.
    void try_at(const std::string& way, std::size_t at, const std::string& then, bool dead_after = false) {
        const auto when = then + " after " + std::to_string(at) + " bytes " + way + (dead_after ? ", then dead" : "");
        const auto message = new_message();
        far.line()->limit(
            {"\"" + way + "\": " + std::to_string(at) + ", \"then\": \"" + then + '"', dead_after ? R"("up": 0)" : ""});
        const auto said = send(*new_sink(far, clock, "1s"), message);
        far.line()->limit({""});
        expect_true(said, message, when);
        expect_one_effect_in_the_end(message, when);
    }
};

TEST_P(SinkLineTest, TellsTheTruthWhereverTheLineIsCut) {
    constexpr std::size_t cuts = 8;  // of the second half: the first is the two sides getting to know each other
    for (const std::string way : {"up", "down"}) {
        const auto all = bytes(way);
        try_at(way, 0, "cut");
        try_at(way, all / 4, "cut");
        for (std::size_t n = 0; n <= cuts; ++n) {
            try_at(way, all / 2 + all / 2 * n / cuts, n % 2 == 0 ? "cut" : "reset");
        }
        try_at(way, all - 1, "cut");
    }
}

// The answers stand in the last bytes that come down: cut there, it was done and cannot be seen to be done.
TEST_P(SinkLineTest, TellsTheTruthWhenTheLineDiesBeforeTheAnswer) {
    constexpr std::size_t answers = 1'000;
    constexpr std::size_t step = 48;  // less than any answer
    const auto all = bytes("down");
    for (auto at = all - answers; at < all; at += step) { try_at("down", at, "cut", true); }
}

TEST_P(SinkLineTest, TellsTheTruthWhateverIsGarbled) {
    for (const std::string way : {"up", "down"}) {
        const auto all = bytes(way);
        for (const auto at : {all / 4, all / 2, all * 3 / 4, all - 1}) { try_at(way, at, "garble"); }
    }
}

const auto by_name = [](const auto& info) { return info.param; };
INSTANTIATE_TEST_SUITE_P(Adapters, SinkTest, testing::ValuesIn(adapters_with_sink()), by_name);
INSTANTIATE_TEST_SUITE_P(Adapters, SinkLineTest, testing::ValuesIn(adapters_over_a_line()), by_name);

}  // namespace
}  // namespace haven::conformance
