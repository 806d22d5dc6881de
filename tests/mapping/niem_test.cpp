#include <cstdlib>

#include "tests/mapping/reading_maps.h"
#include "tests/mapping/shipped_maps.h"

namespace haven {
namespace {

// A stranger's format, to prove the language: references, predicates, attributes and seven namespaces. What it holds of
// property and arrests is not wanted here.
constexpr std::string_view niem_map = R"(map niem.incident 1
dialect xml
namespace nibrs http://fbi.gov/cjis/nibrs/4.2
namespace cjis http://fbi.gov/cjis/1.0
namespace j http://release.niem.gov/niem/domains/jxdm/5.2/
namespace nc http://release.niem.gov/niem/niem-core/3.0/
namespace s http://release.niem.gov/niem/structures/3.0/
record incident-report 1
split nibrs:Submission.nibrs:Report
split victim j:Victim
follow nc:RoleOfPerson@s:ref to nc:Person@s:id

nc:Incident.nc:ActivityIdentification.nc:IdentificationID -> incident/reference/value
nibrs:ReportHeader.nibrs:ReportingAgency.j:OrganizationAugmentation.j:OrganizationORIIdentification.nc:IdentificationID -> incident/reference/issuer
nc:Incident.nc:ActivityDate.nc:DateTime -> incident/started instant(yyyy-MM-ddTHH:mm:ss, America/New_York)
nc:Incident.nc:ActivityDate.nc:Date ignore "in the date and time"
nc:Incident.nc:ActivityDate.nc:YearMonthDate ignore "in the date and time"
nc:Incident.cjis:IncidentAugmentation ignore "statistics"
nc:Incident.j:IncidentAugmentation ignore "clearance"
nibrs:ReportHeader.nibrs:NIBRSReportCategoryCode ignore "statistics"
nibrs:ReportHeader.nibrs:ReportActionCategoryCode ignore "statistics"
nibrs:ReportHeader.nibrs:ReportDate ignore "statistics"
j:Victim.nc:RoleOfPerson.nc:PersonAgeMeasure.nc:MeasureIntegerValue -> victim/age
j:Victim.nc:RoleOfPerson.j:PersonSexCode -> victim/gender code(sex)
each j:Victim -> person
  constant involved -> person/role
  nc:RoleOfPerson ignore "in a record of their own"
  j:VictimSequenceNumberText ignore "statistics"
  j:VictimInjury ignore "statistics"
  j:VictimCategoryCode ignore "statistics"
  j:VictimAggravatedAssaultHomicideFactorCode ignore "statistics"
  j:VictimJustifiableHomicideFactorCode ignore "statistics"
  nibrs:VictimCategoryCode ignore "statistics"
  j:EnforcementOfficial ignore "statistics"
  @s:id ignore "a reference of the message"
j:Victim@s:id ignore "a reference of the message"
j:Victim.j:VictimSequenceNumberText ignore "statistics"
j:Victim.j:VictimInjury ignore "statistics"
j:Victim.j:VictimCategoryCode ignore "statistics"
j:Victim.j:VictimAggravatedAssaultHomicideFactorCode ignore "statistics"
j:Victim.j:VictimJustifiableHomicideFactorCode ignore "statistics"
j:Victim.nc:RoleOfPerson.j:PersonEthnicityCode ignore "another country's list"
j:Victim.nc:RoleOfPerson.j:PersonRaceNDExCode ignore "another country's list"
j:Victim.nc:RoleOfPerson.j:PersonResidentCode ignore "another country's list"
j:Victim.nc:RoleOfPerson.nc:PersonInjury ignore "statistics"
j:Victim.nc:RoleOfPerson.nc:PersonAgeMeasure.nc:MeasureValueText ignore "a word in place of an age"
j:Victim.nc:RoleOfPerson.nc:PersonAgeMeasure.nc:MeasureIntegerRange ignore "a range in place of an age"
each j:Subject -> perpetrator
  nc:RoleOfPerson.j:PersonSexCode -> perpetrator/gender code(sex)
  nc:RoleOfPerson.nc:PersonAgeMeasure ignore "no age of a perpetrator is kept"
  nc:RoleOfPerson.j:PersonEthnicityCode ignore "another country's list"
  nc:RoleOfPerson.j:PersonRaceNDExCode ignore "another country's list"
  nc:RoleOfPerson.j:PersonResidentCode ignore "another country's list"
  j:SubjectSequenceNumberText ignore "statistics"
  @s:id ignore "a reference of the message"
j:Offense ignore "statistics"
nc:Location ignore "statistics"
nc:Item ignore "property"
nc:Substance ignore "property"
j:Arrest ignore "not wanted here"
j:Arrestee ignore "not wanted here"
j:EnforcementOfficial ignore "not wanted here"
j:ArrestSubjectAssociation ignore "not wanted here"
j:OffenseLocationAssociation ignore "statistics"
j:OffenseVictimAssociation ignore "statistics"
j:SubjectVictimAssociation ignore "statistics"
code sex
  F = female
  M = male
  U = unknown
)";

std::string shared_data() {
    const auto* given = std::getenv("HAVEN_SHARED_DATA");
    return given != nullptr ? given : HAVEN_SOURCE_DIR "/../shared/data";
}

// Seven kinds of report; those with victims give a record a victim, the others say why not.
TEST(Niem, GivesARecordOfEachVictimOfEverySample) {
    const auto folder = shared_data() + "/niem-nibrs-4.2/iep-sample";
    if (!std::filesystem::exists(folder)) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto map = test::compiled(niem_map);
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

TEST(Niem, ReadsAPersonThroughItsRole) {
    const auto file = shared_data() + "/niem-nibrs-4.2/iep-sample/nibrs_GroupAIncident_Sample.xml";
    if (!std::filesystem::exists(file)) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto records = test::read_with(*test::compiled(niem_map), test::text_of_file(file));
    ASSERT_TRUE(records.at(0)) << test::told(records[0]);
    EXPECT_EQ(test::value(*records[0], "victim/age"), "32");
    EXPECT_EQ(test::value(*records[0], "victim/gender"), "male");
    EXPECT_EQ(test::values(*records[0], "perpetrator", "perpetrator/gender"), "female");
    EXPECT_EQ(test::value(*records[0], "incident/started"), "2016-02-19T15:00:00Z");
}

}  // namespace
}  // namespace haven
