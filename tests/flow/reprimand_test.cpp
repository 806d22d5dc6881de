#include "hub/flow/calling.h"
#include "hub/flow/deciding.h"
#include "mapping/identity.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

// What the Information Commissioner's reprimands of 2022 and 2023 were for, played against a hub whose agreement would
// let all of it through: only the facts of the moment stand between her and him.

constexpr const char* all_of_it =
    R"(accept = ["request/*", "victim/name/*", "victim/phone/*", "victim/address/*", "child/*", "victim/address/place/building", )"
    R"("victim/address/place/street", "victim/address/place/postcode", "child/school"])";

std::string contact(const std::string& at, const std::string& more) {
    return R"({"contact": {"channel": "call", "at": ")" + at +
           R"(", "outcome": "reached", "help": "accepted"}, "need": [{"service": "emotional-support"}], )"
           R"("consent": {"to-referral": "yes", "to-pass-contact": "yes"}, )" +
           more + "}";
}
std::string at_noon(const std::string& more) {
    return contact("2026-11-21T12:00:00Z", more);
}

class Reprimand : public Hub {
protected:
    /// The charity Kindred gets records in full, under an agreement with this line, which ends on this day.
    void agree(const std::string& accept = all_of_it, const std::string& end = "2027-12-31") {
        const std::string agreement = "agreements/kindred-1.toml";
        auto text = peers::file_text(folder_.site() / agreement);
        const auto from = text.find("accept = [");
        text.replace(from, text.find(']', from) + 1 - from, accept);
        peers::put_file(folder_.site() / agreement, text);
        folder_.replace(agreement, "review = 2027-06-30", "review = 2026-06-30");
        folder_.replace(agreement, "end = 2027-12-31", "end = " + end);
        folder_.replace("partners/kindred.toml", "charity-xml/referral", "haven/referral");
        folder_.replace("partners/kindred.toml", "charity-xml/ending", "haven/withdrawal");
        activate_folder();
    }
    CaseId enter(const std::string& json, std::optional<CaseId> id = {}) {
        const auto made = flow::enter_contact(node_->context(), id, json, UserId{7});
        EXPECT_TRUE(made) << (made ? "" : made.error().message());
        node_->wake();
        return made ? *made : CaseId{};
    }
    /// Offered, and the charity says yes; what goes next names her.
    void accepted() {
        EXPECT_NE(SiteFolder::dropped(folder_.drop("kindred"), "-offer-"), "") << everything_held();
        const auto reference = reference_at("kindred");
        peers::put_file(folder_.answers("kindred") + "/yes.xml",
                        "<Answer><Reference>" + reference + "</Reference><Decision>yes</Decision></Answer>");
        EXPECT_TRUE(becomes("emotional-support", "accepted")) << everything_held();
    }
    void stop() {
        ASSERT_TRUE(flow::stop_sending(node_->context(), kindred_, flow::StopReason::maintenance, UserId{9}));
    }
    void resume() {
        ASSERT_TRUE(flow::resume_sending(node_->context(), kindred_, UserId{9}));
        node_->wake();
        all_done();
    }
    void all_done() {
        EXPECT_TRUE(eventually([&] {
            return read<std::int64_t>([](store::Sql& sql) {
                       return *sql.one<std::int64_t>("SELECT COUNT(*) FROM work WHERE state IN ('due', 'claimed')");
                   }) == 0;
        }));
    }
    bool is_stopped(const char* why) {
        return eventually([&] {
            const auto all =
                read<std::vector<store::NearMiss>>([](store::Sql& sql) { return store::near_misses(sql, {}, 9); });
            return !all.empty() && all.back().why == why;
        });
    }
    /// Everything that the charity ever got, names of files too.
    std::string told() {
        std::string out;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.drop("kindred"))) {
            out += entry.path().filename().string() + "\n" + peers::file_text(entry.path()) + "\n";
        }
        return out;
    }
    std::string confirmed() { return SiteFolder::dropped(folder_.drop("kindred"), "-confirm-"); }
    static bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

    const Name kindred_ = Name::declare("kindred");
};

constexpr const char* her_home = R"("address": [{"kind": "current", "safe": "yes", "place": {"building": "Flat 2",
    "street": "Old Road", "postcode": "ZZ99 3VZ"}}])";

// Bolton at Home: a message about her new home on her husband's phone.
TEST_P(Reprimand, TheHusbandsPhoneIsNotRungAndGoesToNobody) {
    agree();
    const auto id = enter(at_noon(R"("victim": {"name": {"family": "Sample"}, "phone": [
        {"number": "+447700900123", "safe": "yes"}, {"number": "+447700900456", "safe": "yes"}]},
        "perpetrator": [{"name": {"family": "Example"}, "phone": [{"number": "+447700900456"}]}])"));
    accepted();
    const auto record = confirmed();
    EXPECT_TRUE(has(record, "+447700900123")) << record;
    EXPECT_FALSE(has(told(), "900456")) << told();
    const auto& catalogue = node_->context().site->catalogue;
    const auto map =
        *Map::compile(identity_map(*catalogue, *catalogue->find_record_type("case-file"), true), "case", catalogue);
    const auto call = flow::claim_call(node_->context(), id, ledger::Actor::of_user(UserId{7}), *map);
    ASSERT_TRUE(call);
    if (const auto* granted = std::get_if<flow::CallGranted>(&*call)) {
        EXPECT_FALSE(has(std::string(*granted->facts.bytes(clock_.now())), "900456"));
        EXPECT_EQ(granted->how.if_other_answers, AnswerToCall::nothing) << "no message";
    }
}

// Yesterday's call is written down after today's: a yes of then is no answer to a no of now.
TEST_P(Reprimand, AYesThatIsWrittenDownLateLiftsNoNo) {
    agree();
    const auto id = enter(at_noon(R"("victim": {"name": {"family": "Sample"}, "phone": [
        {"number": "+447700900123", "safe": "yes"}, {"number": "+447700900456", "safe": "no"}]})"));
    enter(contact("2026-11-20T12:00:00Z", R"("victim": {"phone": [{"number": "+447700900456", "safe": "yes"}]})"), id);
    accepted();
    EXPECT_TRUE(has(confirmed(), "+447700900123"));
    EXPECT_FALSE(has(told(), "900456")) << told();
}

TEST_P(Reprimand, AMailboxThatIsNotSafeGoesInNoOtherSpelling) {
    agree(R"(accept = ["request/*", "victim/name/*", "victim/email/*"])");
    enter(
        at_noon(R"("victim": {"name": {"family": "Sample"}, "email": [{"address": "A.Sample@one.example", "safe": "no"},
        {"address": "a.sample@one.example", "safe": "yes"}, {"address": "other@one.example", "safe": "yes"}]})"));
    accepted();
    EXPECT_TRUE(has(confirmed(), "other@one.example")) << confirmed();
    EXPECT_FALSE(has(told(), "sample@one.example")) << told();
}

TEST_P(Reprimand, WhoAskedNotToBeContactedGetsNoLettersEither) {
    agree();
    enter(at_noon(R"("victim": {"name": {"family": "Sample"}, "safe-contact": {"asked-not-to-be-contacted": "yes"}, )" +
                  std::string(her_home) + "}"));
    accepted();
    ASSERT_NE(confirmed(), "") << everything_held();
    EXPECT_FALSE(has(told(), "Old Road")) << told();
}

TEST_P(Reprimand, WhoSaysThatSomebodyElseAnsweredSaysWhere) {
    for (const char* channel : {"call", "email"}) {
        const auto made = flow::enter_contact(node_->context(), std::nullopt,
                                              R"({"contact": {"channel": ")" + std::string(channel) +
                                                  R"(", "at": "2026-11-21T12:00:00Z", "outcome": "wrong-person"},
                                                  "victim": {"name": {"family": "Sample"}}})",
                                              UserId{7});
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().fault, Fault::malformed);
        EXPECT_TRUE(has(made.error().message(), "contact/number")) << made.error().message();
    }
    EXPECT_TRUE(flow::enter_contact(node_->context(), std::nullopt,
                                    R"({"contact": {"channel": "email", "at": "2026-11-21T12:00:00Z",
                                        "outcome": "wrong-person"}, "victim": {"name": {"family": "Sample"},
                                        "email": [{"address": "a.sample@one.example", "safe": "no"}]}})",
                                    UserId{7}));
}

// Charnwood: a letter with the new address to the old one.
TEST_P(Reprimand, AfterAMoveTheOldSharedAddressIsToldToNobody) {
    agree();
    const auto id = enter(at_noon(R"("victim": {"name": {"family": "Sample"}, )" + std::string(her_home) +
                                  R"(}, "perpetrator": [{"lives-with-victim": "yes"}])"));
    enter(contact("2026-11-21T12:01:00Z", R"("victim": {"address": [
        {"kind": "current", "until": "2026-11-20", "place": {"building": "Flat 2", "street": "Old Road", "postcode": "ZZ99 3VZ"}},
        {"kind": "current", "from": "2026-11-20", "safe": "yes", "known-to-perpetrator": "no", "place": {"building": "5", "street": "New Lane", "postcode": "ZZ99 9ZZ"}}]})"),
          id);
    accepted();
    ASSERT_NE(confirmed(), "") << everything_held();
    EXPECT_FALSE(has(told(), "Old Road")) << told();
    EXPECT_FALSE(has(told(), "3VZ"));
    EXPECT_TRUE(has(told(), "New Lane")) << "what may be told is";
}

TEST_P(Reprimand, AHomeThatTheyShareIsToldToNobodyHoweverSafeItWasCalled) {
    agree();
    enter(at_noon(R"("victim": {"name": {"family": "Sample"}, )" + std::string(her_home) +
                  R"(}, "perpetrator": [{"lives-with-victim": "yes"}])"));
    accepted();
    ASSERT_NE(confirmed(), "") << everything_held();
    EXPECT_FALSE(has(told(), "Old Road")) << told();
}

// Wakefield: the mother's address in a bundle that the father got. No shorthand ever includes a place.
TEST_P(Reprimand, ABundleThatIsNotAgreedPlaceByPlaceHoldsNoPlace) {
    agree(R"(accept = ["request/*", "victim/name/*", "victim/address/*", "child/*", "class child"])");
    enter(at_noon(R"("victim": {"name": {"family": "Sample"}, )" + std::string(her_home) +
                  R"(}, "child": [{"name": {"given": "Kit"}, "school": "Hillside Primary"}])"));
    accepted();
    const auto record = confirmed();
    EXPECT_TRUE(has(record, "Kit")) << record;
    for (const char* place : {"Old Road", "Flat 2", "3VZ", "Hillside"}) { EXPECT_FALSE(has(told(), place)) << place; }
}

TEST_P(Reprimand, ThePartnerThatEmploysTheAbuserIsNotEvenAsked) {
    agree();
    enter(at_noon(
        R"("victim": {"name": {"family": "Sample"}}, "perpetrator": [{"employer": "Kindred Support, Night Team"}, )"
        R"({"employer": "KINDRED"}])"));
    EXPECT_TRUE(becomes("emotional-support", "no-provider")) << everything_held();
    EXPECT_EQ(told(), "");
    EXPECT_TRUE(has(everything_held(), "no-provider"));
}

TEST_P(Reprimand, AReferralQueuedBeforeTheMoveIsSentWithoutTheOldAddress) {
    agree();
    const auto id = enter(at_noon(R"("victim": {"name": {"family": "Sample"}, )" + std::string(her_home) + "}"));
    EXPECT_NE(SiteFolder::dropped(folder_.drop("kindred"), "-offer-"), "") << everything_held();
    stop();
    accepted();
    ASSERT_TRUE(is_stopped("stopped"));
    enter(contact("2026-11-21T12:05:00Z", R"("victim": {"address": [{"kind": "current", "until": "2026-11-20",
        "place": {"building": "Flat 2", "street": "Old Road", "postcode": "ZZ99 3VZ"}}]})"),
          id);
    resume();
    ASSERT_NE(confirmed(), "") << everything_held();
    EXPECT_FALSE(has(told(), "Old Road")) << told();
    EXPECT_FALSE(has(told(), "3VZ"));
}

TEST_P(Reprimand, AnAddressThatAReportShowsToBeKnownToHimIsTakenAwayFromWhoHoldsIt) {
    folder_.replace("partners/northshire-police.toml", "\"haven/perpetrator-update\"",
                    "\"haven/perpetrator-update\", \"haven/incident-report\"");
    agree();
    enter(at_noon(R"("victim": {"name": {"family": "Sample", "given": "Ada"}, "birth-date": "1985-04-03", )" +
                  std::string(her_home) + "}"));
    accepted();
    ASSERT_TRUE(has(confirmed(), "Old Road")) << everything_held();
    clock_.turn_by(std::chrono::minutes(10));
    folder_.export_csv("known.json",
                       R"({"report": {"as-of": "2026-11-21T12:10:00Z"}, "incident": {"reference": [{"issuer":
        "northshire-police", "value": "41/00001/26"}]}, "victim": {"name": {"family": "Sample", "given": "Ada"},
        "birth-date": "1985-04-03", "address": [{"kind": "current", "known-to-perpetrator": "yes", "place": {
        "building": "Flat 2", "street": "Old Road", "postcode": "ZZ99 3VZ"}}]}})");
    const auto amended = SiteFolder::dropped(folder_.drop("kindred"), "-amend-");
    EXPECT_NE(amended, "") << everything_held();
    EXPECT_FALSE(has(amended, "Old Road")) << amended;
}

TEST_P(Reprimand, ConsentThatIsWithdrawnWhileTheWorkIsQueuedStopsIt) {
    agree();
    const auto id = enter(at_noon(R"("victim": {"name": {"family": "Sample"}})"));
    EXPECT_NE(SiteFolder::dropped(folder_.drop("kindred"), "-offer-"), "") << everything_held();
    stop();
    accepted();
    ASSERT_TRUE(is_stopped("stopped"));
    enter(R"({"contact": {"channel": "call", "at": "2026-11-21T12:05:00Z", "outcome": "reached"},
              "consent": {"to-referral": "no"}})",
          id);
    resume();
    EXPECT_TRUE(becomes("emotional-support", "withdrawn"));
    EXPECT_FALSE(has(told(), "Sample")) << told();
    EXPECT_FALSE(has(told(), "-confirm-"));
    EXPECT_NE(SiteFolder::dropped(folder_.drop("kindred"), "-withdraw-"), "") << "what it has it must destroy";
}

TEST_P(Reprimand, AnAgreementThatEndsAtMidnightSendsNothingThatWaited) {
    agree(all_of_it, "2026-11-21");
    enter(at_noon(R"("victim": {"name": {"family": "Sample"}})"));
    EXPECT_NE(SiteFolder::dropped(folder_.drop("kindred"), "-offer-"), "") << everything_held();
    stop();
    accepted();
    ASSERT_TRUE(is_stopped("stopped"));
    clock_.turn_to(noon + std::chrono::hours(12));  // the first moment after the last day
    resume();
    EXPECT_TRUE(is_stopped("not-in-force")) << everything_held();
    EXPECT_FALSE(has(told(), "Sample")) << told();
}

// Move, protect, withdraw: however they come, as often as they come, what protects her stands at the end.
TEST_P(Reprimand, NoOrderOfArrivalLowersProtection) {
    agree();
    std::vector<std::string> said{
        R"({"contact": {"channel": "call", "at": "2026-11-21T12:01:00Z", "outcome": "reached"}, "victim": {"address": [
            {"kind": "current", "until": "2026-11-20", "place": {"building": "Flat 2", "postcode": "ZZ99 3VZ"}}]}})",
        R"({"contact": {"channel": "call", "at": "2026-11-21T12:02:00Z", "outcome": "reached"}, "victim": {"phone": [
            {"number": "+447700900123", "safe": "no"}]}})",
        R"({"contact": {"channel": "call", "at": "2026-11-21T12:03:00Z", "outcome": "reached"},
            "consent": {"to-referral": "no", "to-pass-contact": "no"}})"};
    const auto late = at_noon(R"("victim": {"phone": [{"number": "+447700900123", "safe": "yes"}], "address": [
        {"kind": "current", "safe": "yes", "place": {"building": "Flat 2", "postcode": "ZZ99 3VZ"}}]})");
    const auto& fields = node_->context().fields;
    do {
        const auto id = enter(said[0]);
        for (const auto n : {1U, 0U, 2U, 1U}) { enter(said[n], id); }
        enter(late, id);  // what was true before, and comes last
        enter(said[0], id);
        const auto snapshot = flow::read_snapshot(node_->context(), id);
        ASSERT_TRUE(snapshot);
        const auto& facts = snapshot->file.facts();
        for (const auto in : facts.instances(fields.phone)) { EXPECT_EQ(facts.get(fields.phone_safe, in), Answer::no); }
        EXPECT_EQ(facts.get(fields.consent_to_referral), Answer::no);
        EXPECT_EQ(facts.get(fields.consent_to_pass_contact), Answer::no);
        for (const auto& referral : snapshot->referrals) { EXPECT_FALSE(is_live(referral.state)); }
        const auto until = *facts.catalogue().find("victim/address/until");
        EXPECT_TRUE(std::any_of(facts.values().begin(), facts.values().end(), [&](const auto& value) {
            return value.field == until;
        })) << "the address stays ended";
    } while (std::next_permutation(said.begin(), said.end()));
    all_done();
    EXPECT_FALSE(has(told(), "900123")) << told();
    EXPECT_FALSE(has(told(), "3VZ"));
}

// The same where she takes nothing back: the charity hears of her, and of what is protected never, on the wire itself.
TEST_P(Reprimand, InNoOrderOfArrivalIsWhatIsProtectedToldWithTheRest) {
    agree();
    std::array<int, 3> order{0, 1, 2};
    int nth = 0;
    do {
        ++nth;
        const auto n = std::to_string(nth);
        const auto phone = "90020" + n;
        const auto home = R"("place": {"building": "Flat 2", "postcode": "ZZ99 3VZ"}})";
        const std::string who = R"("name": {"family": "Sample)" + n + R"(", "given": "Ada"}, "birth-date": "198)" + n +
                                R"(-04-03", "phone": [{"number": "+447700)" + phone + R"(", "safe": )";
        stop();
        const auto id = enter(at_noon(R"("victim": {)" + who +
                                      R"("yes"}], "address": [{"kind": "current", "safe": "yes", )" + home + "]}"));
        const auto file = "incidents-" + n + ".csv";
        for (const auto what : order) {
            if (what == 0) {
                enter(contact("2026-11-21T12:01:00Z",
                              R"("victim": {"address": [{"kind": "current", "until": "2026-11-20", )" +
                                  std::string(home) + "]}"),
                      id);
            } else if (what == 1) {
                enter(contact("2026-11-21T12:02:00Z", R"("victim": {)" + who + R"("no"}]})"), id);
            } else {  // drawn before all of that, and it still says that the number is safe
                std::string row(header);
                row.append("41/0002").append(n).append("/26,20/11/2026 06:00:00,19/11/2026,22:15,19/11/2026 22:40");
                row.append(",,,,Sample").append(n).append(",Ada,03/04/198").append(n).append(",F,,,HOME,N,07700 ");
                row.append(phone).append(",MOB,Y,").append(8 + 24, ',').append(",Example,Robin,01/01/1986,HUSB,Y");
                row.append(",Example Ltd,LIB").append(8, ',').append("M,DASH,11,COE,CON,,\r\n");
                folder_.export_csv(file, row);
                ASSERT_TRUE(eventually([&] {
                    const auto known = flow::read_snapshot(node_->context(), id);
                    return known && std::any_of(known->records.begin(), known->records.end(), [](const auto& one) {
                               return one.source.partner == Name::declare("northshire-police");
                           });
                })) << everything_held();
            }
        }
        resume();
        const auto known = flow::read_snapshot(node_->context(), id);
        ASSERT_TRUE(known && !known->referrals.empty() && !known->referrals[0].offers.empty()) << everything_held();
        const auto offer = read<std::optional<store::OfferRow>>(
            [&](store::Sql& sql) { return store::read_offer(sql, known->referrals[0].offers[0].id); });
        ASSERT_NE(SiteFolder::dropped(folder_.drop("kindred"), offer->reference + "-offer-"), "") << everything_held();
        peers::put_file(folder_.answers("kindred") + "/yes-" + n + ".xml",
                        "<Answer><Reference>" + offer->reference + "</Reference><Decision>yes</Decision></Answer>");
        const auto record = SiteFolder::dropped(folder_.drop("kindred"), offer->reference + "-confirm-");
        EXPECT_TRUE(has(record, ("Sample" + n).c_str())) << n << record << everything_held();
        all_done();
        EXPECT_FALSE(has(told(), phone.c_str())) << n << told();
        EXPECT_FALSE(has(told(), "3VZ")) << n << told();
    } while (std::next_permutation(order.begin(), order.end()));
    EXPECT_EQ(nth, 6);
}

INSTANTIATE_TEST_SUITE_P(Engines, Reprimand, both_engines, engine_name);

}  // namespace
}  // namespace haven
