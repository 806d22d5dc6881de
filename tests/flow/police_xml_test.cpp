#include "tests/flow/hub.h"

namespace haven::test {
namespace {

class PoliceXml : public testing::Test, protected RunningHub {
protected:
    void SetUp() override { start(); }
};

TEST_F(PoliceXml, AReportInXmlBecomesTheSameCaseAsOneInCsv) {
    const auto sample = peers::file_text(HAVEN_SOURCE_DIR "/schemas/dialects/northshire-police/samples/incidents.xml");
    folder_.export_csv("incidents-2026-11-22.xml", sample);
    const auto id = the_case();
    const auto snapshot = flow::read_snapshot(node_->context(), id);
    ASSERT_TRUE(snapshot);
    std::map<std::string, std::string> facts;
    const auto& catalogue = *node_->context().site->catalogue;
    for (const auto& value : snapshot->file.facts().values()) {
        const auto& field = catalogue.field(value.field);
        facts[std::string(field.path.text())] += "|";
        (void)value;
    }
    const auto& fields = node_->context().fields;
    const auto& known = snapshot->file.facts();
    EXPECT_EQ(known.get(fields.risk), RiskLevel::high);
    EXPECT_EQ(known.get(fields.phone_number, known.instances(fields.phone)[0]), "+447700900271");
    EXPECT_EQ(known.get(fields.phone_safe, known.instances(fields.phone)[0]), Answer::yes);
    EXPECT_EQ(facts["risk/factor/kind"], "||");
    EXPECT_EQ(facts["risk/answer/how-often"], "||");
    EXPECT_EQ(facts["assessment/tool"], "|");
    EXPECT_EQ(facts["assessment/answer/value"], "||");
    EXPECT_EQ(facts["abuse/kind"], "||");
    EXPECT_EQ(facts["child/school"], "|");
    EXPECT_EQ(facts["perpetrator/state"], "|");
    EXPECT_EQ(facts["victim/address/place/town"], "|");
    EXPECT_EQ(everything_held(), "");

    folder_.export_csv("incidents-2026-11-23.xml", sample + "\n");
    const auto receipt = folder_.site() / "var/northshire/receipts/incidents-2026-11-23.xml.json";
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(receipt); }));
    EXPECT_NE(peers::file_text(receipt).find("\"repeated\":1"), std::string::npos) << peers::file_text(receipt);
    EXPECT_EQ(the_case(), id);
}

TEST_F(PoliceXml, AnIncidentThatIsNotAsTheSchemaSaysIsHeldWithItsPlaceAndItsNeighboursAreTaken) {
    const auto sample = peers::file_text(HAVEN_SOURCE_DIR "/schemas/dialects/northshire-police/samples/incidents.xml");
    const auto from = sample.find("  <Incident");
    const auto until = sample.find("  <Trailer");
    const auto one = [&](const std::string& number) {
        auto text = sample.substr(from, until - from);
        return text.replace(text.find("00231"), 5, number);
    };
    auto wrong = one("00232");
    wrong.replace(wrong.find("17/07/1988"), 10, "Plantedday");
    const auto all =
        "<Extract>\n" + one("00231") + wrong + one("00233") + "<Trailer><Incidents>3</Incidents></Trailer></Extract>";
    folder_.export_csv("incidents-2026-11-24.xml", all);
    const auto receipt = folder_.site() / "var/northshire/receipts/incidents-2026-11-24.xml.json";
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(receipt); })) << everything_held();
    const auto told = peers::file_text(receipt);
    EXPECT_NE(told.find("\"taken\":2,\"held\":1"), std::string::npos) << told;
    EXPECT_NE(told.find("\"record\":2"), std::string::npos) << told;
    EXPECT_NE(everything_held().find("northshire-police: malformed: "), std::string::npos) << everything_held();
    EXPECT_NE(everything_held().find("Born"), std::string::npos) << everything_held();
    EXPECT_EQ((told + everything_held()).find("Planted"), std::string::npos);
}

}  // namespace
}  // namespace haven::test
