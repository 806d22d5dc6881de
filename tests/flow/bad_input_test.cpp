#include <fstream>

#include "tests/flow/bad_messages.h"
#include "tests/support/captured_log.h"

namespace haven::test {
namespace {

/// Exports with something wrong, over the folder that the force's system writes into.
class BadInput : public testing::Test, protected RunningHub {
protected:
    std::filesystem::path incoming() const { return folder_.site() / "var/northshire"; }
    std::string receipt_of(const std::string& name) {
        std::string text;
        eventually([&] { return !(text = peers::file_text(incoming() / "receipts" / (name + ".json"))).empty(); });
        return text;
    }
    std::size_t cases() {
        return read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 200); })
            .size();
    }
};

TEST_F(BadInput, EachFileGetsAReceiptThatNamesRecordAndFieldAndNeverAValue) {
    const CapturedLog log;
    start();
    const auto all = bad_messages();
    for (const auto& bad : all) { folder_.export_csv(bad.name, bad.bytes); }
    std::string everything;
    for (const auto& bad : all) {
        const auto text = receipt_of(bad.name);
        EXPECT_EQ(told(text), bad.receipt) << bad.name;
        EXPECT_NE(text.find("\"partner\":\"northshire-police\""), std::string::npos) << bad.name;
        EXPECT_FALSE(std::filesystem::exists(incoming() / bad.name)) << bad.name << " is still in the way";
        EXPECT_EQ(peers::file_text(incoming() / "accepted" / bad.name), bad.bytes);
        everything += text;
    }
    everything += everything_held() + log.text();
    for (const auto& bad : all) {
        for (const auto& value : bad.planted) {
            if (!value.empty()) { EXPECT_EQ(everything.find(value), std::string::npos) << bad.name << ": " << value; }
        }
    }
    EXPECT_EQ(everything.find("Neighbour"), std::string::npos) << "nor of its neighbours";
    EXPECT_EQ(everything.find("07700"), std::string::npos);
}

TEST_F(BadInput, EachOfTwoEmptyFilesGetsItsReceipt) {
    start();
    for (const char* name : {"empty.csv", "empty-too.csv"}) {
        folder_.export_csv(name, "");
        EXPECT_EQ(told(receipt_of(name)),
                  R"("state":"held","taken":0,"held":1,"repeated":0,"records":[{"record":0,"result":"held",)"
                  R"("fault":"malformed","where":"","why":"expected text, got an empty message"}])");
    }
}

TEST_F(BadInput, AMessageOfAKindThatNoMapOfThePartnerReadsIsHeldWhole) {
    folder_.replace("partners/northshire-police.toml", ", \"haven/perpetrator-update\", \"haven/recall\"]", "]");
    start();
    folder_.export_csv("other.json", R"({"planted": "Plantedjson"})");
    EXPECT_EQ(told(receipt_of("other.json")),
              R"("state":"held","taken":0,"held":1,"repeated":0,"records":[{"record":0,"result":"held",)"
              R"("fault":"unmapped","where":"","why":"no map of this partner reads a message of this kind"}])");
}

TEST_F(BadInput, AFileThatIsStillBeingWrittenIsNotTaken) {
    start();
    const auto whole = header + export_row() + export_row();
    std::ofstream(incoming() / "growing.csv.part", std::ios::binary) << whole.substr(0, whole.size() / 2);
    folder_.export_csv("later.csv", header + export_row());
    EXPECT_NE(receipt_of("later.csv").find("\"taken\":1"), std::string::npos) << "it stops nobody";
    EXPECT_EQ(cases(), 1U);
    std::ofstream(incoming() / "growing.csv.part", std::ios::binary | std::ios::trunc) << whole;
    std::filesystem::rename(incoming() / "growing.csv.part", incoming() / "growing.csv");
    EXPECT_NE(receipt_of("growing.csv").find("\"taken\":2"), std::string::npos);
    EXPECT_EQ(cases(), 3U);
}

TEST_F(BadInput, AFileOverTheLimitIsHeldWithoutItsBodyAndLetsOthersPast) {
    auto node = Node::start({.site_folder = folder_.site().string(), .clock = &clock_, .serves = false});
    ASSERT_TRUE(node);
    node_ = std::move(*node);
    flow::Door door(node_->context(), [] {});
    constexpr std::size_t bytes_max = 4096;
    folder_.export_csv("a-large.csv", header + std::string(bytes_max, 'P'));
    folder_.export_csv("b-small.csv", "small");
    const auto sources = flow::Sources::start(node_->context(), door, bytes_max);
    ASSERT_TRUE(sources);
    EXPECT_EQ(told(receipt_of("a-large.csv")),
              R"("state":"held","taken":0,"held":1,"repeated":0,"records":[{"record":0,"result":"held",)"
              R"("fault":"too-large","where":"","why":"expected a message of at most 4096 bytes"}])");
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(incoming() / "accepted/b-small.csv"); }));
    EXPECT_TRUE(std::filesystem::exists(incoming() / "accepted/a-large.csv")) << "the file itself is still there";
    EXPECT_NE(everything_held().find("too-large"), std::string::npos);
}

TEST_F(BadInput, TheSameExportUnderAnotherNameGetsAReceiptToo) {
    start();
    const auto bytes = header + export_row();
    folder_.export_csv("first.csv", bytes);
    const auto first = receipt_of("first.csv");
    folder_.export_csv("again.csv", bytes);
    EXPECT_EQ(receipt_of("again.csv"), first);
    EXPECT_EQ(cases(), 1U);
}

// Nobody reads the first while the second comes.
TEST_F(BadInput, TwoNamesOfTheSameExportAtOnceBothGetTheReceiptOfWhatBecameOfIt) {
    auto node = Node::start({.site_folder = folder_.site().string(), .clock = &clock_, .serves = false});
    ASSERT_TRUE(node);
    node_ = std::move(*node);
    flow::Door door(node_->context(), [] {});
    const auto bytes = header + export_row();
    folder_.export_csv("one.csv", bytes);
    folder_.export_csv("two.csv", bytes);
    auto sources = flow::Sources::start(node_->context(), door);
    ASSERT_TRUE(sources);
    EXPECT_TRUE(eventually([&] {
        return std::filesystem::exists(incoming() / "accepted/one.csv") &&
               std::filesystem::exists(incoming() / "accepted/two.csv");
    }));
    sources->reset();
    start();
    EXPECT_NE(receipt_of("one.csv").find("\"state\":\"taken\""), std::string::npos);
    EXPECT_EQ(receipt_of("two.csv"), receipt_of("one.csv"));
    const auto owed = [&] {
        return read<std::int64_t>(
            [](store::Sql& sql) { return *sql.one<std::int64_t>("SELECT count(*) FROM message_repeat"); });
    };
    EXPECT_TRUE(eventually([&] { return owed() == 0; })) << "what was given is owed no more";
}

TEST_F(BadInput, AReceiptIsGivenAlthoughFiftyBeforeItCannotBeAndTheseOnceTheyCan) {
    constexpr int in_the_way = 51;
    const auto name = [](int n) { return "a" + std::to_string(100 + n) + ".csv"; };
    const auto receipt_file = [&](int n) { return incoming() / "receipts" / (name(n) + ".json"); };
    for (int n = 0; n < in_the_way; ++n) { std::filesystem::create_directories(receipt_file(n)); }
    const CapturedLog log;
    start();
    for (int n = 0; n < in_the_way; ++n) { folder_.export_csv(name(n), "no export, " + std::to_string(n)); }
    folder_.export_csv("b.csv", header + export_row());
    EXPECT_NE(receipt_of("b.csv").find("\"taken\":1"), std::string::npos);
    const std::string said = "receipts not given";
    EXPECT_TRUE(eventually([&] { return log.text().find(said) != std::string::npos; }));
    EXPECT_EQ(log.text().find(said), log.text().rfind(said)) << "said once";
    for (int n = 0; n < in_the_way; ++n) { std::filesystem::remove(receipt_file(n)); }
    for (const int n : {0, in_the_way - 1}) { EXPECT_NE(receipt_of(name(n)), ""); }
}

TEST_F(BadInput, AReceiptNamesEachRecordHoweverManyThereAre) {
    constexpr int records = 1'001;
    std::string text = header;
    for (int n = 0; n < records; ++n) { text += "41/" + std::to_string(n) + "/26,not a time\r\n"; }
    start();
    folder_.export_csv("many.csv", text);
    const auto receipt = receipt_of("many.csv");
    EXPECT_NE(receipt.find("\"held\":1001,"), std::string::npos);
    EXPECT_NE(receipt.find("{\"record\":1001,"), std::string::npos);
    EXPECT_TRUE(receipt.ends_with("}]}")) << "and nothing more";
}

TEST_F(BadInput, UnderAnAgreementThatEndedYesterdayEveryRecordIsHeld) {
    folder_.replace("agreements/np-7.toml", "review = 2027-06-30", "review = 2026-11-19");
    folder_.replace("agreements/np-7.toml", "end = 2027-12-31", "end = 2026-11-20");
    const CapturedLog log;
    start();
    folder_.export_csv("late.csv", header + export_row({{"VicSurname", "Toolatesample"}}));
    const auto receipt = receipt_of("late.csv");
    EXPECT_EQ(told(receipt),
              R"("state":"held","taken":0,"held":1,"repeated":0,"records":[{"record":1,"result":"held",)"
              R"("fault":"refused","where":"","why":"no agreement in force lets this partner tell the hub this"}])");
    EXPECT_EQ(cases(), 0U);
    EXPECT_EQ((receipt + log.text() + everything_held()).find("Toolate"), std::string::npos);
}

TEST_F(BadInput, AnAgreementHoldsOnItsLastDay) {
    folder_.replace("agreements/np-7.toml", "review = 2027-06-30", "review = 2026-11-19");
    folder_.replace("agreements/np-7.toml", "end = 2027-12-31", "end = 2026-11-21");
    start();
    folder_.export_csv("in-time.csv", header + export_row());
    EXPECT_NE(receipt_of("in-time.csv").find("\"taken\":1"), std::string::npos);
}

}  // namespace
}  // namespace haven::test
