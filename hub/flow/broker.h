#pragma once
#include "core/referral/step.h"
#include "hub/flow/changes.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/snapshot.h"

namespace haven::flow {

/// Joins the pure referral to the rest: gives `step` its rules and providers, and turns its effects into rows.
class Broker {
public:
    /// `vacancies` are those of the service at hand.
    Broker(const Context& context, Instant now) : context_(context), now_(now) {}

    /// Opens a referral for a service and brings it as far as it goes without anybody's word.
    /// Errors: missing - the site has no such service; unreachable.
    Result<Changes> open(CaseSnapshot& snapshot, Name service, ledger::Actor by);

    /// What an event makes of a referral. The snapshot is brought up to date, so that events can follow one another.
    /// Errors: missing - the case has no such referral; unreachable.
    Result<Changes> happen(CaseSnapshot& snapshot, ReferralId id, const ReferralEvent& event, ledger::Actor by);

private:
    Result<ReferralRules> rules(const CaseSnapshot& snapshot, Name service);
    Result<Changes> step_on(CaseSnapshot& snapshot, Referral referral, const ReferralEvent& event, bool is_new,
                            ledger::Actor by);
    void put_effect(const CaseSnapshot& snapshot, const Referral& referral, const ReferralEffect& effect,
                    ledger::Actor by, Changes& changes);
    std::string reference_of(OfferId offer, Name partner) const;

    const Context& context_;
    Instant now_;
};

}  // namespace haven::flow
