#include "core/casework/merge.h"

#include <algorithm>

namespace haven {
namespace {

// A case that waits for a call asks more than one that was called; help that is under way most of all.
int asks(CaseState state) {
    switch (state) {
        case CaseState::closed: return 0;
        case CaseState::declined_help: return 1;
        case CaseState::contacted: return 2;
        case CaseState::could_not_reach: return 3;
        case CaseState::to_contact:
        case CaseState::no_safe_way: return 4;
        case CaseState::accepted_help: return 5;
    }
    return 0;
}

}  // namespace

bool asks_more(const Case& a, const Case& b) {
    return asks(a.state) > asks(b.state);
}

Case merge(const Case& stays, const Case& goes) {
    Case merged = stays;
    if (asks_more(goes, stays)) {
        merged.state = goes.state;
        merged.close_reason.reset();
        merged.closed_at_level.reset();
    }
    merged.attempts = std::max(stays.attempts, goes.attempts);
    merged.not_before = std::max(stays.not_before, goes.not_before);  // none is the earliest
    if (!stays.claimed_by) {
        merged.claimed_by = goes.claimed_by;
        merged.claimed_until = goes.claimed_until;
    }
    merged.reports += goes.reports;
    merged.reopened += goes.reopened;
    return merged;
}

bool both_claimed(const Case& a, const Case& b, Instant now) {
    const auto claimed = [&](const Case& c) { return c.claimed_until && *c.claimed_until > now; };
    return claimed(a) && claimed(b) && a.claimed_by != b.claimed_by;
}

bool answers_differ(const Case& a, const Case& b) {
    const auto said = [&](CaseState one, CaseState other) { return a.state == one && b.state == other; };
    return said(CaseState::accepted_help, CaseState::declined_help) ||
           said(CaseState::declined_help, CaseState::accepted_help);
}

}  // namespace haven
