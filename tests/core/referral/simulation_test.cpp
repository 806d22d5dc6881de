#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "tests/core/referral/promises.h"

// Referrals led through shuffled, repeated, late, contradictory and missing events, with partners that never answer,
// clocks that jump and the clock changes of Europe/London. HAVEN_SEEDS says how many; HAVEN_SEED replays one.
namespace haven {
namespace {

constexpr std::uint64_t seeds_default = 20'000;

class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }
    bool one_in(int n) { return below(n) == 0; }
    template <class T>
    const T& any(const std::vector<T>& some) {
        return some.at(static_cast<std::size_t>(below(static_cast<int>(some.size()))));
    }
    template <class E>
    E code() {
        return static_cast<E>(below(static_cast<int>(code_names(E{}).size())));
    }

private:
    std::mt19937_64 engine_;
};

const std::vector<OpeningHours>& some_hours() {
    static const std::vector<OpeningHours> all{always(), daily("08:00-20:00"), office(), daily("20:00-02:00"),
                                               opening({"", "", "", "", "", "", ""})};
    return all;
}

const std::vector<Name>& some_partners() {
    static const std::vector<Name> all{Name::declare("partner-1"), Name::declare("partner-2"),
                                       Name::declare("partner-3"), Name::declare("partner-4"),
                                       Name::declare("partner-5")};
    return all;
}

/// One referral and everybody who has to do with it.
class World {
public:
    explicit World(std::uint64_t seed) : dice_(seed) {
        const std::vector<Instant> starts{at(3, 28, 22), at(10, 24, 22), at(5, 22, 16), at(11, 23, 10),
                                          at(8, 31, 17, 40)};
        now_ = dice_.any(starts) + minutes(dice_.below(3000));
        rules_.at_once = 1 + dice_.below(3);
        rules_.ask_capacity = dice_.one_in(2);
        rules_.only_open = dice_.one_in(2);
        rules_.before_help_max = hours(1 + dice_.below(24));
        rules_.during_help_max = hours(24 + dice_.below(100));
        const int n = 1 + dice_.below(5);
        for (int i = 0; i < n; ++i) {
            rules_.providers.push_back({.partner = some_partners().at(static_cast<std::size_t>(i)),
                                        .hours = dice_.any(some_hours()),
                                        .reply_window = minutes(15 * (1 + dice_.below(16)))});
        }
        fitness_.resize(rules_.providers.size());
        if (dice_.one_in(3)) {
            rules_.clocks.push_back({.name = Name::declare("promise"),
                                     .source = "the hub's promise",
                                     .within = SameDay{},
                                     .hours = dice_.any(some_hours()),
                                     .kept_by = dice_.code<Milestone>()});
        }
        referral_ = draft({1}, {1}, refuge, now_, rules_, now_);
    }

    void run() {
        apply(event::Prepared{!dice_.one_in(4)});
        if (referral_.state == ReferralState::awaiting_consent && !dice_.one_in(4)) { apply(event::ConsentGiven{}); }
        apply(event::SentOut{});
        for (int i = 0; i < 40; ++i) { turn(); }
        drain();
    }
    ReferralState end() const { return referral_.state; }
    std::size_t steps() const { return steps_; }
    bool was_helped() const { return was_helped_; }

private:
    // One thing that happens: time passes, somebody's message comes in, or nonsense.
    void turn() {
        change_facts();
        if (dice_.one_in(3)) { return pass_time(); }
        if (!ahead_.empty() && !dice_.one_in(8)) {
            const auto i = static_cast<std::size_t>(dice_.below(static_cast<int>(ahead_.size())));
            const auto e = ahead_[i];
            if (!dice_.one_in(6)) { ahead_.erase(ahead_.begin() + static_cast<std::ptrdiff_t>(i)); }  // else again
            if (dice_.one_in(12)) { return; }                                                         // lost
            return is_stale_work(e) ? void() : apply(e);
        }
        if (dice_.one_in(4)) { apply(nonsense()); }
    }

    // Work is dropped by whoever claims it where the offer is no longer queued.
    bool is_stale_work(const ReferralEvent& e) {
        const auto* begun = std::get_if<event::SendBegun>(&e);
        if (begun == nullptr) { return false; }
        const auto& o = offer(begun->offer);
        const auto stage = begun->what == Notice::capacity ? Stage::capacity : Stage::offer;
        if (o.state != OfferState::queued || o.stage != stage) { return true; }
        if (on_arrival_.contains(o.id)) { promises_.has_arrived(o.id); }
        return false;
    }

    void pass_time() {
        const auto due = next_due(referral_);
        if (due && dice_.one_in(2)) {
            now_ = std::max(now_, *due);
        } else if (dice_.one_in(20)) {
            now_ -= minutes(dice_.below(180));  // the clock is put back
        } else {
            now_ += minutes(dice_.below(dice_.one_in(10) ? 6000 : 90));
        }
        apply(event::Ticked{});
    }

    // Nobody says anything any more; only time passes, to the moment at which something is due.
    void drain() {
        for (int i = 0; i < 60; ++i) {
            const auto due = next_due(referral_);
            if (!due) {
                EXPECT_FALSE(is_live(referral_.state)) << "a live referral that nothing will ever happen to";
                return;
            }
            now_ = std::max(now_, *due);
            apply(event::Ticked{});
            const auto next = next_due(referral_);
            EXPECT_TRUE(!next || *next > now_) << "a tick that does not settle what is due";
        }
    }

    void change_facts() {
        if (dice_.one_in(15)) {
            const auto i = static_cast<std::size_t>(dice_.below(static_cast<int>(fitness_.size())));
            facts_changed_ = true;
            fitness_[i] = dice_.one_in(2) ? std::optional<WhyNot>{} : dice_.code<WhyNot>();
        }
    }

    ReferralEvent nonsense() {
        const auto id = referral_.offers.empty() || dice_.one_in(10) ? OfferId{1} : dice_.any(referral_.offers).id;
        std::optional<Instant> when;
        if (dice_.one_in(2)) { when = now_ + minutes(dice_.below(600) - 500); }
        switch (dice_.below(16)) {
            case 0: return event::Prepared{dice_.one_in(2)};
            case 1: return event::ConsentGiven{};
            case 2: return event::SentOut{};
            case 3: return event::OfferedAgain{};
            case 4: return event::Closed{};
            case 5: return event::SendBegun{id, dice_.code<Notice>()};
            case 6:
                promises_.may_be_a_lie(id);  // the adapter may be lying
                return event::SendEnded{id, dice_.code<Notice>(), dice_.below(4), dice_.code<Delivery>()};
            case 7:
            case 8:
            case 9: return event::Answered{id, dice_.code<AnswerKind>(), when, {}, {}, {}};
            case 10: return event::QuestionAnswered{id};
            case 11: return event::Arrival{id, dice_.code<ArrivalKind>(), when, {}};
            case 12: return event::OutcomeReported{id, dice_.code<OutcomeKind>(), {}, when, {}};
            case 13: return event::Amended{};
            case 14:
                if (dice_.one_in(2)) { return event::ClockPaused{Name::declare("promise"), PauseReason::other}; }
                return event::ClockResumed{Name::declare("promise")};
            default:
                if (dice_.one_in(2)) { return event::Superseded{{2}}; }
                return event::Withdrawn{};
        }
    }

    void apply(const ReferralEvent& e) {
        for (std::size_t i = 0; i < rules_.providers.size(); ++i) {
            auto& c = rules_.providers[i];
            c.offer = OfferId{++last_id_};
            c.why_not = fitness_[i];
            if (!c.why_not && rules_.only_open && !c.hours.is_open(now_)) { c.why_not = WhyNot::closed; }
        }
        auto next = step(referral_, e, rules_, now_);
        if (dice_.one_in(16)) { EXPECT_EQ(next, step(referral_, e, rules_, now_)) << "not deterministic"; }
        promises_.check(referral_, next, now_, facts_changed_);
        referral_ = std::move(next.referral);
        ++steps_;
        facts_changed_ = false;
        for (const auto& effect : next.effects) {
            std::visit([&](const auto& f) { act(f); }, effect);
        }
    }

    const Offer& offer(OfferId id) const {
        return *std::find_if(referral_.offers.begin(), referral_.offers.end(),
                             [&](const Offer& o) { return o.id == id; });
    }
    // What the hub's own machinery and the partners make of an effect.
    void act(const effect::Tell& tell) {
        if (tell.what == Notice::confirm) { was_helped_ = true; }
        if (dice_.one_in(10)) { return; }  // the lane is sick
        const auto delivery = dice_.one_in(3) ? dice_.code<Delivery>() : Delivery::accepted;
        const bool of_offer = tell.what == Notice::capacity || tell.what == Notice::offer;
        if (of_offer && !dice_.one_in(3)) {
            ahead_.emplace_back(event::SendBegun{tell.offer, tell.what});
            if (delivery == Delivery::accepted) { on_arrival_.insert(tell.offer); }
        }
        ahead_.emplace_back(event::SendEnded{tell.offer, tell.what, tell.version, delivery});
        if (dice_.one_in(4)) { return; }  // never answers
        if (tell.what == Notice::capacity) { answer(tell.offer, AnswerKind::has_capacity); }
        if (tell.what == Notice::offer) { answer(tell.offer, AnswerKind::accept); }
        if (tell.what == Notice::confirm) {
            ahead_.emplace_back(event::Arrival{tell.offer, dice_.code<ArrivalKind>(), now_, {}});
            ahead_.emplace_back(event::OutcomeReported{tell.offer, dice_.code<OutcomeKind>(), {}, now_, {}});
        }
        if (tell.what == Notice::release && dice_.one_in(3)) { answer(tell.offer, AnswerKind::accept); }
    }
    void answer(OfferId id, AnswerKind likely) {
        const auto kind = dice_.one_in(2) ? likely : dice_.code<AnswerKind>();
        std::optional<Instant> until;
        if (dice_.one_in(4)) { until = now_ + minutes(dice_.below(600) - 60); }
        ahead_.emplace_back(event::Answered{id, kind, now_, until, {}, {}});
    }
    void act(const effect::PersonNeeded& need) {
        if (need.cause == Cause::question && !dice_.one_in(3)) {
            ahead_.emplace_back(event::QuestionAnswered{need.offer});
        }
        if (need.cause == Cause::no_provider || need.cause == Cause::bad_outcome) {
            if (dice_.one_in(2)) { ahead_.emplace_back(event::OfferedAgain{}); }
            if (dice_.one_in(6)) { ahead_.emplace_back(event::Closed{}); }
        }
    }
    void act(const effect::Report& report) { (void)report; }
    void act(const effect::ClockEntered& clock) { (void)clock; }
    void act(const effect::Ignored& ignored) { (void)ignored; }

    Dice dice_;
    Instant now_;
    ReferralRules rules_;
    std::vector<std::optional<WhyNot>> fitness_;
    Referral referral_;
    std::vector<ReferralEvent> ahead_;
    std::set<OfferId> on_arrival_;
    Promises promises_{rules_};
    bool facts_changed_ = false;
    std::int64_t last_id_ = 100;
    std::size_t steps_ = 0;
    bool was_helped_ = false;
};

std::uint64_t number(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Simulation, KeepsItsPromisesWhateverComesInWhateverOrder) {
    const auto only = number("HAVEN_SEED", 0);
    const auto seeds = number("HAVEN_SEEDS", seeds_default);
    std::map<std::string_view, int> ends;
    std::size_t steps = 0;
    int helped = 0;
    for (std::uint64_t seed = only != 0 ? only : 1; seed <= (only != 0 ? only : seeds); ++seed) {
        World world(seed);
        world.run();
        ++ends[code_text(world.end())];
        steps += world.steps();
        helped += world.was_helped() ? 1 : 0;
        if (HasFailure()) {
            std::cout << "replay with HAVEN_SEED=" << seed << "\n";
            return;
        }
    }
    std::cout << steps << " steps, " << helped << " helped;";
    for (const auto& [state, n] : ends) { std::cout << " " << state << " " << n; }
    std::cout << "\n";
}

}  // namespace
}  // namespace haven
