#include "hub/flow/directory.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace haven::flow {
namespace {

constexpr std::string_view active = "active";  // Open Referral UK's word; nothing said means the same

void add_line(std::string& lines, const std::string& line) {
    if (!line.empty()) { lines += (lines.empty() ? "" : "\n") + line; }
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) { out.push_back(line); }
    return out;
}

// Source: the Office for National Statistics' coding and naming policy: a letter of the country and eight digits.
bool is_gss_code(const std::string& text) {
    constexpr std::size_t length = 9;
    return text.size() == length && std::string_view("ENSW").find(text[0]) != std::string_view::npos &&
           std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string times_of(const EntryFields& fields, const Record& record, InstanceNumber in) {
    auto out = record.get(fields.schedule_days, in).value_or("");
    const auto opens = record.get(fields.schedule_opens, in);
    const auto closes = record.get(fields.schedule_closes, in);
    if (opens) { out += (out.empty() ? "" : " ") + time_text(*opens); }
    if (closes) { out += "-" + time_text(*closes); }
    const auto from = record.get(fields.schedule_valid_from, in);
    const auto to = record.get(fields.schedule_valid_to, in);
    if (from || to) { out += " " + (from ? date_text(*from) : "") + "/" + (to ? date_text(*to) : ""); }
    return out;
}

// Source: RFC 5545, section 3.3.10, weekday.
std::optional<std::size_t> weekday(std::string_view text) {
    constexpr std::array<std::string_view, 7> days{"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    const auto found = std::find(days.begin(), days.end(), text);
    return found == days.end() ? std::nullopt : std::optional<std::size_t>(found - days.begin());
}

/// The first and the last day of "2026-01-01/2026-12-31", of which either may be missing; nothing where one is no day.
std::optional<std::pair<Day, Day>> days_in(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == text.npos) { return text.empty() ? std::optional(std::pair{Day::min(), Day::max()}) : std::nullopt; }
    const auto from = parse_date(text.substr(0, slash));
    const auto to = parse_date(text.substr(slash + 1));
    if ((slash > 0 && !from) || (slash + 1 < text.size() && !to)) { return std::nullopt; }
    return std::pair{from ? Day(*from) : Day::min(), to ? Day(*to) : Day::max()};
}

/// Adds "MO,TU 09:00:00-17:00:00 2026-01-01/2026-12-31", as `times_of` writes it, to the week that begins on `first`.
/// False where days or hours are missing.
bool add_times(OpeningHours::Terms& terms, std::string_view line, Day first) {
    constexpr std::size_t time_width = 8;
    const auto space = line.find(' ');
    auto hours = space == line.npos ? "" : line.substr(space + 1);
    const auto behind = std::min(hours.find(' '), hours.size());
    const auto valid = days_in(hours.substr(std::min(behind + 1, hours.size())));
    hours = hours.substr(0, behind);
    if (hours.size() != 2 * time_width + 1 || !valid) { return false; }
    const auto opens = parse_time(hours.substr(0, time_width));
    const auto closes = parse_time(hours.substr(time_width + 1));
    if (!opens || !closes) { return false; }
    using std::chrono::minutes;
    const auto from = std::chrono::floor<minutes>(*opens);
    const auto until = std::chrono::ceil<minutes>(*closes);
    const auto interval = Interval::make(from, until > from ? until : until + std::chrono::hours(24));
    if (!interval) { return false; }
    for (auto days = line.substr(0, space); !days.empty();) {
        const auto comma = std::min(days.find(','), days.size());
        const auto day = weekday(days.substr(0, comma));
        if (!day) { return false; }
        const auto since = std::chrono::weekday(static_cast<unsigned>(*day) + 1) - std::chrono::weekday(first);
        const auto date = first + since;
        if (valid->first <= date && date <= valid->second) { terms.week.at(*day).push_back(*interval); }
        days.remove_prefix(std::min(comma + 1, days.size()));
    }
    return true;
}

/// When an entry says that it is open these days; nothing where it does not say so of each of its times, for what is
/// not known excludes nobody. The week begins yesterday, whose openings may pass midnight.
std::optional<OpeningHours> hours_of(const store::DirectoryRow& row, const Zone& zone, Instant now) {
    const auto yesterday = zone.day(now) - std::chrono::days(1);
    OpeningHours::Terms terms;
    const auto lines = lines_of(row.times);
    const bool whole =
        std::all_of(lines.begin(), lines.end(), [&](const auto& line) { return add_times(terms, line, yesterday); });
    auto made = lines.empty() || !whole ? Result<OpeningHours>(fail(Fault::missing, "no times"))
                                        : OpeningHours::make(zone, std::move(terms));
    return made ? std::optional(std::move(*made)) : std::nullopt;
}

}  // namespace

store::DirectoryRow entry_of(const Fields& fields, const Record& record, Name directory, bool fictional) {
    const auto& of = fields.entry;
    store::DirectoryRow row;
    row.directory = directory;
    row.entry = record.get(of.identifier).value_or("");
    row.name = record.get(of.name).value_or("");
    row.provider = record.get(of.provider).value_or("");
    row.status = record.get(of.status).value_or("");
    row.age_min = record.get(of.age_min);
    row.age_max = record.get(of.age_max);
    for (const auto in : record.instances(of.areas)) { add_line(row.areas, record.get(of.area, in).value_or("")); }
    for (const auto in : record.instances(of.languages)) {
        add_line(row.languages, record.get(of.language, in).value_or(""));
    }
    for (const auto in : record.instances(of.schedules)) { add_line(row.times, times_of(of, record, in)); }
    row.as_of = record.as_of();
    row.fictional = fictional;
    return row;
}

const site::Partner* listed_as(const site::Site& site, const store::DirectoryRow& row) {
    for (const auto& [name, partner] : site.partners) {
        const auto& listed = partner.listed;
        if (listed && listed->directory == row.directory && listed->entry == row.entry) { return &partner; }
    }
    return nullptr;
}

std::vector<store::DirectoryRow> listed_entries(store::Sql& sql, const site::Site& site) {
    std::vector<store::DirectoryRow> out;
    for (const auto& [name, partner] : site.partners) {
        if (!partner.listed) { continue; }
        auto row = store::directory_entry(sql, partner.listed->directory, partner.listed->entry);
        if (row) { out.push_back(std::move(*row)); }
    }
    return out;
}

void narrow(Provider& provider, const store::DirectoryRow& row, Instant now) {
    constexpr std::int64_t age_most = 200;
    if (!row.status.empty() && row.status != active) { provider.services.clear(); }
    if (row.age_min) {
        provider.age_min = std::max(provider.age_min.value_or(0), static_cast<int>(std::min(*row.age_min, age_most)));
    }
    if (row.age_max) {
        const auto most = static_cast<int>(std::min(*row.age_max, age_most));
        provider.age_max = std::min(provider.age_max.value_or(most), most);
    }
    provider.listed_hours = hours_of(row, provider.hours.zone(), now);
    std::vector<std::string> codes;
    for (auto& area : lines_of(row.areas)) {
        if (is_gss_code(area)) { codes.push_back(std::move(area)); }
    }
    if (codes.empty()) { return; }
    const auto in_entry = [&](const std::string& area) {
        return std::find(codes.begin(), codes.end(), area) != codes.end();
    };
    if (provider.serves.empty()) {
        provider.serves = codes;
        return;
    }
    std::erase_if(provider.serves, [&](const std::string& area) { return !in_entry(area); });
    if (provider.serves.empty()) { provider.services.clear(); }  // no area at all, where none named means all
}

}  // namespace haven::flow
