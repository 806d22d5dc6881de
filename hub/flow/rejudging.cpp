#include "hub/flow/rejudging.h"

#include <algorithm>

#include "hub/flow/broker.h"
#include "hub/flow/casework.h"
#include "hub/flow/need.h"
#include "hub/flow/overriding.h"

namespace haven::flow {
namespace {

template <class T>
std::vector<T> those_new(const std::vector<T>& before, const std::vector<T>& after) {
    std::vector<T> out;
    std::copy_if(after.begin(), after.end(), std::back_inserter(out),
                 [&](const T& one) { return std::find(before.begin(), before.end(), one) == before.end(); });
    return out;
}

std::vector<std::string> avoided_areas(const Context& context, const CaseSnapshot& snapshot, Instant now) {
    const Date day{context.site->zone->day(now)};
    return need_of(*context.site, context.fields, snapshot, {}, day).areas_to_avoid;
}

// A number, mailbox or address without what is said of its safety.
std::string way_itself(const Record& facts, InstanceNumber in) {
    std::vector<bool> keep;
    for (const auto& value : facts.values()) {
        keep.push_back(value.instance == in && facts.catalogue().field(value.field).cls != FieldClass::safety);
    }
    return facts.part(facts.type(), keep).content();
}

// How nobody may reach her. Nobody who holds nothing needs to know.
std::set<std::string> barred_ways(const Context& context, const CaseSnapshot& snapshot, Instant now) {
    std::set<std::string> out;
    if (snapshot.copies.empty()) { return out; }
    const auto& facts = snapshot.file.facts();
    const auto contact = reach_of(context, snapshot, now).contact;
    if (contact.asked_not_to_be_contacted == Answer::yes) { out.insert("any"); }
    if (!contact.others.empty()) { out.insert("at other times"); }
    if (consent_of(context.fields.consent_to_pass_contact, snapshot) == Answer::no) { out.insert("by partners"); }
    for (const auto& point : contact.points) {
        const auto way = way_itself(facts, point.instance);
        const bool ended =
            point.standing == ChannelStanding::suspended || point.standing == ChannelStanding::superseded;
        if (point.safe == Answer::no || point.of_perpetrator || ended) { out.insert("used " + way); }
        if (point.text_safe == Answer::no) { out.insert("text " + way); }
        if (point.voicemail_safe == Answer::no) { out.insert("voicemail " + way); }
    }
    return out;
}

std::string her_windows(const Fields& fields, const CaseSnapshot& snapshot) {
    const auto& facts = snapshot.file.facts();
    std::vector<bool> keep;
    for (const auto& value : facts.values()) {
        keep.push_back(facts.all_instances()[value.instance.value].group == fields.safe_contact_window);
    }
    return facts.part(facts.type(), keep).content();
}

bool refuses_referral(const Fields& fields, const CaseSnapshot& snapshot) {
    return consent_of(fields.consent_to_referral, snapshot) == Answer::no;
}

}  // namespace

Rejudging::Rejudging(const Context& context, const CaseSnapshot& before, Instant now)
    : Rejudging(context, before, now, now) {}

Rejudging::Rejudging(const Context& context, const CaseSnapshot& before, Instant then, Instant now)
    : context_(context),
      now_(now),
      told_(Teller(context, then).would_tell(before)),
      barred_(barred_ways(context, before, then)),
      windows_(her_windows(context.fields, before)),
      conflicts_(conflicts_of(*context.site, context.fields, before)),
      avoided_(avoided_areas(context, before, then)),
      refused_(refuses_referral(context.fields, before)),
      overridden_(recorded_override(context.fields, before).has_value()) {}

Result<Changes> Rejudging::after(CaseSnapshot& snapshot, ledger::Actor by, std::optional<CopyReason> recalls) const {
    if (snapshot.copies.empty() && snapshot.referrals.empty()) { return Changes{}; }
    Changes changes;
    const auto put = [&](Result<Changes> more) -> Result<void> {
        if (!more) { return fail(std::move(more).error()); }
        changes.append(std::move(*more));
        return {};
    };
    // Said again it counts where it ends what somebody decided meanwhile: to share without her yes.
    const bool override_ended = overridden_ && !recorded_override(context_.fields, snapshot);
    if ((!refused_ || override_ended) && refuses_referral(context_.fields, snapshot)) {
        if (auto done = put(without_consent(snapshot, by)); !done) { return fail(std::move(done).error()); }
    }
    const auto barred = barred_ways(context_, snapshot, now_);
    const bool less_safe = !std::includes(barred_.begin(), barred_.end(), barred.begin(), barred.end());
    if (!recalls && less_safe) { recalls = CopyReason::protect; }
    const auto in_conflict = those_new(conflicts_, conflicts_of(*context_.site, context_.fields, snapshot));
    const Recalling recalling(context_, now_);
    const auto of_others = this->of_others(snapshot, in_conflict);
    const Newly newly{recalls, windows_ != her_windows(context_.fields, snapshot)};
    if (auto done = put(recalling.corrected(snapshot, of_others, newly, by)); !done) { return fail(done.error()); }
    changes.append(recalling.held_in_conflict(snapshot, in_conflict));
    const bool unfit = !in_conflict.empty() || !those_new(avoided_, avoided_areas(context_, snapshot, now_)).empty();
    if (unfit) {
        if (auto done = put(looked_at_referrals(context_, snapshot, by, now_)); !done) { return fail(done.error()); }
    }
    return changes;
}

// Her no counts whoever brings it. Where nothing is under way and nobody holds anything, nothing changes: a no to being
// referred that somebody else heard is no reason not to ring her.
Result<Changes> Rejudging::without_consent(CaseSnapshot& snapshot, ledger::Actor by) const {
    const bool shared = std::any_of(snapshot.copies.begin(), snapshot.copies.end(),
                                    [](const auto& copy) { return copy.wanted != store::Wanted::destroy; }) ||
                        std::any_of(snapshot.referrals.begin(), snapshot.referrals.end(),
                                    [](const Referral& r) { return is_live(r.state); });
    if (!shared) { return Changes{}; }
    auto happened = Casework(context_, now_).happen(snapshot, case_event::Withdrawn{}, by);
    if (!happened) { return fail(std::move(happened).error()); }
    auto changes = std::move(happened->changes);
    changes.append(Recalling(context_, now_).ask(snapshot, store::Wanted::destroy, CopyReason::consent_withdrawn, by));
    return changes;
}

// Nobody tells a partner in conflict that something was corrected.
WouldTell Rejudging::of_others(const CaseSnapshot& snapshot, const std::vector<Name>& partners) const {
    auto before = told_;
    for (const auto& copy : snapshot.copies) {
        if (std::find(partners.begin(), partners.end(), copy.partner) != partners.end()) { before.erase(copy.id); }
    }
    return before;
}

namespace {

// What changed beside a case is looked at in it as though it had changed itself; when she may be rung, too.
Result<Changes> changed_beside(const Context& context, CaseSnapshot& other, const Rejudging& before, ledger::Actor by,
                               Instant now) {
    auto follows = before.after(other, by);
    if (!follows) { return follows; }
    auto ticked = Casework(context, now).happen(other, case_event::Ticked{}, by);
    if (!ticked) { return fail(std::move(ticked).error()); }
    follows->append(std::move(ticked->changes));
    return follows;
}

/// `change` puts into another case's snapshot what is now beside it.
template <class Change>
Result<Changes> changed_beside_others(const Context& context, const CaseSnapshot& snapshot, ledger::Actor by,
                                      Instant now, const Change& change) {
    Changes changes;
    for (const auto id : snapshot.maybe_hers) {
        auto other = read_snapshot(context, id);
        if (!other && other.error().fault == Fault::missing) { continue; }  // it was erased, or merged, meanwhile
        if (!other) { return fail(std::move(other).error()); }
        const Rejudging before(context, *other, now);
        change(*other);
        auto follows = changed_beside(context, *other, before, by, now);
        if (!follows) { return follows; }
        changes.append(std::move(*follows));
        other->row.changed_at = now;
        changes.changed_cases.push_back(std::move(other->row));
    }
    return changes;
}

}  // namespace

Result<Changes> barred_in(const Context& context, CaseSnapshot& other, const Beside& said, ledger::Actor by,
                          Instant now) {
    const Rejudging before(context, other, now);
    other.beside.push_back(said);
    return changed_beside(context, other, before, by, now);
}

Result<Changes> barred_in_others(const Context& context, const CaseSnapshot& snapshot, const CaseRecord& said,
                                 ledger::Actor by, Instant now) {
    return changed_beside_others(context, snapshot, by, now, [&](CaseSnapshot& other) {
        other.beside.push_back({said, snapshot.row.id});
    });
}

Result<Changes> in_conflict_in_others(const Context& context, const CaseSnapshot& snapshot,
                                      const store::Conflict& declared, ledger::Actor by, Instant now) {
    return changed_beside_others(context, snapshot, by, now,
                                 [&](CaseSnapshot& other) { other.conflicts_beside.push_back(declared); });
}

Result<Changes> parted(const Context& context, CaseId id, const std::vector<CaseId>& others, ledger::Actor by,
                       Instant now) {
    auto snapshot = read_snapshot(context, id);
    if (!snapshot && snapshot.error().fault == Fault::missing) { return Changes{}; }
    if (!snapshot) { return fail(std::move(snapshot).error()); }
    const Rejudging before(context, *snapshot, now);
    for (const auto other : others) { snapshot->part_from(other); }
    auto changes = changed_beside(context, *snapshot, before, by, now);
    if (!changes) { return changes; }
    snapshot->row.changed_at = now;
    changes->changed_cases.push_back(std::move(snapshot->row));
    return changes;
}

Result<Changes> looked_at_referrals(const Context& context, CaseSnapshot& snapshot, ledger::Actor by, Instant now) {
    Changes changes;
    for (const auto& referral : std::vector<Referral>(snapshot.referrals)) {
        if (!is_live(referral.state)) { continue; }
        auto looked = Broker(context, now).happen(snapshot, referral.id, referral_event::Ticked{}, by);
        if (!looked) { return looked; }
        changes.append(std::move(*looked));
    }
    return changes;
}

}  // namespace haven::flow
