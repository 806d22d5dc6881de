#include "hub/flow/daily_receipts.h"

#include "core/ledger/export.h"
#include "core/ledger/verify.h"
#include "hub/flow/deciding.h"
#include "hub/flow/sequencer.h"
#include "hub/flow/told.h"
#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;
using std::chrono::hours;
using std::chrono::minutes;

const Instant end_of_day = noon + hours(12);

class DailyReceipts : public Rights {
protected:
    void let_it_be(Instant t) {
        clock_.turn_to(t);
        ASSERT_TRUE(node_->let_time_pass());
    }
    std::string fetched(std::string_view partner, std::optional<std::string_view> day = {}) {
        const auto json = flow::daily_receipt_json(node_->context(), Name::declare(partner), day);
        return json ? *json : json.error().message();
    }
    boost::json::object receipt_of(std::string_view partner, std::optional<std::string_view> day = {}) {
        boost::json::error_code wrong;
        auto value = boost::json::parse(fetched(partner, day), wrong);
        EXPECT_FALSE(wrong) << fetched(partner, day);
        return wrong ? boost::json::object{} : value.as_object();
    }
    /// What Kindred cuts out of the file that it was sent.
    std::string kept_by_kindred() {
        const auto file = SiteFolder::dropped(folder_.drop("kindred"), "-receipt-");
        const auto from = file.find("<Checkpoint>");
        const auto to = file.find("</Checkpoint>");
        EXPECT_NE(to, std::string::npos) << file << everything_held();
        return to == std::string::npos ? "" : file.substr(from + 12, to - from - 12) + "\n";
    }
    std::vector<std::string> entries() {
        std::vector<std::string> out;
        for (auto& body : read<std::vector<store::Bytes>>([](store::Sql& sql) {
                 return sql.all<store::Bytes>("SELECT body FROM ledger_entry WHERE leaf IS NOT NULL ORDER BY leaf");
             })) {
            out.push_back(std::move(body.value));
        }
        return out;
    }
    /// An export that is whole in itself, as whoever runs the hub and has its key can make one of any entries.
    std::string signed_anew(const std::vector<std::string>& bodies) {
        std::string out;
        ledger::export_start(out);
        ledger::Tree tree;
        std::vector<Digest32> hashes;
        for (const auto& body : bodies) {
            ledger::export_entry(out, body);
            hashes.push_back(ledger::leaf_hash(body));
            tree.append(hashes.back());
        }
        const auto note = ledger::SignedCheckpoint::sign(tree.size(), tree.root(), node_->ledger_key());
        ledger::export_checkpoint(out, note, &tree, hashes);
        ledger::export_end(out, bodies.size());
        return out;
    }
    ledger::Report verified(const std::string& bytes, std::vector<ledger::SignedCheckpoint> others) {
        MemorySource source(bytes);
        return *ledger::verify(source, {{node_->ledger_key().public_key()}, {}, std::move(others)});
    }
};

TEST_P(DailyReceipts, APartnerIsToldOnceADayHowManyMessagesPassedAndTheNewestCheckpoint) {
    placed_at_the_council();
    const auto sent = count("SELECT COUNT(*) FROM attempt WHERE state = 'accepted' AND partner = 'eastford-council'");
    ASSERT_GE(sent, 2);
    let_it_be(end_of_day + minutes(14));
    EXPECT_EQ(count("SELECT COUNT(*) FROM daily_receipt"), 0) << "the day's last entries come under a checkpoint first";
    let_it_be(end_of_day + minutes(15));
    EXPECT_EQ(count("SELECT COUNT(*) FROM daily_receipt"), std::ssize(node_->context().site->partners));
    ASSERT_TRUE(eventually([&] { return folder_.council().received({"dailyReceipt"}) == 1; })) << everything_held();
    EXPECT_EQ(folder_.council().received({"dailyReceipt", R"(\"day\": \"2026-11-21\")"}) +
                  folder_.council().received({"dailyReceipt", R"(\"day\":\"2026-11-21\")"}),
              1)
        << folder_.council().received_text();
    const auto told = receipt_of("eastford-council");
    EXPECT_EQ(told.at("day"), "2026-11-21");
    EXPECT_EQ(told.at("taken"), 1) << "its yes";
    EXPECT_EQ(told.at("held"), 0);
    EXPECT_EQ(told.at("refused"), 0);
    EXPECT_EQ(told.at("waiting"), 0);
    EXPECT_EQ(told.at("sent"), sent);
    const auto note = ledger::SignedCheckpoint::parse(std::string(told.at("checkpoint").as_string()));
    ASSERT_TRUE(note);
    EXPECT_TRUE(note->verified_by(node_->ledger_key().public_key()));
    EXPECT_EQ(kept_by_kindred(), note->text()) << "to the letter, in a file of XML";
    EXPECT_EQ(receipt_of("kindred").at("sent"), 0) << "nothing of what others were told";
    ASSERT_TRUE(work_is_done()) << "or a decision grows old when the clock is turned: " << everything_held();
    let_it_be(end_of_day + hours(3));
    EXPECT_TRUE(work_is_done());
    EXPECT_EQ(folder_.council().received({"dailyReceipt"}), 1);
    EXPECT_EQ(entries_of("daily receipts made"), 1);
}

// A number alone would tell whoever looks at that system, the abuser say, that there is a case.
TEST_P(DailyReceipts, WhatWentToTheNominatedHandlerIsNotInTheReceiptOfThePartnersOwnSystem) {
    const auto own_way = folder_.new_drop();
    folder_.add("partners/eastford-council.toml", folder_.handler_by_sftp(own_way));
    activate_folder();
    placed_at_the_council();
    const auto sent = count("SELECT COUNT(*) FROM attempt WHERE state = 'accepted' AND partner = 'eastford-council'");
    ASSERT_GE(sent, 2);
    ASSERT_TRUE(flow::enter_contact(node_->context(), std::nullopt, R"({
        "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
        "victim": {"name": {"family": "Otherwise", "given": "Robin"}, "birth-date": "1991-09-08",
                   "phone": [{"number": "+447700900456", "safe": "yes"}]},
        "consent": {"to-referral": "yes", "to-pass-contact": "yes"}, "need": [{"service": "rehousing"}],
        "perpetrator": [{"employer": "eastford-council"}]})",
                                    UserId{7}));
    node_->wake();
    ASSERT_TRUE(eventually([&] { return !SiteFolder::dropped(own_way, "-offer-").empty(); })) << everything_held();
    ASSERT_TRUE(work_is_done()) << everything_held();
    EXPECT_EQ(count("SELECT COUNT(*) FROM attempt WHERE state = 'accepted' AND for_handler = 1"), 1);
    const auto concealed = read<std::string>(
        [](store::Sql& sql) { return *sql.one<std::string>("SELECT reference FROM offer ORDER BY id DESC LIMIT 1"); });
    for (const auto& reference : {concealed, std::string(16, '0')}) {
        const auto answer = R"({"messageType": "answer", "externalId": ")" + reference +
                            R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})";
        ASSERT_TRUE(node_->door().accept({Name::declare("eastford-council"), "application/json", answer, {}, {}}));
    }
    ASSERT_TRUE(eventually([&] { return count("SELECT COUNT(*) FROM message WHERE state = 'received'") == 0; }));
    ASSERT_TRUE(work_is_done()) << everything_held();
    let_it_be(end_of_day + minutes(15));
    ASSERT_TRUE(eventually([&] { return folder_.council().received({"dailyReceipt"}) == 1; })) << everything_held();
    const auto told = receipt_of("eastford-council");
    EXPECT_EQ(told.at("sent"), sent) << "as without the case that is concealed from it";
    EXPECT_EQ(told.at("taken"), 1);
    EXPECT_EQ(told.at("held"), 2) << "what it sent itself it knows: both as of a reference that was never used";
}

TEST_P(DailyReceipts, WhoHasNoAgreementOnItIsSentNothingAndMayFetchIt) {
    ASSERT_TRUE(
        node_->door().accept({Name::declare("northshire-police"), "text/csv", "no,such,file\r\n1,2,3\r\n", {}, {}}));
    ASSERT_TRUE(eventually([&] { return count("SELECT COUNT(*) FROM message WHERE state = 'received'") == 0; }));
    EXPECT_NE(fetched("westmere-council").find("no receipt of this day"), std::string::npos);
    let_it_be(end_of_day + minutes(15));
    EXPECT_EQ(count("SELECT COUNT(*) FROM work WHERE kind = 'receipt'"), 4) << "a council, two charities and the force";
    const auto told = receipt_of("northshire-police", "2026-11-21");
    EXPECT_EQ(told.at("held").as_int64() + told.at("refused").as_int64(), 1) << fetched("northshire-police");
    EXPECT_TRUE(ledger::SignedCheckpoint::parse(std::string(told.at("checkpoint").as_string())));
    EXPECT_EQ(receipt_of("westmere-council").at("taken"), 0);
    EXPECT_NE(fetched("westmere-council", "2026-11-20").find("no receipt of this day"), std::string::npos);
    EXPECT_NE(fetched("westmere-council", "yesterday").find("expected ?day="), std::string::npos);
}

TEST_P(DailyReceipts, ADayOnWhichNoHubWasThereIsMadeUpFor) {
    placed_at_the_council();
    let_it_be(end_of_day + hours(2 * 24) + minutes(20));
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"dailyReceipt"}) == 3; })) << everything_held();
    EXPECT_EQ(receipt_of("eastford-council", "2026-11-21").at("taken"), 1);
    EXPECT_EQ(receipt_of("eastford-council", "2026-11-22").at("taken"), 0);
    EXPECT_EQ(receipt_of("eastford-council", "2026-11-23").at("sent"), 0);
    node_.reset();
    start();
    let_it_be(end_of_day + hours(2 * 24) + minutes(30));
    EXPECT_EQ(count("SELECT COUNT(*) FROM daily_receipt"), 3 * std::ssize(node_->context().site->partners))
        << "a start makes none a second time";
}

TEST_P(DailyReceipts, ItGoesThroughTheGuardLikeEverythingElseAndCountsAsTellingOfNobody) {
    const auto council = Name::declare("eastford-council");
    ASSERT_TRUE(flow::stop_sending(node_->context(), council, flow::StopReason::maintenance, dana_));
    let_it_be(end_of_day + minutes(15));
    EXPECT_TRUE(eventually([&] {
        return everything_held().find("eastford-council: refused: : sending to this partner is stopped") !=
               std::string::npos;
    })) << everything_held();
    EXPECT_EQ(folder_.council().received(), 0);
    ASSERT_TRUE(flow::resume_sending(node_->context(), council, dana_));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"dailyReceipt"}) == 1; })) << everything_held();
    const auto report = flow::breach_report(
        node_->context(), {"eastford-council", {}, "", noon, end_of_day + hours(24)}, ledger::Actor::of_user(dana_));
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->empty()) << report->at(0);
}

TEST_P(DailyReceipts, OneThatAPartnerKeptShowsALedgerThatWasRewrittenOrCutBackByWhoeverHasItsKey) {
    placed_at_the_council();
    let_it_be(end_of_day + minutes(15));
    const auto kept = ledger::SignedCheckpoint::parse(kept_by_kindred());
    ASSERT_TRUE(kept);
    const auto size = kept->checkpoint().size;
    ASSERT_TRUE(eventually([&] { return entries().size() > size; })) << "the receipts are in the ledger too";
    const auto good = entries();
    EXPECT_TRUE(verified(signed_anew(good), {*kept}).good());

    auto rewritten = good;
    rewritten.at(size / 2) = rewritten.at(size / 2 + 1);
    EXPECT_TRUE(verified(signed_anew(rewritten), {}).good()) << "by itself it shows nothing";
    const auto forked = verified(signed_anew(rewritten), {*kept});
    ASSERT_EQ(forked.findings.size(), 1U) << forked.text();
    EXPECT_EQ(forked.findings[0].kind, ledger::Finding::Kind::forked);
    EXPECT_EQ(forked.findings[0].number, size);

    const std::vector<std::string> less(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size) - 1);
    EXPECT_TRUE(verified(signed_anew(less), {}).good());
    const auto cut = verified(signed_anew(less), {*kept});
    ASSERT_EQ(cut.findings.size(), 1U) << cut.text();
    EXPECT_EQ(cut.findings[0].kind, ledger::Finding::Kind::truncated);
}

INSTANTIATE_TEST_SUITE_P(Engines, DailyReceipts, both_engines, engine_name);

}  // namespace
}  // namespace haven
