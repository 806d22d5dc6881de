#include "core/casework/triage.h"

#include <algorithm>

namespace haven {
namespace {

constexpr std::chrono::days year{365};

class Sum {
public:
    explicit Sum(Triage& triage) : triage_(triage) {}
    void add(TriageReason reason, int points, std::optional<RiskFactor> factor = {}) {
        if (points == 0) { return; }
        triage_.points += points;
        triage_.lines.push_back({reason, points, factor});
    }

private:
    Triage& triage_;
};

int points_of(RiskLevel level, const TriageWeights& weights) {
    return weights.level.at(static_cast<std::size_t>(level));
}

void add_grade(Sum& sum, const TriageFacts& facts, const TriageWeights& weights) {
    const auto level = facts.grade.for_ranking();
    if (facts.unread) { return sum.add(TriageReason::unread, weights.ungraded); }
    if (!level) { return sum.add(TriageReason::ungraded, weights.ungraded); }
    const bool human = level == facts.grade.human;
    sum.add(human ? TriageReason::level : TriageReason::computed_level, points_of(*level, weights));
}

void add_incidents(Sum& sum, const TriageFacts& facts, const TriageWeights& weights, Instant now) {
    const auto recent = static_cast<int>(
        std::count_if(facts.incidents.begin(), facts.incidents.end(), [now](Instant t) { return t > now - year; }));
    sum.add(TriageReason::several_incidents, std::max(0, recent - 1) * weights.incident_in_year);
    if (facts.potential_escalation || recent >= weights.escalation_incidents) {
        sum.add(TriageReason::escalation, weights.escalation);
    }
}

}  // namespace

Triage triage(const TriageFacts& facts, const TriageWeights& weights, Instant now) {
    Triage out;
    Sum sum(out);
    add_grade(sum, facts, weights);
    add_incidents(sum, facts, weights, now);
    if (facts.marac_repeat) { sum.add(TriageReason::marac_repeat, weights.marac_repeat); }
    if (facts.repeat_victim) { sum.add(TriageReason::repeat_victim, weights.repeat_victim); }
    if (facts.children > 0) { sum.add(TriageReason::children, weights.children); }
    if (is_released(facts.perpetrator)) { sum.add(TriageReason::perpetrator_released, weights.released); }
    if (is_locked_up(facts.perpetrator)) { sum.add(TriageReason::perpetrator_locked_up, weights.locked_up); }
    auto factors = facts.factors;
    std::sort(factors.begin(), factors.end());
    factors.erase(std::unique(factors.begin(), factors.end()), factors.end());
    for (const auto f : factors) { sum.add(TriageReason::factor, weights.factor.at(static_cast<std::size_t>(f)), f); }
    return out;
}

Result<TriageFields> TriageFields::bind(const Catalogue& catalogue) {
    TriageFields f;
    FieldBinder b(catalogue);
    b.to(f.child_, "child");
    b.to(f.factor_group_, "risk/factor");
    b.to(f.factor_, "risk/factor/kind");
    b.to(f.flag_group_, "report/flag");
    b.to(f.flag_, "report/flag/kind");
    b.to(f.escalation_, "risk/potential-escalation");
    b.to(f.marac_repeat_, "risk/marac-repeat");
    b.to(f.perpetrator_, "perpetrator");
    b.to(f.custody_, "perpetrator/state");
    b.to(f.household_children_, "household/children");
    if (auto bound = b.done(); !bound) { return fail(std::move(bound).error()); }
    return f;
}

TriageFacts TriageFields::read(const Record& facts) const {
    TriageFacts out;
    out.children = static_cast<int>(std::max<std::int64_t>(static_cast<std::int64_t>(facts.instances(child_).size()),
                                                           facts.get(*household_children_).value_or(0)));
    for (const auto in : facts.instances(factor_group_)) {
        if (const auto factor = facts.get(*factor_, in)) { out.factors.push_back(*factor); }
    }
    for (const auto in : facts.instances(flag_group_)) {
        const auto flag = facts.get(*flag_, in);
        if (flag == ReportFlag::repeat_victim) { out.repeat_victim = true; }
        if (flag == ReportFlag::child_present) { out.children = std::max(out.children, 1); }
    }
    out.potential_escalation = facts.get(*escalation_) == Answer::yes;
    out.marac_repeat = facts.get(*marac_repeat_) == Answer::yes;
    // Of several the one who is free counts.
    for (const auto in : facts.instances(perpetrator_)) {
        const auto state = facts.get(*custody_, in);
        if (state && (out.perpetrator == CustodyState::unknown || is_released(*state))) { out.perpetrator = *state; }
    }
    return out;
}

}  // namespace haven
