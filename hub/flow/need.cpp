#include "hub/flow/need.h"

#include <algorithm>

#include "core/base/code.h"
#include "hub/flow/directory.h"

namespace haven::flow {
namespace {

using namespace std::chrono;

std::optional<int> child_age(const Fields& fields, const Record& facts, InstanceNumber child, Date day) {
    if (const auto born = facts.get(fields.child.birth_date, child)) { return age_on(*born, day); }
    if (const auto age = facts.get(fields.child.age, child)) { return static_cast<int>(*age); }
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
std::string letters(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool capital = c >= 'A' && c <= 'Z';
        const bool kept = capital || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
        if (kept) { out += capital ? static_cast<char>(c - 'A' + 'a') : c; }
    }
    return out;
}

// What a title says of itself in brackets, such as "(fictional)" or "(North)", nobody writes of an employer.
std::string without_brackets(std::string_view title) {
    std::string out;
    int open = 0;
    for (const char c : title) {
        open += c == '(' ? 1 : 0;
        if (open == 0) { out += c; }
        open -= c == ')' && open > 0 ? 1 : 0;
    }
    return out;
}

// Also with what stands before or behind it: a department, a town.
bool names(std::string_view employer, std::string_view partner) {
    constexpr std::size_t telling_min = 6;  // shorter ones may be in anything
    const auto whole = letters(employer);
    const auto part = letters(partner);
    return (whole == part && !part.empty()) || (part.size() >= telling_min && whole.find(part) != std::string::npos);
}

/// A fact of the perpetrators by which people are kept from her: an employer, an area.
using OfPerpetrators = Field<std::string>;

bool says(const Fields& fields, const OfPerpetrators& fact, const CaseRecord& one) {
    const auto people = one.record.instances(fields.perpetrator);
    return std::any_of(people.begin(), people.end(),
                       [&](InstanceNumber in) { return one.record.get(fact, in).has_value(); });
}

// Whether nothing tells this perpetrator from another: what is said of one without a name may be of two.
bool is_nameless(const Fields& fields, const Record& record, InstanceNumber in) {
    const auto& key = record.catalogue().group(fields.perpetrator).key;
    const auto values = record.values_of(in);
    return std::none_of(values.begin(), values.end(), [&](const Record::Value& value) {
        return std::find(key.begin(), key.end(), value.field) != key.end();
    });
}

void add_said(const Fields& fields, const OfPerpetrators& fact, const Record& facts, std::vector<std::string>& out) {
    for (const auto person : facts.instances(fields.perpetrator)) {
        if (auto text = facts.get(fact, person)) { out.push_back(std::move(*text)); }
    }
}

// What each record says, with what people have entered since: not what the newest of them says.
std::vector<std::string> ever_said(const Fields& fields, const OfPerpetrators& fact, const CaseSnapshot& snapshot) {
    std::vector<std::string> out;
    for (const auto& one : snapshot.records) {
        if (!says(fields, fact, one)) { continue; }
        std::vector<CaseRecord> entered;
        for (const auto& later : snapshot.records) {
            const bool puts_right = later.source.by_person && later.source.as_of >= one.source.as_of;
            if (&later != &one && puts_right && says(fields, fact, later)) { entered.push_back(later); }
        }
        if (entered.empty()) {
            add_said(fields, fact, one.record, out);
            continue;
        }
        for (const auto in : one.record.instances(fields.perpetrator)) {
            auto text = is_nameless(fields, one.record, in) ? one.record.get(fact, in) : std::nullopt;
            if (text) { out.push_back(std::move(*text)); }
        }
        entered.push_back(one);
        add_said(fields, fact, CaseFile::fold(one.record.shared_catalogue(), entered).facts(), out);
    }
    for (const auto& beside : snapshot.beside) { add_said(fields, fact, beside.record, out); }
    return out;
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
    std::vector<Name> out;
    const auto add = [&](Name partner) {
        if (std::find(out.begin(), out.end(), partner) == out.end()) { out.push_back(partner); }
    };
    for (const auto& employer : ever_said(fields, fields.perpetrator_employer, snapshot)) {
        for (const auto& [name, partner] : site.partners) {
            const bool any = names(employer, name) || names(employer, partner.title) ||
                             names(employer, without_brackets(partner.title));
            if (any) { add(partner.name); }
        }
    }
    for (const auto* declared : {&snapshot.conflicts, &snapshot.conflicts_beside}) {
        for (const auto& one : *declared) {
            const auto* partner = site.partner(one.partner.text());
            if (partner != nullptr) { add(partner->name); }
        }
    }
    return out;
}

Answer consent_of(const Field<Answer>& consent, const CaseSnapshot& snapshot) {
    const auto answer = snapshot.file.facts().get(consent).value_or(Answer::unknown);
    std::optional<Instant> said;  // when she said so last, as far as this case knows
    for (const auto& one : snapshot.records) {
        if (one.record.get(consent) && (!said || *said < one.source.as_of)) { said = one.source.as_of; }
    }
    const bool refused = std::any_of(snapshot.beside.begin(), snapshot.beside.end(), [&](const CaseRecord& one) {
        return one.record.get(consent) == Answer::no && (!said || one.source.as_of >= *said);
    });
    return refused ? Answer::no : answer;
}

bool refused_since(const Fields& fields, const CaseSnapshot& snapshot, Instant then) {
    const auto refuses = [&](const CaseRecord& one) {
        return one.source.as_of > then && one.record.get(fields.consent_to_referral) == Answer::no;
    };
    return std::any_of(snapshot.records.begin(), snapshot.records.end(), refuses) ||
           std::any_of(snapshot.beside.begin(), snapshot.beside.end(), refuses);
}

Need need_of(const site::Site& site, const Fields& fields, const CaseSnapshot& snapshot, Name service, Date day) {
    const auto& facts = snapshot.file.facts();
    Need need{.service = service};
    need.fictional = snapshot.row.fictional;
    need.age = victim_age(fields, facts, day);
    need.gender = facts.get(fields.gender).value_or(Gender::unknown);
    need.no_recourse_to_public_funds = facts.get(fields.no_recourse).value_or(Answer::unknown);
    for (const auto child : facts.instances(fields.child.group)) {
        need.children.push_back(
            {child_age(fields, facts, child, day), facts.get(fields.child.gender, child).value_or(Gender::unknown)});
    }
    for (const auto pet : facts.instances(fields.pets)) { need.pets.push_back(*facts.get(fields.pet, pet)); }
    for (const auto in : facts.instances(fields.access_needs)) { need.access.push_back(*facts.get(fields.access, in)); }
    for (const auto in : facts.instances(fields.avoid)) {
        need.areas_to_avoid.push_back(*facts.get(fields.avoid_area, in));
    }
    for (auto& area : ever_said(fields, fields.perpetrator_area, snapshot)) {
        need.areas_to_avoid.push_back(std::move(area));
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
    for (const auto child : facts.instances(fields.child.group)) {
        const auto age = child_age(fields, facts, child, day);
        ++children;
        under_5 += age && *age < 5 ? 1 : 0;
        boys_over_11 += age && *age > 11 && facts.get(fields.child.gender, child) == Gender::male ? 1 : 0;
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
