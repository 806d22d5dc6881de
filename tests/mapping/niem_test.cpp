#include <unistd.h>

#include <map>

#include "tests/mapping/reading_maps.h"
#include "tests/mapping/shipped_maps.h"
#include "tests/support/shared_data.h"

namespace haven {
namespace {

// A stranger's format, to prove the language: references, a victim each, attributes and namespaces.
std::shared_ptr<const Map> niem_map() {
    return test::shipped_map("niem-crime/incident");
}

// Each with a victim gives a record a victim; the others, among them the one that is not valid, have none to split by.
TEST(Niem, GivesARecordOfEachVictimOfEverySample) {
    const auto folder = test::shared_data("niem-nibrs-4.2/iep-sample");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    const std::string taken = "taken taken";
    const std::string no_victim = "expected a victim, by whom the map splits the record";
    const std::map<std::string, std::string> stated{
        {"nibrs_AllFields_Sample.xml", taken},          {"nibrs_GroupAIncident_Sample.xml", taken},
        {"nibrs_GroupAReplace_Sample.xml", taken},      {"nibrs_GroupBArrestDelete_Sample.xml", no_victim},
        {"nibrs_GroupBArrest_Sample.xml", no_victim},   {"nibrs_GroupBArrest_Sample_multipleArrestees.xml", no_victim},
        {"nibrs_IncidentDelete_Sample.xml", no_victim}, {"nibrs_ZeroReport_Sample.xml", no_victim},
    };
    const auto map = niem_map();
    std::map<std::string, std::string> found;
    for (const auto& file : test::files_below(folder->string(), ".xml")) {
        const auto text = test::text_of_file(file);
        auto& result = found[file.filename().string()];
        for (const auto& record : test::read_with(*map, text)) {
            result += (result.empty() ? "" : " ") + test::told(record);
        }
        EXPECT_EQ(text.find("Victim>") != std::string::npos, result == taken) << file.filename();
    }
    EXPECT_EQ(found, stated);
}

// Its schema stands in a file for each namespace, and what any of them says decides what is taken.
TEST(Niem, IsKnownByEachFileOfItsSchema) {
    namespace fs = std::filesystem;
    const auto folder = fs::path(testing::TempDir()) / ("haven-niem-" + std::to_string(::getpid()));
    fs::copy(HAVEN_SOURCE_DIR "/schemas/dialects/niem-crime", folder);
    const auto digest = [&] {
        return test::compiled(test::text_of_file(folder / "incident.map"), {}, dialect_schemas_of(folder.string()))
            ->digest();
    };
    EXPECT_EQ(digest(), niem_map()->digest());
    std::ofstream(folder / "structures.xsd", std::ios::app) << "<!-- another -->";
    EXPECT_NE(digest(), niem_map()->digest());
    fs::remove_all(folder);
}

TEST(Niem, ReadsAPersonThroughItsRole) {
    const auto file = test::shared_data("niem-nibrs-4.2/iep-sample/nibrs_GroupAIncident_Sample.xml");
    if (!file) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto records = test::read_with(*niem_map(), test::text_of_file(*file));
    ASSERT_TRUE(records.at(0)) << test::told(records[0]);
    EXPECT_EQ(test::value(*records[0], "victim/age"), "32");
    EXPECT_EQ(test::value(*records[0], "victim/gender"), "male");
    EXPECT_EQ(test::values(*records[0], "perpetrator", "perpetrator/gender"), "female");
    EXPECT_EQ(test::value(*records[0], "incident/started"), "2016-02-19T15:00:00Z");
}

}  // namespace
}  // namespace haven
