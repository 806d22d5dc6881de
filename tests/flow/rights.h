#pragma once
#include <boost/json.hpp>

#include "tests/flow/hub.h"

namespace haven::test {

/// A hub with a case that a council was asked to house, and what she may ask for then.
class Rights : public Hub {
protected:
    /// She is named, and was confirmed to the council: it holds an offer and her identity.
    CaseId placed_at_the_council() {
        const auto id = flow::enter_contact(node_->context(), std::nullopt, R"({
            "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
            "victim": {"name": {"family": "Sample", "given": "Alex"}, "birth-date": "1985-04-03",
                       "phone": [{"number": "+447700900123", "safe": "yes"}]},
            "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
            "need": [{"service": "rehousing"}]})",
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

    std::string reference_;
    const UserId dana_{9};
};

}  // namespace haven::test
