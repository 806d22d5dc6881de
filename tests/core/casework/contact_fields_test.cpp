#include "core/casework/contact_fields.h"

#include "tests/core/casework/sample.h"

namespace haven {
namespace {

const ContactFields& fields() {
    static const auto bound = ContactFields::bind(*test::catalogue());
    if (!bound) { ADD_FAILURE() << bound.error().message(); }
    return *bound;
}
SafeContact read(const CaseFile& file, const std::vector<KnownStanding>& standings = {}) {
    return fields().read(file, standings, london(), at(11, 24, 12));
}
const Instant monday = at(11, 23, 9);
const Instant tuesday = at(11, 24, 9);

TEST(ContactFields, ReadWhatEachChannelAllows) {
    const auto contact = read(file_of({said(police, 1, monday,
                                            {{"victim/phone[0]/number", "+447700900123"},
                                             {"victim/phone[0]/safe", "yes"},
                                             {"victim/phone[0]/text-safe", "no"},
                                             {"victim/phone[1]/number", "+447700900124"},
                                             {"victim/email[0]/address", "her@mail.example"},
                                             {"victim/email[0]/safe", "yes"},
                                             {"victim/safe-contact/if-other-answers", "vague-message"},
                                             {"victim/safe-contact/withhold-number", "no"}})}));
    ASSERT_EQ(contact.points.size(), 3U);
    EXPECT_EQ(contact.points[0].safe, Answer::yes);
    EXPECT_EQ(contact.points[0].text_safe, Answer::no);
    EXPECT_EQ(contact.points[0].voicemail_safe, Answer::unknown);
    EXPECT_EQ(contact.points[1].safe, Answer::unknown);
    EXPECT_EQ(contact.points[2].kind, ContactPoint::Kind::email);
    EXPECT_EQ(contact.if_other_answers, AnswerToCall::vague_message);
    EXPECT_EQ(contact.withhold_number, Answer::no);
    EXPECT_FALSE(contact.window_named);
}

TEST(ContactFields, KnowWhatIsThePerpetratorsToo) {
    const auto contact = read(file_of({said(police, 1, monday,
                                            {{"victim/phone[0]/number", "+447700900123"},
                                             {"victim/phone[0]/safe", "yes"},
                                             {"victim/phone[1]/number", "+447700900999"},
                                             {"victim/email[0]/address", "home@mail.example"},
                                             {"victim/email[0]/safe", "yes"},
                                             {"perpetrator[0]/name/family", "Example"},
                                             {"perpetrator[0]/phone[0]/number", "+447700900123"},
                                             {"perpetrator[0]/email[0]/address", "Home@mail.example"}})}));
    ASSERT_EQ(contact.points.size(), 3U);
    EXPECT_TRUE(contact.points[0].of_perpetrator);
    EXPECT_FALSE(contact.points[1].of_perpetrator);
    EXPECT_TRUE(contact.points[2].of_perpetrator);
}

TEST(ContactFields, KnowWhereNoLetterMayGo) {
    const auto contact = read(file_of({said(police, 1, monday,
                                            {{"victim/address[0]/kind", "home"},
                                             {"victim/address[0]/safe", "yes"},
                                             {"victim/address[0]/place/building", "7"},
                                             {"victim/address[0]/place/postcode", "ZZ99 3VZ"},
                                             {"victim/address[1]/kind", "previous"},
                                             {"victim/address[1]/safe", "yes"},
                                             {"victim/address[1]/until", "2026-11-01"},
                                             {"victim/address[2]/kind", "family"},
                                             {"victim/address[2]/safe", "yes"},
                                             {"victim/address[2]/known-to-perpetrator", "yes"},
                                             {"perpetrator[0]/name/family", "Example"},
                                             {"perpetrator[0]/address[0]/kind", "home"},
                                             {"perpetrator[0]/address[0]/place/building", "7"},
                                             {"perpetrator[0]/address[0]/place/postcode", "ZZ99 3VZ"}})}));
    EXPECT_EQ(contact.points.size(), 3U);
    const auto rules = default_contact_rules(london());
    for (const auto& point : contact.points) {
        EXPECT_EQ(point.kind, ContactPoint::Kind::address);
        EXPECT_FALSE(may_contact(contact, point, ContactChannel::post, Caller::person, {}, rules, tuesday));
    }
}

TEST(ContactFields, TakeTheStandingOfAChannelFromTheHubsOwnContacts) {
    const auto file =
        file_of({said(police, 1, monday,
                      {{"victim/phone[0]/number", "+447700900123"}, {"victim/phone[1]/number", "+447700900124"}})});
    const auto contact = read(file, {{"+447700900124", ChannelStanding::suspended}});
    EXPECT_EQ(contact.points[0].standing, ChannelStanding::unverified);
    EXPECT_EQ(contact.points[1].standing, ChannelStanding::suspended);
}

TEST(ContactFields, ReadWindowsOfDaysAndTimes) {
    const auto contact = read(file_of({said(hub, 1, monday,
                                            {{"victim/safe-contact/window[0]/day", "weekdays"},
                                             {"victim/safe-contact/window[0]/from", "10:00:00"},
                                             {"victim/safe-contact/window[0]/until", "11:30:00"},
                                             {"victim/safe-contact/window[1]/day", "saturday"},
                                             {"victim/safe-contact/window[1]/from", "23:00:00"},
                                             {"victim/safe-contact/window[1]/until", "01:00:00"},
                                             {"victim/safe-contact/window[1]/last-day", "2026-11-28"}})}));
    ASSERT_TRUE(contact.window_named);
    ASSERT_TRUE(contact.windows);
    EXPECT_TRUE(contact.windows->is_inside(at(11, 27, 10)));
    EXPECT_FALSE(contact.windows->is_inside(at(11, 28, 10)));
    EXPECT_TRUE(contact.windows->is_inside(at(11, 29, 0, 59)));
    EXPECT_FALSE(contact.windows->is_inside(at(11, 29, 1)));
    EXPECT_FALSE(contact.windows->is_inside(at(12, 5, 23, 30)));
}

TEST(ContactFields, ReadAWindowWithSecondsOnlyInItsWholeMinutes) {
    const auto contact = read(file_of({said(hub, 1, monday,
                                            {{"victim/safe-contact/window[0]/day", "every-day"},
                                             {"victim/safe-contact/window[0]/from", "10:00:30"},
                                             {"victim/safe-contact/window[0]/until", "11:30:59"}})}));
    EXPECT_FALSE(contact.windows->is_inside(at(11, 27, 10)));
    EXPECT_TRUE(contact.windows->is_inside(at(11, 27, 10, 1)));
    EXPECT_FALSE(contact.windows->is_inside(at(11, 27, 11, 30)));
}

TEST(ContactFields, LetNothingThroughAWindowWithoutAnyTime) {
    const auto contact = read(file_of({said(hub, 1, monday,
                                            {{"victim/safe-contact/window[0]/day", "every-day"},
                                             {"victim/safe-contact/window[0]/from", "10:00:00"},
                                             {"victim/safe-contact/window[0]/until", "10:00:00"}})}));
    EXPECT_TRUE(contact.window_named);
    ASSERT_TRUE(contact.windows);
    EXPECT_EQ(contact.windows->next_start(monday), std::nullopt);
}

TEST(ContactFields, DoNotAddWhatSheSaidBeforeToWhatSheSaysNow) {
    const auto old_word = said(police, 1, monday,
                               {{"victim/safe-contact/window[0]/day", "weekdays"},
                                {"victim/safe-contact/window[0]/from", "09:00:00"},
                                {"victim/safe-contact/window[0]/until", "17:00:00"}});
    const auto new_word = said(hub, 2, tuesday,
                               {{"victim/safe-contact/window[0]/day", "tuesday"},
                                {"victim/safe-contact/window[0]/from", "10:00:00"},
                                {"victim/safe-contact/window[0]/until", "11:00:00"}});
    const auto import_again = said(police, 3, tuesday + hours(1),
                                   {{"victim/safe-contact/window[0]/day", "weekdays"},
                                    {"victim/safe-contact/window[0]/from", "09:00:00"},
                                    {"victim/safe-contact/window[0]/until", "17:00:00"}});
    for (const auto& records : {std::vector{old_word, new_word}, std::vector{import_again, new_word, old_word}}) {
        const auto contact = read(file_of(records));
        EXPECT_TRUE(contact.windows->is_inside(at(11, 24, 10, 30)));
        EXPECT_FALSE(contact.windows->is_inside(at(11, 25, 10, 30)));
        EXPECT_FALSE(contact.windows->is_inside(at(11, 24, 12)));
    }
}

// Founding case 3: a mother whose husband is always at home. She is rung only in the window that she named; the
// husband's telephone and the shared address are never used.
TEST(FoundingCase3, NothingRingsOutsideHerWindowNorTheHusbandsTelephone) {
    std::vector<CaseRecord> records{said(police, 1, monday,
                                         {{"victim/name/family", "Example"},
                                          {"victim/phone[0]/number", "+447700900123"},
                                          {"victim/phone[1]/number", "+447700900999"},
                                          {"victim/phone[1]/safe", "yes"},
                                          {"victim/address[0]/kind", "home"},
                                          {"victim/address[0]/safe", "yes"},
                                          {"victim/address[0]/place/postcode", "ZZ99 3VZ"},
                                          {"perpetrator[0]/name/family", "Example"},
                                          {"perpetrator[0]/phone[0]/number", "+447700900999"},
                                          {"perpetrator[0]/address[0]/kind", "home"},
                                          {"perpetrator[0]/address[0]/place/postcode", "ZZ99 3VZ"}})};
    const auto rules = default_contact_rules(london());
    // The police know nothing of her safety: a person may ring her own number, as a first call.
    auto contact = read(file_of(records));
    EXPECT_EQ(next_contact(contact, every_channel, {}, rules, at(11, 23, 22)), at(11, 24, 9));
    // She answers, whispers, and names a time: Tuesdays and Thursdays from ten to half past eleven.
    records.push_back(said(hub, 2, tuesday,
                           {{"victim/phone[0]/number", "+447700900123"},
                            {"victim/phone[0]/safe", "yes"},
                            {"victim/safe-contact/window[0]/day", "tuesday"},
                            {"victim/safe-contact/window[0]/from", "10:00:00"},
                            {"victim/safe-contact/window[0]/until", "11:30:00"},
                            {"victim/safe-contact/window[1]/day", "thursday"},
                            {"victim/safe-contact/window[1]/from", "10:00:00"},
                            {"victim/safe-contact/window[1]/until", "11:30:00"}}));
    contact = read(file_of(records));
    ASSERT_EQ(contact.points.size(), 3U);
    int rung = 0;
    // Every quarter of an hour from October to December, over the change of the clocks, by everybody, in every way.
    for (auto t = at(10, 19, 0); t < at(12, 21, 0); t += minutes(15)) {
        const auto wall = london().wall(t);
        const auto day = std::chrono::floor<days>(wall);
        const std::chrono::weekday weekday(day);
        const bool inside = (weekday == std::chrono::Tuesday || weekday == std::chrono::Thursday) &&
                            wall - day >= hours(10) && wall - day < minutes(11 * 60 + 30);
        for (const auto& point : contact.points) {
            for (const auto caller : {Caller::machine, Caller::partner, Caller::person}) {
                for (const auto channel : every_channel) {
                    const bool may = may_contact(contact, point, channel, caller, {}, rules, t).has_value();
                    const bool is_hers = &point == contact.points.data();
                    EXPECT_EQ(may, inside && is_hers && channel == ContactChannel::call) << iso_text(t);
                    rung += may ? 1 : 0;
                }
            }
        }
    }
    EXPECT_EQ(rung, 9 * 2 * 6 * 3);  // nine weeks, two days, six quarters, three callers
}

}  // namespace
}  // namespace haven
