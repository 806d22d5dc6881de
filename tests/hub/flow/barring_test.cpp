#include "hub/flow/barring.h"

#include "tests/support/disclosing.h"

namespace haven {
namespace {

using test::noon;

const flow::Fields& fields() {
    static const auto bound = *flow::Fields::bind(*test::catalogue());
    return bound;
}

const SafetyFields& safety() {
    static const auto bound = *SafetyFields::bind(*test::catalogue());
    return bound;
}

CaseRecord said(Record record) {
    static std::int64_t last = 0;
    return {std::move(record), {RecordId{++last}, test::force, noon, false}};
}

flow::CaseSnapshot case_of(std::vector<CaseRecord> records) {
    auto file = CaseFile::fold(test::catalogue(), records);
    return {{}, Key::random(), std::move(records), {}, {}, {}, {}, std::move(file)};
}

/// Every way to her, as a record that is drawn to be told names them.
Record every_way() {
    return test::record("referral", {{"victim/phone[0]/number", "+447700900123"},
                                     {"victim/email[0]/address", "her@example.example"},
                                     {"victim/address[0]/kind", "current"},
                                     {"victim/address[0]/place/building", "7"},
                                     {"victim/address[0]/place/street", "Sample Road"},
                                     {"victim/address[0]/place/postcode", "ZZ99 3VZ"}});
}

/// What no partner is given as hers.
class Barred {
public:
    explicit Barred(const flow::CaseSnapshot& snapshot, const Record& drawn = every_way()) : drawn_(drawn) {
        flow::bar(facts_, fields(), safety(), snapshot, drawn_, noon);
    }
    bool phone(std::string_view number = "+447700900123") const { return facts_.blocks(number); }
    bool mailbox() const { return facts_.blocks("her@example.example"); }
    bool home() const {
        const Linked linked(safety(), drawn_);
        return linked.is_one_of(drawn_.instances(safety().victim_address).front(), facts_.blocked_homes);
    }
    bool nothing() const { return facts_.blocked_contacts.empty() && facts_.blocked_homes.empty(); }

private:
    Record drawn_;
    Facts facts_;
};

CaseRecord rang(const char* outcome) {
    return said(test::record("contact-result", {{"contact/channel", "call"},
                                                {"contact/at", "2026-11-21T11:00:00Z"},
                                                {"contact/outcome", outcome},
                                                {"contact/number", "+447700900123"}}));
}

CaseRecord is_his_number() {
    return said(test::record("incident-report", {{"perpetrator[0]/name/family", "Example"},
                                                 {"perpetrator[0]/phone[0]/number", "+447700900123"}}));
}

CaseRecord is_his_home() {
    return said(test::record("incident-report", {{"perpetrator[0]/name/family", "Example"},
                                                 {"perpetrator[0]/address[0]/kind", "home"},
                                                 {"perpetrator[0]/address[0]/place/building", "7"},
                                                 {"perpetrator[0]/address[0]/place/street", "Sample Road"},
                                                 {"perpetrator[0]/address[0]/place/postcode", "ZZ99 3VZ"}}));
}

CaseRecord is_not_safe() {
    return said(
        test::record("incident-report", {{"victim/phone[0]/number", "+447700900123"}, {"victim/phone[0]/safe", "no"}}));
}

CaseRecord no_contact() {
    return said(test::record("incident-report", {{"victim/safe-contact/asked-not-to-be-contacted", "yes"}}));
}

TEST(Bar, WhereNothingIsSaidAgainstThemNoWayToHerIsBarred) {
    EXPECT_TRUE(Barred(case_of({})).nothing());
    EXPECT_TRUE(Barred(case_of({rang("no-answer")})).nothing());
    EXPECT_TRUE(Barred(case_of({said(every_way())})).nothing());
}

TEST(Bar, ANumberAtWhichSomebodyElseAnsweredOrThatIsNotHersIsBarred) {
    EXPECT_TRUE(Barred(case_of({rang("reached")})).phone()) << "until she says whether it still is safe";
    EXPECT_TRUE(Barred(case_of({rang("wrong-person")})).phone());
    EXPECT_TRUE(Barred(case_of({rang("number-unusable")})).phone());
    EXPECT_FALSE(Barred(case_of({rang("wrong-person")})).mailbox());
}

TEST(Bar, ThePerpetratorsNumberAndHomeAreBarredWhicheverRecordNamesThem) {
    EXPECT_TRUE(Barred(case_of({is_his_number()})).phone());
    EXPECT_TRUE(Barred(case_of({is_his_home()})).home());
    EXPECT_FALSE(Barred(case_of({is_his_number()})).home());
}

TEST(Bar, ANumberThatIsNotSafeIsBarred) {
    EXPECT_TRUE(Barred(case_of({is_not_safe()})).phone());
    EXPECT_FALSE(Barred(case_of({is_not_safe()})).phone("+447700900456"));
}

TEST(Bar, WhatIsSaidBesideTheCaseBarsInIt) {
    const auto beside = [](CaseRecord record) {
        auto snapshot = case_of({});
        snapshot.beside.push_back({std::move(record), {}});
        return Barred(snapshot);
    };
    EXPECT_TRUE(beside(is_his_number()).phone());
    EXPECT_TRUE(beside(is_his_home()).home());
    EXPECT_TRUE(beside(is_not_safe()).phone());
    EXPECT_TRUE(beside(said(every_way())).nothing());
}

Record takes_no(const std::string& message, const std::string& number, std::string_view type = "incident-report") {
    return test::record(type, {{"victim/phone[0]/number", number}, {"victim/phone[0]/" + message, "no"}});
}

// Of a case that may be hers nothing is told: a number that it lets be used less goes to nobody.
TEST(Bar, ANumberOfWhichACaseThatMayBeHersSaysMoreThanThisOneIsBarred) {
    const CaseId other{5};
    const auto beside = [&](const Record& says, CaseId of, const Record& drawn) {
        auto snapshot = case_of({});
        snapshot.maybe_hers = {other};
        snapshot.beside.push_back({said(says), of});
        return Barred(snapshot, drawn);
    };
    const auto times = test::record("incident-report", {{"victim/safe-contact/window[0]/day", "saturday"},
                                                        {"victim/safe-contact/window[0]/from", "14:00:00"},
                                                        {"victim/safe-contact/window[0]/until", "15:00:00"}});
    EXPECT_TRUE(beside(times, other, every_way()).phone()) << "when she may be rung";
    EXPECT_FALSE(beside(times, other, every_way()).mailbox());
    EXPECT_TRUE(beside(times, {}, every_way()).nothing()) << "in confidence she named no time for anybody else";
    for (const std::string message : {"text-safe", "voicemail-safe"}) {
        const auto no = takes_no(message, "+447700900123");
        EXPECT_TRUE(beside(no, other, every_way()).phone()) << message;
        EXPECT_FALSE(beside(no, other, takes_no(message, "+447700900123", "referral")).phone()) << "it says so itself";
        EXPECT_FALSE(beside(takes_no(message, "+447700900456"), other, every_way()).phone()) << "of another number";
    }
}

TEST(Bar, WhoAskedNotToBeContactedIsGivenToNobodyByAnyWay) {
    const Barred barred(case_of({no_contact()}));
    EXPECT_TRUE(barred.phone());
    EXPECT_TRUE(barred.mailbox());
    EXPECT_TRUE(barred.home());
    EXPECT_FALSE(barred.phone("+447700900456")) << "it is not drawn to be told";
}

TEST(Bar, SoIsWhoAskedItBesideTheCase) {
    auto snapshot = case_of({});
    snapshot.beside = {{no_contact(), {}}, {said(every_way()), {}}};  // the first alone says so
    const Barred barred(snapshot);
    EXPECT_TRUE(barred.phone());
    EXPECT_TRUE(barred.mailbox());
    EXPECT_TRUE(barred.home());
}

TEST(Bar, SoIsWhoMayBeTheVictimOfMoreCasesThanAreRead) {
    auto snapshot = case_of({});
    snapshot.maybe_hers.assign(flow::maybe_hers_max - 1, CaseId{5});
    EXPECT_TRUE(Barred(snapshot).nothing());
    snapshot.maybe_hers.push_back(CaseId{5});
    const Barred barred(snapshot);
    EXPECT_TRUE(barred.phone());
    EXPECT_TRUE(barred.mailbox());
    EXPECT_TRUE(barred.home());
}

}  // namespace
}  // namespace haven
