#pragma once
#include <algorithm>
#include <array>

#include "hub/site/site.h"
#include "hub/site/toml_table.h"

/// How each kind of site file becomes part of a Site. Private to this folder.
namespace haven::site {

/// What reading one file needs of the whole.
struct Reading {
    Site& site;
    Problems& problems;
    std::span<const sdk::Declaration* const> adapters;
    std::string folder;                ///< where the site's files lie
    std::string schemas;               ///< the folder of its schemas
    DialectSchemas dialect_schemas{};  ///< of the folder schemas/dialects
    CodeLists code_lists{};            ///< of the folder schemas/codes
    std::string hub_kind{};            ///< one of `partner_kinds`; empty where haven.toml does not say
    std::vector<Day> bank_holidays;
    std::map<std::string, std::shared_ptr<const Map>> maps;  ///< by "dialect/map", each compiled once
    std::vector<int> agreement_lines;                        ///< where each of `site.agreements` stands in its file
};

inline constexpr std::array<std::string_view, 5> partner_kinds{"police", "council", "refuge", "charity", "other"};
/// One of them. Another word: a problem, and that word.
std::string read_kind(TomlTable& table);

void read_main(TomlTable& table, Reading& in);
void read_machine(TomlTable& table, Machine& machine);
void read_partner(TomlTable& table, const std::string& name, Reading& in);
void read_agreement(TomlTable& table, const std::string& name, Reading& in);
void read_service(TomlTable& table, const std::string& name, Reading& in);
/// "[hours]": `monday = ["08:00-20:00"]`, `weekdays`, `every_day`, `bank_holidays`. Absent: always open.
OpeningHours read_hours(TomlTable& table, Reading& in);
/// One `[[clock]]`.
ClockRule read_clock(TomlTable& table, Reading& in);
/// "dialect/map": compiled once, whoever names it.
std::shared_ptr<const Map> read_map(const std::string& name, TomlTable& named_by, std::string_view key, Reading& in);
/// "30m", "2h", "3d".
std::optional<std::chrono::microseconds> duration_of(std::string_view text);

/// A number of days or years that a person wrote, cut to what an int holds.
constexpr int small(std::int64_t n) {
    return static_cast<int>(std::min<std::int64_t>(n, 1'000'000));
}

/// What holds between agreements: one for each recipient, purpose and record type; nothing personal to several at once.
void check_agreements(Reading& in);
/// What holds only between all files, each of them read: maps for what is told, providers for each service.
void check_whole(Reading& in);

}  // namespace haven::site
