#include "core/ledger/witness.h"
#include "core/ledger/verify.h"
#include "hub/flow/deciding.h"
#include "hub/flow/near_misses.h"
#include "hub/flow/sequencer.h"
#include "hub/flow/witnessing.h"
#include "tests/flow/hub.h"
#include "tests/support/captured_log.h"

namespace haven {
namespace {

using namespace test;

// What somebody outside the hub signs, and what waits while nobody does.

constexpr const char* named_with_her_home =
    R"(accept = ["request/*", "victim/name/*", "victim/address/*", "victim/address/place/street"])";

std::string she(const std::string& name, const std::string& home = "Sample Street") {
    const auto place = home.empty() ? std::string() : R"(, "address": [{"kind": "current", "safe": "yes",
        "place": {"street": ")" + home + R"(", "postcode": "ZZ99 3VZ"}}])";
    return R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
               "consent": {"to-referral": "yes", "to-pass-contact": "yes"}, "need": [{"service": "emotional-support"}],
               "victim": {"name": {"family": ")" +
           name + R"("})" + place + "}}";
}

class Witnessed : public Hub {
protected:
    void SetUp() override {
        Hub::SetUp();
        if (IsSkipped()) { return; }
        const std::string agreement = "agreements/kindred-1.toml";
        auto text = peers::file_text(folder_.site() / agreement);
        const auto from = text.find("accept = [");
        text.replace(from, text.find(']', from) + 1 - from, named_with_her_home);
        peers::put_file(folder_.site() / agreement, text);
        folder_.replace("partners/kindred.toml", "charity-xml/referral", "haven/referral");
        activate_folder();
    }
    void name_the_witness() {
        folder_.add("haven.toml", "\n[witness]\nkey = \"" + key_.public_key().text() + "\"\n");
        activate_folder();
    }
    void name_no_witness() {
        folder_.replace("haven.toml", "\n[witness]\nkey = \"" + key_.public_key().text() + "\"\n", "");
        activate_folder();
    }
    /// Every entry so far has its number and stands under a checkpoint.
    void all_sequenced() {
        EXPECT_TRUE(eventually([&] {
            return read<std::int64_t>([](store::Sql& sql) {
                       return *sql.one<std::int64_t>("SELECT COUNT(*) FROM ledger_entry WHERE leaf IS NULL");
                   }) == 0;
        }));
    }
    /// What the witness makes of what it is offered, as it would on a machine of its own.
    Result<ledger::SignedCheckpoint> sign() {
        all_sequenced();
        const auto text = flow::offer_checkpoint(node_->context(), last_ ? last_->checkpoint().size : 0);
        if (!text) { return fail(text.error()); }
        const auto offered = ledger::Offered::parse(*text);
        EXPECT_TRUE(offered) << *text;
        return ledger::countersigned(*offered, last_, node_->ledger_key().public_key(), key_);
    }
    void countersign() {
        auto made = sign();
        ASSERT_TRUE(made) << made.error().message();
        last_ = *made;
        const auto taken = flow::take_countersigned(node_->context(), made->text(), person_);
        ASSERT_TRUE(taken) << taken.error().message();
        node_->wake();
    }
    /// She accepts help, the charity is asked and says yes: what goes next names her and her home.
    void asked_and_accepted(const std::string& json) {
        ASSERT_TRUE(flow::enter_contact(node_->context(), std::nullopt, json, UserId{7}));
        node_->wake();
        std::string reference;
        ASSERT_TRUE(eventually([&] {
            for (const auto& offer : read<std::vector<store::OfferRow>>(
                     [](store::Sql& sql) { return store::offers_to(sql, Name::declare("kindred"), {}, 10); })) {
                const bool there = offer.state != OfferState::queued && offer.state != OfferState::sent;
                if (there && !answered_.contains(offer.reference)) { reference = offer.reference; }
            }
            return !reference.empty();
        })) << everything_held();
        answered_.insert(reference);
        peers::put_file(folder_.answers("kindred") + "/" + reference + ".xml",
                        "<Answer><Reference>" + reference + "</Reference><Decision>yes</Decision></Answer>");
    }
    bool is_told(const char* part) {
        return eventually([&] { return told().find(part) != std::string::npos; });
    }
    std::string told() {
        std::string out;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.drop("kindred"))) {
            if (!entry.path().string().ends_with(".part")) { out += peers::file_text(entry.path()) + "\n"; }
        }
        return out;
    }
    std::vector<store::HeldRow> held() {
        auto rows = read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 50); });
        std::erase_if(rows, [](const auto& row) { return row.reason != reason_of(Refusal::locators_held).text(); });
        return rows;
    }
    bool holds(std::int64_t items) {
        return eventually([&] {
            const auto rows = held();
            return rows.size() == 1 && rows[0].items == items;
        });
    }
    ledger::Report verified() {
        std::string bytes;
        EXPECT_TRUE(flow::export_ledger(node_->context().readers, [&](std::string_view piece) -> Result<void> {
            bytes += piece;
            return {};
        }));
        MemorySource source(bytes);
        return *ledger::verify(source, {{node_->ledger_key().public_key()}, {key_.public_key()}, {}});
    }

    SigningKey key_ = *SigningKey::random("witness.example");
    const UserId person_{21};
    const UserId manager_{9};
    std::optional<ledger::SignedCheckpoint> last_;
    std::set<std::string> answered_;
};

TEST_P(Witnessed, APlaceIsToldUntil300SecondsAfterTheCheckpointThatWasCountersigned) {
    name_the_witness();
    countersign();
    clock_.turn_by(std::chrono::seconds(299));
    asked_and_accepted(she("Early"));
    EXPECT_TRUE(is_told("Sample Street")) << everything_held();
    EXPECT_TRUE(held().empty());
}

// Its first checkpoints were signed under a clock that was a day ahead, and a duty manager released places by it.
TEST_P(Witnessed, AClockThatWasAheadLetsNoPlaceGoOnceItIsRight) {
    clock_.turn_to(noon + std::chrono::hours(24));
    name_the_witness();
    const auto& hub = node_->context();
    ASSERT_TRUE(flow::release_locators(hub, flow::ReleaseReason::witness_unreachable, manager_));
    countersign();
    const auto held = [&] {
        return flow::locators_held(
            read<store::Witnessed>([&](store::Sql& sql) { return store::witnessed(sql, hub.site->witness->text()); }),
            clock_.now());
    };
    EXPECT_FALSE(held());
    clock_.turn_to(noon);
    EXPECT_TRUE(held()) << "nobody has countersigned for a day";
    ASSERT_TRUE(flow::release_locators(hub, flow::ReleaseReason::witness_unreachable, manager_));
    EXPECT_FALSE(held()) << "the newest release counts";
    clock_.turn_by(std::chrono::hours(1));
    EXPECT_TRUE(held());
}

TEST_P(Witnessed, ThenItIsHeldWhileIntakeGoesOnAndWhatTellsNoPlaceIsSent) {
    CapturedLog log;
    name_the_witness();
    countersign();
    clock_.turn_by(std::chrono::seconds(301));
    asked_and_accepted(she("Sample"));
    EXPECT_TRUE(holds(1)) << everything_held();
    asked_and_accepted(she("Other", "Elsewhere Road"));
    EXPECT_TRUE(holds(2)) << "one line for all: " << everything_held();
    EXPECT_EQ(held().at(0).role, "duty-manager");
    EXPECT_EQ(held().at(0).partner.text(), "");
    asked_and_accepted(she("Placeless", ""));
    EXPECT_TRUE(is_told("Placeless")) << "it tells no place: " << everything_held();
    const auto taken =
        node_->door().accept({Name::declare("northshire-police"), "text/csv", std::string(header), {}, {}});
    EXPECT_TRUE(taken) << "intake goes on";
    EXPECT_EQ(told().find("Street"), std::string::npos);
    EXPECT_EQ(told().find("Elsewhere"), std::string::npos);
    EXPECT_EQ(told().find("Sample"), std::string::npos) << "nothing of it goes half";
    const auto misses =
        read<std::vector<store::NearMiss>>([](store::Sql& sql) { return store::near_misses(sql, {}, 9); });
    ASSERT_EQ(misses.size(), 2U);
    EXPECT_EQ(misses[0].why, "locators-held");
    EXPECT_EQ(misses[0].partner.text(), "kindred");
    countersign();  // of a checkpoint of now
    EXPECT_TRUE(is_told("Sample Street")) << "it goes on by itself: " << everything_held();
    EXPECT_TRUE(is_told("Elsewhere Road"));
    EXPECT_TRUE(held().empty());
}

TEST_P(Witnessed, ADutyManagerReleasesForAnHourWithAReason) {
    CapturedLog log;
    name_the_witness();  // and nobody ever signs
    const auto& hub = node_->context();
    asked_and_accepted(she("Sample"));
    ASSERT_TRUE(holds(1)) << everything_held();
    const auto line = held().at(0);
    ASSERT_TRUE(flow::decide_held(hub, line.id, "duty-manager", flow::HeldDecision::again, manager_));
    node_->wake();
    ASSERT_TRUE(holds(1)) << "to send it again is no release: the guard decides as before";
    const auto until = flow::release_locators(hub, flow::ReleaseReason::witness_unreachable, manager_);
    ASSERT_TRUE(until) << until.error().message();
    EXPECT_EQ(*until, noon + std::chrono::hours(1));
    node_->wake();
    EXPECT_TRUE(is_told("Sample Street")) << everything_held();
    EXPECT_EQ(entries_of("locators released"), 1);
    EXPECT_NE(log.text().find(R"("level":"alarm","event":"locators released without a witness")"), std::string::npos);
    EXPECT_EQ(flow::release_locators(hub, flow::ReleaseReason::other, manager_).error().fault, Fault::conflict);
    clock_.turn_by(std::chrono::hours(1));
    asked_and_accepted(she("Later", "Elsewhere Road"));
    EXPECT_TRUE(holds(1)) << "the hour is over: " << everything_held();
    EXPECT_EQ(told().find("Elsewhere"), std::string::npos);
}

TEST_P(Witnessed, ASiteWithoutAWitnessHoldsNothing) {
    clock_.turn_by(std::chrono::hours(1));
    asked_and_accepted(she("Sample"));
    EXPECT_TRUE(is_told("Sample Street")) << everything_held();
    EXPECT_EQ(flow::release_locators(node_->context(), flow::ReleaseReason::other, manager_).error().fault,
              Fault::missing);
    const auto made = sign();
    ASSERT_TRUE(made);
    EXPECT_EQ(flow::take_countersigned(node_->context(), made->text(), person_).error().fault, Fault::missing);
}

TEST_P(Witnessed, WhatWaitsForAWitnessThatTheSiteNamesNoMoreIsDecidedAgain) {
    name_the_witness();  // and nobody ever signs
    asked_and_accepted(she("Sample"));
    ASSERT_TRUE(holds(1)) << everything_held();
    start();
    ASSERT_TRUE(holds(1)) << "a start alone lets nothing go: " << everything_held();
    ASSERT_TRUE(
        flow::stop_sending(node_->context(), Name::declare("kindred"), flow::StopReason::maintenance, manager_));
    name_no_witness();
    EXPECT_TRUE(eventually([&] { return held().empty() && everything_held().find("kindred") != std::string::npos; }))
        << everything_held();
    EXPECT_EQ(told().find("Street"), std::string::npos) << "it is judged at the moment of sending, as ever";
    ASSERT_TRUE(flow::resume_sending(node_->context(), Name::declare("kindred"), manager_));
    node_->wake();
    EXPECT_TRUE(is_told("Sample Street")) << everything_held();
    EXPECT_EQ(entries_of("locators released"), 1);
    const auto misses = *flow::near_misses(node_->context(), ledger::Actor::of_user(manager_), 0, 9);
    ASSERT_FALSE(misses.empty());
    EXPECT_NE(misses.at(0).json.find(R"("decision":"again","by":"the hub")"), std::string::npos) << misses.at(0).json;
}

TEST_P(Witnessed, WhatWaitsForOneWitnessIsForTheNextThatTheSiteNames) {
    name_the_witness();
    asked_and_accepted(she("Sample"));
    ASSERT_TRUE(holds(1)) << everything_held();
    const auto before = key_.public_key().text();
    key_ = *SigningKey::random("other.example");
    folder_.replace("haven.toml", before, key_.public_key().text());
    activate_folder();
    EXPECT_TRUE(holds(1)) << everything_held();
    EXPECT_EQ(told().find("Street"), std::string::npos);
    countersign();
    EXPECT_TRUE(is_told("Sample Street")) << everything_held();
    EXPECT_TRUE(held().empty());
}

TEST_P(Witnessed, WhatItSignsGoesOnFromWhatItSignedBeforeAndIsKeptOnce) {
    name_the_witness();
    countersign();
    const auto first = last_->checkpoint().size;
    const auto entries = entries_of("checkpoint countersigned");
    EXPECT_EQ(entries, 1);
    ASSERT_TRUE(flow::take_countersigned(node_->context(), last_->text(), person_)) << "the same again";
    EXPECT_EQ(entries_of("checkpoint countersigned"), entries);
    countersign();
    EXPECT_GT(last_->checkpoint().size, first) << "each signature is an entry, so that the ledger is never still";
    const auto report = verified();
    EXPECT_TRUE(report.good()) << report.text();
    EXPECT_EQ(report.witnessed.at(0), last_->checkpoint().size);
}

TEST_P(Witnessed, ItRefusesALedgerThatShrankOrForkedAndTheHubTakesNoOtherSignature) {
    name_the_witness();
    countersign();
    const auto good = *last_;
    const auto size = good.checkpoint().size;
    EXPECT_EQ(flow::offer_checkpoint(node_->context(), size + 1'000).error().fault, Fault::missing)
        << "a ledger put back to an older state has no such checkpoint";
    // Another history under the ledger's own key: an entry that was signed over is written anew.
    const auto other = ledger::SignedCheckpoint::sign(size, sha256("another history"), node_->ledger_key());
    last_ = other;
    ASSERT_TRUE(last_->countersign(key_));
    EXPECT_EQ(sign().error().fault, Fault::conflict) << "forked";
    auto handed_in = *last_;
    EXPECT_EQ(flow::take_countersigned(node_->context(), handed_in.text(), person_).error().fault, Fault::conflict);
    const auto stranger = *SigningKey::random("witness.example");
    last_ = good;
    all_sequenced();
    const auto offered = ledger::Offered::parse(*flow::offer_checkpoint(node_->context(), size));
    auto forged = offered->checkpoint;
    ASSERT_TRUE(forged.countersign(stranger));
    EXPECT_EQ(flow::take_countersigned(node_->context(), forged.text(), person_).error().fault, Fault::refused);
    EXPECT_EQ(flow::take_countersigned(node_->context(), "no checkpoint", person_).error().fault, Fault::malformed);
    const auto unknown = ledger::SignedCheckpoint::sign(size + 1'000, sha256("x"), node_->ledger_key());
    EXPECT_EQ(flow::take_countersigned(node_->context(), unknown.text(), person_).error().fault, Fault::missing);
}

TEST_P(Witnessed, OneThatIsFarBehindIsOfferedALittleAtATime) {
    name_the_witness();
    countersign();
    std::vector<std::uint64_t> sizes;
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(flow::stop_sending(node_->context(), {}, flow::StopReason::maintenance, manager_));
        ASSERT_TRUE(flow::resume_sending(node_->context(), {}, manager_));
        all_sequenced();
        sizes.push_back(
            ledger::Offered::parse(*flow::offer_checkpoint(node_->context(), 0))->checkpoint.checkpoint().size);
    }
    ASSERT_LT(sizes[0], sizes[2]);
    const auto from = last_->checkpoint().size;
    const auto offered = [&](std::int64_t leaves_max) {
        return *ledger::Offered::parse(*flow::offer_checkpoint(node_->context(), from, leaves_max));
    };
    const auto near = offered(static_cast<std::int64_t>(sizes[0] - from));
    EXPECT_EQ(near.checkpoint.checkpoint().size, sizes[0]);
    EXPECT_LE(offered(1).checkpoint.checkpoint().size, sizes[0]) << "at least the next, however far";
    EXPECT_GT(offered(1).checkpoint.checkpoint().size, from);
    EXPECT_EQ(offered(1'000'000).checkpoint.checkpoint().size, sizes[2]);
    last_ = *ledger::countersigned(near, last_, node_->ledger_key().public_key(), key_);
    ASSERT_TRUE(flow::take_countersigned(node_->context(), last_->text(), person_));
    countersign();
    EXPECT_GE(last_->checkpoint().size, sizes[2]) << "and the rest the next time";
}

TEST_P(Witnessed, TheExportShowsFromWhereOnNobodyCountersigned) {
    name_the_witness();
    countersign();
    const auto covered = last_->checkpoint().size;
    all_sequenced();
    EXPECT_TRUE(verified().good()) << "what is young may still be signed";
    clock_.turn_by(std::chrono::seconds(301));
    ASSERT_TRUE(flow::stop_sending(node_->context(), {}, flow::StopReason::maintenance, manager_));
    all_sequenced();
    const auto report = verified();
    EXPECT_FALSE(report.good());
    EXPECT_NE(report.text().find("leaves " + std::to_string(covered) + " to "), std::string::npos) << report.text();
    EXPECT_NE(report.text().find("not countersigned by witness 1"), std::string::npos) << report.text();
}

TEST_P(Witnessed, ItsKeyIsAWholeKeyLineAndUnknownWordsAreNamed) {
    const auto problems = [&](const std::string& lines) {
        folder_.add("haven.toml", lines);
        const auto hash = node_->publish_folder(UserId{501});
        std::string out;
        if (!hash) {
            for (const auto& problem : hash.error()) { out += text_of(problem) + "\n"; }
        }
        folder_.replace("haven.toml", lines, "");
        return out;
    };
    EXPECT_NE(problems("\n[witness]\nkey = \"witness.example\"\n").find("NAME+ID+BASE64"), std::string::npos);
    const auto nearly = problems("\n[witness]\nkee = \"" + key_.public_key().text() + "\"\n");
    EXPECT_NE(nearly.find("did you mean key?"), std::string::npos) << nearly;
    EXPECT_EQ(problems("\n[witness]\nkey = \"" + key_.public_key().text() + "\"\n"), "");
}

INSTANTIATE_TEST_SUITE_P(Engines, Witnessed, both_engines, engine_name);

}  // namespace
}  // namespace haven
