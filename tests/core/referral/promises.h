#pragma once
#include <map>
#include <set>

#include "tests/core/referral/sample.h"

namespace haven {

/// What `step` promises whatever comes in: looks on and compares. Shares no code with it but the words.
class Promises {
public:
    explicit Promises(const ReferralRules& rules) : rules_(rules) {}

    /// The bytes of an offer are with the partner, whatever the hub comes to know of it.
    void has_arrived(OfferId offer) { received_.insert(offer); }
    /// The adapter may now tell the hub what is not so.
    void may_be_a_lie(OfferId offer) { received_.erase(offer); }

    /// `facts_changed`: what is known of the providers, since the last step.
    void check(const Referral& before, const ReferralStep& after, Instant now, bool facts_changed) {
        check_effects(before, after, facts_changed);
        check_state(before, after.referral);
        check_offers(after.referral);
        check_recalls(after);
        check_silence(before, after, now);
    }

private:
    static const Offer& offer(const Referral& referral, OfferId id) {
        return *std::find_if(referral.offers.begin(), referral.offers.end(),
                             [&](const Offer& o) { return o.id == id; });
    }
    std::optional<WhyNot> why_not(Name partner) const {
        return std::find_if(rules_.providers.begin(), rules_.providers.end(),
                            [&](const Candidate& c) { return c.partner == partner; })
            ->why_not;
    }

    void check_effects(const Referral& before, const ReferralStep& after, bool facts_changed) {
        for (const auto& effect : after.effects) {
            if (const auto* tell = std::get_if<effect::Tell>(&effect)) { check_tell(after.referral, *tell); }
            if (const auto* clock = std::get_if<effect::ClockEntered>(&effect)) {
                EXPECT_EQ(static_cast<int>(clock->state), static_cast<int>(clock_) + 1) << "out of order or twice";
                clock_ = clock->state;
            }
        }
        const bool ignored = after.effects.size() == 1 && std::holds_alternative<effect::Ignored>(after.effects[0]);
        if (ignored && !facts_changed) { EXPECT_EQ(before, after.referral) << "an ignored event changed something"; }
    }

    void check_tell(const Referral& referral, const effect::Tell& tell) {
        const auto& o = offer(referral, tell.offer);
        const auto why = why_not(tell.partner);
        if (tell.what == Notice::capacity || tell.what == Notice::offer) {
            EXPECT_EQ(o.state, OfferState::queued);
            EXPECT_EQ(referral.state, ReferralState::offered);
            EXPECT_TRUE(!why || (tell.what == Notice::offer && is_passing(*why)))
                << "offered to a provider that is not eligible: " << code_text(*why);
            EXPECT_EQ(tell.stage, tell.what == Notice::capacity ? Stage::capacity : Stage::offer);
        }
        if (tell.what == Notice::confirm) {
            EXPECT_EQ(o.state, OfferState::confirmed);
            EXPECT_FALSE(why && is_barred(*why)) << "a barred provider was confirmed";
        }
        if (tell.stage == Stage::accept) {
            EXPECT_TRUE(tell.what == Notice::confirm || confirmed_.contains(tell.offer))
                << "stage accept without a confirmation";
        }
        if (is_over(referral.state)) { EXPECT_TRUE(tell.what == Notice::withdraw || tell.what == Notice::release); }
    }

    void check_state(const Referral& before, const Referral& after) const {
        const auto count = [&](auto test) { return std::count_if(after.offers.begin(), after.offers.end(), test); };
        const auto placements = count([](const Offer& o) { return is_placement(o.state); });
        const auto awaited = count([](const Offer& o) { return is_awaited(o.state); });
        const auto lapsed = count([](const Offer& o) { return o.state == OfferState::lapsed; });
        EXPECT_LE(placements, 1) << "two places at once";
        EXPECT_LE(awaited, rules_.at_once) << "more are asked than may be";
        EXPECT_TRUE(placements == 0 || awaited + lapsed == 0) << "somebody is left open though another is confirmed";
        EXPECT_EQ(awaited > 0, after.state == ReferralState::offered);
        if (after.state == ReferralState::accepted || after.state == ReferralState::in_progress) {
            EXPECT_EQ(placements, 1);
        }
        if (is_over(before.state)) {
            EXPECT_TRUE(after.state == before.state || after.state == ReferralState::withdrawn);
        }
        if (after.state == ReferralState::withdrawn || after.state == ReferralState::superseded) {
            EXPECT_EQ(count([](const Offer& o) { return o.state != OfferState::withdrawn; }), 0);
        }
        EXPECT_EQ(is_live(after.state), next_due(after).has_value() && after.overdue_at.has_value());
        EXPECT_GE(after.version, before.version);
    }

    void check_offers(const Referral& referral) {
        for (const auto& o : referral.offers) {
            const bool waits = is_awaited(o.state) && o.state != OfferState::question;
            EXPECT_EQ(o.reply_by.has_value(), waits) << code_text(o.state);
            EXPECT_NE(o.state, OfferState::accepted);
            EXPECT_LE(o.version, referral.version);
            if (is_placement(o.state)) { confirmed_.insert(o.id); }
            if (o.stage == Stage::accept) { EXPECT_TRUE(confirmed_.contains(o.id)); }
        }
    }

    // Whoever has, or may have, anything of an offer that is over has been told so: by the last thing it was told.
    void check_recalls(const ReferralStep& after) {
        for (const auto& effect : after.effects) {
            if (const auto* tell = std::get_if<effect::Tell>(&effect)) { last_told_[tell->offer] = tell->what; }
        }
        for (const auto& o : after.referral.offers) {
            const bool has_it = may_hold(o) || received_.contains(o.id);
            if (!is_taken_back(o.state) || !has_it) { continue; }
            EXPECT_EQ(last_told_[o.id], o.state == OfferState::withdrawn ? Notice::withdraw : Notice::release)
                << "holds something that is over and was not told";
            EXPECT_TRUE(o.end_told);
        }
    }

    // A live referral does not stay in one state for longer than is allowed without a person being told.
    void check_silence(const Referral& before, const ReferralStep& after, Instant now) {
        const auto& referral = after.referral;
        const bool told = std::any_of(after.effects.begin(), after.effects.end(), [](const ReferralEffect& effect) {
            const auto* need = std::get_if<effect::PersonNeeded>(&effect);
            return need != nullptr && (need->alarm || need->cause == Cause::no_provider);
        });
        if (referral.state == ReferralState::no_provider && before.state != referral.state) {
            EXPECT_TRUE(told) << "nobody was told";
        }
        if (told || before.state != referral.state || before.round != referral.round || told_at_ == Instant{}) {
            told_at_ = std::max(told_at_, now);
        }
        if (!is_live(referral.state)) { return; }
        const bool during = referral.state == ReferralState::accepted || referral.state == ReferralState::in_progress;
        EXPECT_LE(*referral.overdue_at,
                  std::max(told_at_, now) + (during ? rules_.during_help_max : rules_.before_help_max));
    }

    const ReferralRules& rules_;
    std::set<OfferId> confirmed_;
    std::set<OfferId> received_;
    std::map<OfferId, Notice> last_told_;
    ClockState clock_ = ClockState::running;
    Instant told_at_{};
};

}  // namespace haven
