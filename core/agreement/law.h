#pragma once
#include <string>
#include <string_view>
#include <vector>

/// The words of law that agreements use, in one spelling each.
namespace haven {

/// Under which data-protection regime a party handles what is shared.
enum class Regime : std::uint8_t {
    uk_gdpr,
    law_enforcement,  ///< Data Protection Act 2018, part 3: competent authorities for law enforcement
};

/// "UK GDPR article 6(1)(a)" to "(f)", and "Data Protection Act 2018, part 3". Source: UK GDPR article 6(1); DPA 2018
/// section 35.
const std::vector<std::string_view>& lawful_bases();
Regime regime_of(std::string_view lawful_basis);

/// What lets special-category data be handled. Source: UK GDPR article 9(2); DPA 2018 section 35(4), schedule 8.
const std::vector<std::string_view>& special_category_conditions(Regime regime);
/// What lets data on offences be handled. Source: UK GDPR article 10(1).
const std::vector<std::string_view>& offence_conditions();
/// The paragraphs that hold conditions. Source: DPA 2018 schedule 1.
const std::vector<std::string_view>& schedule_1_conditions();

/// Whether a condition holds only beside one of schedule 1. Source: DPA 2018 section 10(2), (3) and (5).
bool needs_schedule_1(std::string_view condition);
/// Whether the paragraph is of the part of schedule 1 that the condition needs.
bool fits_schedule_1(std::string_view condition, std::string_view paragraph);

/// The powers to share that carry rules of their own.
inline constexpr std::string_view power_s115 = "crime-and-disorder-act-s115";
inline constexpr std::string_view power_s213b = "housing-act-s213b";

/// "; did you mean X?", or "" where nothing is near.
std::string did_you_mean(std::string_view nearest);
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace haven
