#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The messages of the benchmark: visibly invented people, no two alike. Victim number N has a surname made of N.
namespace haven::bench {

/// A surname for a number, in letters only.
std::string surname_of(std::uint64_t number);
/// The number that a surname was made of.
std::optional<std::uint64_t> number_of(std::string_view surname);

/// A police report of about 2 kB in the XML of tests/bench/site; `consents`: the victim agreed to be referred.
std::string police_xml(std::uint64_t number, bool consents);
/// Such reports as the CSV of schemas/dialects/northshire-police.
std::string csv_header();
std::string csv_row(std::uint64_t number);
/// The council's word on an offer, in the JSON of schemas/dialects/eastford-housing.
std::string acceptance(std::string_view reference);

}  // namespace haven::bench
