#include "core/casework/contact_fields.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/agreement/linked.h"

namespace haven {
namespace {

using std::chrono::minutes;

std::array<bool, 7> days_of(WindowDay day) {
    if (day == WindowDay::every_day) { return {true, true, true, true, true, true, true}; }
    if (day == WindowDay::weekdays) { return {true, true, true, true, true, false, false}; }
    std::array<bool, 7> days{};
    days.at(static_cast<std::size_t>(day)) = true;
    return days;
}

/// The minutes that lie wholly inside; nothing where that is no time at all.
std::optional<Interval> interval_of(TimeOfDay from, TimeOfDay until) {
    const auto first = std::chrono::ceil<minutes>(from);
    auto last = std::chrono::floor<minutes>(until);
    if (until < from) { last += std::chrono::hours(24); }  // it passes midnight
    const auto interval = Interval::make(first, last);
    if (!interval || until == from) { return std::nullopt; }
    return *interval;
}

ChannelStanding standing_of(std::string_view contact, std::span<const KnownStanding> standings) {
    const auto at =
        std::find_if(standings.begin(), standings.end(), [&](const auto& s) { return s.contact == contact; });
    return at == standings.end() ? ChannelStanding::unverified : at->standing;
}

}  // namespace

Result<ContactFields> ContactFields::bind(const Catalogue& catalogue) {
    ContactFields f;
    auto safety = SafetyFields::bind(catalogue);
    if (!safety) { return fail(std::move(safety).error()); }
    f.safety_ = *safety;
    FieldBinder b(catalogue);
    b.to(f.number_, "victim/phone/number");
    b.to(f.phone_safe_, "victim/phone/safe");
    b.to(f.text_safe_, "victim/phone/text-safe");
    b.to(f.voicemail_safe_, "victim/phone/voicemail-safe");
    b.to(f.email_, "victim/email/address");
    b.to(f.email_safe_, "victim/email/safe");
    b.to(f.address_safe_, "victim/address/safe");
    b.to(f.address_known_, "victim/address/known-to-perpetrator");
    b.to(f.asked_not_, "victim/safe-contact/asked-not-to-be-contacted");
    b.to(f.withhold_, "victim/safe-contact/withhold-number");
    b.to(f.if_other_answers_, "victim/safe-contact/if-other-answers");
    b.to(f.window_, "victim/safe-contact/window");
    b.to(f.day_, "victim/safe-contact/window/day");
    b.to(f.from_, "victim/safe-contact/window/from");
    b.to(f.until_, "victim/safe-contact/window/until");
    b.to(f.last_day_, "victim/safe-contact/window/last-day");
    b.to(f.address_until_, "victim/address/until");
    if (auto bound = b.done(); !bound) { return fail(std::move(bound).error()); }
    return f;
}

SafeContact ContactFields::read(const CaseFile& file, std::span<const KnownStanding> standings, const Zone& zone,
                                Instant now) const {
    const auto& facts = file.facts();
    SafeContact contact;
    contact.asked_not_to_be_contacted = facts.get(*asked_not_).value_or(Answer::unknown);
    contact.withhold_number = facts.get(*withhold_).value_or(Answer::unknown);
    contact.if_other_answers = facts.get(*if_other_answers_).value_or(AnswerToCall::nothing);
    contact.window_named = !facts.instances(window_).empty();
    if (contact.window_named) {
        if (auto made = SafeWindows::make(zone, windows(facts))) { contact.windows = std::move(*made); }
    }
    add_phones(contact, facts, standings);
    add_emails(contact, facts, standings);
    add_addresses(contact, facts, now);
    return contact;
}

std::vector<WeeklyWindow> ContactFields::windows(const Record& facts) const {
    std::vector<WeeklyWindow> out;
    for (const auto in : facts.instances(window_)) {
        const auto day = facts.get(*day_, in);
        const auto from = facts.get(*from_, in);
        const auto until = facts.get(*until_, in);
        if (!day || !from || !until) { continue; }
        const auto interval = interval_of(*from, *until);
        if (!interval) { continue; }
        WeeklyWindow window{.days = days_of(*day), .interval = *interval};
        if (const auto last = facts.get(*last_day_, in)) { window.last_day = Day(*last); }
        out.push_back(window);
    }
    return out;
}

void ContactFields::add_phones(SafeContact& contact, const Record& facts,
                               std::span<const KnownStanding> standings) const {
    const Linked linked(*safety_, facts);
    for (const auto in : facts.instances(safety_->victim_phone)) {
        const auto number = facts.get(*number_, in);
        if (!number) { continue; }
        contact.points.push_back({.kind = ContactPoint::Kind::phone,
                                  .instance = in,
                                  .safe = facts.get(*phone_safe_, in).value_or(Answer::unknown),
                                  .text_safe = facts.get(*text_safe_, in).value_or(Answer::unknown),
                                  .voicemail_safe = facts.get(*voicemail_safe_, in).value_or(Answer::unknown),
                                  .of_perpetrator = linked.is_of_perpetrator(*number),
                                  .standing = standing_of(*number, standings)});
    }
}

void ContactFields::add_emails(SafeContact& contact, const Record& facts,
                               std::span<const KnownStanding> standings) const {
    const Linked linked(*safety_, facts);
    for (const auto in : facts.instances(safety_->victim_email)) {
        const auto address = facts.get(*email_, in);
        if (!address) { continue; }
        contact.points.push_back({.kind = ContactPoint::Kind::email,
                                  .instance = in,
                                  .safe = facts.get(*email_safe_, in).value_or(Answer::unknown),
                                  .of_perpetrator = linked.is_of_perpetrator(*address),
                                  .standing = standing_of(*address, standings)});
    }
}

void ContactFields::add_addresses(SafeContact& contact, const Record& facts, Instant now) const {
    const Linked linked(*safety_, facts);
    const auto barred = linked.barred_homes(now);
    for (const auto in : facts.instances(safety_->victim_address)) {
        const bool known = facts.get(*address_known_, in) == Answer::yes;
        const bool is_barred = linked.is_one_of(in, barred);  // by what is said of the same place in other words
        const bool ended = linked.has_ended(in, now);
        contact.points.push_back(
            {.kind = ContactPoint::Kind::address,
             .instance = in,
             .safe = is_barred ? Answer::no : facts.get(*address_safe_, in).value_or(Answer::unknown),
             .of_perpetrator = known || linked.is_shared_address(in),
             .standing = ended ? ChannelStanding::superseded : ChannelStanding::unverified});
    }
}

void ContactFields::bar(SafeContact& contact, const Record& facts, const Record& beside, Instant now) const {
    if (beside.get(*asked_not_) == Answer::yes) { contact.asked_not_to_be_contacted = Answer::yes; }
    Facts barred;
    barred.block_linked(*safety_, beside, now);
    barred.block_unsafe(*safety_, beside);
    const Linked linked(*safety_, facts);
    const auto is_barred = [&](const ContactPoint& point) {
        if (point.kind == ContactPoint::Kind::address) {
            return linked.is_one_of(point.instance, barred.blocked_homes);
        }
        const auto text = facts.get(point.kind == ContactPoint::Kind::phone ? *number_ : *email_, point.instance);
        return text && barred.blocks(*text);
    };
    for (auto& point : contact.points) {
        if (is_barred(point)) { point.safe = Answer::no; }
    }
}

void ContactFields::bound(SafeContact& contact, const Record& facts, const CaseFile& beside, const Zone& zone,
                          Instant now) const {
    const auto said = read(beside, {}, zone, now);
    if (said.window_named) { contact.others.push_back(said.windows); }
    if (said.withhold_number == Answer::yes) { contact.withhold_number = Answer::yes; }
    if (beside.facts().get(*if_other_answers_)) {
        contact.if_other_answers = std::min(contact.if_other_answers, said.if_other_answers);
    }
    for (auto& point : contact.points) {
        for (const auto& other : said.points) {
            const bool phones = point.kind == ContactPoint::Kind::phone && other.kind == ContactPoint::Kind::phone;
            if (!phones || facts.get(*number_, point.instance) != beside.facts().get(*number_, other.instance)) {
                continue;
            }
            if (other.text_safe == Answer::no) { point.text_safe = Answer::no; }
            if (other.voicemail_safe == Answer::no) { point.voicemail_safe = Answer::no; }
        }
    }
}

std::vector<std::string> ContactFields::bounded(const Record& facts, const Record& beside) const {
    const bool names_times = !beside.instances(window_).empty();
    const auto others = beside.instances(safety_->victim_phone);
    std::vector<std::string> out;
    for (const auto in : facts.instances(safety_->victim_phone)) {
        const auto number = facts.get(*number_, in);
        const auto refuses = [&](const Field<Answer>& message) {
            return facts.get(message, in) != Answer::no &&
                   std::any_of(others.begin(), others.end(), [&](InstanceNumber other) {
                       return beside.get(*number_, other) == number && beside.get(message, other) == Answer::no;
                   });
        };
        if (number && (names_times || refuses(*text_safe_) || refuses(*voicemail_safe_))) { out.push_back(*number); }
    }
    return out;
}

std::vector<Instant> ContactFields::ends(const Record& facts) const {
    std::vector<Instant> out;
    for (const auto in : facts.instances(window_)) {
        if (const auto day = facts.get(*last_day_, in)) { out.push_back(end_of(*day)); }
    }
    for (const auto in : facts.instances(safety_->victim_address)) {
        if (const auto day = facts.get(*address_until_, in)) { out.push_back(end_of(*day)); }
    }
    return out;
}

}  // namespace haven
