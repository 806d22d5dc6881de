#include "hub/flow/need.h"

#include <algorithm>

#include "core/base/code.h"
#include "hub/flow/directory.h"

namespace haven::flow {
namespace {

using namespace std::chrono;

std::optional<int> child_age(const Fields& fields, const Record& facts, InstanceNumber child, Date day) {
    if (const auto born = facts.get(fields.child_birth_date, child)) { return age_on(*born, day); }
    if (const auto age = facts.get(fields.child_age, child)) { return static_cast<int>(*age); }
    return std::nullopt;
}

std::string_view band_of(int age) {
    if (age < 5) { return "under-5"; }
    if (age < 12) { return "5-11"; }
    if (age < 16) { return "12-15"; }
    if (age < 18) { return "16-17"; }
    if (age < 25) { return "18-24"; }
    return age < 65 ? "25-64" : "65-and-over";
}

// As officers write an employer: in any case of letters, with any signs between the words.
bool same_words(std::string_view a, std::string_view b) {
    const auto letters = [](std::string_view text) {
        std::string out;
        for (const char c : text) {
            const bool capital = c >= 'A' && c <= 'Z';
            const bool kept = capital || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
            if (kept) { out += capital ? static_cast<char>(c - 'A' + 'a') : c; }
        }
        return out;
    };
    return letters(a) == letters(b);
}

}  // namespace

int age_on(Date birth, Date day) {
    const int years = static_cast<int>(day.year()) - static_cast<int>(birth.year());
    const bool had_birthday = month_day{day.month(), day.day()} >= month_day{birth.month(), birth.day()};
    return years - (had_birthday ? 0 : 1);
}

std::optional<int> victim_age(const Fields& fields, const Record& facts, Date day) {
    if (const auto born = facts.get(fields.birth_date)) { return age_on(*born, day); }
    if (const auto age = facts.get(fields.age)) { return static_cast<int>(*age); }
    return std::nullopt;
}

std::vector<Name> conflicts_of(const site::Site& site, const Fields& fields, const CaseSnapshot& snapshot) {
    const auto& facts = snapshot.file.facts();
    std::vector<Name> out;
    const auto add = [&](Name partner) {
        if (std::find(out.begin(), out.end(), partner) == out.end()) { out.push_back(partner); }
    };
    for (const auto person : facts.instances(fields.perpetrator)) {
        const auto employer = facts.get(fields.perpetrator_employer, person);
        for (const auto& [name, partner] : site.partners) {
            if (employer && (same_words(*employer, name) || same_words(*employer, partner.title))) {
                add(partner.name);
            }
        }
    }
    for (const auto& declared : snapshot.conflicts) {
        const auto* partner = site.partner(declared.partner.text());
        if (partner != nullptr) { add(partner->name); }
    }
    return out;
}

Need need_of(const site::Site& site, const Fields& fields, const CaseSnapshot& snapshot, Name service, Date day) {
    const auto& facts = snapshot.file.facts();
    Need need{.service = service};
    need.fictional = snapshot.row.fictional;
    need.age = victim_age(fields, facts, day);
    need.gender = facts.get(fields.gender).value_or(Gender::unknown);
    need.no_recourse_to_public_funds = facts.get(fields.no_recourse).value_or(Answer::unknown);
    for (const auto child : facts.instances(fields.child)) {
        need.children.push_back(
            {child_age(fields, facts, child, day), facts.get(fields.child_gender, child).value_or(Gender::unknown)});
    }
    for (const auto pet : facts.instances(fields.pets)) { need.pets.push_back(*facts.get(fields.pet, pet)); }
    for (const auto in : facts.instances(fields.access_needs)) { need.access.push_back(*facts.get(fields.access, in)); }
    for (const auto in : facts.instances(fields.avoid)) {
        need.areas_to_avoid.push_back(*facts.get(fields.avoid_area, in));
    }
    for (const auto person : facts.instances(fields.perpetrator)) {
        if (const auto area = facts.get(fields.perpetrator_area, person)) { need.areas_to_avoid.push_back(*area); }
    }
    for (const auto partner : conflicts_of(site, fields, snapshot)) {
        if (!site.partner(partner.text())->handler) { need.conflicts.push_back(partner); }
    }
    const auto* declared = site.service(service.text());
    need.only_open = declared != nullptr && declared->rules.only_open;
    return need;
}

std::vector<Provider> providers_of(const site::Site& site, const std::vector<store::VacancyRow>& vacancies,
                                   const std::vector<store::DirectoryRow>& directory, Instant now) {
    std::vector<Provider> out;
    for (const auto& [name, partner] : site.partners) {
        if (!partner.provider) { continue; }
        auto provider = *partner.provider;
        for (const auto& row : vacancies) {
            if (row.partner == partner.name && row.fictional == provider.in_rehearsal) {
                provider.capacity = Capacity{static_cast<int>(row.places), std::nullopt, row.as_of, row.expires};
            }
        }
        for (const auto& row : directory) {
            if (row.fictional == provider.in_rehearsal && listed_as(site, row) == &partner) {
                narrow(provider, row, now);
            }
        }
        out.push_back(std::move(provider));
    }
    return out;
}

void set_household(RecordBuilder& own, const Fields& fields, const Record& facts, Date day) {
    const auto& catalogue = facts.catalogue();
    // Field types are the schema's, and these texts are of them.
    const auto set = [&](std::string_view path, std::string_view text) {
        const auto field = catalogue.find(path);
        if (field && !facts.has(*field)) { (void)own.set(*field, text); }
    };
    int children = 0;
    int under_5 = 0;
    int boys_over_11 = 0;
    for (const auto child : facts.instances(fields.child)) {
        const auto age = child_age(fields, facts, child, day);
        ++children;
        under_5 += age && *age < 5 ? 1 : 0;
        boys_over_11 += age && *age > 11 && facts.get(fields.child_gender, child) == Gender::male ? 1 : 0;
    }
    set("household/adults", "1");
    set("household/children", std::to_string(children));
    set("household/children-under-5", std::to_string(under_5));
    set("household/boys-over-11", std::to_string(boys_over_11));
    if (const auto age = victim_age(fields, facts, day)) { set("household/victim-age-band", band_of(*age)); }
    if (const auto gender = facts.get(fields.gender)) { set("household/victim-gender", code_text(*gender)); }
}

std::vector<Name> services_asked_for(const Fields& fields, const Record& record) {
    std::vector<Name> out;
    for (const auto in : record.instances(fields.need)) {
        if (const auto service = record.get(fields.need_service, in)) { out.push_back(Name::declare(*service)); }
    }
    return out;
}

}  // namespace haven::flow
