#include "core/store/messages.h"
#include "hub/flow/door.h"
#include "tests/flow/hub.h"

// Many reports at once: who is found again among them, and who waits for whom.
namespace haven {
namespace {

using namespace test;

class Reading : public Hub {
protected:
    static std::string surname(int i) {
        constexpr int letters = 26;
        std::string out = "Sample";
        for (; i > 0; i /= letters) { out += static_cast<char>('a' + i % letters); }
        return out;
    }
    /// A report of the i-th of many; no two have a birthday in common.
    static std::string row(const std::string& reference, int i, const std::string& phone = "") {
        const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
        const auto born = two(1 + i / 720 % 28) + "/" + two(1 + i / 60 % 12) + "/" + std::to_string(1940 + i % 60);
        return "41/" + reference + "/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,," + surname(i) +
               ",Ada," + born + ",F,,E07999001,HOME,N," + phone + (phone.empty() ? ",,," : ",MOB,Y,") +
               std::string(8 + 24, ',') + ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,LIB" + std::string(8, ',') +
               "M,DASH,11,COE,CON,,\r\n";
    }
    void export_many(const std::string& file, int people) {
        std::string all = header;
        for (int i = 0; i < people; ++i) { all += row(std::to_string(100'000 + i), i); }
        folder_.export_csv(file, all);
    }
    std::int64_t count(Literal query) {
        return read<std::int64_t>([&](store::Sql& sql) { return *sql.one<std::int64_t>(query); });
    }
    std::int64_t furthest() { return count("SELECT CAST(COALESCE(MAX(reached), 0) AS {bigint}) FROM message"); }
    std::int64_t messages_taken() { return count("SELECT COUNT(*) FROM message WHERE state = 'taken'"); }
    /// Waits for as long as it reads on: how fast a machine is, is not what is tested.
    bool takes(int messages) {
        for (std::int64_t before = -1, now = 0; before != now; now = rows_reached()) {
            before = now;
            if (eventually([&] { return messages_taken() == messages; })) { return true; }
        }
        return false;
    }
    std::int64_t rows_reached() { return count("SELECT CAST(COALESCE(SUM(reached), 0) AS {bigint}) FROM message"); }
    std::int64_t cases() { return count("SELECT COUNT(*) FROM cases"); }
};

// Sixty of them rang from one refuge's telephone.
TEST_P(Reading, FindsHerAgainByNameAndBirthDateHoweverManyShareHerTelephone) {
    constexpr int people = 60;
    const std::string phone = "07700 900123";
    std::string all = header;
    for (int i = 0; i < people; ++i) { all += row(std::to_string(100'000 + i), i, phone); }
    folder_.export_csv("many.csv", all);
    ASSERT_TRUE(takes(1)) << everything_held();
    ASSERT_EQ(cases(), people);
    folder_.export_csv("again.csv", header + row("99999", people - 1, phone));
    ASSERT_TRUE(takes(2)) << everything_held();
    EXPECT_EQ(cases(), people);
}

TEST_P(Reading, ACaseOpenedByHandForOneWhoIsKnownIsShownToAPersonBesideTheOther) {
    folder_.export_csv("one.csv", header + row("100000", 7));
    ASSERT_TRUE(takes(1)) << everything_held();
    const auto open = [&](const std::string& family, const std::string& born) {
        return flow::enter_contact(node_->context(), std::nullopt,
                                   R"({"contact": {"channel": "call",
            "at": "2026-11-21T12:00:00Z", "outcome": "reached"}, "victim": {"name": {"family": ")" +
                                       family + R"(", "given": "Ada"}, "birth-date": ")" + born + R"("}})",
                                   UserId{7});
    };
    ASSERT_TRUE(open(surname(8), "1980-01-02"));
    EXPECT_EQ(everything_held().find("same-person"), std::string::npos) << everything_held();
    ASSERT_TRUE(open(surname(7), "1947-01-01"));
    EXPECT_EQ(cases(), 3) << "who she is, a person decides";
    EXPECT_NE(everything_held().find("same-person"), std::string::npos) << everything_held();
    ASSERT_TRUE(open(surname(7), "1947-01-01")) << "again";
    EXPECT_EQ(count("SELECT COUNT(*) FROM held WHERE fault = 'same-person'"), 3) << "each beside each other";
}

TEST_P(Reading, ALongMessageIsBrokenOffWhenTheHubEndsAndReadOnFromThere) {
    constexpr int people = 12'000;  // the hub is up again long before it has read them
    export_many("long.csv", people);
    ASSERT_TRUE(eventually([&] { return furthest() > 0; })) << everything_held();
    start();
    EXPECT_LT(furthest(), people) << "the end did not wait for the file";
    ASSERT_TRUE(takes(1)) << everything_held();
    EXPECT_EQ(cases(), people);
    EXPECT_EQ(count("SELECT COUNT(*) FROM record"), people);
    EXPECT_EQ(count("SELECT records_taken FROM message"), people);
    EXPECT_EQ(count("SELECT attempts FROM work WHERE kind = 'read'"), 1) << "to be broken off is no failed try";
}

TEST_P(Reading, OfTwoNodesOneReadsAndTheOtherGoesOnWhereItEnded) {
    constexpr int people = 12'000;  // the one that reads ends long before it has read them
    auto other = Node::start({.site_folder = folder_.site().string(), .clock = &clock_, .number = 7, .port = 0});
    ASSERT_TRUE(other) << text_of(other.error().at(0));
    const auto reader = [&] {
        return count("SELECT CAST(COALESCE(MAX(holder), -1) AS {bigint}) FROM lease WHERE name = 'reading'");
    };
    export_many("long.csv", people);
    ASSERT_TRUE(eventually([&] { return furthest() > 0; })) << everything_held();
    const auto first = reader();
    ASSERT_TRUE(first == 0 || first == 7) << first;
    EXPECT_LT(furthest(), people);
    if (first == 0) {
        node_ = std::move(*other);  // the one that reads ends, in order
    } else {
        other->reset();
    }
    ASSERT_TRUE(takes(1)) << everything_held();
    EXPECT_NE(reader(), first);
    EXPECT_EQ(cases(), people);
    EXPECT_EQ(count("SELECT COUNT(*) FROM record"), people) << "each once";
}

TEST_P(Reading, WorkThatFailsAgainAndAgainWaitsForAPersonInSight) {
    auto put = node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_work(sql, {WorkId{77}, Name::declare("reading"), store::WorkKind::read, {}, {}, 12'345, 0}, noon);
        return {};
    });
    ASSERT_TRUE(put);
    EXPECT_TRUE(eventually([&] {
        clock_.turn_by(std::chrono::seconds(1));
        node_->wake();
        return count("SELECT COUNT(*) FROM work WHERE id = 77 AND state = 'held'") == 1;
    })) << "the message is not there";
    EXPECT_EQ(count("SELECT COUNT(*) FROM held_item WHERE kind = 'work' AND subject_id = 77"), 1);
    EXPECT_NE(everything_held().find("no such message"), std::string::npos) << everything_held();
}

class LongReading : public Reading {};

TEST_P(LongReading, GivesWayToWhatCameAfterIt) {
    constexpr int people = 60'000;  // some turns of a second each, however fast the machine
    export_many("long.csv", people);
    ASSERT_TRUE(eventually([&] { return furthest() > 0; })) << everything_held();
    flow::Door door(node_->context(), [this] { node_->wake(); });
    ASSERT_TRUE(door.accept({Name::declare("northshire-police"), "text/csv", header + row("99999", people), {}, {}}));
    ASSERT_TRUE(takes(1)) << everything_held();
    EXPECT_LT(furthest(), people);
    ASSERT_TRUE(takes(2)) << everything_held();
    EXPECT_EQ(cases(), people + 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM record"), people + 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, Reading, both_engines, engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, LongReading, testing::Values(store::Engine::sqlite), engine_name);

}  // namespace
}  // namespace haven
