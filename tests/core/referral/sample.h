#pragma once
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/referral/step.h"

/// Fictional providers, hours and a referral to lead through its states.
namespace haven {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

namespace event = referral_event;
namespace effect = referral_effect;

inline Zone london() {
    return *Zone::find("Europe/London");
}

/// A time on the wall in London.
inline Instant at(int month, unsigned day, unsigned hour, unsigned minute = 0) {
    return london().moment(*wall_time(2026, static_cast<unsigned>(month), day, hour, minute)).earliest;
}

/// "08:00-20:00" for each day from Monday to Sunday; "" where closed.
inline OpeningHours opening(const std::array<const char*, 7>& week, std::vector<Day> bank_holidays = {}) {
    OpeningHours::Terms terms{
        .week = {}, .exceptions = {}, .bank_holidays = std::move(bank_holidays), .on_bank_holidays = {}};
    for (std::size_t i = 0; i < 7; ++i) {
        if (*week.at(i) != '\0') { terms.week.at(i) = {*Interval::parse(week.at(i))}; }
    }
    return *OpeningHours::make(london(), std::move(terms));
}
inline OpeningHours daily(const char* interval) {
    return opening({interval, interval, interval, interval, interval, interval, interval});
}
inline OpeningHours always() {
    return daily("00:00-24:00");
}
/// The hours of one team of the founding case; closed on the bank holidays of 25 May and 31 August 2026.
inline OpeningHours office() {
    return opening({"08:00-20:00", "08:00-20:00", "08:00-20:00", "08:00-20:00", "08:00-20:00", "09:00-17:00", ""},
                   {*parse_day("2026-05-25"), *parse_day("2026-08-31")});
}

inline const Name oakbridge = Name::declare("oakbridge-refuge");
inline const Name larkfield = Name::declare("larkfield-refuge");
inline const Name thornbury = Name::declare("thornbury-refuge");
inline const Name refuge = Name::declare("refuge");

inline Candidate candidate(Name partner, OpeningHours hours_ = always()) {
    return {.partner = partner, .hours = std::move(hours_), .reply_window = hours(1)};
}

/// A referral and its world: applies events one after another, each a minute later unless told otherwise.
struct Story {
    ReferralRules rules{};
    Instant now = at(11, 23, 10);  // a Monday
    Referral referral{};
    std::vector<ReferralEffect> effects{};  // of the last event
    std::int64_t last_id = 100;

    explicit Story(std::vector<Candidate> providers = {candidate(oakbridge), candidate(larkfield),
                                                       candidate(thornbury)}) {
        rules.providers = std::move(providers);
        open();
    }
    void open() { referral = draft({7}, {3}, refuge, now, rules, now); }

    Story& operator()(const ReferralEvent& e) {
        for (auto& c : rules.providers) { c.offer = OfferId{++last_id}; }
        auto next = step(referral, e, rules, now);
        referral = std::move(next.referral);
        effects = std::move(next.effects);
        now += minutes(1);
        return *this;
    }
    Story& send() { return (*this)(event::Prepared{true})(event::SentOut{}); }
    Story& deliver(Name partner) {
        const auto& o = of(partner);
        const auto what = o.stage == Stage::capacity ? Notice::capacity : Notice::offer;
        const auto id = o.id;
        return (*this)(event::SendBegun{id, what})(event::SendEnded{id, what, referral.version, Delivery::accepted});
    }
    Story& answer(Name partner, AnswerKind kind) { return (*this)(event::Answered{of(partner).id, kind}); }
    Story& wait(std::chrono::microseconds time) {
        now += time;
        return (*this)(event::Ticked{});
    }

    /// The newest offer to a partner.
    const Offer& of(Name partner) const {
        const Offer* found = nullptr;
        for (const auto& o : referral.offers) {
            if (o.partner == partner) { found = &o; }
        }
        if (found == nullptr) { throw std::logic_error("no offer to this partner"); }
        return *found;
    }
    bool was_asked(Name partner) const {
        return std::any_of(referral.offers.begin(), referral.offers.end(),
                           [&](const Offer& o) { return o.partner == partner; });
    }
    std::vector<Notice> told(Name partner) const {
        std::vector<Notice> out;
        for (const auto& e : effects) {
            const auto* tell = std::get_if<effect::Tell>(&e);
            if (tell != nullptr && tell->partner == partner) { out.push_back(tell->what); }
        }
        return out;
    }
    std::vector<Cause> needs() const {
        std::vector<Cause> out;
        for (const auto& e : effects) {
            if (const auto* need = std::get_if<effect::PersonNeeded>(&e)) { out.push_back(need->cause); }
        }
        return out;
    }
    bool has_alarm() const {
        return std::any_of(effects.begin(), effects.end(), [](const auto& e) {
            const auto* need = std::get_if<effect::PersonNeeded>(&e);
            return need != nullptr && need->alarm;
        });
    }
    std::optional<IgnoredWhy> ignored() const {
        for (const auto& e : effects) {
            if (const auto* i = std::get_if<effect::Ignored>(&e)) { return i->why; }
        }
        return std::nullopt;
    }
};

inline void PrintTo(ReferralState s, std::ostream* out) {
    *out << code_text(s);
}
inline void PrintTo(OfferState s, std::ostream* out) {
    *out << code_text(s);
}
inline void PrintTo(Notice n, std::ostream* out) {
    *out << code_text(n);
}
inline void PrintTo(Cause c, std::ostream* out) {
    *out << code_text(c);
}

}  // namespace haven
