#include "core/base/code.h"
#include "hub/site/read.h"

namespace haven::site {
namespace {

constexpr std::string_view working_days = " working days";

}  // namespace

ClockRule read_clock(TomlTable& table, Reading& in) {
    ClockRule rule{Name::declare(table.text("name")), ClockKind::promise, {}, SameDay{}, read_hours(table, in)};
    rule.kind = table.word<ClockKind>("kind", code_from<ClockKind>, ClockKind::promise);
    rule.source = table.text("source");
    rule.kept_by = table.word<Milestone>("kept_by", code_from<Milestone>, Milestone::confirmed);
    rule.warn_percent = static_cast<int>(table.integer_if("warn_percent").value_or(rule.warn_percent));
    rule.escalate_percent = static_cast<int>(table.integer_if("escalate_percent").value_or(rule.escalate_percent));
    const auto within = table.text("within");
    if (within == "same-day") {
        rule.within = SameDay{};
    } else if (within.ends_with(working_days)) {
        const auto n = parse_integer(within.substr(0, within.size() - working_days.size()));
        if (!n || *n < 1 || *n > 365) { table.problem("within", "expected a number of working days"); }
        rule.within = WithinWorkingDays{static_cast<int>(n.value_or(1))};
    } else {
        const auto time = duration_of(within);
        if (!time) {
            table.problem("within", "expected \"same-day\", \"2 working days\" or a duration such as \"1h\"");
        }
        rule.within = WithinOpeningTime{time.value_or(std::chrono::hours(1))};
    }
    table.finish();
    return rule;
}

void read_service(TomlTable& table, const std::string& name, Reading& in) {
    Service service;
    service.name = Name::declare(name);
    service.title = table.text("title");
    service.purpose = table.text("purpose");
    service.on_report = table.boolean_if("on_report").value_or(false);
    service.rules.at_once = static_cast<int>(table.integer_if("at_once").value_or(1));
    if (service.rules.at_once < 1) { table.problem("at_once", "at least one provider is asked at a time"); }
    service.rules.ask_capacity = table.boolean_if("ask_capacity").value_or(false);
    service.rules.only_open = table.boolean_if("only_open").value_or(false);
    for (auto& clock : table.tables("clock")) { service.rules.clocks.push_back(read_clock(clock, in)); }
    in.site.services.emplace(name, std::move(service));
}

}  // namespace haven::site
