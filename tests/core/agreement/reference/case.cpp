#include "tests/core/agreement/reference/model.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace haven::reference {
namespace {

struct Path {
    const char* path;
    const char* cls;
    const char* rule = "";  ///< beside it in the same instance
};

constexpr std::array table{
    Path{"victim/name/given", "name"},
    Path{"victim/name/family", "name"},
    Path{"victim/birth-date", "demographic"},
    Path{"victim/gender", "demographic"},
    Path{"victim/disability", "health"},
    Path{"victim/workplace", "locator"},
    Path{"victim/sleeping-tonight", "housing"},
    Path{"victim/phone/number", "contact", "victim/phone/safe"},
    Path{"victim/phone/as-entered", "contact", "victim/phone/safe"},
    Path{"victim/phone/kind", "contact"},
    Path{"victim/phone/safe", "safety"},
    Path{"victim/phone/text-safe", "safety"},
    Path{"victim/safe-contact/window/day", "safety"},
    Path{"victim/safe-contact/window/from", "safety"},
    Path{"victim/safe-contact/window/until", "safety"},
    Path{"victim/safe-contact/window/last-day", "safety"},
    Path{"victim/email/address", "contact", "victim/email/safe"},
    Path{"victim/email/safe", "safety"},
    Path{"victim/address/kind", "housing"},
    Path{"victim/address/until", "housing"},
    Path{"victim/address/safe", "safety"},
    Path{"victim/address/known-to-perpetrator", "safety"},
    Path{"victim/address/place/uprn", "locator"},
    Path{"victim/address/place/postcode", "locator"},
    Path{"victim/address/place/unit", "locator"},
    Path{"victim/address/place/building", "locator"},
    Path{"victim/address/place/street", "locator"},
    Path{"victim/address/place/town", "locator"},
    Path{"victim/address/place/as-entered", "locator"},
    Path{"child/name/given", "name"},
    Path{"child/birth-date", "child"},
    Path{"child/school", "locator"},
    Path{"perpetrator/name/family", "name"},
    Path{"perpetrator/lives-with-victim", "relationship"},
    Path{"perpetrator/phone/number", "contact"},
    Path{"perpetrator/email/address", "contact"},
    Path{"perpetrator/address/kind", "housing"},
    Path{"perpetrator/address/place/uprn", "locator"},
    Path{"perpetrator/address/place/postcode", "locator"},
    Path{"perpetrator/address/place/unit", "locator"},
    Path{"perpetrator/address/place/building", "locator"},
    Path{"perpetrator/address/place/street", "locator"},
    Path{"perpetrator/address/place/town", "locator"},
    Path{"perpetrator/address/place/as-entered", "locator"},
    Path{"person/role", "relationship"},
    Path{"person/name/given", "name"},
    Path{"person/phone/number", "contact", "person/phone/safe"},
    Path{"person/phone/safe", "safety"},
    Path{"incident/summary", "narrative"},
    Path{"risk/level", "risk"},
    Path{"household/children", "service"},
};

std::size_t place_of(const std::string& path) {
    const auto at = std::find_if(table.begin(), table.end(), [&](const Path& p) { return path == p.path; });
    return static_cast<std::size_t>(at - table.begin());
}

bool equal(const std::string& a, const std::string& b) {
    return !a.empty() && a == b;
}
bool clash(const std::string& a, const std::string& b) {
    return !a.empty() && !b.empty() && a != b;
}

// The words of a text that begin with a digit.
std::set<std::string> doors(std::string text) {
    for (char& c : text) { c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : ' '; }
    std::set<std::string> out;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        if (std::isdigit(static_cast<unsigned char>(word[0])) != 0) { out.insert(fold(word)); }
    }
    return out;
}

bool within(const std::set<std::string>& few, const std::set<std::string>& many) {
    return std::all_of(few.begin(), few.end(), [&](const std::string& one) { return many.contains(one); });
}

// A flat and a house may be told apart or as one text, in either order.
bool one_door(const Home& a, const Home& b) {
    if (equal(a.building, b.building) && !clash(a.unit, b.unit)) { return true; }
    return equal(a.unit_first, b.unit_first) || equal(a.unit_last, b.unit_first) || equal(a.unit_first, b.unit_last);
}

bool other_door(const Home& a, const Home& b) {
    if (one_door(a, b)) { return false; }
    if (!clash(a.unit, b.unit) && !clash(a.building, b.building)) { return false; }
    return (a.door.empty() && b.door.empty()) || (!within(a.door, b.door) && !within(b.door, a.door));
}

// One line that somebody typed, and a home in parts.
bool typed(const Home& line, const Home& home) {
    const auto names = [&](const std::string& text) { return line.entered.find(text) != std::string::npos; };
    const bool by_postcode = !home.postcode.empty() && names(home.postcode);
    if (home.unit_first.empty()) { return by_postcode; }
    if (!by_postcode && (home.street.empty() || !names(home.street))) { return false; }
    if (home.door.empty()) { return names(home.unit) && names(home.building); }
    if (within(home.door, line.line_numbers)) { return true; }
    auto numbers = line.line_numbers;
    for (const auto& word : line.line_numbers) {
        const bool digit_and_two_letters = word.size() == 3 && std::isalpha(static_cast<unsigned char>(word[1])) != 0 &&
                                           std::isalpha(static_cast<unsigned char>(word[2])) != 0;
        if (digit_and_two_letters && !home.house.contains(word)) { numbers.erase(word); }
    }
    return !home.unit.empty() && !home.house.empty() && within(home.house, numbers) && within(numbers, home.door);
}

bool alike(const Home& a, const Home& b) {
    const bool told = !(a.uprn + a.postcode + a.unit_first + a.street + a.town + a.entered).empty();
    return told && a.unit_first == b.unit_first && a.uprn == b.uprn && a.postcode == b.postcode &&
           a.street == b.street && a.town == b.town && a.entered == b.entered;
}

bool one_home(const Home& a, const Home& b) {
    if (alike(a, b)) { return true; }
    if (equal(a.uprn, b.uprn)) { return true; }
    if (equal(a.entered, b.entered)) { return true; }
    if (typed(a, b) || typed(b, a)) { return true; }
    if (equal(a.postcode, b.postcode)) { return !other_door(a, b); }
    return one_door(a, b) && equal(a.street, b.street) && !clash(a.town, b.town) && !clash(a.postcode, b.postcode);
}

std::map<int, Home> homes_of(const std::vector<Value>& values, const std::string& whose) {
    std::map<int, Home> out;
    const std::map<std::string, std::string Home::*> parts{
        {whose + "/place/uprn", &Home::uprn},         {whose + "/place/postcode", &Home::postcode},
        {whose + "/place/unit", &Home::unit},         {whose + "/place/building", &Home::building},
        {whose + "/place/street", &Home::street},     {whose + "/place/town", &Home::town},
        {whose + "/place/as-entered", &Home::entered}};
    for (const auto& v : values) {
        if (!v.path.starts_with(whose + "/")) { continue; }
        auto& home = out[v.instance];
        if (const auto part = parts.find(v.path); part != parts.end()) { home.*part->second = fold(v.text); }
        if (v.path.ends_with("/unit") || v.path.ends_with("/building")) { home.door.merge(doors(v.text)); }
        if (v.path.ends_with("/building")) { home.house = doors(v.text); }
        if (v.path.ends_with("/as-entered")) { home.line_numbers = doors(v.text); }
        home.unit_first = home.unit + home.building;
        home.unit_last = home.building + home.unit;
    }
    return out;
}

// Whose telephone numbers and mailboxes are not hers to be called at.
std::vector<std::string> others_contacts(const std::vector<Value>& values) {
    std::set<int> feared;
    for (const auto& v : values) {
        if (v.path == "person/role" && (v.text == "feared" || v.text == "not-safe-contact")) {
            feared.insert(v.instance);
        }
    }
    std::vector<std::string> out;
    for (const auto& v : values) {
        const bool theirs = v.path == "perpetrator/phone/number" || v.path == "perpetrator/email/address" ||
                            (v.path == "person/phone/number" && feared.contains(v.owner));
        if (theirs) { out.push_back(fold(v.text)); }
    }
    return out;
}

bool has(const std::vector<std::string>& among, const std::string& text) {
    return std::find(among.begin(), among.end(), text) != among.end();
}

}  // namespace

bool any_home(const Home& home, const std::vector<Home>& among) {
    return std::any_of(among.begin(), among.end(), [&](const Home& h) { return one_home(home, h); });
}

std::string fold(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c != ' ' && c != ',' && c != '.') { out += static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
    }
    return out;
}

const std::vector<std::string>& paths() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> out;
        out.reserve(table.size());
        for (const auto& p : table) { out.emplace_back(p.path); }
        return out;
    }();
    return all;
}

std::vector<bool> expand(const std::vector<std::string>& lines) {
    std::vector<bool> out(table.size());
    for (std::size_t i = 0; i < table.size(); ++i) {
        const std::string path = table.at(i).path;
        const std::string cls = table.at(i).cls;
        const bool by_name_only = cls == "locator" || cls == "narrative";
        for (const auto& line : lines) {
            const bool below = line.ends_with("/*") && path.starts_with(line.substr(0, line.size() - 1));
            if (line == path || (!by_name_only && (below || line == "class " + cls))) { out[i] = true; }
        }
    }
    return out;
}

Case::Case(std::vector<Value> all) : values(std::move(all)), homes(homes_of(values, "victim/address")) {
    own.contacts = others_contacts(values);
    for (const auto& [instance, home] : homes_of(values, "perpetrator/address")) { own.homes.push_back(home); }
    std::set<int> linked_channels;
    std::map<int, std::string> known_homes;
    std::map<int, std::string> kinds;
    bool one_household = false;
    for (const auto& v : values) {
        paths.push_back(place_of(v.path));
        folded.push_back(fold(v.text));
        rules.emplace_back(table.at(paths.back()).rule);
        const bool contact = *table.at(paths.back()).rule != 0;
        if (contact && has(own.contacts, folded.back())) { linked_channels.insert(v.instance); }
        if (v.path == "victim/address/known-to-perpetrator") { known_homes[v.instance] = v.text; }
        if (v.path == "victim/address/kind") { kinds[v.instance] = v.text; }
        if (v.path == "perpetrator/lives-with-victim" && v.text == "yes") { one_household = true; }
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto bit = Bits{1} << i;
        const auto in = values[i].instance;
        const auto& path = table.at(paths[i]);
        if (*path.rule != 0) {
            contacts |= bit;
            if (linked_channels.contains(in)) { linked |= bit; }
        }
        if (std::string(path.cls) != "locator") { continue; }
        locators |= bit;
        if (!homes.contains(in)) { continue; }
        in_addresses |= bit;
        if (any_home(homes.at(in), own.homes)) { shared |= bit; }
        if (known_homes[in] == "yes") { known |= bit; }
        const bool lived_in = kinds[in] == "home" || kinds[in] == "current";
        if (one_household && lived_in && known_homes[in] != "no") { together.insert(in); }
        if (together.contains(in)) { lived |= bit; }
    }
    lives_with = one_household;
}

Bits Case::ended(const std::string& day) const {
    std::set<int> over;
    for (const auto& v : values) {
        if (v.path == "victim/address/until" && v.text < day) { over.insert(v.instance); }
        if (v.path == "victim/address/kind" && v.text == "previous") { over.insert(v.instance); }
    }
    Bits out = 0;
    for (std::size_t i = 0; i < values.size() && !over.empty(); ++i) {
        out |= Bits{over.contains(values[i].instance)} << i;
    }
    return out & in_addresses;
}

Barred Case::barred(const std::string& day) const {
    auto out = own;
    std::set<int> over;
    for (const auto& v : values) {
        if (v.path == "victim/address/until" && v.text < day) { over.insert(v.instance); }
        if (v.path == "victim/address/kind" && v.text == "previous") { over.insert(v.instance); }
    }
    for (const auto& v : values) {
        if (v.path == "victim/address/safe" && v.text == "no") { over.insert(v.instance); }
        if (v.path == "victim/address/known-to-perpetrator" && v.text == "yes") { over.insert(v.instance); }
    }
    over.insert(together.begin(), together.end());
    for (const auto in : over) { out.homes.push_back(homes.at(in)); }
    return out;
}

}  // namespace haven::reference
