#include <unistd.h>

#include <cstdlib>

#include "tests/mapping/reading_maps.h"
#include "tests/mapping/shipped_maps.h"

namespace haven {
namespace {

// A stranger's format, to prove the language: references, a victim each, attributes and namespaces.
std::shared_ptr<const Map> niem_map() {
    return test::shipped_map("niem-crime/incident");
}

std::string shared_data() {
    const auto* given = std::getenv("HAVEN_SHARED_DATA");
    return given != nullptr ? given : HAVEN_SOURCE_DIR "/../shared/data";
}

// Seven kinds of report; those with victims give a record a victim, the others say why not.
TEST(Niem, GivesARecordOfEachVictimOfEverySample) {
    const auto folder = shared_data() + "/niem-nibrs-4.2/iep-sample";
    if (!std::filesystem::exists(folder)) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto map = niem_map();
    const std::map<std::string, std::string> expected{
        {"nibrs_AllFields_Sample.xml", "taken taken"},
        {"nibrs_GroupAIncident_Sample.xml", "taken taken"},
        {"nibrs_GroupAReplace_Sample.xml", "taken taken"},
    };
    for (const auto& file : test::files_below(folder, ".xml")) {
        std::string result;
        for (const auto& record : test::read_with(*map, test::text_of_file(file))) {
            result += (result.empty() ? "" : " ") + test::told(record);
        }
        const auto name = file.filename().string();
        const auto found = expected.find(name);
        EXPECT_EQ(result,
                  found != expected.end() ? found->second : "expected a victim, by whom the map splits the record")
            << name;
    }
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
    const auto file = shared_data() + "/niem-nibrs-4.2/iep-sample/nibrs_GroupAIncident_Sample.xml";
    if (!std::filesystem::exists(file)) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto records = test::read_with(*niem_map(), test::text_of_file(file));
    ASSERT_TRUE(records.at(0)) << test::told(records[0]);
    EXPECT_EQ(test::value(*records[0], "victim/age"), "32");
    EXPECT_EQ(test::value(*records[0], "victim/gender"), "male");
    EXPECT_EQ(test::values(*records[0], "perpetrator", "perpetrator/gender"), "female");
    EXPECT_EQ(test::value(*records[0], "incident/started"), "2016-02-19T15:00:00Z");
}

}  // namespace
}  // namespace haven
