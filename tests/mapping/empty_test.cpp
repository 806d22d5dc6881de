#include "tests/mapping/both_ways.h"
#include "tests/mapping/leaves.h"
#include "tests/mapping/writable.h"

namespace haven {
namespace {

/// What one message says, group by group, or why it says nothing.
std::string said(const Map& map, const std::string& message) {
    static const std::regex line(R"(line \d+: )");  // where a place is taken out, the line is another
    std::string out;
    for (const auto& record : test::read_with(map, message)) {
        out += record ? test::told_by_group(*record) : std::regex_replace(record.error().message(), line, "");
        out += "\n";
    }
    return out;
}

/// What a cell does not decide alone: the fields, and the names of the columns, of lines that read several columns or
/// say something where they read nothing.
struct Shared {
    FieldSet fields;
    std::vector<std::string> columns;

    void add(const program::Frame& frame) {
        for (const auto& line : frame.lines) {
            if (!line.field || (line.paths.size() == 1 && !line.fallback)) { continue; }
            fields.add(*line.field);
            columns.emplace_back(line.shown.text());
        }
        for (const auto& below : frame.nested) { add(below); }
    }
};

/// Of a table, whose columns must all be there: a row with an empty cell says what it said, less that cell's value, or
/// it is held for the want of it.
void says_only_less(const Map& map, const std::string& message, const std::string& empty) {
    Shared shared;
    shared.add(map.lines());
    const auto before = test::read_with(map, message);
    const auto after = test::read_with(map, empty);
    if (after.empty()) { return; }  // a row of empty cells is no record
    if (!after[0]) {
        const auto why = after[0].error().message();
        const bool of_several = std::any_of(shared.columns.begin(), shared.columns.end(),
                                            [&](const auto& name) { return why.find(name) != std::string::npos; });
        ASSERT_TRUE(of_several || after[0].error().reason.text() == "a required field has no value") << why;
        return;
    }
    const auto lines = [&](const Record& record) {
        std::multiset<std::string> out;
        for (const auto& value : record.values()) {
            if (shared.fields.has(value.field)) { continue; }
            auto line = std::string(test::catalogue()->field(value.field).path.text());
            line.append("=").append(RawText::of(record, value));
            out.insert(std::move(line));
        }
        return out;
    };
    const auto whole = lines(before.at(0).value());
    const auto less = lines(*after[0]);
    ASSERT_TRUE(std::includes(whole.begin(), whole.end(), less.begin(), less.end())) << message << "\n" << empty;
}

// What is said of a table that lacks a column.
constexpr std::array<std::string_view, 3> of_a_header{
    "expected this column in the header", "expected its heading on column", "expected each column name once"};

// "" and null in JSON, an empty element or attribute in XML, an empty cell.
TEST(MapLaw, EmptyEqualsAbsent) {
    constexpr int records = 200;
    for (const auto& both : test::maps_both_ways()) {
        SCOPED_TRACE(both.name);
        const auto& map = *both.map;
        auto covered = map.writes();
        covered &= map.reads();
        if (covered.empty() || map.format() == Format::fixed) { continue; }  // in fixed width nothing is spaces
        test::WritableRecords all(map, covered);
        int less = 0;
        for (int i = 0; i < records && !HasFatalFailure(); ++i) {
            const auto message = test::written(map, all.next());
            const auto places = message ? test::emptied(map, *message) : std::vector<test::Emptied>{};
            if (places.empty()) { continue; }
            const auto& one = places[all.below(places.size())];
            const auto empty = said(map, one.empty);
            less += empty == said(map, *message) ? 0 : 1;
            const auto absent = said(map, one.absent);
            const bool lacks_a_column = std::any_of(of_a_header.begin(), of_a_header.end(), [&](const auto why) {
                return absent.find(why) != std::string::npos;
            });
            if (lacks_a_column) {
                says_only_less(map, *message, one.empty);
            } else {
                ASSERT_EQ(empty, absent) << *message << "\n" << one.empty << "\n" << one.absent;
            }
        }
        EXPECT_GT(less, records / 4) << both.name << ": too few messages said less for it";
    }
}

}  // namespace
}  // namespace haven
