#pragma once
#include <boost/json.hpp>

#include "tests/flow/hub.h"

namespace haven::test {

/// A hub with a case that a council was asked to house, and what she may ask for then.
class Rights : public Hub {
protected:
    CaseId placed_at_the_council() {
        return told_to_the_council(R"({"name": {"family": "Sample", "given": "Alex"}, "birth-date": "1985-04-03",
                                       "phone": [{"number": "+447700900123", "safe": "yes"}]})");
    }
    /// Somebody called Sample was confirmed to the council: it holds an offer and what it may know of her.
    CaseId told_to_the_council(const std::string& victim) {
        const auto id = flow::enter_contact(node_->context(), std::nullopt, R"({
            "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
            "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
            "need": [{"service": "rehousing"}], "victim": )" + victim + "}",
                                            UserId{7});
        EXPECT_TRUE(id) << id.error().message();
        node_->wake();
        reference_ = reference_at("eastford-council");
        folder_.council().answer("a1", R"({"messageType": "answer", "externalId": ")" + reference_ +
                                           R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})");
        EXPECT_TRUE(eventually([&] { return folder_.council().received({"Sample"}) == 1; })) << everything_held();
        EXPECT_TRUE(work_is_done()) << everything_held();
        return *id;
    }
    bool work_is_done() {
        return eventually([&] { return count("SELECT COUNT(*) FROM work WHERE state IN ('due', 'claimed')") == 0; });
    }
    std::int64_t count(Literal query) {
        return read<std::int64_t>([&](store::Sql& sql) { return *sql.one<std::int64_t>(query); });
    }

    std::string reference_;
    const UserId dana_{9};
};

}  // namespace haven::test
