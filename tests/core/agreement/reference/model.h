#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// A second opinion on what may be told: the rules of agreements and safety written again from their description, over
/// plain texts, by striking out what may not go. It shares no code with core/agreement and knows the schema only by
/// the table in model.cpp.
namespace haven::reference {

/// One value of a case as plain text. `instance` is the phone, the address or the person that it belongs to.
struct Value {
    std::string path;
    std::string text;
    int instance = 0;
    int owner = 0;  ///< the instance above
    std::size_t source = 0;
};

/// Where somebody lives, folded; "" where a part is not known.
struct Home {
    std::string uprn, postcode, unit, building, street, town, entered;
    std::string unit_first, unit_last;          ///< with the building, in one
    std::set<std::string> door;                 ///< the numbers in unit and building
    std::set<std::string> house, line_numbers;  ///< those of the building, and of what was entered
};

/// What must not be used as hers.
struct Barred {
    std::vector<std::string> contacts;
    std::vector<Home> homes;
};

/// Sets of values of one case, a bit each: at most 64 values.
using Bits = std::uint64_t;

/// A case as the model sees it, with what does not depend on a decision worked out once.
struct Case {
    explicit Case(std::vector<Value> all);
    /// What this case bars, on a day "2026-11-21".
    Barred barred(const std::string& day) const;
    Bits ended(const std::string& day) const;

    std::vector<Value> values;
    std::vector<std::size_t> paths;  ///< of each value: its place in the table
    std::vector<std::string> folded;
    std::vector<std::string> rules;  ///< of each value: the path of the safety rule that must be beside it, or ""
    std::map<int, Home> homes;       ///< of the victim's addresses
    Barred own;                      ///< the perpetrator's and the feared ones'
    Bits contacts = 0;               ///< values that need a safety rule beside them
    Bits locators = 0;
    Bits in_addresses = 0;  ///< of them those of the victim's addresses
    Bits linked = 0, shared = 0, known = 0, lived = 0;
    std::set<int> together;  ///< her addresses where the perpetrator lives too, for all that is known
    bool lives_with = false;
};

/// What people let go: the word for what stopped it, and who answers for it.
struct Override {
    std::string of, ground, asked_role, confirmed_role;
    int asked = 0, confirmed = 0;  ///< who; 0 is nobody
    bool break_glass = false;
    std::int64_t until_us = 0;
};

struct Terms {
    std::string to, consent;
    bool names_grounds = false;  ///< and who decides, where consent can be overridden
    std::vector<std::string> grounds, deciders;
    std::optional<int> risk, age;
    std::int64_t start_us = 0, end_us = 0;
    std::array<std::vector<bool>, 3> named;  ///< by stage, then by place in the table
};
/// What the lines of an agreement mean, by place in the table.
std::vector<bool> expand(const std::vector<std::string>& lines);

struct Situation {
    std::string recipient, consent, pass_contact, day;
    bool hub_team = false, overridden = false, withdrawn = false, stopped = false, site_stopped = false;
    bool mixes_rehearsal = false;
    bool conflict = false, nominated = false, locators_held = false, outside_window = false;
    bool sent_alone = false;  ///< apart from the case
    std::optional<int> risk, age;
    std::vector<const std::vector<bool>*> onward;  ///< by source, then by place in the table
    const std::vector<bool>* said = nullptr;       ///< by place in the table
    std::vector<std::string> blocked_contacts;     ///< folded
    std::vector<Home> blocked_homes;
    std::vector<Override> overrides;
    std::int64_t now_us = 0;
    int stage = 0;
};

/// How often each rule alone stopped something, and how often it was at issue and something went.
struct Tally {
    std::map<std::string, std::pair<int, int>> rules;
    int decisions = 0, permitted = 0;
    void add(const Tally& other);
};

struct Verdict {
    std::string refused;  ///< "" where something goes
    Bits goes = 0;
    std::map<std::string, Bits> kept_back;  ///< by reason
};

Verdict judge(const Terms& terms, const Case& about, const Situation& s, Tally& tally);

std::string fold(const std::string& text);
bool any_home(const Home& home, const std::vector<Home>& among);
/// The paths of the table, in its order.
const std::vector<std::string>& paths();

}  // namespace haven::reference
