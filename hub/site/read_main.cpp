#include <charconv>

#include "hub/site/read.h"

namespace haven::site {
namespace {

constexpr std::array<std::string_view, 7> days{"monday", "tuesday",  "wednesday", "thursday",
                                               "friday", "saturday", "sunday"};

Intervals intervals(TomlTable& table, std::string_view key) {
    Intervals out;
    for (const auto& text : table.texts(key)) {
        const auto interval = Interval::parse(text);
        if (interval) {
            out.push_back(*interval);
        } else {
            table.problem(key, interval.error().reason.text());
        }
    }
    return out;
}

Intervals all_day() {
    return {*Interval::parse("00:00-24:00")};
}

}  // namespace

std::optional<std::chrono::microseconds> duration_of(std::string_view text) {
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || n <= 0 || n > 100'000) { return std::nullopt; }
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (unit == "s") { return std::chrono::seconds(n); }
    if (unit == "m") { return std::chrono::minutes(n); }
    if (unit == "h") { return std::chrono::hours(n); }
    if (unit == "d") { return std::chrono::days(n); }
    return std::nullopt;
}

OpeningHours read_hours(TomlTable& table, Reading& in) {
    OpeningHours::Terms terms;
    terms.bank_holidays = in.bank_holidays;
    auto hours = table.table_if("hours");
    if (!hours) {
        terms.week.fill(all_day());
        terms.on_bank_holidays = all_day();
    } else {
        const auto every_day = intervals(*hours, "every_day");
        const auto weekdays = intervals(*hours, "weekdays");
        for (std::size_t d = 0; d < days.size(); ++d) {
            const auto own = intervals(*hours, days.at(d));
            terms.week.at(d) = hours->has(days.at(d)) ? own : d < 5 && !weekdays.empty() ? weekdays : every_day;
        }
        const auto bank = intervals(*hours, "bank_holidays");
        terms.on_bank_holidays = hours->has("bank_holidays") || every_day.empty() ? bank : every_day;
        hours->finish();
    }
    auto made = OpeningHours::make(*in.site.zone, terms);
    if (!made) {
        table.problem("hours", made.error().reason.text());
        made = OpeningHours::make(*in.site.zone, {});
    }
    return *made;
}

void read_main(TomlTable& table, Reading& in) {
    auto& site = in.site;
    site.hub = Name::declare(table.text("name"));
    site.team = Name::declare(table.text("team"));
    site.title = table.text("title");
    const auto zone_name = table.text_if("zone").value_or("Europe/London");
    auto zone = Zone::find(zone_name);
    if (!zone) {
        table.problem("zone", "no such time zone");
        zone = Zone::find("Europe/London");
    }
    if (zone) { site.zone = *zone; }
    const auto schemas = site.folder + "/" + table.text("schemas");
    in.dialects = schemas + "/dialects";
    auto catalogue = Catalogue::load(schemas + "/canonical/1");
    if (catalogue) {
        site.catalogue = *catalogue;
    } else {
        table.problem("schemas", catalogue.error().message());
    }
    site.database = table.text("database");
    site.key_folder = site.folder + "/" + table.text("keys");
    for (const auto& text : table.texts("bank_holidays")) {
        const auto day = parse_day(text);
        if (day) {
            in.bank_holidays.push_back(*day);
        } else {
            table.problem("bank_holidays", "expected days such as \"2026-12-25\"");
        }
    }
    if (auto http = table.table_if("http")) {
        site.http.address = http->text_if("address").value_or(site.http.address);
        site.http.port = static_cast<std::uint16_t>(http->integer_if("port").value_or(site.http.port));
        const auto file = [&](std::string_view key) {
            const auto path = http->text_if(key);
            return path ? site.folder + "/" + *path : std::string{};
        };
        site.http.certificate = file("certificate");
        site.http.key = file("key");
        site.http.client_ca = file("client_ca");
        http->finish();
    }
}

}  // namespace haven::site
