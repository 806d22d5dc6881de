#pragma once
#include "hub/flow/accounts.h"
#include "hub/flow/concealing.h"
#include "hub/flow/deciding.h"
#include "hub/flow/recalling.h"
#include "tests/flow/rights.h"

namespace haven::test {

/// What a report of the force says of one victim, beside who she is.
struct Reported {
    std::string family;
    std::string number;
    std::string safe = "yes";
    std::string victim = "";  ///< more of her
    std::string pass = "yes";
    std::string more = "";  ///< more members of the record
};

/// Facts that protect her, brought by an import: before anything of her was told, and after.
class Rejudged : public Rights {
protected:
    void SetUp() override {
        folder_.replace("partners/northshire-police.toml", "\"haven/perpetrator-update\"",
                        "\"haven/perpetrator-update\", \"haven/incident-report\"");
        Hub::SetUp();
    }
    void report(const Reported& of) {
        const auto n = std::to_string(++reports_);
        import(R"({"report": {"as-of": ")" + iso_text(clock_.now()) +
               R"("}, "incident": {"reference": [{"issuer": "northshire-police", "value": "41/0000)" + n +
               R"(/26"}]}, "victim": {"name": {"family": ")" + of.family +
               R"(", "given": "Alex"}, "birth-date": "1985-04-03", "phone": [{"number": ")" + of.number +
               R"(", "safe": ")" + of.safe + "\"}]" + of.victim + R"(}, "consent": {"to-pass-contact": ")" + of.pass +
               "\"}" + of.more + "}");
    }
    void import(const std::string& json) {
        const auto name = "import-" + std::to_string(++imports_) + ".json";
        folder_.export_csv(name, json);
        const auto receipt = folder_.site() / "var/northshire/receipts" / (name + ".json");
        EXPECT_TRUE(eventually([&] { return std::filesystem::exists(receipt); })) << everything_held();
        EXPECT_EQ(peers::file_text(receipt).find("\"held\":1"), std::string::npos) << peers::file_text(receipt);
        EXPECT_TRUE(work_is_done()) << everything_held();
    }
    /// The council has rehoused her, ten minutes ago: nobody is asked to help under that referral any more.
    bool is_rehoused() {
        folder_.council().answer("done", R"({"messageType": "outcome", "externalId": ")" +
                                             reference_at("eastford-council") +
                                             R"(", "result": "REHOUSED", "resultAt": "2026-11-21T12:00:00Z"})");
        const bool done = becomes("rehousing", "completed") && work_is_done();
        clock_.turn_by(std::chrono::minutes(10));
        return done;
    }
    /// She wants a home, and the council takes her: it is told who she is.
    void accepted(const std::string& family, std::optional<CaseId> id, const std::string& victim) {
        const auto known = offers();
        const auto done = flow::enter_contact(node_->context(), id,
                                              R"({
            "contact": {"channel": "call", "at": ")" +
                                                  iso_text(clock_.now()) +
                                                  R"(", "outcome": "reached", "help": "accepted"},
            "consent": {"to-referral": "yes"}, "need": [{"service": "rehousing"}], "victim": )" +
                                                  victim + "}",
                                              UserId{7});
        ASSERT_TRUE(done) << done.error().message();
        node_->wake();
        ASSERT_TRUE(eventually([&] { return offers() > known; })) << everything_held();
        ASSERT_TRUE(work_is_done()) << everything_held();
        const auto reference = reference_at("eastford-council");
        folder_.council().answer("yes-" + family, R"({"messageType": "answer", "externalId": ")" + reference +
                                                      R"(", "decision": "ACCEPTED", "decidedAt": ")" +
                                                      iso_text(clock_.now()) + "\"}");
        EXPECT_TRUE(eventually([&] { return folder_.council().received({family}) > 0; })) << everything_held();
        EXPECT_TRUE(work_is_done()) << everything_held();
    }
    std::int64_t offers() { return count("SELECT COUNT(*) FROM offer WHERE partner = 'eastford-council'"); }
    std::optional<CaseId> newest_case() {
        const auto all =
            read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 10); });
        return all.empty() ? std::nullopt : std::optional(all.back().id);
    }
    store::CopyRow copy_of(CaseId id) {
        const auto all = read<std::vector<store::CopyRow>>([&](store::Sql& sql) { return store::copies_of(sql, id); });
        return all.empty() ? store::CopyRow{} : all[0];
    }
    static std::string who(const std::string& family) {
        return R"({"name": {"family": ")" + family + R"(", "given": "Alex"}, "birth-date": "1985-04-03"})";
    }
    /// The council holds a number that was safe; the fact takes it away. And of somebody of whom the fact is known
    /// first, the number never goes there.
    void takes_the_number_away(Reported fact) {
        const std::string first = "+447700900123";
        report({"Sample", first});
        accepted("Sample", the_case(), who("Sample"));
        EXPECT_EQ(folder_.council().received({"Sample", "7700900123"}), 1) << "the fact alone decides";
        clock_.turn_by(std::chrono::minutes(10));
        const auto of_number = [&](const std::string& family, const std::string& number) {
            auto of = fact;
            of.family = family;
            of.number = number;
            if (const auto at = of.more.find("NUMBER"); at != std::string::npos) { of.more.replace(at, 6, number); }
            return of;
        };
        report(of_number("Sample", first));
        EXPECT_TRUE(eventually([&] {
            return folder_.council().received({"-amend-", "Sample"}) == 1;
        })) << everything_held();
        EXPECT_EQ(folder_.council().received({"-amend-", "7700900123"}), 0);
        report(of_number("Otherwise", "+447700900456"));
        accepted("Otherwise", newest_case(), who("Otherwise"));
        EXPECT_GT(folder_.council().received({"Otherwise"}), 0);
        EXPECT_EQ(folder_.council().received({"7700900456"}), 0);
    }

    /// The council helps her and was told a number that was safe then.
    CaseId told_a_number() {
        report({"Sample", number_});
        const auto id = the_case();
        accepted("Sample", id, who("Sample"));
        EXPECT_EQ(folder_.council().received({"Sample", "7700900123"}), 1);
        clock_.turn_by(std::chrono::minutes(10));
        return id;
    }
    void its_number_turns_unsafe() { report({.family = "Sample", .number = number_, .safe = "no"}); }
    bool is_amended_without_it() {
        return eventually([&] {
                   return folder_.council().received({"-amend-", "Sample"}) == 1;
               }) &&
               work_is_done() && folder_.council().received({"-amend-", "7700900123"}) == 0;
    }
    void its_agreement_ends() {
        folder_.replace("agreements/eastford-1.toml", "review = 2027-06-30", "review = 2026-06-30");
        folder_.replace("agreements/eastford-1.toml", "end = 2027-12-31", "end = 2026-11-20");
        activate_folder();
    }
    void names_windows(CaseId id) {
        const auto done = flow::enter_contact(node_->context(), id,
                                              R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) +
                                                  R"(", "outcome": "reached"}, "victim": {"safe-contact": {"window": [
            {"day": "tuesday", "from": "14:00:00", "until": "14:30:00"}]}}})",
                                              UserId{7});
        ASSERT_TRUE(done) << done.error().message();
        node_->wake();
        EXPECT_TRUE(work_is_done()) << everything_held();
    }
    void is_restricted(CaseId id) {
        ASSERT_TRUE(flow::restrict_case(node_->context(), id, flow::CopyReason::legal_claim, dana_));
        node_->wake();
        EXPECT_TRUE(eventually([&] { return copy_of(id).state == store::CopyState::told; })) << everything_held();
        EXPECT_EQ(copy_of(id).wanted, store::Wanted::stop_using);
    }
    void is_lifted(CaseId id) {
        ASSERT_TRUE(flow::lift_restriction(node_->context(), id, dana_));
        node_->wake();
        EXPECT_TRUE(work_is_done()) << everything_held();
    }

    const std::string number_ = "+447700900123";
    const Name council_ = Name::declare("eastford-council");
    int reports_ = 0;
    int imports_ = 0;
};

}  // namespace haven::test
