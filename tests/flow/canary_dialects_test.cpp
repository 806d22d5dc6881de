#include "core/base/byte_source.h"
#include "mapping/map.h"
#include "mapping/tools/sample.h"
#include "tests/flow/canary.h"

namespace haven {
namespace {

using namespace test;
namespace fs = std::filesystem;

void add_what_it_says(const Map& map, const std::string& input, SaidOfPeople& said) {
    MemorySource source(input);
    (void)map.reader()->read(source, [&](const ReadRecord& one) -> Result<void> {
        if (!one.document) { return {}; }
        const auto records = map.records(**one.document, noon);
        if (!records) { return {}; }
        for (const auto& record : *records) { add_values(record, said); }
        return {};
    });
}

/// Every shipped map that reads, as a partner file names it; but those of the force, which the site names itself.
std::set<std::string> maps_that_read() {
    std::set<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(HAVEN_SOURCE_DIR "/schemas/dialects")) {
        const auto dialect = entry.path().parent_path().filename().string();
        if (entry.path().extension() != ".map" || dialect == "northshire-police") { continue; }
        const auto text = peers::file_text(entry.path());
        if (text.find("->  ") == std::string::npos) { continue; }
        out.insert(dialect + "/" + entry.path().stem().string());
    }
    return out;
}

/// The force speaks every dialect that is shipped.
class CanaryDialects : public Canary {
protected:
    void speak_every_dialect() {
        std::string maps;
        const auto all = maps_that_read();
        EXPECT_GE(all.size(), 21U);
        for (const auto& map : all) { maps += ", \"" + map + "\""; }
        folder_.replace("partners/northshire-police.toml", "\"northshire-police/incident-xml\"",
                        "\"northshire-police/incident-xml\"" + maps);
        activate_folder();
    }
    /// Posts each sample of every dialect; answers what they say of people that the published site does not say itself:
    /// "Eastford" is nobody's.
    SaidOfPeople post_every_sample() {
        SaidOfPeople said;
        std::int64_t sent = 0;
        for (const auto& entry : fs::recursive_directory_iterator(HAVEN_SOURCE_DIR "/schemas/dialects")) {
            if (entry.path().extension() != ".case") { continue; }
            const auto sample = parse_sample(peers::file_text(entry.path()), "x.case");
            if (!sample || !sample->inward) { continue; }
            const auto input =
                sample->file.empty() ? sample->input : peers::file_text(entry.path().parent_path() / sample->file);
            for (const auto& map : node_->context().site->partner("northshire-police")->in) {
                add_what_it_says(*map, input, said);
            }
            const auto first = input.find_first_not_of(" \r\n\t\xef\xbb\xbf");
            const char head = first == std::string::npos ? ' ' : input[first];
            const auto* type = head == '<'                  ? "application/xml"
                               : head == '{' || head == '[' ? "application/json"
                                                            : "text/csv";
            EXPECT_TRUE(node_->door().accept({Name::declare("northshire-police"), type, input, {}, {}}));
            ++sent;
        }
        EXPECT_GT(sent, 20);
        leave_out_what_the_site_says(folder_, said);
        EXPECT_GT(said.size(), 30U);
        EXPECT_TRUE(eventually([&] { return count("SELECT COUNT(*) FROM message WHERE state = 'received'") == 0; }));
        return said;
    }
    std::int64_t count(Literal query) {
        return read<std::int64_t>([&](store::Sql& sql) { return *sql.one<std::int64_t>(query); });
    }
    bool work_is_done() {
        return eventually([&] { return count("SELECT COUNT(*) FROM work WHERE state IN ('due', 'claimed')") == 0; });
    }
};

// She has said yes to nobody, and most of it is held: none of it may be seen anywhere.
TEST_P(CanaryDialects, WhatAnyOfThemBringsInIsFoundNowhere) {
    CapturedLog log;
    speak_every_dialect();
    const auto said = post_every_sample();
    const auto held = everything_held();
    Places places;
    add_answers(places, {"0000000000001"});
    add_tables(places);
    const auto running = while_it_runs();
    node_.reset();
    places.merge(everything(log));
    for (const auto& [place, text] : running) { places[place] += text; }
    places["held: all"] = held;
    for (const auto& [value, fields] : said) { EXPECT_EQ(found_in(places, value), std::set<std::string>{}) << value; }
}

// Each of them is asked, says yes to everything, and is taken by whoever is asked.
TEST_P(CanaryDialects, WhatTheyBringInGoesOnOnlyToWhomAnAgreementLetsIt) {
    CapturedLog log;
    speak_every_dialect();
    const auto said = post_every_sample();
    const auto cases =
        read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 100); });
    ASSERT_GT(cases.size(), 3U);
    for (const auto& row : cases) {
        ASSERT_TRUE(flow::enter_contact(node_->context(), row.id, R"({
            "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
            "victim": {"home-area": "E07999001"}, "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
            "need": [{"service": "rehousing"}, {"service": "emotional-support"}, {"service": "mens-support"}]})",
                                        UserId{7}));
    }
    node_->wake();
    ASSERT_TRUE(work_is_done()) << everything_held();
    int number = 0;
    for (const auto* partner : {"eastford-council", "westmere-council", "steadfast", "kindred"}) {
        for (const auto& offer : read<std::vector<store::OfferRow>>(
                 [&](store::Sql& sql) { return store::offers_to(sql, Name::declare(partner), {}, 100); })) {
            EXPECT_TRUE(flow::enter_partner_answer(
                node_->context(), Name::declare(partner), offer.reference,
                R"({"request": {"reference": ")" + offer.reference + R"("}, "answer": {"kind": "accept"}})"))
                << partner;
            ++number;
        }
    }
    EXPECT_GT(number, 5);
    node_->wake();
    ASSERT_TRUE(work_is_done()) << everything_held();
    std::map<std::string, std::set<std::string>> may;
    for (const auto& [value, fields] : said) { may[value] = may_hear(*node_->context().site, fields); }
    Places places;
    add_tables(places);
    const auto running = while_it_runs();
    node_.reset();
    places.merge(everything(log));
    for (const auto& [place, text] : running) { places[place] += text; }
    std::set<std::string> heard;
    for (const auto& [value, fields] : said) {
        for (const auto& place : found_in(places, value)) {
            EXPECT_TRUE(may.at(value).contains(place)) << value << " at " << place;
            heard.insert(place);
        }
    }
    EXPECT_TRUE(heard.contains("eastford-council")) << "the sweep sees what is told";
}

INSTANTIATE_TEST_SUITE_P(Engines, CanaryDialects, both_engines, engine_name);

}  // namespace
}  // namespace haven
