#include "core/casework/contact.h"

#include <algorithm>

namespace haven {
namespace {

constexpr int searches_max = 1'000;  // alternations between two sets of windows

Answer answer_for(const ContactPoint& point, ContactChannel channel) {
    if (point.safe == Answer::no) { return Answer::no; }  // who may not be rung may not be texted either
    return channel == ContactChannel::text ? point.text_safe : point.safe;
}

bool serves(const ContactPoint& point, ContactChannel channel) {
    switch (point.kind) {
        case ContactPoint::Kind::phone: return channel == ContactChannel::call || channel == ContactChannel::text;
        case ContactPoint::Kind::email: return channel == ContactChannel::email;
        case ContactPoint::Kind::address: return channel == ContactChannel::post;
    }
    return false;
}

bool is_first_call(Answer answer, ContactChannel channel, Caller caller, const FirstContactProtocol& protocol) {
    return answer == Answer::unknown && channel == ContactChannel::call && caller == Caller::person &&
           protocol.permitted;
}

/// What bars a point whatever the time is.
std::optional<BarredWhy> barred_for_good(const SafeContact& contact, const ContactPoint& point, ContactChannel channel,
                                         Caller caller, const ContactRules& rules) {
    if (!serves(point, channel)) { return BarredWhy::other_channel; }
    if (contact.asked_not_to_be_contacted == Answer::yes) { return BarredWhy::asked_not_to_be_contacted; }
    if (point.of_perpetrator) { return BarredWhy::of_perpetrator; }
    if (point.standing == ChannelStanding::suspended) { return BarredWhy::suspended; }
    if (point.standing == ChannelStanding::superseded) { return BarredWhy::superseded; }
    const auto answer = answer_for(point, channel);
    if (answer == Answer::no) { return BarredWhy::not_safe; }
    if (answer == Answer::unknown && !is_first_call(answer, channel, caller, rules.first_contact)) {
        return BarredWhy::unknown;
    }
    if (caller != Caller::person && point.standing == ChannelStanding::to_verify_again) {
        return BarredWhy::to_verify_again;
    }
    return std::nullopt;
}

/// The times that a contact must lie in, all of them.
struct Times {
    std::vector<const SafeWindows*> all;
    bool never = false;

    Times(const SafeContact& contact, ContactChannel channel, bool first, const ContactRules& rules) {
        const bool heeds_window = contact.window_named && channel != ContactChannel::post;
        const auto heed = [&](const std::optional<SafeWindows>& windows) {
            if (windows) { all.push_back(&*windows); }
            never = never || !windows;
        };
        if (heeds_window) { heed(contact.windows); }
        if (channel != ContactChannel::post) { std::for_each(contact.others.begin(), contact.others.end(), heed); }
        if (first) { all.push_back(&rules.first_contact.hours); }
        if (!heeds_window && !first && channel != ContactChannel::post) { all.push_back(&rules.hours); }
    }

    bool include(Instant t) const {
        return !never && std::all_of(all.begin(), all.end(), [t](const auto* w) { return w->is_inside(t); });
    }
    std::optional<Instant> next(Instant t) const {
        for (int i = 0; i < searches_max && !never; ++i) {
            if (include(t)) { return t; }
            for (const auto* windows : all) {
                const auto start = windows->next_start(t);
                if (!start) { return std::nullopt; }
                t = *start;
            }
        }
        return std::nullopt;
    }
    Instant end(Instant t, Instant latest) const {
        for (const auto* windows : all) { latest = std::min(latest, windows->end_of_current(t).value_or(t)); }
        return latest;
    }
};

/// From when on one more attempt is allowed: now, or the next day where today's are used up.
Instant room_for_attempt(const ContactRules& rules, const Zone& zone, bool first, std::span<const Instant> attempts,
                         Instant now) {
    const auto today = zone.day(now);
    const auto made =
        std::count_if(attempts.begin(), attempts.end(), [&](Instant attempt) { return zone.day(attempt) == today; });
    const int most = first ? rules.first_contact.attempts_a_day : rules.attempts_a_day;
    return made < most ? now : zone.start_of(today + std::chrono::days(1));
}

}  // namespace

ContactRules default_contact_rules(Zone zone) {
    using std::chrono::hours;
    const auto daily = [zone](std::array<bool, 7> days, hours from, hours until) {
        return *SafeWindows::make(zone, {{.days = days, .interval = {from, until}}});
    };
    return {.zone = zone,
            .hours = daily({true, true, true, true, true, true, true}, hours(8), hours(20)),
            .first_contact = {.hours = daily({true, true, true, true, true, true, false}, hours(9), hours(19)),
                              .identity_question = "May I ask whom I am speaking to?",
                              .wrong_person_words = "I am sorry, I have dialled a wrong number.",
                              .agreed_by = ""}};
}

ChannelStanding after_contact(ChannelStanding before, ContactOutcome outcome, bool asked_again) {
    switch (outcome) {
        case ContactOutcome::wrong_person: return ChannelStanding::suspended;
        case ContactOutcome::number_unusable: return ChannelStanding::superseded;
        case ContactOutcome::reached: return asked_again ? ChannelStanding::verified : ChannelStanding::to_verify_again;
        case ContactOutcome::cut_short:
        case ContactOutcome::not_safe:
            return before == ChannelStanding::suspended ? before : ChannelStanding::to_verify_again;
        case ContactOutcome::no_answer:
        case ContactOutcome::message_left: return before;
    }
    return before;
}

bool may_leave_message(const SafeContact& contact, const ContactPoint& point, ContactChannel channel) {
    const bool stopped = point.of_perpetrator || contact.asked_not_to_be_contacted == Answer::yes ||
                         point.standing == ChannelStanding::suspended || point.standing == ChannelStanding::superseded;
    const bool heard_by_her = channel == ContactChannel::text || point.voicemail_safe == Answer::yes;
    return serves(point, channel) && !stopped && answer_for(point, channel) == Answer::yes && heard_by_her;
}

tl::expected<Allowed, Barred> may_contact(const SafeContact& contact, const ContactPoint& point, ContactChannel channel,
                                          Caller caller, std::span<const Instant> attempts, const ContactRules& rules,
                                          Instant now) {
    const auto barred = [](BarredWhy why, std::optional<Instant> next = {}) {
        return tl::unexpected(Barred{why, next});
    };
    if (const auto why = barred_for_good(contact, point, channel, caller, rules)) { return barred(*why); }
    const bool first = is_first_call(answer_for(point, channel), channel, caller, rules.first_contact);
    const Times times(contact, channel, first, rules);
    const auto from = room_for_attempt(rules, rules.zone, first, attempts, now);
    if (from > now) { return barred(BarredWhy::attempts_used, times.next(from)); }
    if (!times.include(now)) {
        const bool in_own = !contact.window_named || (contact.windows && contact.windows->is_inside(now));
        const bool in_others = std::all_of(contact.others.begin(), contact.others.end(),
                                           [&](const auto& windows) { return windows && windows->is_inside(now); });
        const bool in_window = in_own && in_others;
        return barred(in_window ? BarredWhy::outside_hours : BarredWhy::outside_window, times.next(now));
    }
    return Allowed{
        .until = times.end(now, rules.zone.start_of(rules.zone.day(now) + std::chrono::days(1))),
        .first_contact = first,
        .withhold_number = first ? rules.first_contact.withhold_number : contact.withhold_number != Answer::no,
        .if_other_answers =
            may_leave_message(contact, point, channel) ? contact.if_other_answers : AnswerToCall::nothing};
}

std::optional<Instant> next_contact(const SafeContact& contact, std::span<const ContactChannel> channels,
                                    std::span<const Instant> attempts, const ContactRules& rules, Instant now) {
    std::optional<Instant> next;
    for (const auto& point : contact.points) {
        for (const auto channel : channels) {
            const auto answer = may_contact(contact, point, channel, Caller::person, attempts, rules, now);
            const auto at = answer ? std::optional(now) : answer.error().next_allowed_at;
            if (at && (!next || *at < *next)) { next = at; }
        }
    }
    return next;
}

}  // namespace haven
