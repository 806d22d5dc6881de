#include "core/referral/provider.h"

#include <algorithm>
#include <tuple>

namespace haven {
namespace {

template <class T>
bool holds(const std::vector<T>& some, const T& one) {
    return std::find(some.begin(), some.end(), one) != some.end();
}

template <class T>
bool holds_all(const std::vector<T>& some, const std::vector<T>& all) {
    return std::all_of(all.begin(), all.end(), [&](const T& one) { return holds(some, one); });
}

bool is_over(std::optional<int> n, std::optional<int> max) {
    return n && max && *n > *max;
}

bool serves(const Provider& p, const Need& need) {
    return p.serves.empty() || need.areas.empty() ||
           std::any_of(need.areas.begin(), need.areas.end(), [&](const auto& area) { return holds(p.serves, area); });
}

bool takes_age(const Provider& p, const Need& need) {
    return !is_over(need.age, p.age_max) && !is_over(p.age_min, need.age);
}

bool takes_gender(const Provider& p, const Need& need) {
    return p.genders.empty() || need.gender == Gender::unknown || holds(p.genders, need.gender);
}

bool has_child_over(const Need& need, std::optional<int> age_max, bool boys_only) {
    return std::any_of(need.children.begin(), need.children.end(), [&](const ChildInNeed& child) {
        return (!boys_only || child.gender == Gender::male) && is_over(child.age, age_max);
    });
}

const Capacity* known_capacity(const Provider& p, Instant now) {
    if (!p.capacity || p.capacity->as_of > now || (p.capacity->expires && *p.capacity->expires <= now)) {
        return nullptr;
    }
    return &*p.capacity;
}

bool is_full(const Provider& p, const Need& need, Instant now) {
    const auto* capacity = known_capacity(p, now);
    return capacity != nullptr &&
           (capacity->places <= 0 || is_over(static_cast<int>(need.children.size()), capacity->children));
}

bool is_open(const Provider& p, Instant now) {
    return p.hours.is_open(now) && (!p.listed_hours || p.listed_hours->is_open(now));
}

}  // namespace

std::optional<WhyNot> why_not(const Provider& p, const Need& need, Instant now) {
    const auto children = static_cast<int>(need.children.size());
    if (!holds(p.services, need.service)) { return WhyNot::other_service; }
    if (p.in_rehearsal != need.fictional) { return WhyNot::rehearsal; }
    if (holds(need.conflicts, p.partner)) { return WhyNot::conflict; }
    if (!p.area.empty() && holds(need.areas_to_avoid, p.area)) { return WhyNot::area_to_avoid; }
    if (!serves(p, need)) { return WhyNot::area_not_served; }
    if (!takes_age(p, need)) { return WhyNot::age; }
    if (!takes_gender(p, need)) { return WhyNot::gender; }
    if (is_over(children, p.children_max)) { return WhyNot::too_many_children; }
    if (has_child_over(need, p.child_age_max, false)) { return WhyNot::child_too_old; }
    if (has_child_over(need, p.boy_age_max, true)) { return WhyNot::boy_too_old; }
    if (!holds_all(p.pets, need.pets)) { return WhyNot::pets; }
    if (!holds_all(p.access, need.access)) { return WhyNot::access; }
    if (need.no_recourse_to_public_funds == Answer::yes && !p.takes_no_recourse) { return WhyNot::no_recourse; }
    if (is_full(p, need, now)) { return WhyNot::no_capacity; }
    if (need.only_open && !is_open(p, now)) { return WhyNot::closed; }
    return std::nullopt;
}

std::vector<Candidate> candidates(std::span<const Provider> providers, const Need& need, Instant now) {
    std::vector<const Provider*> order;
    for (const auto& provider : providers) { order.push_back(&provider); }
    // Unknown or expired capacity is older than any; the name decides last, so that the order is always the same.
    const auto key = [now](const Provider* p) {
        const auto* capacity = known_capacity(*p, now);
        return std::tuple(p->rank, capacity == nullptr ? std::int64_t{1} : -to_us(capacity->as_of), p->partner.text());
    };
    std::sort(order.begin(), order.end(), [&](const auto* a, const auto* b) { return key(a) < key(b); });
    std::vector<Candidate> out;
    out.reserve(order.size());
    for (const auto* p : order) { out.push_back({p->partner, why_not(*p, need, now), p->hours, p->reply_window}); }
    return out;
}

}  // namespace haven
