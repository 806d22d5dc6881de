#pragma once
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "hub/api/callers.h"
#include "tests/flow/hub.h"
#include "tests/hub/api/described.h"
#include "tests/support/wire_client.h"

namespace haven::test {

struct Reply {
    int status = 0;
    std::string head;
    std::string media_type;
    std::string body;

    boost::json::value json() const { return boost::json::parse(body); }
    /// A member that is a text; "" where there is none.
    std::string text(std::string_view member) const {
        const auto parsed = json();
        const auto* found = parsed.as_object().if_contains(member);
        return found == nullptr || !found->is_string() ? "" : std::string(found->as_string());
    }
};

/// What a caller sends beside method and target.
struct Said {
    std::string token;
    std::string media_type;
    std::string body;
    std::string more_headers;  ///< each with its line end
};

/// A hub that the tests of one suite share, called over its real socket. Every answer is held to the page.
class ApiTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        make_hub();
        // So that something is stopped which people may let go: what is entered by hand has no grade.
        hub_->folder_.replace("agreements/eastford-1.toml", "retention_days",
                              "risk_at_least = \"high\"\nretention_days");
        hub_->folder_.add("haven.toml", "\n[witness]\nkey = \"" + witness_key().public_key().text() + "\"\n");
        hub_->start();
    }
    static const SigningKey& witness_key() {
        static const auto key = *SigningKey::random("witness.example");
        return key;
    }
    static void TearDownTestSuite() { hub_.reset(); }

    static Node& node() { return *hub_->node_; }
    static const std::vector<site::Role>& roles() {
        static const std::vector<site::Role> all{site::Role::administrator,          site::Role::practitioner,
                                                 site::Role::duty_manager,           site::Role::integration_engineer,
                                                 site::Role::information_governance, site::Role::witness};
        return all;
    }
    /// The token of a partner or, by the name of a role, of one of the hub's people.
    static std::string token(const std::string& of);
    static Reply ask(const std::string& method, const std::string& target, const Said& said = {});
    static Reply get(const std::string& target, const std::string& of) {
        return ask("GET", target, {.token = token(of)});
    }
    static Reply post(const std::string& target, const std::string& of, const std::string& json) {
        return ask("POST", target, {.token = token(of), .media_type = "application/json", .body = json});
    }
    /// The receipt of a message once it is read to its end.
    static Reply receipt(const std::string& message, const std::string& of);
    /// The newest near miss, once there are so many.
    static std::string near_miss(std::size_t how_many);
    /// A case of somebody who accepted help with `service`, entered by hand.
    /// `digit`: of whom, told apart by her number and the year of her birth.
    static std::string open_case(const std::string& service, const std::string& family = "Sample", char digit = '3');
    /// The reference of the first referral that this partner sees, once it sees one.
    static std::string reference_at(const std::string& partner);

    static void make_hub() {
        known_tokens_.clear();
        hub_ = std::make_unique<RunningHub>();
    }
    static inline std::unique_ptr<RunningHub> hub_;
    static inline std::map<std::string, std::string> known_tokens_;  ///< of this hub: by role, or by partner
    static inline std::set<std::string> seen_;                       ///< "operation status" of every answer so far
};

/// The same with a hub of each test, as the site is shipped, on either engine.
class ApiOnBoth : public ApiTest, public testing::WithParamInterface<store::Engine> {
protected:
    static void SetUpTestSuite() {}
    static void TearDownTestSuite() {}
    void SetUp() override {
        if (GetParam() == store::Engine::postgres && !test_postgres()) {
            GTEST_SKIP() << "skipped: HAVEN_TEST_POSTGRES is not set";
        }
        make_hub();
        hub_->use(GetParam());
        hub_->start();
    }
    void TearDown() override { hub_.reset(); }
};

}  // namespace haven::test
