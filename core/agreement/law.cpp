#include "core/agreement/law.h"

#include <algorithm>

#include "core/catalogue/catalogue.h"

namespace haven {
namespace {

constexpr std::string_view part_3 = "Data Protection Act 2018, part 3";
constexpr std::string_view schedule_1_start = "DPA 2018 schedule 1 paragraph ";

// Of schedule 1: part 1 has the conditions of employment, health and research, part 2 those of substantial public
// interest, part 3 further ones for data on offences. Paragraph 5 asks for a policy and is no condition.
constexpr int part_1_last = 4;
constexpr int part_2_first = 6;
constexpr int part_2_last = 28;
constexpr int part_3_last = 37;

int paragraph_number(std::string_view text) {
    int n = 0;
    for (const char c : text.substr(std::min(schedule_1_start.size(), text.size()))) { n = n * 10 + (c - '0'); }
    return n;
}

}  // namespace

const std::vector<std::string_view>& lawful_bases() {
    static const std::vector<std::string_view> all{"UK GDPR article 6(1)(a)",
                                                   "UK GDPR article 6(1)(b)",
                                                   "UK GDPR article 6(1)(c)",
                                                   "UK GDPR article 6(1)(d)",
                                                   "UK GDPR article 6(1)(e)",
                                                   "UK GDPR article 6(1)(f)",
                                                   part_3};
    return all;
}

Regime regime_of(std::string_view lawful_basis) {
    return lawful_basis == part_3 ? Regime::law_enforcement : Regime::uk_gdpr;
}

const std::vector<std::string_view>& special_category_conditions(Regime regime) {
    static const std::vector<std::string_view> general{
        "UK GDPR article 9(2)(a)", "UK GDPR article 9(2)(b)", "UK GDPR article 9(2)(c)", "UK GDPR article 9(2)(d)",
        "UK GDPR article 9(2)(e)", "UK GDPR article 9(2)(f)", "UK GDPR article 9(2)(g)", "UK GDPR article 9(2)(h)",
        "UK GDPR article 9(2)(i)", "UK GDPR article 9(2)(j)"};
    static const std::vector<std::string_view> enforcement{
        "DPA 2018 section 35(4)",          "DPA 2018 schedule 8 paragraph 1", "DPA 2018 schedule 8 paragraph 2",
        "DPA 2018 schedule 8 paragraph 3", "DPA 2018 schedule 8 paragraph 4", "DPA 2018 schedule 8 paragraph 5",
        "DPA 2018 schedule 8 paragraph 6", "DPA 2018 schedule 8 paragraph 7", "DPA 2018 schedule 8 paragraph 8",
        "DPA 2018 schedule 8 paragraph 9"};
    return regime == Regime::law_enforcement ? enforcement : general;
}

const std::vector<std::string_view>& offence_conditions() {
    static const std::vector<std::string_view> all{"UK GDPR article 10", "UK GDPR article 10, official authority"};
    return all;
}

const std::vector<std::string_view>& schedule_1_conditions() {
    static const std::vector<std::string> kept = [] {
        std::vector<std::string> out;
        for (int n = 1; n <= part_3_last; ++n) {
            if (n <= part_1_last || n >= part_2_first) {
                out.push_back(std::string(schedule_1_start) + std::to_string(n));
            }
        }
        return out;
    }();
    static const std::vector<std::string_view> all(kept.begin(), kept.end());
    return all;
}

bool needs_schedule_1(std::string_view condition) {
    if (condition == offence_conditions().front()) { return true; }
    constexpr std::string_view with_domestic_law = "bghij";
    return condition.starts_with("UK GDPR article 9(2)(") &&
           with_domestic_law.find(condition[condition.size() - 2]) != std::string_view::npos;
}

bool fits_schedule_1(std::string_view condition, std::string_view paragraph) {
    const int n = paragraph_number(paragraph);
    if (condition == "UK GDPR article 9(2)(g)") { return n >= part_2_first && n <= part_2_last; }
    if (condition.starts_with("UK GDPR article 9")) { return n <= part_1_last; }
    return true;
}

std::string did_you_mean(std::string_view nearest) {
    return nearest.empty() ? "" : "; did you mean " + std::string(nearest) + "?";
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
    return did_you_mean(nearest_word(word, known));
}

}  // namespace haven
