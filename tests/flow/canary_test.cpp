#include <zlib.h>

#include <fstream>
#include <set>

#include "core/base/byte_source.h"
#include "core/base/encoding.h"
#include "core/catalogue/raw_text.h"
#include "mapping/map.h"
#include "mapping/tools/sample.h"
#include "tests/flow/answers.h"
#include "tests/flow/hub.h"
#include "tests/flow/places.h"
#include "tests/support/captured_log.h"

namespace haven {
namespace {

using namespace test;
namespace fs = std::filesystem;

class Canary : public Hub {
protected:
    /// Everything but what the sources keep themselves.
    Places everything(const CapturedLog& log) {
        Places places;
        places["log: all"] = log.text();
        add_files(places, folder_.site() / "var", "var");
        for (const char* charity : {"steadfast", "kindred"}) { add_files(places, folder_.drop(charity), charity); }
        places["eastford-council: received"] = folder_.council().received_text();
        for (auto it = places.begin(); it != places.end();) {  // the force's own folder holds what the force put there
            const bool own =
                it->first.starts_with("var: northshire/") && it->first.find("receipts") == std::string::npos;
            it = own ? places.erase(it) : std::next(it);
        }
        return places;
    }
    /// What the door says to each kind of caller, good answers and problems.
    void add_answers(Places& places, const std::vector<std::string>& ids) {
        for (const auto& [caller, token] : everybody(*node_).tokens) {
            const auto said = answers_to(*node_, token, ids, R"({"Canarykey": "Canaryvalue"})");
            auto place = "http " + caller;
            places[place.append(": all")] = said + inflated(said);
        }
    }
    /// Only the roles that work with cases see her, and of partners only who was told; nobody sees what no agreement
    /// lets out of the message.
    static void check_answers(const Places& said) {
        const std::set<std::string> nobody;
        const std::set<std::string> at_work{"http duty-manager", "http information-governance", "http practitioner"};
        const auto sees = [&](const char* value) {
            auto who = found_in(said, value);
            for (const auto& role : at_work) { who.erase(role); }
            return who;
        };
        for (const char* shown : {"Canaryfamily", "Canaryref"}) {
            EXPECT_TRUE(found_in(said, shown).contains("http practitioner")) << "the sweep sees what is shown";
        }
        EXPECT_EQ(said.count("http nobody: all") + said.count("http witness: all"), 2U);
        for (const char* value :
             {"Canaryref", "Canaryplace", "Canarysummary", "7700900772", "Canarystreet", "Canarytown", "ZZ99 5CC",
              "Canaryschool", "Canaryperp", "Canaryrobin", "Canaryemployer", "Canarycontactnote"}) {
            EXPECT_EQ(sees(value), nobody) << value;
        }
        for (const char* value : {"Canaryfamily", "Canarygiven", "7700900771", "Canarykit"}) {
            auto who = sees(value);
            who.erase("http eastford-council");  // its own offer
            who.erase("http steadfast");
            EXPECT_EQ(who, nobody) << value;
        }
        for (const char* value : {"Canarynotes", "Canarykey", "Canaryvalue", "Canaryelement", "Canaryheader"}) {
            EXPECT_EQ(found_in(said, value), nobody) << value;
        }
    }
    /// What stands in PostgreSQL, row by row, bytes in hexadecimal; the files of SQLite lie under "var".
    void add_tables(Places& places) {
        if (GetParam() != store::Engine::postgres) { return; }
        const auto tables = read<std::int64_t>([&](store::Sql& sql) {
            std::int64_t n = 0;
            sql.each<std::string, std::string>(
                [&](const std::string& table, const std::string& rows) {
                    auto place = std::string("postgres: ");
                    places[place.append(table)] = rows;
                    ++n;
                },
                "SELECT table_name::text, query_to_xml('SELECT t::text AS row FROM ' || quote_ident(table_name) || ' "
                "t',"
                " true, false, '')::text FROM information_schema.tables WHERE table_schema = current_schema()");
            return n;
        });
        EXPECT_GT(tables, 20) << "all tables are looked into";
        EXPECT_NE(places["postgres: message"].find("<row>"), std::string::npos) << "and their rows";
    }
    /// The pages and the log of the server itself, as they lie on its disk.
    static std::set<std::string> found_on_the_servers_disk(const std::vector<std::string>& marks) {
        std::set<std::string> out;
        const char* data = std::getenv("HAVEN_TEST_POSTGRES_DATA");
        std::size_t files = 0;
        for (const char* part : {"base", "pg_wal"}) {
            if (data == nullptr) { break; }
            for (const auto& entry : fs::recursive_directory_iterator(fs::path(data) / part)) {
                std::error_code gone;  // the server goes on meanwhile
                if (!entry.is_regular_file(gone) || gone) { continue; }
                std::ifstream in(entry.path(), std::ios::binary);
                const std::string bytes{std::istreambuf_iterator<char>(in), {}};
                ++files;
                for (const auto& mark : marks) {
                    if (!found_in({{part, bytes}}, mark).empty()) { out.insert(std::string(part) + ": " + mark); }
                }
            }
        }
        if (data != nullptr) { EXPECT_GT(files, 100U) << "the server's files are read"; }
        return out;
    }
};

TEST(CanarySweep, FindsAValueInEverySpelling) {
    const std::string value = "Zzyzx Canary-7";
    std::string compressed(1'000, '\0');
    z_stream stream{};
    ASSERT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string text = "before " + value + " behind";
    stream.next_in = reinterpret_cast<Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
    stream.avail_out = static_cast<uInt>(compressed.size());
    ASSERT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    compressed.resize(compressed.size() - stream.avail_out);
    deflateEnd(&stream);
    EXPECT_EQ(found_in({{"x: gzip", inflated("12" + compressed)}}, value).size(), 1U);
    for (const auto& spelling : spellings(value)) {
        EXPECT_EQ(found_in({{"x: 1", "ab" + spelling + "yz"}}, value).size(), 1U) << spelling;
    }
    for (std::size_t offset = 0; offset < 3; ++offset) {
        EXPECT_EQ(found_in({{"x: 1", to_base64(std::string(offset, 'q') + value + "behind it")}}, value).size(), 1U);
    }
    EXPECT_TRUE(found_in({{"x: 1", "Zzyzx Canary-8"}}, value).empty());
}

// Each value of the force's report is one that stands nowhere else.
TEST_P(Canary, WhatCameInIsFoundOnlyWhereAnAgreementLetsIt) {
    CapturedLog log;
    node_.reset();
    start();
    folder_.export_csv(
        "incidents-1.csv",
        header +
            std::string(
                "41/Canaryref/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,ZZ99 4AA,Canaryplace One,"
                "Canarysummary words.,Canaryfamily,Canarygiven,03/04/1985,M,en,E07999001,CAR,N,07700 900771,"
                "MOB,Y,07700 900772,MOB,N,PREV,1,Canarystreet,Canarytown,ZZ99 5CC,,Canarychild,Canarykit,"
                "05/06/2015,Canaryschool") +
            std::string(21, ',') +
            "Canaryperp,Canaryrobin,01/01/1986,EXPA,N,Canaryemployer,LIB,,,,,,,,M,DASH,11,SEP;COE,CON;PSY,,"
            "Canarynotes here.\r\n");
    const auto id = the_case();
    ASSERT_TRUE(flow::enter_contact(node_->context(), id, R"({
      "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted",
                  "note": "Canarycontactnote."},
      "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
      "need": [{"service": "rehousing"}, {"service": "mens-support"}]})",
                                    UserId{7}));
    node_->wake();
    const auto reference = reference_at("eastford-council");
    ASSERT_FALSE(reference.empty()) << everything_held();
    folder_.council().answer("a1", R"({"messageType": "answer", "externalId": ")" + reference +
                                       R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})");
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"Canaryfamily"}) == 1; })) << everything_held();
    EXPECT_NE(SiteFolder::dropped(folder_.drop("steadfast"), "-offer-"), "");
    peers::put_file(folder_.answers("steadfast") + "/yes.xml", "<Answer><Reference>" + reference_at("steadfast") +
                                                                   "</Reference><Decision>yes</Decision></Answer>");
    EXPECT_NE(SiteFolder::dropped(folder_.drop("steadfast"), "-confirm-"), "") << everything_held();
    for (const auto& [bad, type] : {std::pair{"{\"Canarykey\": \"Canaryvalue\"}", "application/json"},
                                    {"<Canaryelement>Canaryvalue</Canaryelement>", "application/xml"},
                                    {"Canaryheader\r\nCanaryvalue\r\n", "text/csv"}}) {
        ASSERT_TRUE(node_->door().accept({Name::declare("northshire-police"), type, bad, {}, {}}));
    }
    EXPECT_TRUE(eventually([&] { return everything_held().find("northshire-police") != std::string::npos; }));
    const auto held = everything_held();
    Places said;
    add_answers(said, {id_text(id), reference, "0000000000001"});
    Places tables;
    add_tables(tables);
    node_.reset();  // so that all is written
    auto places = everything(log);
    places["held: all"] = held;
    ASSERT_GT(places.size(), 5U);
    const std::set<std::string> nowhere;
    const std::set<std::string> both{"eastford-council", "steadfast"};
    EXPECT_EQ(found_in(places, "Canaryfamily"), both);
    EXPECT_EQ(found_in(places, "7700900771"), both) << "her number, with its yes";
    EXPECT_EQ(found_in(places, "Canarykit"), std::set<std::string>{"eastford-council"});
    check_answers(said);
    places.insert(tables.begin(), tables.end());
    std::vector<std::string> nobodys{"Canaryref",   "Canarychild",    "Canaryplace",  "Canarysummary",
                                     "7700900772",  "7700 900772",    "Canarystreet", "Canarytown",
                                     "ZZ99 5CC",    "ZZ995CC",        "Canaryschool", "Canaryperp",
                                     "Canaryrobin", "Canaryemployer", "Canarynotes",  "Canarykey",
                                     "Canaryvalue", "Canaryelement",  "Canaryheader", "Canarycontactnote"};
    for (const auto& value : nobodys) { EXPECT_EQ(found_in(places, value), nowhere) << value; }
    if (GetParam() == store::Engine::postgres) {
        nobodys.insert(nobodys.end(), {"Canaryfamily", "Canarygiven", "7700900771", "Canarykit"});
        EXPECT_EQ(found_in(tables, "Canaryfamily"), nowhere) << "what is told is sealed where it is kept";
        EXPECT_EQ(found_on_the_servers_disk(nobodys), nowhere);
    }
}

/// What a sample of a dialect says of people, as its records hold it.
void add_values(const Map& map, const std::string& input, std::set<std::string>& values) {
    MemorySource source(input);
    (void)map.reader()->read(source, [&](const ReadRecord& one) -> Result<void> {
        if (!one.document) { return {}; }
        const auto records = map.records(**one.document, noon);
        if (!records) { return {}; }
        for (const auto& record : *records) {
            for (const auto& value : record.values()) {
                const auto cls = record.catalogue().field(value.field).cls;
                const bool tells = cls == FieldClass::name || cls == FieldClass::contact ||
                                   cls == FieldClass::locator || cls == FieldClass::narrative;
                const auto text = RawText::of(record, value);
                if (tells && text.size() > 5) { values.emplace(text); }
            }
        }
        return {};
    });
}

// No agreement lets anybody be told what these say, and most of it is held: none of it may be seen anywhere.
TEST_P(Canary, WhatAnyDialectBringsInIsFoundNowhere) {
    CapturedLog log;
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
    const auto police = Name::declare("northshire-police");
    std::set<std::string> values;
    std::int64_t sent = 0;
    for (const auto& entry : fs::recursive_directory_iterator(HAVEN_SOURCE_DIR "/schemas/dialects")) {
        if (entry.path().extension() != ".case") { continue; }
        const auto sample = parse_sample(peers::file_text(entry.path()), "x.case");
        if (!sample || !sample->inward) { continue; }
        const auto input =
            sample->file.empty() ? sample->input : peers::file_text(entry.path().parent_path() / sample->file);
        for (const auto& map : node_->context().site->partner("northshire-police")->in) {
            add_values(*map, input, values);
        }
        const auto first = input.find_first_not_of(" \r\n\t\xef\xbb\xbf");
        const char head = first == std::string::npos ? ' ' : input[first];
        const auto* type = head == '<'                  ? "application/xml"
                           : head == '{' || head == '[' ? "application/json"
                                                        : "text/csv";
        ASSERT_TRUE(node_->door().accept({police, type, input, {}, {}}));
        ++sent;
    }
    const auto site = site::SiteFiles::read(folder_.site().string());
    ASSERT_TRUE(site);
    std::erase_if(values, [&](const std::string& value) {  // "Eastford": the published site's own words are nobody's
        return std::any_of(site->texts.begin(), site->texts.end(),
                           [&](const auto& file) { return file.second.find(value) != std::string::npos; });
    });
    EXPECT_GT(sent, 20);
    EXPECT_GT(values.size(), 30U);
    EXPECT_TRUE(eventually([&] {
        return read<std::int64_t>([](store::Sql& sql) {
                   return *sql.one<std::int64_t>("SELECT COUNT(*) FROM message WHERE state = 'received'");
               }) == 0;
    }));
    const auto held = everything_held();
    Places places;
    add_answers(places, {"0000000000001"});
    add_tables(places);
    node_.reset();
    places.merge(everything(log));
    places["held: all"] = held;
    for (const auto& value : values) { EXPECT_EQ(found_in(places, value), std::set<std::string>{}) << value; }
}

INSTANTIATE_TEST_SUITE_P(Engines, Canary, both_engines, engine_name);

}  // namespace
}  // namespace haven
