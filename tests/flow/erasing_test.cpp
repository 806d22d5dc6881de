#include "hub/flow/erasing.h"

#include <cstdlib>
#include <future>

#include "core/ledger/verify.h"
#include "hub/flow/accounts.h"
#include "hub/flow/concealing.h"
#include "hub/flow/keeping.h"
#include "hub/flow/merging.h"
#include "hub/flow/near_misses.h"
#include "hub/flow/recalling.h"
#include "hub/flow/sequencer.h"
#include "hub/flow/vault.h"
#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;
using std::chrono::hours;

class Erasing : public Rights {
protected:
    void SetUp() override {
        folder_.replace("haven.toml", "[keeping]", "[keeping]\nbodies = \"30d\"\nprivacy_notice = \"28d\"");
        Hub::SetUp();
    }
    static std::string report(const std::string& family, const std::string& custody = "LIB") {
        return "41/00011/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,," + family +
               ",Ada,03/04/1985,F,,E07999001,HOME,N,,," + std::string(9 + 24, ',') +
               ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd," + custody + std::string(8, ',') +
               "M,DASH,11,COE,CON,,\r\n";
    }
    void take(const std::string& name, const std::string& rows, std::int64_t messages) {
        folder_.export_csv(name, header + rows);
        EXPECT_TRUE(eventually([&] {
            return count("SELECT COUNT(*) FROM message WHERE state IN ('taken', 'held') AND receipt_given = 1") ==
                   messages;
        })) << everything_held();
    }
    Result<flow::ErasureReceipt> erase(CaseId id) {
        return flow::erase_case(node_->context(), id, flow::EraseReason::victim_asked, ledger::Actor::of_user(dana_));
    }
    std::vector<std::string> wrapped_case_keys() {
        std::vector<std::string> out;
        for (const auto& key : read<std::vector<std::optional<store::Bytes>>>([](store::Sql& sql) {
                 return sql.all<std::optional<store::Bytes>>("SELECT wrapped_key FROM cases");
             })) {
            if (key) { out.push_back(key->value); }
        }
        return out;
    }
    /// Whether any file of the store holds these bytes.
    bool files_hold(const std::string& bytes) {
        for (const auto& entry : std::filesystem::directory_iterator(folder_.site() / "var")) {
            if (entry.path().filename().string().starts_with("haven.db") &&
                peers::file_text(entry.path()).find(bytes) != std::string::npos) {
                return true;
            }
        }
        return false;
    }
    bool ledger_is_good() {
        std::string out;
        EXPECT_TRUE(eventually([&] { return count("SELECT COUNT(*) FROM ledger_entry WHERE leaf IS NULL") == 0; }));
        EXPECT_TRUE(flow::export_ledger(node_->context().readers, [&](std::string_view bytes) -> Result<void> {
            out += bytes;
            return {};
        }));
        MemorySource source(out);
        const auto report =
            ledger::verify(source, {.log = {node_->ledger_key().public_key()}, .witnesses = {}, .others = {}});
        return report && report->good();
    }
};

TEST_P(Erasing, NothingOfTheCaseIsLeftThatOpensAndTheLedgerStillVerifies) {
    take("incidents-1.csv", report("Canary"), 1);
    const auto id = the_case();
    const auto key = wrapped_case_keys().at(0);
    const auto record =
        read<std::vector<store::RecordRow>>([&](store::Sql& sql) { return store::records_of(sql, id); }).at(0).body;
    const auto entries = count("SELECT COUNT(*) FROM ledger_entry");
    const auto receipt = erase(id);
    ASSERT_TRUE(receipt) << receipt.error().message();
    EXPECT_EQ(receipt->erased.records, 1);
    EXPECT_EQ(receipt->erased.messages, 1);
    EXPECT_EQ(receipt->final_at, clock_.now() + hours(24 * 35));
    for (const Literal table : {Literal("SELECT COUNT(*) FROM record"), Literal("SELECT COUNT(*) FROM blind_index"),
                                Literal("SELECT COUNT(*) FROM attempt"), Literal("SELECT COUNT(*) FROM copy"),
                                Literal("SELECT COUNT(*) FROM referral"), Literal("SELECT COUNT(*) FROM chunk"),
                                Literal("SELECT COUNT(*) FROM held_item"),
                                Literal("SELECT COUNT(*) FROM timer WHERE kind NOT IN ('keeping', 'daily-receipts')"),
                                Literal("SELECT COUNT(*) FROM message WHERE body IS NOT NULL"),
                                Literal("SELECT COUNT(*) FROM cases WHERE ledger_name IS NOT NULL")}) {
        EXPECT_EQ(count(table), 0) << table.text;
    }
    EXPECT_TRUE(wrapped_case_keys().empty());
    if (GetParam() == store::Engine::sqlite) {
        EXPECT_FALSE(files_hold(key)) << "not in a free page, not in the log";
        EXPECT_FALSE(files_hold(record));
    }
    EXPECT_GT(count("SELECT COUNT(*) FROM ledger_entry"), entries);
    EXPECT_EQ(entries_of("case erased"), 1);
    EXPECT_TRUE(ledger_is_good());
    EXPECT_EQ(flow::read_snapshot(node_->context(), id).error().fault, Fault::missing);
    EXPECT_EQ(erase(id).error().fault, Fault::missing);
}

TEST_P(Erasing, TheSameReferenceThatComesAgainIsHeldAndOpensNothing) {
    take("incidents-1.csv", report("Canary"), 1);
    ASSERT_TRUE(erase(the_case()));
    take("incidents-2.csv", report("Canary") + report("Otherwise", "BAIL"), 2);
    take("incidents-3.csv", " " + report("Canary"), 3);  // blanks around it are the file's
    take("incidents-4.csv", "\u00a0" + report("Canary"), 4);
    EXPECT_NE(everything_held().find("the case of this reference was erased"), std::string::npos);
    EXPECT_EQ(count("SELECT COUNT(*) FROM record"), 0);
    EXPECT_EQ(count("SELECT COUNT(*) FROM cases"), 1) << "the row without content";
}

TEST_P(Erasing, ALegalHoldAndAHolderWhoHasNotAnsweredRefuseIt) {
    const auto id = placed_at_the_council();
    EXPECT_EQ(erase(id).error().fault, Fault::conflict) << "the council holds a copy";
    ASSERT_TRUE(flow::recall_copies(node_->context(), id, {}, flow::CopyReason::victim_asked, dana_));
    node_->wake();
    EXPECT_EQ(erase(id).error().fault, Fault::conflict) << "it has not answered";
    const auto copy = read<std::vector<store::CopyRow>>([&](store::Sql& sql) { return store::copies_of(sql, id); });
    ASSERT_TRUE(
        flow::enter_copy_word(node_->context(), copy.at(0).id, flow::CopyWord::done, store::Wanted::destroy, dana_));
    ASSERT_TRUE(flow::set_legal_hold(node_->context(), id, flow::HoldReason::court_proceedings, dana_));
    EXPECT_EQ(erase(id).error().fault, Fault::refused);
    ASSERT_TRUE(flow::set_legal_hold(node_->context(), id, {}, dana_));
    EXPECT_TRUE(erase(id));
    EXPECT_EQ(count("SELECT COUNT(*) FROM attempt"), 0);
    EXPECT_TRUE(work_is_done());
}

// A sending begins in one transaction while another erases: on PostgreSQL the two run side by side.
TEST_P(Erasing, WhatIsBeingWrittenOfTheCaseMeanwhileIsErasedToo) {
    take("incidents-1.csv", report("Canary"), 1);
    const auto id = the_case();
    auto& writer = node_->context().writer;
    std::promise<void> begun;
    std::promise<void> go_on;
    std::promise<bool> written;
    writer.submit(
        [&, goes = go_on.get_future().share()](store::Sql& sql) -> Result<void> {
            const auto row = store::read_case(sql, id);
            store::insert_attempt(sql, {.id = AttemptId{1}, .case_id = id, .partner = Name::declare("kindred")});
            auto done = store::update_case(sql, *row);
            begun.set_value();
            goes.wait();
            return done;
        },
        [&](const Result<void>& done) { written.set_value(done.has_value()); });
    begun.get_future().wait();
    std::thread erasing([&] { EXPECT_TRUE(erase(id)); });
    if (GetParam() == store::Engine::postgres) {  // SQLite has one writer: there it waits for its turn
        EXPECT_TRUE(eventually([&] {
            return count(
                       "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                       " AND datname = current_database()") > 0;
        }));
    }
    go_on.set_value();
    EXPECT_TRUE(written.get_future().get());
    erasing.join();
    EXPECT_EQ(count("SELECT COUNT(*) FROM attempt"), 0);
}

// What the guard's people wrote down of a case goes with it; that something was stopped and let go stays counted.
TEST_P(Erasing, ConflictsAndDecisionsOnHerAccountGoWithTheCase) {
    const auto id = flow::enter_contact(node_->context(), std::nullopt, R"({"contact": {"channel": "call",
        "at": "2026-11-21T12:00:00Z", "outcome": "reached"}, "victim": {"name": {"family": "Sample"}}})",
                                        UserId{7});
    ASSERT_TRUE(id);
    ASSERT_TRUE(flow::declare_conflict(node_->context(), *id, Name::declare("kindred"), "",
                                       flow::ConflictReason::relative, UserId{7}));
    const auto account = flow::enter_account(node_->context(), *id,
                                             R"({"incident": {"reference": [{"issuer": "beacon", "value": "A-1"}]},
        "victim": {"name": {"family": "Sample"}}})",
                                             UserId{7});
    ASSERT_TRUE(account) << account.error().message();
    ASSERT_TRUE(flow::decide_account(node_->context(), *account, Name::declare("steadfast"), false, UserId{7}));
    ASSERT_TRUE(node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_near_miss(
            sql, {.id = store::NearMissId{1}, .partner = Name::declare("kindred"), .case_id = *id, .why = "conflict"});
        return {};
    }));
    ASSERT_TRUE(erase(*id));
    const auto misses = flow::near_misses(node_->context(), ledger::Actor::of_user(dana_), 0, 10);
    ASSERT_TRUE(misses && misses->size() == 1);
    EXPECT_EQ(misses->at(0).json.find("case"), std::string::npos) << misses->at(0).json;
    EXPECT_EQ(count("SELECT COUNT(*) FROM conflict") + count("SELECT COUNT(*) FROM account_decision") +
                  count("SELECT COUNT(*) FROM record"),
              0);
}

// Killed between the commit and the wiping, as `erase-before` is: the journal lacks it then.
TEST_P(Erasing, AnErasureThatWasCutShortIsEndedAtTheNextStartAndItsReceiptIsGivenAgain) {
    take("incidents-1.csv", report("Canary"), 1);
    const auto id = the_case();
    const auto key = wrapped_case_keys().at(0);
    ASSERT_TRUE(node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        const auto erased = store::erase_case(sql, id, noon);
        if (!erased) { return fail(erased.error()); }
        store::insert_erasure(sql, {id, noon, std::nullopt, *erased});
        return {};
    }));
    EXPECT_FALSE(std::filesystem::exists(folder_.site() / "var/keys/erasures"));
    start();
    if (GetParam() == store::Engine::sqlite) { EXPECT_FALSE(files_hold(key)); }
    EXPECT_NE(peers::file_text(folder_.site() / "var/keys/erasures").find(id_text(id)), std::string::npos);
    const auto receipt = flow::erasure_receipt(node_->context(), id);
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->at, noon);
    EXPECT_EQ(receipt->erased.records, 1);
    EXPECT_EQ(flow::erasure_receipt(node_->context(), CaseId{5}).error().fault, Fault::missing);
}

/// The backup here is a copy of SQLite's files, or a dump of PostgreSQL's tables.
class RestoredErasing : public Erasing {
protected:
    void back_up() {
        std::filesystem::create_directories(backup());
        if (GetParam() == store::Engine::sqlite) { return copy_files(var(), backup()); }
        schema_ = read<std::string>(
            [](store::Sql& sql) { return *sql.one<std::string>("SELECT CAST(current_schema() AS text)"); });
        node_.reset();
        run("pg_dump --no-owner --schema=" + schema_ + " --file='" + dump() + "'");
        start();
    }
    void put_back() {
        if (GetParam() == store::Engine::sqlite) { return copy_files(backup(), var()); }
        node_.reset();
        run("psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --output=/dev/null --command='DROP SCHEMA " + schema_ +
            " CASCADE' --file='" + dump() + "'");
        start();
    }

private:
    void copy_files(const std::filesystem::path& from, const std::filesystem::path& to) {
        node_.reset();
        for (const char* file : {"haven.db", "haven.db-wal", "haven.db-shm"}) {
            std::filesystem::remove(to / file);
            if (std::filesystem::exists(from / file)) { std::filesystem::copy_file(from / file, to / file); }
        }
        start();
    }
    static void run(const std::string& command) {
        const auto whole =
            "PGOPTIONS='-c client_min_messages=warning' " + command + " --dbname='" + *test_postgres() + "'";
        ASSERT_EQ(std::system(whole.c_str()), 0) << command;
    }
    std::filesystem::path var() const { return folder_.site() / "var"; }
    std::filesystem::path backup() const { return var() / "backup"; }
    std::string dump() const { return (backup() / "haven.sql").string(); }
    std::string schema_;
};

TEST_P(RestoredErasing, ABackupThatIsPutBackDoesNotBringACaseBack) {
    take("incidents-1.csv", report("Canary"), 1);
    const auto id = the_case();
    back_up();
    ASSERT_TRUE(erase(id));
    put_back();
    EXPECT_EQ(count("SELECT COUNT(*) FROM record") + count("SELECT COUNT(*) FROM blind_index"), 0);
    EXPECT_TRUE(wrapped_case_keys().empty()) << "before anybody was served";
    EXPECT_EQ(entries_of("case erased again"), 1);
    EXPECT_TRUE(ledger_is_good());
    EXPECT_TRUE(flow::erasure_receipt(node_->context(), id));
    take("incidents-2.csv", report("Canary", "BAIL"), 2);
    EXPECT_NE(everything_held().find("the case of this reference was erased"), std::string::npos);
    start();
    EXPECT_EQ(entries_of("case erased again"), 1) << "once";
}

// A restore is followed by what partners bring again of what was lost, and that is all since the backup.
TEST_P(RestoredErasing, NorDoesTheReportThatCameAfterTheBackupAndComesAgain) {
    start();
    back_up();
    take("incidents-1.csv", report("Canary"), 1);
    ASSERT_TRUE(erase(the_case()));
    put_back();
    ASSERT_EQ(count("SELECT COUNT(*) FROM cases") + count("SELECT COUNT(*) FROM message"), 0)
        << "it knows nothing of her";
    take("incidents-1-again.csv", report("Canary"), 1);
    EXPECT_NE(everything_held().find("the case of this reference was erased"), std::string::npos) << everything_held();
    EXPECT_EQ(count("SELECT COUNT(*) FROM cases"), 0);
    take("incidents-2.csv", report("Otherwise", "BAIL"), 2);
    EXPECT_EQ(count("SELECT COUNT(*) FROM cases"), 0) << "nor the next report under that reference";
}

TEST_P(RestoredErasing, NorACaseThatWasMergedIntoItAfterTheBackup) {
    const auto by_hand = flow::enter_contact(node_->context(), std::nullopt, R"({"contact": {"channel": "call",
        "at": "2026-11-21T12:00:00Z", "outcome": "reached"}, "victim": {"name": {"family": "Canary"}}})",
                                             UserId{7});
    ASSERT_TRUE(by_hand);
    const auto other = flow::enter_contact(node_->context(), std::nullopt, R"({"contact": {"channel": "call",
        "at": "2026-11-21T12:00:00Z", "outcome": "reached"}, "victim": {"name": {"family": "Sample"}}})",
                                           UserId{7});
    ASSERT_TRUE(other);
    back_up();
    ASSERT_TRUE(flow::merge_cases(node_->context(), *by_hand, *other, flow::MergeReason::she_said, dana_));
    ASSERT_TRUE(erase(*by_hand));
    EXPECT_TRUE(flow::erasure_receipt(node_->context(), *other)) << "by either id";
    put_back();
    EXPECT_EQ(count("SELECT COUNT(*) FROM record"), 0);
    EXPECT_TRUE(wrapped_case_keys().empty());
    EXPECT_EQ(entries_of("case erased again"), 2);
}

// After the backup the second report left for a case of its own, and that was erased.
TEST_P(RestoredErasing, NorRecordsThatStoodInAnotherCaseThen) {
    take("incidents-1.csv", report("Canary"), 1);
    const auto id = the_case();
    const auto keys_before = count("SELECT COUNT(*) FROM blind_index");
    take("incidents-2.csv", report("Zzyzx", "BAIL"), 2);
    ASSERT_EQ(flow::read_snapshot(node_->context(), id)->records.size(), 2U);
    ASSERT_GT(count("SELECT COUNT(*) FROM blind_index"), keys_before);
    back_up();
    const auto left = flow::unmerge_records(
        node_->context(), id,
        {read<MessageId>([](store::Sql& sql) { return *sql.one<MessageId>("SELECT MAX(message_id) FROM record"); })},
        flow::UnmergeReason::another_person, dana_);
    ASSERT_TRUE(left) << left.error().message();
    ASSERT_TRUE(erase(*left)) << everything_held();
    put_back();
    const auto after = flow::read_snapshot(node_->context(), id);
    ASSERT_TRUE(after);
    ASSERT_EQ(after->records.size(), 1U);
    EXPECT_EQ(node_->context().fields.match.read(after->records[0].record).family, "canary") << "hers stays";
    EXPECT_EQ(count("SELECT COUNT(*) FROM blind_index"), keys_before) << "nobody is found by what went";
    EXPECT_EQ(count("SELECT COUNT(*) FROM message WHERE body IS NOT NULL"), 1) << "nor is it in a message";
    EXPECT_EQ(entries_of("records erased again"), 1);
    EXPECT_NE(everything_held().find("came back with a backup"), std::string::npos) << "a person looks at the rest";
    EXPECT_TRUE(ledger_is_good());
    start();
    EXPECT_EQ(entries_of("records erased again"), 1) << "once";
}

INSTANTIATE_TEST_SUITE_P(Engines, RestoredErasing, both_engines, engine_name);

TEST_P(Erasing, BytesOfSettledMessagesGoInTheirTimeAndThoseUnderLegalHoldStay) {
    take("incidents-1.csv", report("Canary"), 1);
    const auto id = the_case();
    ASSERT_TRUE(flow::set_legal_hold(node_->context(), id, flow::HoldReason::complaint, dana_));
    clock_.turn_to(noon + hours(24 * 31));
    ASSERT_TRUE(flow::sweep(node_->context()));
    EXPECT_EQ(count("SELECT COUNT(*) FROM message WHERE body IS NOT NULL"), 1);
    ASSERT_TRUE(flow::set_legal_hold(node_->context(), id, {}, dana_));
    clock_.turn_to(noon + hours(24 * 30) - std::chrono::minutes(1));
    ASSERT_TRUE(flow::sweep(node_->context()));
    EXPECT_EQ(count("SELECT COUNT(*) FROM message WHERE body IS NOT NULL"), 1) << "not yet";
    clock_.turn_to(noon + hours(24 * 31));
    // The hub sweeps too, as its clock was turned: two at one wiping get in each other's way, and one comes again.
    ASSERT_TRUE(eventually([&] { return flow::sweep(node_->context()).has_value(); }));
    EXPECT_EQ(count("SELECT COUNT(*) FROM message WHERE body IS NOT NULL OR wrapped_key IS NOT NULL"), 0);
    EXPECT_TRUE(flow::read_snapshot(node_->context(), id)) << "her record stands under the key of her case";
}

TEST_P(Erasing, TheEndOfRetentionAndThePrivacyNoticeAreTasksForAPerson) {
    take("incidents-1.csv", report("Canary"), 1);
    EXPECT_NE(everything_held().find("privacy-notice"), std::string::npos);
    clock_.turn_to(noon + hours(24 * 366));
    ASSERT_TRUE(node_->let_time_pass());
    EXPECT_NE(everything_held().find("retention-ended"), std::string::npos) << everything_held();
    EXPECT_TRUE(flow::read_snapshot(node_->context(), the_case())) << "nothing is erased by itself";
}

TEST_P(Erasing, CellsThatWereSwappedDoNotOpen) {
    take("incidents-1.csv", report("Canary"), 1);
    ASSERT_TRUE(flow::enter_contact(
        node_->context(), the_case(),
        R"({"contact": {"channel": "call", "at": "2026-11-21T12:10:00Z", "outcome": "no-answer"}})", UserId{7}));
    const auto id = the_case();
    const auto& context = node_->context();
    ASSERT_TRUE(flow::read_snapshot(context, id));
    ASSERT_TRUE(context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        const auto rows = store::records_of(sql, id);
        sql.run("UPDATE record SET body = $2 WHERE id = $1", rows.at(0).id, store::BytesView{rows.at(1).body});
        sql.run("UPDATE record SET body = $2 WHERE id = $1", rows.at(1).id, store::BytesView{rows.at(0).body});
        return {};
    }));
    EXPECT_EQ(flow::read_snapshot(context, id).error().fault, Fault::broken) << "two records of one case";
    const auto message = read<std::vector<store::Bytes>>([](store::Sql& sql) {
                             return sql.all<store::Bytes>("SELECT wrapped_key FROM message");
                         }).at(0);
    EXPECT_EQ(flow::unwrap_case_key(context.keys, id, message.value).error().fault, Fault::broken);
}

INSTANTIATE_TEST_SUITE_P(Engines, Erasing, both_engines, engine_name);

}  // namespace
}  // namespace haven
