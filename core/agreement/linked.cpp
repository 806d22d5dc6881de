#include "core/agreement/linked.h"

#include <algorithm>

#include "core/catalogue/raw_text.h"

namespace haven {
namespace {

char folded(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Equal but for case, spaces and commas: "Flat 2, 7 High St" and "FLAT 2 7 HIGH ST" are one building.
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

}  // namespace

Linked::Linked(const SafetyFields& fields, const Record& record) : fields_(fields), record_(record) {
    for (const auto person : record.instances(fields.perpetrator)) {
        for (const auto in : record.instances(fields.perpetrator_phone, person)) {
            if (const auto text = RawText::of(record, fields.perpetrator_phone_number, in)) {
                contacts_.push_back(*text);
            }
        }
        for (const auto in : record.instances(fields.perpetrator_email, person)) {
            if (const auto text = RawText::of(record, fields.perpetrator_email_address, in)) {
                contacts_.push_back(*text);
            }
        }
        for (const auto in : record.instances(fields.perpetrator_address, person)) {
            places_.push_back(
                place(in, fields.perpetrator_uprn, fields.perpetrator_postcode, fields.perpetrator_building));
        }
    }
}

Linked::Place Linked::place(InstanceNumber in, FieldNumber uprn, FieldNumber postcode, FieldNumber building) const {
    return {RawText::of(record_, uprn, in).value_or(""), RawText::of(record_, postcode, in).value_or(""),
            RawText::of(record_, building, in).value_or("")};
}

bool Linked::is_of_perpetrator(std::string_view contact) const {
    return std::any_of(contacts_.begin(), contacts_.end(), [&](std::string_view c) { return same_words(c, contact); });
}

bool Linked::is_shared_address(InstanceNumber in) const {
    if (record_.all_instances()[in.value].group != fields_.victim_address) { return false; }
    const auto mine = place(in, fields_.address_uprn, fields_.address_postcode, fields_.address_building);
    return std::any_of(places_.begin(), places_.end(), [&](const Place& theirs) {
        if (!mine.uprn.empty() && mine.uprn == theirs.uprn) { return true; }
        return !mine.postcode.empty() && mine.postcode == theirs.postcode &&
               (mine.building.empty() || theirs.building.empty() || same_words(mine.building, theirs.building));
    });
}

bool Linked::has_ended(InstanceNumber in, Instant now) const {
    if (record_.all_instances()[in.value].group != fields_.victim_address) { return false; }
    const auto until = RawText::of(record_, fields_.address_until, in);
    if (!until) { return false; }
    const auto day = parse_date(*until);
    return day && std::chrono::sys_days{*day} < std::chrono::floor<std::chrono::days>(now);
}

}  // namespace haven
