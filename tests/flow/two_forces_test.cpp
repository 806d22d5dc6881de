#include <regex>

#include "hub/flow/concealing.h"
#include "hub/flow/receipt.h"
#include "tests/flow/bad_messages.h"
#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;

/// A second force beside Northshire's, whose exports speak the same dialect and so name the same issuer.
void add_southshire(const SiteFolder& folder) {
    const auto site = folder.site();
    for (const char* number : {"7", "8", "9", "10"}) {
        auto text = peers::file_text(site / "agreements" / (std::string("np-") + number + ".toml"));
        text = std::regex_replace(text, std::regex("northshire-police"), "southshire-police");
        peers::put_file(site / "agreements" / (std::string("sp-") + number + ".toml"), text);
    }
    auto partner = peers::file_text(site / "partners/northshire-police.toml");
    partner = std::regex_replace(partner, std::regex("Northshire Police"), "Southshire Police");
    partner = std::regex_replace(partner, std::regex("var/northshire"), "var/southshire");
    peers::put_file(site / "partners/southshire-police.toml", partner);
    std::filesystem::create_directories(site / "var/southshire");
}

constexpr std::string_view northshire = "northshire-police";
constexpr std::string_view southshire = "southshire-police";

std::string report(const std::string& reference, const Row& but = {}) {
    Row row{{"CrimeRef", reference},   {"VicSurname", "Sample"},    {"VicForename", "Ada"},
            {"VicDOB", "03/04/1985"},  {"Perp1Surname", "Example"}, {"Perp1Forename", "Robin"},
            {"Perp1DOB", "01/01/1986"}};
    for (const auto& [column, value] : but) { row[column] = value; }
    return header + export_row(row);
}

std::string released(const std::string& reference, const std::string& employer = "") {
    const auto works = employer.empty() ? std::string() : R"(, "employer": ")" + employer + "\"";
    return R"({"report": {"as-of": "2026-11-21T11:00:00Z"}, "incident": {"reference": {"issuer": "northshire-police",
        "value": ")" +
           reference + R"("}}, "perpetrator": [{"name": {"family": "Example", "given": "Robin"},
        "birth-date": "1986-01-01", "state": "bailed")" +
           works + R"(}], "investigation": {"released": "2026-11-21T11:00:00Z"}})";
}

/// What a sender is told of one message, without the numbers that are each message's own.
std::string hears(Node& node, std::string_view sender, const std::string& media_type, const std::string& bytes) {
    const auto accepted = node.door().accept({Name::declare(sender), media_type, bytes, {}, {}});
    EXPECT_TRUE(accepted);
    if (!accepted) { return {}; }
    node.wake();
    std::string receipt;
    EXPECT_TRUE(eventually([&] {
        receipt = flow::receipt_json(node.context(), accepted->id).value_or("");
        return receipt.find("\"state\":\"taken\"") != std::string::npos ||
               receipt.find("\"state\":\"held\"") != std::string::npos;
    })) << receipt;
    return std::regex_replace(receipt, std::regex(R"(\b[0-9a-z]{12,64}\b)"), "#");
}

class TwoForces : public Rights {
protected:
    void SetUp() override {
        add_southshire(folder_);
        Hub::SetUp();
    }
    bool kindred_is_in_conflict(CaseId id) {
        return flow::is_in_conflict(node_->context(), *flow::read_snapshot(node_->context(), id),
                                    Name::declare("kindred"));
    }
};

TEST_P(TwoForces, NobodyUpdatesWhatAnotherReported) {
    hears(*node_, northshire, "text/csv", report("41/00011/26", {{"Perp1Employer", "\"Kindred Support, fictional\""}}));
    const auto id = the_case();
    const auto known = hears(*node_, southshire, "application/json", released("41/00011/26", "Nowhere Ltd"));
    const auto unknown = hears(*node_, southshire, "application/json", released("41/00099/26", "Nowhere Ltd"));
    EXPECT_EQ(known, unknown) << "nobody learns whether there is a case";
    EXPECT_NE(known.find("no report of this incident is known"), std::string::npos) << known;
    EXPECT_EQ(count("SELECT COUNT(*) FROM record"), 1);
    EXPECT_TRUE(kindred_is_in_conflict(id));
    const auto own = hears(*node_, northshire, "application/json", released("41/00011/26"));
    EXPECT_NE(own.find("\"taken\":1"), std::string::npos) << own;
}

TEST_P(TwoForces, NoOtherSourceTakesAConflictAwayAndAPersonDoes) {
    hears(*node_, northshire, "text/csv", report("41/00011/26", {{"Perp1Employer", "\"Kindred Support, fictional\""}}));
    const auto id = the_case();
    hears(*node_, southshire, "text/csv",
          report("41/00012/26", {{"Perp1Employer", "Nowhere Ltd"}, {"ExtractedAt", "21/11/2026 11:00:00"}}));
    EXPECT_EQ(the_case(), id) << "it is her, whoever reports her";
    EXPECT_EQ(count("SELECT COUNT(*) FROM record"), 2);
    EXPECT_TRUE(kindred_is_in_conflict(id)) << "the newest does not win";
    hears(*node_, northshire, "application/json", released("41/00011/26", "Elsewhere Ltd"));
    EXPECT_TRUE(kindred_is_in_conflict(id)) << "nor its own source";
    ASSERT_TRUE(flow::enter_contact(node_->context(), id, R"({"contact": {"channel": "call",
        "at": "2026-11-21T12:00:00Z", "outcome": "reached"}, "perpetrator": [{"name": {"family": "Example",
        "given": "Robin"}, "birth-date": "1986-01-01", "employer": "Nowhere Ltd"}]})",
                                    UserId{7}));
    EXPECT_FALSE(kindred_is_in_conflict(id)) << "she has said that he left";
}

INSTANTIATE_TEST_SUITE_P(Engines, TwoForces, both_engines, engine_name);

/// Two worlds: in one of them another force reported her too.
class TwoWorldsOfReports : public OnBothEngines {
protected:
    std::string northshire_hears(const std::vector<std::string>& southshire_reports) {
        OneHub hub;
        hub.use(GetParam());
        add_southshire(hub.folder_);
        hub.start();
        auto& node = *hub.node_;
        for (const auto& message : southshire_reports) { hears(node, southshire, "text/csv", message); }
        std::string heard;
        for (const auto& message : {no_way, changed, no_way}) { heard += hears(node, northshire, "text/csv", message); }
        for (const char* reference : {"41/00011/26", "41/00012/26", "41/00099/26"}) {
            heard += hears(node, northshire, "application/json", released(reference));
        }
        return heard;
    }

    const std::string no_way = report("41/00011/26", {{"VicTel1Number", ""}, {"VicTel1Kind", ""}, {"VicTel1Safe", ""}});
    const std::string changed = report(
        "41/00011/26",
        {{"VicTel1Number", ""}, {"VicTel1Kind", ""}, {"VicTel1Safe", ""}, {"ExtractedAt", "21/11/2026 11:00:00"}});

private:
    struct OneHub : RunningHub {
        using RunningHub::folder_, RunningHub::node_;
    };
};

TEST_P(TwoWorldsOfReports, WhatAnotherForceReportedChangesNoByteThatASourceHears) {
    const auto alone = northshire_hears({});
    EXPECT_NE(alone.find("\"asked\""), std::string::npos) << alone;
    EXPECT_EQ(northshire_hears({report("41/00012/26")}), alone) << "she can be rung by what another told";
    EXPECT_EQ(northshire_hears({no_way}), alone) << "under the very reference, in the very words";
}

INSTANTIATE_TEST_SUITE_P(Engines, TwoWorldsOfReports, both_engines, engine_name);

}  // namespace
}  // namespace haven
