#include "core/agreement/linked.h"

#include <algorithm>
#include <set>

#include "core/catalogue/raw_text.h"

namespace haven {
namespace {

char folded(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool both_same(const std::string& a, const std::string& b) {
    return !a.empty() && !b.empty() && same_words(a, b);
}

bool may_be_same(const std::string& a, const std::string& b) {
    return a.empty() || b.empty() || same_words(a, b);
}

/// The words that begin with a digit: "Flat 2, 7a High Street" has "2" and "7a".
std::set<std::string> numbers_in(std::string_view text) {
    std::set<std::string> out;
    std::string word;
    const auto take = [&] {
        if (!word.empty() && word[0] >= '0' && word[0] <= '9') { out.insert(word); }
        word.clear();
    };
    for (const char c : text) {
        const char f = folded(c);
        if ((f >= 'a' && f <= 'z') || (f >= '0' && f <= '9')) {
            word += f;
        } else {
            take();
        }
    }
    take();
    return out;
}

// "3vz" of "ZZ99 3VZ".
bool is_half_postcode(std::string_view word) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return word.size() == 3 && !is_letter(word[0]) && is_letter(word[1]) && is_letter(word[2]);
}

bool includes(const std::set<std::string>& many, const std::set<std::string>& few) {
    return std::includes(many.begin(), many.end(), few.begin(), few.end());
}

bool holds(std::string_view text, std::string_view words) {
    const auto squeezed = [](std::string_view from) {
        std::string out;
        for (const char c : from) {
            if (c != ' ' && c != ',' && c != '.') { out += folded(c); }
        }
        return out;
    };
    const auto wanted = squeezed(words);
    return !wanted.empty() && squeezed(text).find(wanted) != std::string::npos;
}

// "7" and "7 High Street" may be one door, "Flat 1, 7" and "Flat 2, 7" are two; a name may stand for any number.
bool may_be_one_door(const std::string& a, const std::string& b) {
    if (may_be_same(a, b)) { return true; }
    const auto x = numbers_in(a);
    const auto y = numbers_in(b);
    if (x.empty() && y.empty()) { return false; }
    return includes(x, y) || includes(y, x);
}

}  // namespace

// "Flat 2, 7 High St" and "FLAT 2 7 HIGH ST" are one building.
bool same_words(std::string_view a, std::string_view b) {
    const auto skip = [](char c) { return c == ' ' || c == ',' || c == '.'; };
    std::size_t i = 0;
    std::size_t k = 0;
    while (true) {
        while (i < a.size() && skip(a[i])) { ++i; }
        while (k < b.size() && skip(b[k])) { ++k; }
        if (i == a.size() || k == b.size()) { return i == a.size() && k == b.size(); }
        if (folded(a[i++]) != folded(b[k++])) { return false; }
    }
}

Instant end_of(Date day) {
    return std::chrono::sys_days{day} + std::chrono::hours{23};
}

bool is_over(Date day, Instant now) {
    return end_of(day) <= now;
}

bool Dwelling::is_at(const Dwelling& other) const {
    if (is_alike(other)) { return true; }
    if (both_same(uprn_, other.uprn_) || both_same(as_entered_, other.as_entered_)) { return true; }
    if (is_in_text_of(other) || other.is_in_text_of(*this)) { return true; }
    if (both_same(postcode_, other.postcode_)) { return may_be_door_of(other); }
    return is_door_of(other) && both_same(street_, other.street_) && may_be_same(town_, other.town_) &&
           may_be_same(postcode_, other.postcode_);
}

std::string Dwelling::door() const {
    return unit_.empty() || building_.empty() ? unit_ + building_ : unit_ + " " + building_;
}

// "Flat 2" with "7", "Flat 2, 7" and "7, Flat 2" are one door; and one that says no flat may be any of its building.
bool Dwelling::is_door_of(const Dwelling& other) const {
    return both_same(door(), other.door()) || both_same(building_ + unit_, other.door()) ||
           both_same(door(), other.building_ + other.unit_) ||
           (both_same(building_, other.building_) && may_be_same(unit_, other.unit_));
}

bool Dwelling::may_be_door_of(const Dwelling& other) const {
    return is_door_of(other) || may_be_one_door(door(), other.door()) ||
           (may_be_same(building_, other.building_) && may_be_same(unit_, other.unit_));
}

// What was typed in one line: it names the postcode or the street, and the door where that is known.
bool Dwelling::is_in_text_of(const Dwelling& other) const {
    const std::string_view text = other.as_entered_;
    const bool in_postcode = holds(text, postcode_);
    if (!in_postcode && !holds(text, street_)) { return false; }
    if (unit_.empty() && building_.empty()) { return in_postcode; }
    const auto door = numbers_in(this->door());
    if (door.empty()) { return (unit_.empty() || holds(text, unit_)) && (building_.empty() || holds(text, building_)); }
    auto there = numbers_in(text);
    if (includes(there, door)) { return true; }
    // A line that says no flat may be any of its building. The second half of a postcode is no door.
    const auto house = numbers_in(building_);
    std::erase_if(there, [&](const std::string& word) { return is_half_postcode(word) && !house.contains(word); });
    return !unit_.empty() && !house.empty() && includes(there, house) && includes(door, there);
}

bool Dwelling::is_alike(const Dwelling& other) const {
    if (!same_words(door(), other.door())) { return false; }
    bool known = !door().empty();
    for (const auto part :
         {&Dwelling::uprn_, &Dwelling::postcode_, &Dwelling::street_, &Dwelling::town_, &Dwelling::as_entered_}) {
        if (!same_words(this->*part, other.*part)) { return false; }
        known = known || !(this->*part).empty();
    }
    return known;
}

Linked::Linked(const SafetyFields& fields, const Record& record) : fields_(fields), record_(record) {
    const auto add = [&](FieldNumber field, InstanceNumber in) {
        if (const auto text = RawText::of(record, field, in)) { contacts_.push_back(*text); }
    };
    for (const auto who : record.instances(fields.perpetrator)) {
        live_together_ = live_together_ || RawText::of(record, fields.perpetrator_lives_with, who) == "yes";
        for (const auto in : record.instances(fields.perpetrator_phone, who)) {
            add(fields.perpetrator_phone_number, in);
        }
        for (const auto in : record.instances(fields.perpetrator_email, who)) {
            add(fields.perpetrator_email_address, in);
        }
        for (const auto in : record.instances(fields.perpetrator_address, who)) {
            homes_.push_back(dwelling(in, fields.perpetrator_place));
        }
    }
    for (const auto who : record.instances(fields.person)) {
        const auto role = RawText::of(record, fields.person_role, who);
        if (role != "feared" && role != "not-safe-contact") { continue; }
        for (const auto in : record.instances(fields.person_phone, who)) { add(fields.person_phone_number, in); }
    }
}

Dwelling Linked::dwelling(InstanceNumber in, const PlaceFields& fields) const {
    const auto text = [&](FieldNumber field) { return std::string(RawText::of(record_, field, in).value_or("")); };
    Dwelling home;
    home.uprn_ = text(fields.uprn);
    home.postcode_ = text(fields.postcode);
    home.unit_ = text(fields.unit);
    home.building_ = text(fields.building);
    home.street_ = text(fields.street);
    home.town_ = text(fields.town);
    home.as_entered_ = text(fields.as_entered);
    return home;
}

bool Linked::is_victims(InstanceNumber in) const {
    return record_.all_instances()[in.value].group == fields_.victim_address;
}

bool Linked::is_of_perpetrator(std::string_view contact) const {
    return std::any_of(contacts_.begin(), contacts_.end(), [&](std::string_view c) { return same_words(c, contact); });
}

bool Linked::is_shared_address(InstanceNumber in) const {
    return is_lived_in_together(in) || is_one_of(in, homes_);
}

bool Linked::is_lived_in_together(InstanceNumber in) const {
    if (!live_together_ || !is_victims(in)) { return false; }
    const auto kind = RawText::of(record_, fields_.address_kind, in);
    return (kind == "home" || kind == "current") && RawText::of(record_, fields_.address_known, in) != "no";
}

bool Linked::is_said_unsafe(InstanceNumber in) const {
    return RawText::of(record_, fields_.address_safe, in) == "no" ||
           RawText::of(record_, fields_.address_known, in) == "yes";
}

bool Linked::is_one_of(InstanceNumber in, std::span<const Dwelling> homes) const {
    if (homes.empty() || !is_victims(in)) { return false; }
    const auto mine = dwelling(in, fields_.victim_place);
    return std::any_of(homes.begin(), homes.end(), [&](const Dwelling& theirs) { return mine.is_at(theirs); });
}

bool Linked::has_ended(InstanceNumber in, Instant now) const {
    if (!is_victims(in)) { return false; }
    if (RawText::of(record_, fields_.address_kind, in) == "previous") { return true; }
    const auto until = RawText::of(record_, fields_.address_until, in);
    if (!until) { return false; }
    const auto day = parse_date(*until);
    return day && is_over(*day, now);
}

std::vector<std::string_view> Linked::unsafe_contacts() const {
    std::vector<std::string_view> out;
    for (const auto& value : record_.values()) {
        const auto& rule = record_.catalogue().field(value.field).rule;
        if (rule && RawText::of(record_, *rule, value.instance) == "no") { out.push_back(RawText::of(record_, value)); }
    }
    return out;
}

std::vector<Dwelling> Linked::victims_homes() const {
    std::vector<Dwelling> out;
    for (const auto in : record_.instances(fields_.victim_address)) {
        out.push_back(dwelling(in, fields_.victim_place));
    }
    return out;
}

std::vector<Dwelling> Linked::barred_homes(Instant now) const {
    auto out = homes_;
    for (const auto in : record_.instances(fields_.victim_address)) {
        if (has_ended(in, now) || is_lived_in_together(in) || is_said_unsafe(in)) {
            out.push_back(dwelling(in, fields_.victim_place));
        }
    }
    return out;
}

}  // namespace haven
