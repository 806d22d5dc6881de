#include <functional>
#include <iomanip>
#include <map>
#include <sstream>

#include "tests/core/referral/sample.h"
#include "tests/support/same_codes.h"

namespace haven {
namespace {

// One letter a state of the offer to oakbridge, which is asked first; larkfield comes after it.
const std::vector<std::pair<char, std::function<void(Story&)>>> offer_states{
    {'q', [](Story& s) { s.send(); }},
    {'s',
     [](Story& s) {
         s.send()(event::SendBegun{s.of(oakbridge).id, Notice::offer});
     }},
    {'d', [](Story& s) { s.send().deliver(oakbridge); }},
    {'?', [](Story& s) { s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::question); }},
    {'c', [](Story& s) { s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept); }},
    {'r',
     [](Story& s) {
         s.send().deliver(oakbridge).wait(hours(2)).deliver(larkfield).answer(larkfield, AnswerKind::accept);
     }},
    {'x', [](Story& s) { s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::decline); }},
    {'w',
     [](Story& s) {
         s.send().deliver(oakbridge);
         s.rules.providers.front().why_not = WhyNot::conflict;
         s(event::Ticked{});
     }},
    {'l', [](Story& s) { s.send().deliver(oakbridge).wait(hours(2)); }},
    {'u',
     [](Story& s) {
         s.send()(event::SendBegun{s.of(oakbridge).id, Notice::offer});
         s(event::SendEnded{s.of(oakbridge).id, Notice::offer, 1, Delivery::unknown});
     }},
    {'e',
     [](Story& s) {
         s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
         s(event::Arrival{s.of(oakbridge).id, ArrivalKind::expected});
     }},
    {'a',
     [](Story& s) {
         s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
         s(event::Arrival{s.of(oakbridge).id, ArrivalKind::arrived});
     }},
    {'n',
     [](Story& s) {
         s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
         s(event::Arrival{s.of(oakbridge).id, ArrivalKind::did_not_arrive});
     }},
};

char letter(OfferState s) {
    constexpr std::string_view letters = "qsd?-crxwluean";
    return letters.at(static_cast<std::size_t>(s));
}

// What an event made: the new state's letter, or "=" where it is the same, or "." where the event was ignored; then
// "p" where a person must look, "!" where it is an alarm, "t" where oakbridge is told something.
std::string cell(const Story& before, const Story& after) {
    if (after.ignored()) {
        EXPECT_EQ(before.referral, after.referral) << "an ignored event changed the referral";
        EXPECT_EQ(after.effects.size(), 1U);
        return ".";
    }
    const auto was = before.of(oakbridge).state;
    const auto is = after.of(oakbridge).state;
    std::string out(1, was == is ? '=' : letter(is));
    if (!after.needs().empty()) { out += after.has_alarm() ? "!" : "p"; }
    if (!after.told(oakbridge).empty()) { out += "t"; }
    return out;
}

using MakeEvent = std::function<ReferralEvent(OfferId, Instant)>;

MakeEvent ended(Notice what, Delivery delivery) {
    return [=](OfferId id, Instant) { return event::SendEnded{id, what, 1, delivery}; };
}
MakeEvent answered(AnswerKind kind) {
    return [=](OfferId id, Instant) { return event::Answered{id, kind}; };
}
MakeEvent arrival(ArrivalKind kind) {
    return [=](OfferId id, Instant) { return event::Arrival{id, kind}; };
}
MakeEvent outcome(OutcomeKind kind) {
    return [=](OfferId id, Instant) { return event::OutcomeReported{id, kind}; };
}

std::string row(const MakeEvent& make) {
    std::ostringstream out;
    for (const auto& [name, lead] : offer_states) {
        Story before;
        lead(before);
        EXPECT_EQ(letter(before.of(oakbridge).state), name);
        Story after = before;
        after(make(after.of(oakbridge).id, after.now));
        out << std::left << std::setw(4) << cell(before, after);
    }
    auto text = out.str();
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

struct Row {
    const char* name;
    MakeEvent make;
    const char* expected;
};

const std::vector<Row> offer_rows{
    // clang-format off
        // state before                                                        q   s   d   ?   c   r   x   w   l   u   e   a   n
        {"send begun", [](OfferId id, Instant) { return event::SendBegun{id, Notice::offer}; },
                                                                              "s   .   .   .   .   .   .   .   .   .   .   .   ."},
        {"delivered", ended(Notice::offer, Delivery::accepted),               "d   d   =   =   =   =   =   =   =   d   =   =   ="},
        {"rejected", ended(Notice::offer, Delivery::rejected),                "xp  xp  .   .   .   .   .   .   .   xp  .   .   ."},
        {"to be tried again", ended(Notice::offer, Delivery::retry),          "=   q   .   .   .   .   .   .   .   q   .   .   ."},
        {"unreachable", ended(Notice::offer, Delivery::unreachable),          "=   q   .   .   .   .   .   .   .   q   .   .   ."},
        {"delivery unknown", ended(Notice::offer, Delivery::unknown),         "up  up  .   .   .   .   .   .   .   .   .   .   ."},
        {"notice taken", ended(Notice::release, Delivery::accepted),          "=   =   =   =   =   =   =   =   =   =   =   =   ="},
        {"notice rejected", ended(Notice::release, Delivery::rejected),       "=!  =!  =!  =!  =!  =!  =!  =!  =!  =!  =!  =!  =!"},
        {"notice to be tried again", ended(Notice::amend, Delivery::retry),   "=   =   =   =   =   =   =   =   =   =   =   =   ="},
        {"notice unknown", ended(Notice::confirm, Delivery::unknown),         ".   .   .   .   =p  .   .   .   .   .   =p  =p  =p"},
        {"has capacity", answered(AnswerKind::has_capacity),                  ".   .   .   .   .   .   .   .   .   .   .   .   ."},
        {"no capacity", answered(AnswerKind::no_capacity),                    "x   x   x   x   x!  .   .   .   x   x   x!  x!  x!"},
        {"waiting list", answered(AnswerKind::waiting_list),                  "dp  dp  =p  =p  =p  .   .   .   =p  dp  =p  =p  =p"},
        {"assessment needed", answered(AnswerKind::assessment_needed),        "dp  dp  =p  =p  =p  .   .   .   =p  dp  =p  =p  =p"},
        {"accept", answered(AnswerKind::accept),                              "cpt cpt ct  ct  .   =t  ct  =p  ct  cpt .   .   ."},
        {"question", answered(AnswerKind::question),                          "?p  ?p  ?p  =p  =p  .   .   .   =p  ?p  =p  =p  =p"},
        {"decline", answered(AnswerKind::decline),                            "x   x   x   x   x!  .   .   .   x   x   x!  x!  x!"},
        {"onward", answered(AnswerKind::onward),                              "xp  xp  xp  xp  x!  .   .   .   xp  xp  x!  x!  x!"},
        {"an expired yes", [](OfferId id, Instant now) {
             return event::Answered{.offer = id, .kind = AnswerKind::accept, .until = now - minutes(1)}; },
                                                                              "lp  lp  lp  lp  .   =t  lp  =p  =p  lp  .   .   ."},
        {"an older no", [](OfferId id, Instant now) {
             return event::Answered{.offer = id, .kind = AnswerKind::decline, .at = now - days(1)}; },
                                                                              "x   x   x   .   .   .   .   .   x   x   .   .   ."},
        {"question answered", [](OfferId id, Instant) { return event::QuestionAnswered{id}; },
                                                                              ".   .   .   dt  =t  .   .   .   =t  .   =t  =t  =t"},
        {"expected", arrival(ArrivalKind::expected),                          "=p  =p  =p  =p  e   =p  =p  =p  =p  =p  .   .   e"},
        {"arrived", arrival(ArrivalKind::arrived),                            "=p  =p  =p  =p  a   =p  =p  =p  =p  =p  a   .   a"},
        {"did not arrive", arrival(ArrivalKind::did_not_arrive),              "=!  =!  =!  =!  n!  =!  =!  =!  =!  =!  n!  n!  ."},
        {"placed", outcome(OutcomeKind::placed),                              "=p  =p  =p  =p  =   .   =p  .   =p  =p  =   =   ="},
        {"did not attend", outcome(OutcomeKind::did_not_attend),              "=p  =p  =p  =p  =!  .   =p  .   =p  =p  =!  =!  =!"},
        {"amended", [](OfferId, Instant) { return event::Amended{}; },        "=   =t  =t  =t  =t  =   =   =   =   =t  =t  =t  =t"},
        {"withdrawn", [](OfferId, Instant) { return event::Withdrawn{}; },    "w   wt  wt  wt  wt  wt  wt  =   wt  wt  wt  wt  wt"},
        {"superseded", [](OfferId, Instant) { return event::Superseded{{8}}; }, "w   wt  wt  wt  wt  wt  wt  =   wt  wt  wt  wt  wt"},
        {"a tick too early", [](OfferId, Instant) { return event::Ticked{}; }, "=   =   =   =   =   =   =   =   =   =   =   =   ="},
        {"no such offer", [](OfferId, Instant) { return event::QuestionAnswered{{1}}; },
                                                                              ".   .   .   .   .   .   .   .   .   .   .   .   ."},
    // clang-format on
};

TEST(OfferTable, SaysWhatEveryEventMakesOfEveryState) {
    for (const auto& r : offer_rows) { EXPECT_EQ(row(r.make), r.expected) << r.name; }
}

// ---- the referral as a whole

const std::map<ReferralState, std::function<void(Story&)>> referral_states{
    {ReferralState::draft, [](Story&) {}},
    {ReferralState::awaiting_consent, [](Story& s) { s(event::Prepared{false}); }},
    {ReferralState::ready, [](Story& s) { s(event::Prepared{true}); }},
    {ReferralState::offered, [](Story& s) { s.send(); }},
    {ReferralState::accepted, [](Story& s) { s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept); }},
    {ReferralState::in_progress,
     [](Story& s) {
         s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
         s(event::Arrival{s.of(oakbridge).id, ArrivalKind::arrived});
     }},
    {ReferralState::on_hold,
     [](Story& s) {
         s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
         s(event::OutcomeReported{s.of(oakbridge).id, OutcomeKind::disengaged});
     }},
    {ReferralState::completed,
     [](Story& s) {
         s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
         s(event::OutcomeReported{s.of(oakbridge).id, OutcomeKind::placed});
     }},
    {ReferralState::declined,
     [](Story& s) {
         s.rules.providers.erase(s.rules.providers.begin() + 1, s.rules.providers.end());
         s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::decline)(event::Closed{});
     }},
    {ReferralState::no_provider,
     [](Story& s) {
         s.rules.providers.erase(s.rules.providers.begin() + 1, s.rules.providers.end());
         s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::decline);
     }},
    {ReferralState::withdrawn, [](Story& s) { s.send()(event::Withdrawn{}); }},
    {ReferralState::superseded, [](Story& s) { s.send()(event::Superseded{{8}}); }},
};

const std::map<std::string, ReferralEvent> referral_events{
    {"prepared", event::Prepared{true}},
    {"prepared without a yes", event::Prepared{false}},
    {"consent given", event::ConsentGiven{}},
    {"sent out", event::SentOut{}},
    {"offered again", event::OfferedAgain{}},
    {"closed", event::Closed{}},
    {"amended", event::Amended{}},
    {"withdrawn", event::Withdrawn{}},
    {"superseded", event::Superseded{{9}}},
    {"ticked", event::Ticked{}},
    {"clock paused", event::ClockPaused{Name::declare("no-such-clock"), PauseReason::other}},
    {"clock resumed", event::ClockResumed{Name::declare("no-such-clock")}},
};
using enum ReferralState;
const std::map<std::string, std::map<ReferralState, ReferralState>> changes{
    {"prepared", {{draft, ready}}},
    {"prepared without a yes", {{draft, awaiting_consent}}},
    {"consent given", {{awaiting_consent, ready}}},
    {"sent out", {{ready, offered}}},
    {"offered again", {{on_hold, offered}, {no_provider, offered}}},
    {"closed", {{on_hold, declined}, {no_provider, declined}}},
    {"amended",
     {{draft, draft},
      {awaiting_consent, awaiting_consent},
      {ready, ready},
      {offered, offered},
      {accepted, accepted},
      {in_progress, in_progress},
      {on_hold, on_hold},
      {no_provider, no_provider}}},
    {"withdrawn",
     {{draft, withdrawn},
      {awaiting_consent, withdrawn},
      {ready, withdrawn},
      {offered, withdrawn},
      {accepted, withdrawn},
      {in_progress, withdrawn},
      {on_hold, withdrawn},
      {completed, withdrawn},
      {declined, withdrawn},
      {no_provider, withdrawn}}},
    {"superseded",
     {{draft, superseded},
      {awaiting_consent, superseded},
      {ready, superseded},
      {offered, superseded},
      {accepted, superseded},
      {in_progress, superseded},
      {on_hold, superseded},
      {no_provider, superseded}}},
};

TEST(ReferralTable, SaysWhatEveryEventMakesOfEveryState) {
    ASSERT_EQ(referral_states.size(), code_names(ReferralState{}).size());
    for (const auto& [state, lead] : referral_states) {
        Story before;
        lead(before);
        ASSERT_EQ(before.referral.state, state);
        for (const auto& [name, e] : referral_events) {
            SCOPED_TRACE(std::string(code_text(state)) + ", " + name);
            Story after = before;
            after(e);
            const auto known = changes.find(name);
            const bool moves = known != changes.end() && known->second.contains(state);
            EXPECT_EQ(after.referral.state, moves ? known->second.at(state) : state);
            EXPECT_EQ(after.ignored().has_value(), !moves && name != "ticked");
            if (!moves) { EXPECT_EQ(after.referral, before.referral); }
        }
    }
}

TEST(ReferralWords, AreTheCodesOfTheSchemaAndOfTheDesign) {
    EXPECT_EQ(code_text(ReferralState::awaiting_consent), "awaiting-consent");
    EXPECT_EQ(code_text(ReferralState::superseded), "superseded");
    EXPECT_EQ(code_text(OfferState::did_not_arrive), "did-not-arrive");
    EXPECT_EQ(code_text(OfferState::confirmed), "confirmed");
    EXPECT_EQ(code_from<OfferState>("lapsed"), OfferState::lapsed);
    EXPECT_EQ(code_from<ReferralState>("no-provider"), ReferralState::no_provider);
    EXPECT_EQ(code_from<OfferState>("no_such"), std::nullopt);
    EXPECT_EQ(code_from<Cause>("silence"), Cause::silence);
}

TEST(PartnersWords, AreTheCodesOfTheSchema) {
    using test::expect_same_codes;
    expect_same_codes<AnswerKind>("answer/kind");
    expect_same_codes<DeclineReason>("answer/reason");
    expect_same_codes<ArrivalKind>("arrival/kind");
    expect_same_codes<OutcomeKind>("outcome/kind");
    expect_same_codes<OutcomeReason>("outcome/reason");
    expect_same_codes<Gender>("victim/gender");
    expect_same_codes<PetKind>("household/pet/kind");
    expect_same_codes<AccessNeed>("household/access/need");
}

}  // namespace
}  // namespace haven
