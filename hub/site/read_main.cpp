#include <charconv>
#include <filesystem>

#include "core/base/code.h"
#include "hub/site/read.h"

namespace haven::site {
namespace {

constexpr std::array<std::string_view, 7> days{"monday", "tuesday",  "wednesday", "thursday",
                                               "friday", "saturday", "sunday"};

constexpr std::string_view override_review = "override-review";  // the promise to look at each override afterwards

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

using Week = std::array<Intervals, 7>;

Week read_week(TomlTable& hours) {
    Week week;
    const auto every_day = intervals(hours, "every_day");
    const auto weekdays = intervals(hours, "weekdays");
    for (std::size_t d = 0; d < days.size(); ++d) {
        const auto own = intervals(hours, days.at(d));
        week.at(d) = hours.has(days.at(d)) ? own : d < 5 && !weekdays.empty() ? weekdays : every_day;
    }
    return week;
}

// "[contact.hours]", "[contact.first_contact.hours]": the same keys as opening hours, without bank holidays.
void read_windows(TomlTable& table, const Zone& zone, SafeWindows& windows) {
    auto hours = table.table_if("hours");
    if (!hours) { return; }
    const auto week = read_week(*hours);
    hours->finish();
    std::vector<WeeklyWindow> all;
    for (std::size_t d = 0; d < week.size(); ++d) {
        for (const auto& interval : week.at(d)) {
            WeeklyWindow window{.days = {}, .interval = interval};
            window.days.at(d) = true;
            all.push_back(window);
        }
    }
    auto made = SafeWindows::make(zone, std::move(all));
    if (made) {
        windows = std::move(*made);
    } else {
        table.problem("hours", made.error().reason.text());
    }
}

int attempts_of(TomlTable& table, int standard) {
    const auto n = table.integer_if("attempts_a_day");
    if (n && (*n < 1 || *n > 24)) { table.problem("attempts_a_day", "expected 1 to 24"); }
    return static_cast<int>(n.value_or(standard));
}

// "[contact]": how and when victims may be called. What a site leaves out stands as core/casework/contact.h has it.
void read_contact(TomlTable& main, Reading& in) {
    in.site.contact = default_contact_rules(*in.site.zone);
    auto& rules = *in.site.contact;
    auto table = main.table_if("contact");
    if (!table) { return; }
    rules.attempts_a_day = attempts_of(*table, rules.attempts_a_day);
    read_windows(*table, *in.site.zone, rules.hours);
    if (auto first = table->table_if("first_contact")) {
        auto& protocol = rules.first_contact;
        protocol.permitted = first->boolean_if("permitted").value_or(protocol.permitted);
        protocol.attempts_a_day = attempts_of(*first, protocol.attempts_a_day);
        protocol.identity_question = first->said_if("identity_question").value_or(protocol.identity_question);
        protocol.wrong_person_words = first->said_if("wrong_person_words").value_or(protocol.wrong_person_words);
        const bool is_open =
            first->text_if("agreed_by").value_or("").empty();  // not agreed yet, and `haven check` says so
        protocol.agreed_by = is_open ? "" : first->said_if("agreed_by").value_or("");
        read_windows(*first, *in.site.zone, protocol.hours);
        first->finish();
    }
    table->finish();
}

// The next working day of an office week, unless the site says otherwise.
ClockRule default_review(const Reading& in) {
    OpeningHours::Terms terms;
    terms.bank_holidays = in.bank_holidays;
    for (std::size_t d = 0; d < 5; ++d) { terms.week.at(d) = {*Interval::parse("09:00-17:00")}; }
    return {Name::declare(override_review), ClockKind::promise, "the hub's own promise", WithinWorkingDays{1},
            *OpeningHours::make(*in.site.zone, terms)};
}

void read_clocks(TomlTable& main, Reading& in) {
    in.site.override_review = default_review(in);
    for (auto& table : main.tables("clock")) {
        const auto name = table.text("name");
        const auto clock = code_from<CaseClock>(name);
        if (!clock && name != override_review) {
            table.problem("name", "expected first-contact, safe-way, contact-again or override-review");
        }
        auto rule = read_clock(table, in);
        if (name == override_review) {
            in.site.override_review = std::move(rule);
        } else if (clock) {
            in.site.case_clocks.emplace(*clock, std::move(rule));
        }
    }
}

void read_keeping(TomlTable& main, Keeping& keeping) {
    auto table = main.table_if("keeping");
    if (!table) { return; }
    for (const auto& [key, into] :
         {std::pair{"bodies", &keeping.bodies}, std::pair{"backups", &keeping.backups},
          std::pair{"acknowledge", &keeping.acknowledge}, std::pair{"privacy_notice", &keeping.privacy_notice}}) {
        const auto text = table->text_if(key);
        if (!text) { continue; }
        *into = duration_of(*text);
        if (!*into) { table->problem(key, "expected a duration such as \"24h\" or \"28d\""); }
    }
    table->finish();
}

// "[witness]": a whole key line, so that the name under which it signs cannot be another one.
void read_witness(TomlTable& main, Site& site) {
    auto table = main.table_if("witness");
    if (!table) { return; }
    auto key = PublicKey::parse(table->text("key"));
    if (key) {
        site.witness = std::move(*key);
    } else {
        table->problem("key", "expected NAME+ID+BASE64, as `haven ledger witness-key` prints it");
    }
    table->finish();
}

void read_schema(Reading& in) {
    auto canonical = read_canonical(in.schemas);
    if (canonical) {
        in.site.versions = std::move(canonical->versions);
        in.site.catalogue = in.site.versions.own();
        in.site.schema_versions = std::move(canonical->dates);
        return;
    }
    for (auto& problem : canonical.error()) { in.problems.push_back(std::move(problem)); }
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
        terms.week = read_week(*hours);
        const auto every_day = intervals(*hours, "every_day");
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
    if (table.has("kind")) { in.hub_kind = read_kind(table); }
    const auto zone_name = table.text_if("zone").value_or("Europe/London");
    auto zone = Zone::find(zone_name);
    if (!zone) {
        table.problem("zone", "no such time zone");
        zone = Zone::find("Europe/London");
    }
    if (zone) { site.zone = *zone; }
    in.dialect_schemas = dialect_schemas_of(in.schemas + "/dialects");
    in.code_lists = code_lists_of(in.schemas + "/codes");
    read_schema(in);
    for (const auto& text : table.texts("bank_holidays")) {
        const auto day = parse_day(text);
        if (day) {
            in.bank_holidays.push_back(*day);
        } else {
            table.problem("bank_holidays", "expected days such as \"2026-12-25\"");
        }
    }
    if (site.zone) {
        read_contact(table, in);
        read_clocks(table, in);
    }
    read_keeping(table, site.keeping);
    read_witness(table, site);
}

void read_machine(TomlTable& table, Machine& machine) {
    const auto in_folder = [&](const std::string& path) {
        return (std::filesystem::path(machine.folder) / path).string();
    };
    machine.schemas = in_folder(table.text("schemas"));
    machine.database = table.text("database");
    machine.key_folder = in_folder(table.text("keys"));
    if (const auto plugins = table.text_if("plugins")) { machine.plugins = in_folder(*plugins); }
    if (auto http = table.table_if("http")) {
        machine.http.address = http->text_if("address").value_or(machine.http.address);
        machine.http.port = static_cast<std::uint16_t>(http->integer_if("port").value_or(machine.http.port));
        const auto file = [&](std::string_view key) {
            const auto path = http->text_if(key);
            return path ? in_folder(*path) : std::string{};
        };
        machine.http.certificate = file("certificate");
        machine.http.key = file("key");
        machine.http.client_ca = file("client_ca");
        http->finish();
    }
}

}  // namespace haven::site
