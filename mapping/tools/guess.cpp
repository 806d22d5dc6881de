#include "mapping/tools/guess.h"

#include <algorithm>
#include <array>

#include "mapping/conversion/conversion.h"

namespace haven {
namespace {

constexpr double bonus_of_values = 0.2;      // for values that only this kind of field has
constexpr double bonus_of_same_word = 0.02;  // before one that only means the same
constexpr double malus_of_last_word = 0.25;  // for "OfficerNotes", which is no officer
constexpr std::size_t looked_at_max = 50;

struct Meaning {
    std::string_view word;   // of partners
    std::string_view means;  // canonical words, a space between
};

// Words as police, councils and charities spell them.
constexpr std::array meanings{
    Meaning{"vic", "victim"},
    Meaning{"client", "victim"},
    Meaning{"applicant", "victim"},
    Meaning{"person", "person victim"},
    Meaning{"perp", "perpetrator"},
    Meaning{"suspect", "perpetrator"},
    Meaning{"offender", "perpetrator"},
    Meaning{"ref", "reference"},
    Meaning{"id", "reference"},
    Meaning{"external", "request"},
    Meaning{"crime", "incident"},
    Meaning{"occurrence", "incident"},
    Meaning{"event", "incident"},
    Meaning{"surname", "name family"},
    Meaning{"lastname", "name family"},
    Meaning{"forename", "name given"},
    Meaning{"firstname", "name given"},
    Meaning{"dob", "birth date"},
    Meaning{"born", "birth date"},
    Meaning{"dateofbirth", "birth date"},
    Meaning{"sex", "gender"},
    Meaning{"tel", "phone"},
    Meaning{"telephone", "phone"},
    Meaning{"telephones", "phone"},
    Meaning{"mobile", "phone"},
    Meaning{"safetocall", "safe"},
    Meaning{"addr", "address"},
    Meaning{"house", "building"},
    Meaning{"paon", "building"},
    Meaning{"saon", "unit"},
    Meaning{"flat", "unit"},
    Meaning{"kid", "child"},
    Meaning{"children", "child children"},
    Meaning{"type", "kind"},
    Meaning{"num", "number"},
    Meaning{"grade", "level"},
    Meaning{"rating", "level"},
    Meaning{"relation", "relationship"},
    Meaning{"decision", "answer kind"},
    Meaning{"decided", "answer at"},
    Meaning{"result", "outcome kind"},
};

// "LastName" is one word to those who write it.
constexpr std::array<std::array<std::string_view, 3>, 5> phrases{
    {{"last", "name"}, {"first", "name"}, {"date", "of", "birth"}, {"safe", "to", "call"}, {"post", "code"}}};

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
    return is_upper(c) || (c >= 'a' && c <= 'z');
}

// Makes one word of those from `at` on that are said as one.
void join_phrase(std::vector<std::string>& words, std::size_t at) {
    for (const auto& phrase : phrases) {
        const auto size = static_cast<std::size_t>(
            std::count_if(phrase.begin(), phrase.end(), [](std::string_view word) { return !word.empty(); }));
        if (at + size > words.size()) { continue; }
        const auto begin = words.begin() + static_cast<std::ptrdiff_t>(at);
        if (!std::equal(phrase.begin(), phrase.begin() + size, begin)) { continue; }
        for (std::size_t i = 1; i < size; ++i) { words[at] += words[at + i]; }
        words.erase(begin + 1, begin + static_cast<std::ptrdiff_t>(size));
    }
}

std::vector<std::string> cut(std::string_view name) {
    std::vector<std::string> out;
    char before = ' ';
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool lower_next = i + 1 < name.size() && is_letter(name[i + 1]) && !is_upper(name[i + 1]);
        const bool begins = !is_letter(before) || (is_upper(c) && (!is_upper(before) || lower_next));
        if (is_letter(c)) {
            if (begins || out.empty()) { out.emplace_back(); }
            out.back() += static_cast<char>(is_upper(c) ? c - 'A' + 'a' : c);
        }
        before = c;
    }
    for (std::size_t i = 0; i < out.size(); ++i) { join_phrase(out, i); }
    return out;
}

void add_words(std::string_view text, std::set<std::string>& out) {
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        out.emplace(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

struct Spelling {
    ValueKind kind;
    std::string_view words;  // as a map writes it
    std::string_view name;   // of the conversion; empty: none is needed
    std::array<std::string_view, 3> arguments;
};

constexpr std::array spellings{
    Spelling{ValueKind::date, "date(dd/MM/yyyy)", "date", {"dd/MM/yyyy"}},
    Spelling{ValueKind::date, "date(yyyy-MM-dd)", "date", {"yyyy-MM-dd"}},
    Spelling{ValueKind::date, "date(dd-MM-yyyy)", "date", {"dd-MM-yyyy"}},
    Spelling{ValueKind::date, "date(dd.MM.yyyy)", "date", {"dd.MM.yyyy"}},
    Spelling{ValueKind::date, "date(d/M/yyyy)", "date", {"d/M/yyyy"}},
    Spelling{ValueKind::date, "date(dd MMM yyyy)", "date", {"dd MMM yyyy"}},
    Spelling{ValueKind::date, "date(yyyyMMdd)", "date", {"yyyyMMdd"}},
    Spelling{ValueKind::instant, "instant(iso)", "instant", {"iso"}},
    Spelling{ValueKind::instant,
             "instant(dd/MM/yyyy HH:mm, Europe/London)",
             "instant",
             {"dd/MM/yyyy HH:mm", "Europe/London"}},
    Spelling{ValueKind::instant,
             "instant(dd/MM/yyyy HH:mm:ss, Europe/London)",
             "instant",
             {"dd/MM/yyyy HH:mm:ss", "Europe/London"}},
    Spelling{ValueKind::instant,
             "instant(yyyy-MM-dd HH:mm, Europe/London)",
             "instant",
             {"yyyy-MM-dd HH:mm", "Europe/London"}},
    Spelling{ValueKind::instant,
             "instant(yyyy-MM-dd HH:mm:ss, Europe/London)",
             "instant",
             {"yyyy-MM-dd HH:mm:ss", "Europe/London"}},
    Spelling{ValueKind::instant,
             "instant(yyyy-MM-ddTHH:mm:ss, Europe/London)",
             "instant",
             {"yyyy-MM-ddTHH:mm:ss", "Europe/London"}},
    Spelling{ValueKind::time, "time(HH:mm)", "time", {"HH:mm"}},
    Spelling{ValueKind::time, "time(HH:mm:ss)", "time", {"HH:mm:ss"}},
    Spelling{ValueKind::phone, "phone(GB)", "phone", {"GB"}},
    Spelling{ValueKind::postcode, "postcode", "postcode", {}},
    Spelling{ValueKind::uprn, "uprn", "uprn", {}},
    Spelling{ValueKind::code, "", "", {}},
    Spelling{ValueKind::code, "yes_no(Y, N, U)", "yes_no", {"Y", "N", "U"}},
    Spelling{ValueKind::code, "yes_no(Yes, No, Unknown)", "yes_no", {"Yes", "No", "Unknown"}},
    Spelling{ValueKind::code, "yes_no(YES, NO, UNKNOWN)", "yes_no", {"YES", "NO", "UNKNOWN"}},
    Spelling{ValueKind::integer, "", "", {}},
    Spelling{ValueKind::decimal, "", "", {}},
    Spelling{ValueKind::email, "", "", {}},
    Spelling{ValueKind::text, "", "", {}},
};

// What is no proof: any text is a text, and many numbers are numbers.
bool says_nothing(ValueKind kind) {
    return kind == ValueKind::text || kind == ValueKind::code || kind == ValueKind::integer ||
           kind == ValueKind::decimal || kind == ValueKind::uprn;
}

// Whether values are spelt so: all of them, or of a kind that cannot be mistaken at least half. Real files have dirt.
bool reads(const Spelling& spelling, const FieldType& type, const std::vector<std::string>& values) {
    ConversionRequest request{.name = spelling.name, .arguments = {}, .field = &type, .arrow = ast::Arrow::in};
    for (const auto argument : spelling.arguments) {
        if (!argument.empty()) { request.arguments.push_back(argument); }
    }
    const auto made = spelling.name.empty() ? nullptr : make_conversion(request).value_or(nullptr);
    if (!spelling.name.empty() && made == nullptr) { return false; }
    const auto count = std::min(values.size(), looked_at_max);
    const auto end = values.begin() + static_cast<std::ptrdiff_t>(count);
    const auto fit = static_cast<std::size_t>(std::count_if(values.begin(), end, [&](const auto& value) {
        std::string canonical = made == nullptr ? value : "";
        const std::string_view one = value;
        return (made == nullptr || made->in({&one, 1}, canonical)) && type.check(canonical).has_value();
    }));
    return says_nothing(type.kind) ? fit == count : fit * 2 >= count;
}

}  // namespace

std::set<std::string> name_words(std::string_view name) {
    std::set<std::string> out;
    name.remove_prefix(name.find(':') + 1);  // of XML; npos + 1 is 0
    auto words = cut(name);
    if (words.size() > 1 && words.back() == "no") { words.back() = "number"; }
    for (const auto& word : words) {
        const auto known =
            std::find_if(meanings.begin(), meanings.end(), [&](const Meaning& m) { return m.word == word; });
        add_words(known == meanings.end() ? std::string_view(word) : known->means, out);
    }
    return out;
}

namespace {

bool last_word_means_something_else(std::string_view name, std::string_view path) {
    const auto words = cut(name);
    if (words.empty()) { return false; }
    const auto last = name_words("x " + words.back());
    return std::none_of(last.begin(), last.end(),
                        [&](const auto& w) { return path.find(w) != std::string_view::npos; });
}

// A path is about its last step; "value" is about the step before.
bool names_the_last_step(const std::set<std::string>& words, std::string_view path) {
    if (path.ends_with("/value")) { path.remove_suffix(6); }
    const auto last = name_words(path.substr(path.rfind('/') + 1));
    return std::any_of(last.begin(), last.end(), [&](const auto& w) { return words.contains(w); });
}

}  // namespace

double likeness(const std::set<std::string>& words, std::string_view canonical_path) {
    std::set<std::string> of_path;
    std::string spaced(canonical_path);
    std::replace_if(
        spaced.begin(), spaced.end(), [](char c) { return c == '/' || c == '-'; }, ' ');
    add_words(spaced, of_path);
    if (of_path.size() > 1) { of_path.erase("value"); }  // says nothing
    const auto common = std::count_if(of_path.begin(), of_path.end(), [&](const auto& w) { return words.contains(w); });
    if (words.empty()) { return 0; }
    return 2.0 * static_cast<double>(common) / static_cast<double>(words.size() + of_path.size());
}

std::optional<FieldGuess> guess(const Catalogue& catalogue, FieldNumber field, const std::set<std::string>& words,
                                const ShapePlace& place) {
    const auto& info = catalogue.field(field);
    FieldGuess out{.field = field, .words = {}, .score = likeness(words, info.path.text())};
    const bool is_itself = place.name.empty() && !says_nothing(info.type->kind);
    if (!is_itself && !names_the_last_step(words, info.path.text())) { return std::nullopt; }
    if (last_word_means_something_else(place.name, info.path.text())) { out.score -= malus_of_last_word; }
    const auto& path = info.path.text();
    const auto spelled = cut(place.name);
    const auto last_step = path.substr(path.rfind('/') + 1);
    if (!spelled.empty() && spelled.back() == last_step) { out.score += bonus_of_same_word; }
    const auto& type = *info.type;
    if (place.is_boolean) {
        if (!type.code_index("yes") || !type.code_index("no")) { return std::nullopt; }
        out.words = "boolean";
    } else if (!place.values.empty()) {
        const auto found = std::find_if(spellings.begin(), spellings.end(), [&](const Spelling& s) {
            return s.kind == type.kind && reads(s, type, place.values);
        });
        if (found != spellings.end()) {
            out.words = found->words;
            if (!says_nothing(type.kind)) { out.score = std::min(1.0, out.score + bonus_of_values); }
        } else if (type.kind == ValueKind::code) {
            out.needs_table = true;
        } else {
            return std::nullopt;
        }
    } else if (type.kind != ValueKind::text) {
        return std::nullopt;  // without a value nobody knows how it is spelt
    }
    return out.score < like_enough ? std::nullopt : std::optional(out);
}

}  // namespace haven
