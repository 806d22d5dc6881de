#include <zlib.h>

#include <set>

#include "core/base/encoding.h"
#include "tests/flow/canary.h"

namespace haven {
namespace {

using namespace test;
namespace fs = std::filesystem;

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
const std::string marked =
    std::string(
        "41/Canaryref/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,ZZ99 4AA,Canaryplace One,"
        "Canarysummary words.,Canaryfamily,Canarygiven,03/04/1985,M,en,E07999001,CAR,N,07700 900771,"
        "MOB,Y,07700 900772,MOB,N,PREV,1,Canarystreet,Canarytown,ZZ99 5CC,,Canarychild,Canarykit,"
        "05/06/2015,Canaryschool") +
    std::string(21, ',') +
    "Canaryperp,Canaryrobin,01/01/1986,EXPA,N,Canaryemployer,LIB,,,,,,,,M,DASH,11,SEP;COE,CON;PSY,,"
    "Canarynotes here.\r\n";

TEST_P(Canary, WhatCameInIsFoundOnlyWhereAnAgreementLetsIt) {
    CapturedLog log;
    node_.reset();
    start();
    folder_.export_csv("incidents-1.csv", std::string(header) + marked);
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
    auto running = while_it_runs();
    if (GetParam() == store::Engine::sqlite) {
        EXPECT_GT(running["var: haven.db-wal"].size(), 1'000U) << "the log of writes is looked into";
    }
    node_.reset();  // so that all is written
    auto places = everything(log);
    for (const auto& [place, text] : running) { places[place] += text; }
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

INSTANTIATE_TEST_SUITE_P(Engines, Canary, both_engines, engine_name);

}  // namespace
}  // namespace haven
