#include "core/casework/case.h"

namespace haven {
namespace {

namespace event = case_event;
namespace effect = case_effect;

class CaseStepping {
public:
    CaseStepping(const Case& before, const CaseFacts& facts, const CaseRules& rules, Instant now)
        : case_(before), facts_(facts), rules_(rules), now_(now) {}

    CaseStep finish() && {
        if (case_.claimed_until && *case_.claimed_until <= now_) { unclaim(); }
        // Whoever is to be rung, and may be so no longer, or at last.
        const bool waits = case_.state == CaseState::to_contact || case_.state == CaseState::contacted;
        if (waits && !facts_.safe_way) { enter_no_safe_way(); }
        if (case_.state == CaseState::no_safe_way && facts_.safe_way) {
            add(effect::StopClock{CaseClock::safe_way});
            enter_to_contact();
        }
        return {case_, std::move(effects_)};
    }

    void on(const event::ReportArrived&) {
        ++case_.reports;
        add(effect::Rerank{});
        if (case_.state == CaseState::accepted_help) {
            add(effect::AskRisk{});
            return add(effect::PersonNeeded{CaseCause::new_incident, false});
        }
        if (case_.state == CaseState::closed) { count_reopened(); }
        if (case_.state == CaseState::no_safe_way) { return; }
        if (case_.state != CaseState::to_contact || case_.reports == 1) { call_again(); }
    }

    void on(const event::CallClaimed& e) {
        const bool free = !case_.claimed_by || case_.claimed_by == e.by || *case_.claimed_until <= now_;
        if (!free) { return ignore(CaseIgnoredWhy::claimed); }
        if (case_.state == CaseState::closed) { return ignore(CaseIgnoredWhy::wrong_state); }
        case_.claimed_by = e.by;
        case_.claimed_until = now_ + rules_.claim_max;
    }

    void on(const event::CallGivenUp& e) {
        if (case_.claimed_by != e.by) { return ignore(CaseIgnoredWhy::claimed); }
        unclaim();
    }

    void on(const event::Contacted& e) {
        add(effect::ChannelChanged{});
        unclaim();
        if (e.message_against_rule) { add(effect::PersonNeeded{CaseCause::message_left, true}); }
        if (e.outcome == ContactOutcome::reached) { return reached(e.help.value_or(HelpAnswer::undecided)); }
        if (case_.state == CaseState::closed) { return; }
        ++case_.attempts;
        case_.not_before =
            now_ + (e.outcome == ContactOutcome::not_safe ? rules_.after_unsafe : rules_.between_attempts);
        // She may have been overheard: nobody rings back without thinking.
        if (e.outcome == ContactOutcome::cut_short) { add(effect::PersonNeeded{CaseCause::cut_short, true}); }
        if (e.outcome == ContactOutcome::not_safe) { add(effect::PersonNeeded{CaseCause::find_safe_time, false}); }
        const bool waits = case_.state == CaseState::to_contact || case_.state == CaseState::contacted;
        if (waits && case_.attempts >= rules_.attempts_max) {
            case_.state = CaseState::could_not_reach;
            add(effect::PersonNeeded{CaseCause::could_not_reach, false});
        }
    }

    void on(const event::WayLearned&) {
        if (case_.state == CaseState::closed) { return ignore(CaseIgnoredWhy::wrong_state); }
        case_.not_before.reset();
        add(effect::Rerank{});
        if (case_.state == CaseState::could_not_reach) { call_again(); }
    }

    void on(const event::HelpAccepted&) {
        if (case_.state == CaseState::accepted_help) { return ignore(CaseIgnoredWhy::repeat); }
        if (case_.state == CaseState::closed) { count_reopened(); }
        settle(CaseState::accepted_help);
        add(effect::HelpBegins{});
    }

    void on(const event::PerpetratorChanged& e) {
        add(effect::Rerank{});
        if (case_.state == CaseState::closed) {
            if (is_released(e.state)) { add(effect::PersonNeeded{CaseCause::perpetrator_free, false}); }
            return;
        }
        add(effect::AskRisk{});
        add(effect::StartClock{CaseClock::contact_again});
        if (case_.state == CaseState::could_not_reach) { call_again(); }
        if (case_.state == CaseState::declined_help && is_released(e.state)) {
            add(effect::PersonNeeded{CaseCause::perpetrator_free, false});
        }
    }

    void on(const event::Withdrawn&) {
        if (case_.state == CaseState::closed) { return ignore(CaseIgnoredWhy::wrong_state); }
        settle(CaseState::declined_help);
        add(effect::WithdrawReferrals{});
    }

    void on(const event::Closed& e) {
        if (case_.state == CaseState::closed) { return ignore(CaseIgnoredWhy::repeat); }
        if (facts_.live_referral) { return ignore(CaseIgnoredWhy::live_referral); }
        settle(CaseState::closed);
        case_.close_reason = e.reason;
        case_.closed_at_level = facts_.level;
    }

    void on(const event::Reopened&) {
        if (case_.state != CaseState::closed) { return ignore(CaseIgnoredWhy::wrong_state); }
        count_reopened();
        call_again();
    }

    void on(const event::Ticked&) {}

private:
    void add(const CaseEffect& e) { effects_.push_back(e); }
    void ignore(CaseIgnoredWhy why) { add(effect::Ignored{why}); }

    void unclaim() {
        case_.claimed_by.reset();
        case_.claimed_until.reset();
    }

    void reached(HelpAnswer help) {
        if (case_.state == CaseState::closed) { count_reopened(); }
        const auto before = case_.state;
        if (help == HelpAnswer::accepted) {
            settle(CaseState::accepted_help);
            if (before != CaseState::accepted_help) { add(effect::HelpBegins{}); }
        } else if (help == HelpAnswer::declined) {
            settle(CaseState::declined_help);
            if (before == CaseState::accepted_help) { add(effect::WithdrawReferrals{}); }
        } else {
            // Who has said yes or no before, and says nothing new, is where she was.
            const bool decided = before == CaseState::accepted_help || before == CaseState::declined_help;
            settle(decided ? before : CaseState::contacted);
            if (!decided) { add(effect::StartClock{CaseClock::contact_again}); }
        }
    }

    // A state in which nobody has to ring her for the first time.
    void settle(CaseState state) {
        case_.state = state;
        case_.attempts = 0;
        case_.not_before.reset();
        unclaim();
        for (const auto clock : {CaseClock::first_contact, CaseClock::safe_way, CaseClock::contact_again}) {
            add(effect::StopClock{clock});
        }
    }

    void count_reopened() {
        ++case_.reopened;
        case_.close_reason.reset();
        case_.closed_at_level.reset();
    }

    void call_again() {
        case_.attempts = 0;
        case_.not_before.reset();
        if (facts_.safe_way) { return enter_to_contact(); }
        enter_no_safe_way();
    }

    void enter_to_contact() {
        case_.state = CaseState::to_contact;
        add(effect::StartClock{CaseClock::first_contact});
    }

    void enter_no_safe_way() {
        case_.state = CaseState::no_safe_way;
        add(effect::StartClock{CaseClock::safe_way});
        add(effect::AskSource{});
    }

    Case case_;
    const CaseFacts& facts_;
    const CaseRules& rules_;
    Instant now_;
    std::vector<CaseEffect> effects_;
};

}  // namespace

CaseStep step(Case the_case, const CaseEvent& event, const CaseFacts& facts, const CaseRules& rules, Instant now) {
    CaseStepping stepping(the_case, facts, rules, now);
    std::visit([&](const auto& e) { stepping.on(e); }, event);
    return std::move(stepping).finish();
}

}  // namespace haven
