#include <fstream>

#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

constexpr int victims = 8;
constexpr int reports_each = 25;  // more together than are under way at once

// Reports that differ in their reference alone, of a few victims in turn.
std::string report(int number) {
    const char initial = static_cast<char>('a' + number % victims);
    return "42/" + std::to_string(number) + "/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,,Sample" +
           std::string(3, initial) + ",Ada,03/04/1985,F,,E07999001,HOME,N,,," + std::string(9 + 24, ',') +
           ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,LIB" + std::string(8, ',') + "M,DASH,11,COE,CON,,\r\n";
}

class AtOnce : public Hub {
protected:
    std::vector<store::CaseRow> all_cases() {
        return read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 500); });
    }
    bool all_read() {
        return eventually([&] {
            return read<std::int64_t>([](store::Sql& sql) {
                       return *sql.one<std::int64_t>("SELECT count(*) FROM work WHERE state <> 'done'");
                   }) == 0;
        });
    }
    std::size_t records_of_all_cases() {
        std::size_t count = 0;
        for (const auto& row : all_cases()) {
            count += read<std::vector<store::RecordRow>>([&](store::Sql& sql) {
                         return store::records_of(sql, row.id);
                     }).size();
        }
        return count;
    }
};

// Messages are decided while the commits of those before them are under way.
TEST_P(AtOnce, MessagesOfOneVictimThatComeTogetherAreOneCase) {
    flow::Door door(node_->context(), [] {});
    for (int i = 0; i < victims * reports_each; ++i) {
        ASSERT_TRUE(door.accept({Name::declare("northshire-police"), "text/csv", header + report(i), {}, {}}));
    }
    ASSERT_TRUE(all_read());
    EXPECT_EQ(all_cases().size(), victims) << everything_held();
    EXPECT_EQ(records_of_all_cases(), victims * reports_each) << everything_held();
}

TEST_P(AtOnce, BatchesOfOneFileThatShareVictimsAreOneCaseEach) {
    flow::Door door(node_->context(), [] {});
    std::string file = header;
    for (int i = 0; i < victims * reports_each; ++i) { file += report(i); }
    ASSERT_TRUE(door.accept({Name::declare("northshire-police"), "text/csv", file, {}, {}}));
    ASSERT_TRUE(all_read());
    EXPECT_EQ(all_cases().size(), victims) << everything_held();
    EXPECT_EQ(records_of_all_cases(), victims * reports_each) << everything_held();
}

INSTANTIATE_TEST_SUITE_P(Engines, AtOnce, both_engines, engine_name);

}  // namespace
}  // namespace haven
