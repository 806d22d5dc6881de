#include "hub/flow/told.h"

#include "core/seal/sha256.h"
#include "hub/flow/calling.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/looking.h"
#include "hub/flow/recalling.h"
#include "hub/flow/timeline.h"
#include "mapping/identity.h"
#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;

class Told : public Rights {
protected:
    std::string version_of(const std::string& agreement) {
        const auto bytes = peers::file_text(folder_.site() / ("agreements/" + agreement + ".toml"));
        return to_hex(sha256(bytes).view());
    }
    /// What a breach report lists: "action, recipient" of each entry.
    std::vector<std::string> touched(const flow::BreachQuestion& question) {
        const auto report = flow::breach_report(node_->context(), question, ledger::Actor::of_user(dana_));
        EXPECT_TRUE(report);
        std::vector<std::string> out;
        for (const auto& one : *report) {
            last_ = boost::json::parse(one).as_object();
            out.push_back(std::string(last_.at("action").as_string()) + ", " +
                          std::string(last_.at("recipient").as_string()));
        }
        return out;
    }

    boost::json::object last_;
};

TEST_P(Told, EachTellingOfACaseIsListedWithItsFieldsAndWhatBecameOfIt) {
    const auto id = placed_at_the_council();
    const auto told = flow::show_told(node_->context(), id, ledger::Actor::of_user(dana_));
    ASSERT_TRUE(told);
    std::string all;
    for (const auto& one : *told) { all += one + "\n"; }
    ASSERT_EQ(told->size(), 2U) << all;
    const auto offer = boost::json::parse(told->at(0)).as_object();
    EXPECT_EQ(offer.at("recipient"), "eastford-council");
    EXPECT_EQ(offer.at("stage"), "offer");
    EXPECT_EQ(offer.at("sending"), "accepted");
    EXPECT_EQ(offer.at("basis"), "UK GDPR article 6(1)(e)");
    EXPECT_EQ(std::string(offer.at("agreement-version").as_string().c_str()), version_of("eastford-1"))
        << "the very words that people signed";
    const auto confirm = boost::json::parse(told->at(1)).as_object();
    EXPECT_EQ(confirm.at("stage"), "accept");
    EXPECT_NE(told->at(1).find("\"victim/name/family\""), std::string::npos);
    EXPECT_EQ(told->at(0).find("\"victim/name/family\""), std::string::npos);
    for (const char* value : {"Sample", "7700900123", "1985"}) {
        EXPECT_EQ(all.find(value), std::string::npos) << "the ledger holds no value";
    }
    EXPECT_EQ(entries_of("disclosures shown"), 1);
}

// Who was told of her, what others hold, what was noted of her: none of it has fields, and all of it was read.
TEST_P(Told, ABreachReportByUserListsEveryLookThatSheOrHeTookAtACase) {
    const auto id = placed_at_the_council();
    const auto& hub = node_->context();
    const auto dana = ledger::Actor::of_user(dana_);
    ASSERT_TRUE(flow::show_told(hub, id, dana));
    ASSERT_TRUE(flow::show_copies(hub, id, dana));
    ASSERT_TRUE(flow::entries_of_case(hub, id, 0, 10, dana));
    ASSERT_TRUE(flow::note_looks(hub, {{id}, {}}, "case listed", "casework", dana));
    const std::vector<std::string> hers{"disclosures shown, ", "copies shown, ", "timeline shown, ", "case listed, "};
    const auto until = noon + std::chrono::hours(1);
    EXPECT_EQ(touched({"", dana_, "", noon, until}), hers);
    EXPECT_EQ(last_.at("case").as_string(), id_text(id));
    EXPECT_EQ(touched({"", UserId{5}, "", noon, until}).size(), 0U);
    EXPECT_EQ(touched({"", dana_, "", until, until + std::chrono::hours(1)}).size(), 0U);
    EXPECT_EQ(touched({"", {}, "", noon, until}).size(), 2U + hers.size() + 1)
        << "what was told, and the report on her";
    EXPECT_EQ(touched({"eastford-council", {}, "", noon, until}).size(), 2U) << "a partner did not see these";
}

// Section 62 of the Data Protection Act 2018 asks for alterations beside collections.
TEST_P(Told, ARecordThatChangesWhatWasKnownIsAnAlterationWithTheFieldsOfWhichNothingStandsAnyMore) {
    const auto id = placed_at_the_council();
    EXPECT_EQ(entries_of("case altered"), 0) << "all of it was added";
    ASSERT_TRUE(flow::enter_contact(node_->context(), id, R"({
        "contact": {"channel": "call", "at": "2026-11-21T12:10:00Z", "outcome": "reached"},
        "victim": {"name": {"family": "Newname"}, "gender": "female"}})",
                                    UserId{7}));
    ASSERT_EQ(entries_of("case altered"), 1);
    const auto& catalogue = *node_->context().site->catalogue;
    for (const auto& body : read<std::vector<store::Bytes>>(
             [](store::Sql& sql) { return sql.all<store::Bytes>("SELECT body FROM ledger_entry"); })) {
        const auto entry = ledger::decode(body.value);
        if (!entry || entry->action.text() != "case altered") { continue; }
        EXPECT_EQ(entry->operation, ledger::Operation::alteration);
        EXPECT_EQ(entry->actor.user, UserId{7});
        EXPECT_TRUE(entry->record);
        const auto has = [&](const char* path) {
            return std::binary_search(entry->fields.begin(), entry->fields.end(), catalogue.find(path)->value);
        };
        EXPECT_TRUE(has("victim/name/family"));
        EXPECT_FALSE(has("victim/gender")) << "it was not known before";
        EXPECT_FALSE(has("victim/birth-date")) << "it stands";
    }
}

TEST_P(Told, AnUnknownCaseIsMissingAndNothingIsWritten) {
    EXPECT_EQ(flow::show_told(node_->context(), CaseId{5}, ledger::Actor::of_user(dana_)).error().fault,
              Fault::missing);
    EXPECT_EQ(entries_of("disclosures shown"), 0);
}

TEST_P(Told, ABreachReportListsExactlyWhatIsAskedFor) {
    const auto until = noon + std::chrono::hours(1);
    folder_.export_csv("incidents-1.csv",
                       header +
                           std::string("41/00011/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,,"
                                       "Elsewhere,Ada,03/04/1985,F,,E07999001,HOME,N,07700 900456,MOB,Y,") +
                           std::string(8 + 24, ',') + ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,LIB" +
                           std::string(8, ',') + "M,DASH,11,COE,CON,,\r\n");
    const auto imported = the_case();
    const auto& catalogue = node_->context().site->catalogue;
    const auto map =
        *Map::compile(identity_map(*catalogue, *catalogue->find_record_type("case-file"), true), "case", catalogue);
    ASSERT_TRUE(flow::claim_call(node_->context(), imported, ledger::Actor::of_user(UserId{8}), *map));
    const auto later = noon + std::chrono::minutes(10);
    clock_.turn_to(later);
    placed_at_the_council();
    clock_.turn_to(until + std::chrono::hours(2));  // a report is a reading too: none is in a time asked for
    using Lines = std::vector<std::string>;
    const Lines told{"told, eastford-council", "told, eastford-council"};
    const auto by_map = [&](const std::string& name) { return touched({"", {}, name, noon, until}); };

    EXPECT_EQ(touched({"eastford-council", {}, "", noon, until}), told);
    const auto used = std::string(last_.at("maps").as_array().at(0).as_string());
    EXPECT_EQ(touched({"kindred", {}, "", noon, until}), Lines{});
    EXPECT_EQ(touched({"", UserId{8}, "", noon, until}).size(), 1U);
    EXPECT_EQ(touched({"", UserId{5}, "", noon, until}), Lines{});
    EXPECT_EQ(touched({"", {}, "", later, until}), told);
    EXPECT_EQ(touched({"", {}, "", noon, later}).size(), 1U) << "the call";
    EXPECT_EQ(touched({"", {}, "", until, until + std::chrono::hours(1)}), Lines{});

    const auto name = used.substr(0, used.find(' '));
    EXPECT_EQ(by_map(name), told);
    EXPECT_EQ(by_map(used), told) << "in this very version";
    EXPECT_EQ(by_map(used.substr(0, used.find(' ') + 9)), told);
    auto wrong = used;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    EXPECT_EQ(by_map(wrong), Lines{});
    EXPECT_EQ(by_map(name + "x"), Lines{});
    const auto& police = *node_->context().site->partner("northshire-police");
    EXPECT_EQ(by_map(std::string(police.in.at(0)->name().text())), Lines{"record taken, "}) << "what came in by it";
    EXPECT_EQ(std::string(last_.at("agreement-version").as_string().c_str()), version_of("np-7"));
}

TEST_P(Told, ABreachReportAsksByPartnerUserVersionOfAMapAndTimeTogether) {
    const auto& hub = node_->context();
    const UserId engineer{8};
    flow::Door door(hub, [&] { node_->wake(); });
    const auto victim = [](const char* number, const char* name) {
        return std::string(number) + ",21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,," + name +
               ",Alex,03/04/1985,M,,,,N,07700 900456,MOB,Y" + std::string(48, ',') + "H,DASH,11,,,,\r\n";
    };
    const auto police = Name::declare("northshire-police");
    ASSERT_TRUE(door.accept({police, "text/csv", header + victim("41/00011/26", "Sample"), {}, {}}));
    ASSERT_TRUE(door.accept({police,
                             "text/csv",
                             header + victim("41/00012/26", "Example"),
                             {},
                             {},
                             ledger::Actor::of_user(engineer, "integration-engineer")}));
    ASSERT_TRUE(eventually([&] { return entries_of("record taken") == 2; })) << everything_held();
    placed_at_the_council();
    const auto until = noon + std::chrono::hours(1);
    const auto& site = *hub.site;
    const std::string in(site.partner("northshire-police")->in.at(0)->name().text());
    using Lines = std::vector<std::string>;
    const Lines told{"told, eastford-council", "told, eastford-council"};
    ASSERT_EQ(touched({"eastford-council", {}, "", noon, until}), told);
    const auto out = std::string(last_.at("maps").as_array().at(0).as_string());

    EXPECT_EQ(touched({"eastford-council", {}, out, noon, until}), told);
    EXPECT_EQ(touched({"kindred", {}, out, noon, until}), Lines{});
    EXPECT_EQ(touched({"eastford-council", {}, in, noon, until}), Lines{}) << "it did not come from there";
    EXPECT_EQ(touched({"northshire-police", {}, in, noon, until}), (Lines{"record taken, ", "record taken, "}));
    EXPECT_EQ(touched({"northshire-police", {}, "", noon, until}), Lines{}) << "it was told nothing, and saw nothing";
    EXPECT_EQ(touched({"", engineer, in, noon, until}), Lines{"record taken, "})
        << "the file that was taken in by hand";
    EXPECT_EQ(touched({"", dana_, in, noon, until}), Lines{});
    EXPECT_EQ(touched({"northshire-police", engineer, in, noon, until}), Lines{"record taken, "});
    EXPECT_EQ(touched({"eastford-council", engineer, in, noon, until}), Lines{});
    EXPECT_EQ(touched({"northshire-police", engineer, in, until, until + std::chrono::hours(1)}), Lines{});
}

TEST_P(Told, ATimelineGoesOnToTheNewestEntryHoweverManyThereAre) {
    const auto id = placed_at_the_council();
    const auto& hub = node_->context();
    const auto row = *read<std::optional<store::CaseRow>>([&](store::Sql& sql) { return store::read_case(sql, id); });
    const auto add = [&](int n, ledger::Word action) {
        ASSERT_TRUE(hub.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            const flow::Chronicle chronicle(hub.ids, noon);
            for (int i = 0; i < n; ++i) {
                const auto by = ledger::Actor::of_user(dana_);
                store::insert_ledger_entry(
                    sql, flow::Chronicle::row(chronicle.consultation(action, "casework", by), row.ledger_name));
            }
            return {};
        }));
    };
    add(500, "looked");
    add(1, "looked last");
    const auto timeline = boost::json::parse(*flow::timeline_json(hub, row)).as_array();
    ASSERT_EQ(timeline.size(), 500U);
    EXPECT_EQ(timeline.back().at("action"), "looked last");
    EXPECT_EQ(timeline.front().at("action"), "looked") << "what was before them is on the ledger's own pages";
}

INSTANTIATE_TEST_SUITE_P(Engines, Told, both_engines, engine_name);

}  // namespace
}  // namespace haven
