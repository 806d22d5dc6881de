#include "core/store/timers.h"

#include "core/base/code.h"

namespace haven::store {

void set_timer(Sql& sql, TimerKind kind, std::int64_t subject, std::optional<Instant> due) {
    if (!due) {
        sql.run("DELETE FROM timer WHERE kind = $1 AND subject_id = $2", code_text(kind), subject);
        return;
    }
    sql.run(
        "INSERT INTO timer (kind, subject_id, due_at_us) VALUES ($1, $2, $3)"
        " ON CONFLICT (kind, subject_id) DO UPDATE SET due_at_us = $3",
        code_text(kind), subject, *due);
}

void put_timer_later(Sql& sql, TimerKind kind, std::int64_t subject, Instant due) {
    sql.run(
        "INSERT INTO timer (kind, subject_id, due_at_us) VALUES ($1, $2, $3)"
        " ON CONFLICT (kind, subject_id) DO UPDATE SET due_at_us = $3 WHERE timer.due_at_us < $3",
        code_text(kind), subject, due);
}

bool has_timer(Sql& sql, TimerKind kind) {
    return sql.one<std::int64_t>("SELECT 1 FROM timer WHERE kind = $1 LIMIT 1", code_text(kind)).has_value();
}

bool is_due(Sql& sql, TimerKind kind, std::int64_t subject, Instant now) {
    return sql
        .one<std::int64_t>("SELECT 1 FROM timer WHERE kind = $1 AND subject_id = $2 AND due_at_us <= $3",
                           code_text(kind), subject, now)
        .has_value();
}

std::vector<Timer> due_timers(Sql& sql, Instant now, std::int64_t most) {
    std::vector<Timer> out;
    for (const auto& [kind, subject, due] : sql.all<std::string, std::int64_t, Instant>(
             "SELECT kind, subject_id, due_at_us FROM timer WHERE due_at_us <= $1 ORDER BY due_at_us LIMIT $2", now,
             most)) {
        out.push_back({*code_from<TimerKind>(kind), subject, due});
    }
    return out;
}

std::int64_t highest_id(Sql& sql) {
    return sql
        .one<std::optional<std::int64_t>>(
            "SELECT MAX(id) FROM (SELECT MAX(id) AS id FROM message UNION ALL SELECT MAX(id) FROM cases"
            " UNION ALL SELECT MAX(id) FROM referral UNION ALL SELECT MAX(id) FROM offer"
            " UNION ALL SELECT MAX(id) FROM attempt UNION ALL SELECT MAX(id) FROM held"
            " UNION ALL SELECT MAX(id) FROM copy UNION ALL SELECT MAX(id) FROM access_request"
            " UNION ALL SELECT MAX(id) FROM record UNION ALL SELECT MAX(id) FROM work UNION ALL SELECT MAX(id)"
            " FROM ledger_entry UNION ALL SELECT MAX(id) FROM person UNION ALL SELECT MAX(id) FROM near_miss"
            " UNION ALL SELECT MAX(id) FROM guard_override UNION ALL SELECT MAX(id) FROM daily_receipt) AS highest")
        ->value_or(0);
}

bool take_lease(Sql& sql, std::string_view name, std::int64_t holder, Instant now, std::chrono::microseconds time) {
    return sql.run(
               "INSERT INTO lease (name, holder, until_us) VALUES ($1, $2, $4) ON CONFLICT (name) DO UPDATE"
               " SET holder = $2, until_us = $4 WHERE lease.holder = $2 OR lease.until_us <= $3",
               name, holder, now, now + time) == 1;
}

void give_up_lease(Sql& sql, std::string_view name, std::int64_t holder) {
    sql.run("UPDATE lease SET until_us = 0 WHERE name = $1 AND holder = $2", name, holder);
}

void put_vacancy(Sql& sql, const VacancyRow& row) {
    sql.run(
        "INSERT INTO vacancy (partner, service, places, as_of_us, expires_at_us, fictional)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (partner, service)"
        " DO UPDATE SET places = $3, as_of_us = $4, expires_at_us = $5, fictional = $6"
        " WHERE vacancy.as_of_us <= $4 OR vacancy.fictional <> $6",
        row.partner.text(), row.service, row.places, row.as_of, row.expires, row.fictional);
}

std::vector<VacancyRow> vacancies(Sql& sql, std::string_view service) {
    std::vector<VacancyRow> out;
    for (const auto& [partner, places, as_of, expires, fictional] :
         sql.all<std::string, std::int64_t, Instant, Instant, bool>(
             "SELECT partner, places, as_of_us, expires_at_us, fictional FROM vacancy WHERE service = $1", service)) {
        out.push_back({Name::declare(partner), std::string(service), places, as_of, expires, fictional});
    }
    return out;
}

}  // namespace haven::store
