#include "core/agreement/linked.h"

#include <algorithm>

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

bool Dwelling::is_at(const Dwelling& other) const {
    if (both_same(uprn_, other.uprn_) || both_same(as_entered_, other.as_entered_)) { return true; }
    if (both_same(postcode_, other.postcode_)) { return may_be_same(building_, other.building_); }
    const bool one_door = both_same(building_, other.building_) && both_same(street_, other.street_);
    return one_door && may_be_same(town_, other.town_) && may_be_same(postcode_, other.postcode_);
}

Linked::Linked(const SafetyFields& fields, const Record& record) : fields_(fields), record_(record) {
    const auto add = [&](FieldNumber field, InstanceNumber in) {
        if (const auto text = RawText::of(record, field, in)) { contacts_.push_back(*text); }
    };
    for (const auto who : record.instances(fields.perpetrator)) {
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
    return is_one_of(in, homes_);
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
    return day && std::chrono::sys_days{*day} < std::chrono::floor<std::chrono::days>(now);
}

std::vector<Dwelling> Linked::barred_homes(Instant now) const {
    auto out = homes_;
    for (const auto in : record_.instances(fields_.victim_address)) {
        if (has_ended(in, now)) { out.push_back(dwelling(in, fields_.victim_place)); }
    }
    return out;
}

}  // namespace haven
