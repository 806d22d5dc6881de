#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "core/base/name.h"
#include "core/store/engine/sql.h"

namespace haven::store {

/// What must be looked at by itself at a moment.
enum class TimerKind : std::uint8_t {
    referral,
    casework,
    copy,       ///< that a partner holds: a recall that must be acknowledged, or the end of its retention
    retention,  ///< of the hub's own records of a case
    override_review,
    keeping,         ///< of the site: what has been kept long enough is destroyed
    daily_receipts,  ///< of the site: each partner's for a day, which is the subject
};
constexpr std::array<std::string_view, 7> code_names(TimerKind) {
    return {"referral", "case", "copy", "retention", "override", "keeping", "daily-receipts"};
}

struct Timer {
    TimerKind kind = TimerKind::referral;
    std::int64_t subject = 0;
    Instant due{};
};
/// Sets, moves or (with none) removes the one timer of a subject.
void set_timer(Sql& sql, TimerKind kind, std::int64_t subject, std::optional<Instant> due);
/// As `set_timer`, but never earlier than it is set already.
void put_timer_later(Sql& sql, TimerKind kind, std::int64_t subject, Instant due);
bool has_timer(Sql& sql, TimerKind kind);
bool is_due(Sql& sql, TimerKind kind, std::int64_t subject, Instant now);
std::vector<Timer> due_timers(Sql& sql, Instant now, std::int64_t most);

/// The highest id that any table holds: new ones are made above it.
std::int64_t highest_id(Sql& sql);

/// Takes or keeps a lease on a part of which one runs at a time; false where another holder has it.
bool take_lease(Sql& sql, std::string_view name, std::int64_t holder, Instant now, std::chrono::microseconds time);
/// Another may take it at once.
void give_up_lease(Sql& sql, std::string_view name, std::int64_t holder);

/// Places that a partner said are free.
struct VacancyRow {
    Name partner;
    std::string service;
    std::int64_t places = 0;
    Instant as_of{};
    Instant expires{};
    bool fictional = false;  ///< said in rehearsal
};
/// A later word replaces an earlier one; an earlier one that comes late changes nothing.
void put_vacancy(Sql& sql, const VacancyRow& row);
std::vector<VacancyRow> vacancies(Sql& sql, std::string_view service);

}  // namespace haven::store
