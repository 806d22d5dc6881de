#include "core/base/byte_source.h"
#include "core/catalogue/raw_text.h"
#include "mapping/map.h"
#include "mapping/tools/sample.h"
#include "tests/flow/canary.h"

namespace haven {
namespace {

using namespace test;
namespace fs = std::filesystem;

/// What samples of dialects say of people, each value with the fields in which their records hold it.
using Said = std::map<std::string, FieldSet>;

void add_values(const Map& map, const std::string& input, Said& said) {
    MemorySource source(input);
    (void)map.reader()->read(source, [&](const ReadRecord& one) -> Result<void> {
        if (!one.document) { return {}; }
        const auto records = map.records(**one.document, noon);
        if (!records) { return {}; }
        for (const auto& record : *records) {
            for (const auto& value : record.values()) {
                const auto cls = record.catalogue().field(value.field).cls;
                const bool tells = cls == FieldClass::name || cls == FieldClass::contact ||
                                   cls == FieldClass::locator || cls == FieldClass::narrative ||
                                   cls == FieldClass::identifier;
                const auto text = RawText::of(record, value);
                if (tells && text.size() > 5) { said[std::string(text)].add(value.field); }
            }
        }
        return {};
    });
}

/// The force speaks every dialect that is shipped.
class CanaryDialects : public Canary {
protected:
    void speak_every_dialect() {
        std::string maps;
        for (const char* map :
             {"charity-xml/answer", "charity-xml/outcome", "eastford-housing/answer", "eastford-housing/outcome",
              "lettings-log-csv/export-2025", "lettings-log-csv/export-2026", "lettings-log-csv/upload-2026",
              "lettings-log-xml/letting-2026", "marac-referral-xml/referral", "niem-crime/incident",
              "open-referral-uk/services", "pole-json/incident", "refuge-vacancies-csv/vacancy"}) {
            maps += ", \"" + std::string(map) + "\"";
        }
        folder_.replace("partners/northshire-police.toml", "\"northshire-police/incident-xml\"",
                        "\"northshire-police/incident-xml\"" + maps);
        activate_folder();
    }
    /// Posts each sample of every dialect; answers what they say of people that the published site does not say itself:
    /// "Eastford" is nobody's.
    Said post_every_sample() {
        Said said;
        std::int64_t sent = 0;
        for (const auto& entry : fs::recursive_directory_iterator(HAVEN_SOURCE_DIR "/schemas/dialects")) {
            if (entry.path().extension() != ".case") { continue; }
            const auto sample = parse_sample(peers::file_text(entry.path()), "x.case");
            if (!sample || !sample->inward) { continue; }
            const auto input =
                sample->file.empty() ? sample->input : peers::file_text(entry.path().parent_path() / sample->file);
            for (const auto& map : node_->context().site->partner("northshire-police")->in) {
                add_values(*map, input, said);
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
        const auto site = site::SiteFiles::read(folder_.site().string());
        EXPECT_TRUE(site);
        std::erase_if(said, [&](const auto& value) {
            return std::any_of(site->texts.begin(), site->texts.end(), [&, &text = value.first](const auto& file) {
                return file.second.find(text) != std::string::npos;
            });
        });
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
    /// The partners to whom some agreement lets one of these fields go.
    std::set<std::string> may_hear(const FieldSet& fields) {
        const auto& site = *node_->context().site;
        std::set<std::string> out;
        for (const auto& agreement : site.agreements) {
            const bool tells = agreement->from() == site.hub && agreement->to() != site.team;
            if (tells && agreement->fields(Stage::accept).meets(fields)) {
                out.insert(std::string(agreement->to().text()));
            }
        }
        return out;
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
    for (const auto& [value, fields] : said) { may[value] = may_hear(fields); }
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
