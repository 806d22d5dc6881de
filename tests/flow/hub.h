#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "core/ledger/entry.h"
#include "hub/flow/entering.h"
#include "hub/node/node.h"
#include "tests/flow/site_folder.h"
#include "tests/flow/sweep.h"
#include "tests/support/captured_log.h"
#include "tests/support/postgres.h"

namespace haven::test {

using peers::eventually;

// Saturday noon: the hub, the councils and the charities are open.
inline constexpr Instant noon = from_us(1'795'262'400'000'000);

inline constexpr const char* header =
    "CrimeRef,ExtractedAt,DateFrom,TimeFrom,Reported,IncidentPostcode,IncidentAddress,Summary,VicSurname,VicForename,"
    "VicDOB,VicSex,VicLanguage,VicHomeArea,SleepingTonight,AskedNoContact,VicTel1Number,VicTel1Kind,VicTel1Safe,"
    "VicTel2Number,VicTel2Kind,VicTel2Safe,VicAddr1Kind,VicAddr1House,VicAddr1Street,VicAddr1Town,VicAddr1Postcode,"
    "VicAddr1Uprn,Child1Surname,Child1Forename,Child1DOB,Child1School,Child2Surname,Child2Forename,Child2DOB,"
    "Child2School,Child3Surname,Child3Forename,Child3DOB,Child3School,Child4Surname,Child4Forename,Child4DOB,"
    "Child4School,Child5Surname,Child5Forename,Child5DOB,Child5School,Child6Surname,Child6Forename,Child6DOB,"
    "Child6School,Perp1Surname,Perp1Forename,Perp1DOB,Perp1Relation,Perp1LivesWith,Perp1Employer,Perp1Custody,"
    "Perp2Surname,Perp2Forename,Perp2DOB,Perp2Relation,Perp2LivesWith,Perp2Employer,Perp2Custody,RiskGrade,RiskTool,"
    "RiskScore,RiskFactors,AbuseKinds,HousingApproach,OfficerNotes\r\n";

/// A contact, as a person enters it, with somebody who wants to be rehoused.
inline constexpr const char* needs_a_home = R"({
  "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
  "victim": {"phone": [{"number": "+447700900123", "safe": "yes"}]},
  "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
  "need": [{"service": "rehousing"}]
})";

/// The hub in this process, on a clock that the test turns, with real partners.
class RunningHub {
public:
    RunningHub() {
        if (const char* before = std::getenv("TMPDIR")) { temporary_before_ = before; }
        ::setenv("TMPDIR", temporary_.path().c_str(), 1);
    }
    RunningHub(const RunningHub&) = delete;
    RunningHub& operator=(const RunningHub&) = delete;
    ~RunningHub() {
        end();
        temporary_before_ ? ::setenv("TMPDIR", temporary_before_->c_str(), 1) : ::unsetenv("TMPDIR");
    }
    /// The hub ends, after all that it wrote and sent was looked into.
    void end() {
        if (node_) { expect_nothing_strays(*node_, folder_, temporary_.path(), log_->text()); }
        node_.reset();
        if (!log_) { return; }
        const auto text = log_->text();
        log_.reset();
        std::cerr << text;
    }
    /// Before it starts: the engine of its store, which is SQLite where nobody says so.
    void use(store::Engine engine) {
        if (engine != store::Engine::postgres) { return; }
        store_ = std::make_unique<TestStore>(engine);
        folder_.replace("haven.toml", "sqlite:var/haven.db", store_->text());
    }
    void start() {
        node_.reset();
        auto node = Node::start({.site_folder = folder_.site().string(), .clock = &clock_, .port = 0});
        if (!node) {
            for (const auto& problem : node.error()) { ADD_FAILURE() << text_of(problem); }
            std::abort();
        }
        node_ = std::move(*node);
    }
    /// Two people put the folder, as it is by now, in force; the hub is started again under it.
    void activate_folder() {
        const auto hash = node_->publish_folder(UserId{501});
        if (!hash) {
            for (const auto& problem : hash.error()) { ADD_FAILURE() << text_of(problem); }
            std::abort();
        }
        const auto done = node_->activate_site(*hash, UserId{502});
        EXPECT_TRUE(done) << (done ? "" : text_of(done.error().at(0)));
        start();
    }
    template <class T>
    T read(auto&& body) {
        auto answer = node_->context().readers.read([&](store::Sql& sql) -> Result<T> { return body(sql); });
        EXPECT_TRUE(answer) << (answer ? "" : answer.error().message());
        return answer ? *answer : T{};
    }
    CaseId the_case() {
        std::vector<store::CaseRow> cases;
        eventually([&] {
            cases = read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 10); });
            return !cases.empty();
        });
        EXPECT_EQ(cases.size(), 1U);
        return cases.empty() ? CaseId{} : cases[0].id;
    }
    std::string state_of(std::string_view service) {
        for (const auto& referral :
             read<std::vector<Referral>>([](store::Sql& sql) { return store::list_referrals(sql, {}, {}, 100); })) {
            if (referral.service.text() == service) { return std::string(code_text(referral.state)); }
        }
        return "none";
    }
    bool becomes(std::string_view service, std::string_view state) {
        return eventually([&] { return state_of(service) == state; });
    }
    std::string reference_at(std::string_view partner) {
        std::string reference;
        eventually([&] {
            for (const auto& offer : read<std::vector<store::OfferRow>>(
                     [&](store::Sql& sql) { return store::offers_to(sql, Name::declare(partner), {}, 10); })) {
                if (offer.state != OfferState::queued && offer.state != OfferState::sent) {
                    reference = offer.reference;
                }
            }
            return !reference.empty();
        });
        return reference;
    }
    /// Entries of the whole ledger with this action.
    int entries_of(std::string_view action) {
        int n = 0;
        for (const auto& body : read<std::vector<store::Bytes>>(
                 [](store::Sql& sql) { return sql.all<store::Bytes>("SELECT body FROM ledger_entry ORDER BY id"); })) {
            const auto entry = ledger::decode(body.value);
            n += entry && entry->action.text() == action ? 1 : 0;
        }
        return n;
    }
    std::string everything_held() {
        std::string out;
        for (const auto& row :
             read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 200); })) {
            out += std::string(row.partner.text()) + ": " + row.fault + ": " + row.place + ": " + row.reason + "\n";
        }
        return out;
    }

    /// Everything that it logged so far.
    std::string log_text() const { return log_->text(); }

private:
    std::optional<CapturedLog> log_ = std::make_optional<CapturedLog>();
    std::unique_ptr<TestStore> store_;  ///< outlives the hub on it

public:
    test::SiteFolder folder_;
    ManualClock clock_{noon};
    std::unique_ptr<Node> node_;
    peers::TemporaryFolder temporary_;  ///< that of every temporary file from now on

private:
    std::optional<std::string> temporary_before_;
};

/// A test of hubs on SQLite and, where a server is there, on PostgreSQL.
class OnBothEngines : public testing::TestWithParam<store::Engine> {
protected:
    void SetUp() override {
        if (GetParam() == store::Engine::postgres && !test_postgres()) {
            GTEST_SKIP() << "skipped: HAVEN_TEST_POSTGRES is not set";
        }
    }
};

/// The same with a hub of its own that runs.
class Hub : public OnBothEngines, protected RunningHub {
protected:
    void SetUp() override {
        OnBothEngines::SetUp();
        if (IsSkipped()) { return; }
        use(GetParam());
        start();
    }
    void TearDown() override { end(); }
};

}  // namespace haven::test
