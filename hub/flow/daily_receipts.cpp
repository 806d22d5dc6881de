#include "hub/flow/daily_receipts.h"

#include "core/base/log.h"
#include "core/catalogue/value.h"
#include "core/store/ledger_rows.h"
#include "core/store/timers.h"
#include "core/store/work.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/own_record.h"
#include "hub/flow/teller.h"

namespace haven::flow {
namespace {

constexpr std::chrono::minutes try_again_after{10};
constexpr std::string_view record_type = "daily-receipt";

std::string text_of(Day day) {
    return date_text(Date{day});
}

Instant due_for(const Context& context, Day day) {
    return context.site->zone->start_of(day + std::chrono::days{1}) + daily_receipts_after;
}

struct Figures {
    std::map<std::string, store::Passed, std::less<>> passed;
    std::string checkpoint;
};

Result<Figures> figures_of(const Context& context, Day day) {
    const auto& zone = *context.site->zone;
    const auto from = zone.start_of(day);
    const auto until = zone.start_of(day + std::chrono::days{1});
    Figures figures;
    auto read = context.readers.read_snapshot([&](store::Sql& sql) -> Result<void> {
        figures.passed = store::passed_between(sql, from, until);
        auto last = store::last_checkpoint(sql);
        if (!last) { return fail(Fault::missing, "no checkpoint was signed yet"); }
        figures.checkpoint = std::move(last->note);
        return {};
    });
    if (!read) { return fail(std::move(read).error()); }
    return figures;
}

// Whom nobody agreed to tell, or in no words, asks for it instead.
bool is_told(const site::Site& site, const site::Partner& partner, Instant now) {
    const auto type = site.catalogue->find_record_type(record_type);
    return type && partner.out.contains(*type) && site.agreement_to(partner.name, daily_receipt_purpose, *type, now);
}

}  // namespace

std::int64_t number_of(Day day) {
    return day.time_since_epoch().count();
}

Day day_of(std::int64_t number) {
    return Day{std::chrono::days{number}};
}

void begin_daily_receipts(store::Sql& sql, const Context& context, Instant now) {
    if (store::has_timer(sql, store::TimerKind::daily_receipts)) { return; }
    const auto today = context.site->zone->day(now);
    store::set_timer(sql, store::TimerKind::daily_receipts, number_of(today), due_for(context, today));
}

// The next time is set first: what fails is tried again then, and not at once for ever. A day that was slept through is
// made up for, and so is each one behind it.
Result<void> make_daily_receipts(const Context& context, Day day) {
    const auto now = context.clock.now();
    auto set = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::set_timer(sql, store::TimerKind::daily_receipts, number_of(day), now + try_again_after);
        return {};
    });
    if (!set) { return set; }
    const auto figures = figures_of(context, day);
    if (!figures) { return fail(figures.error()); }
    std::vector<std::pair<store::DailyReceiptRow, std::optional<store::Work>>> made;
    for (const auto& [name, partner] : context.site->partners) {
        const auto passed = figures->passed.find(name);
        store::DailyReceiptRow row{context.ids.next_as<store::DailyReceiptId>(now),
                                   partner.name,
                                   text_of(day),
                                   now,
                                   passed == figures->passed.end() ? store::Passed{} : passed->second,
                                   figures->checkpoint};
        std::optional<store::Work> work;
        if (is_told(*context.site, partner, now)) {
            work = store::Work{
                context.ids.next_as<WorkId>(now), partner.name, store::WorkKind::receipt, {}, {}, row.id.value, 0};
        }
        made.emplace_back(std::move(row), work);
    }
    const auto entry = Chronicle::row(
        Chronicle(context.ids, now)
            .entry(ledger::Operation::receipt, "daily receipts made", ledger::Actor::of_hub("timekeeper")));
    const auto next = day + std::chrono::days{1};
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        for (const auto& [row, work] : made) {
            if (store::insert_daily_receipt(sql, row) && work) { store::insert_work(sql, *work, now); }
        }
        store::insert_ledger_entry(sql, entry);
        store::set_timer(sql, store::TimerKind::daily_receipts, number_of(day), std::nullopt);
        store::set_timer(sql, store::TimerKind::daily_receipts, number_of(next), due_for(context, next));
        return {};
    });
}

Result<std::string> daily_receipt_json(const Context& context, Name partner, std::optional<std::string_view> day) {
    if (day && !parse_date(*day)) { return fail(Fault::malformed, "expected ?day= and a day, such as 2026-11-27"); }
    const auto found = context.readers.read([&](store::Sql& sql) -> Result<std::optional<store::DailyReceiptRow>> {
        return store::last_daily_receipt(sql, partner, day.value_or("9999-12-31"));
    });
    if (!found) { return fail(found.error()); }
    if (!*found || (day && (*found)->day != *day)) { return fail(Fault::missing, "no receipt of this day"); }
    const auto& row = **found;
    const auto& n = row.passed;
    return "{\"partner\":" + json_string(row.partner.text()) + ",\"day\":" + json_string(row.day) +
           ",\"made\":" + json_string(iso_text(row.at)) + ",\"taken\":" + std::to_string(n.taken) +
           ",\"held\":" + std::to_string(n.held) + ",\"refused\":" + std::to_string(n.refused) +
           ",\"waiting\":" + std::to_string(n.waiting) + ",\"sent\":" + std::to_string(n.sent) +
           ",\"checkpoint\":" + json_string(row.checkpoint) + "}";
}

// At the stage that is about no person: consent, risk and age do not arise.
std::variant<Telling, Moot, Stopped> Teller::daily_receipt(const store::Work& work, const CaseSnapshot& nobody,
                                                           const store::DailyReceiptRow& row) const {
    if (context_.site->partner(row.partner.text()) == nullptr) { return Moot{}; }  // it has left: nobody waits for it
    OwnRecord own(context_.site->catalogue, record_type);
    const auto& n = row.passed;
    own.set("receipt/day", row.day).set("receipt/made", iso_text(row.at));
    own.set("receipt/taken", std::to_string(n.taken)).set("receipt/held", std::to_string(n.held));
    own.set("receipt/refused", std::to_string(n.refused)).set("receipt/waiting", std::to_string(n.waiting));
    own.set("receipt/sent", std::to_string(n.sent));
    own.set("receipt/checkpoint",
            std::string_view(row.checkpoint).substr(0, row.checkpoint.find_last_not_of('\n') + 1));
    auto record = own.part(now_);
    if (!record) { return Stopped{std::move(record).error()}; }
    auto reference = row.day;
    std::erase(reference, '-');  // a key has its parts between hyphens
    const auto purpose = std::string(daily_receipt_purpose);
    const Subject subject{{}, std::move(reference), Notice::receipt, 0, Stage::capacity, purpose, false, true};
    return send(work, nobody, nobody.file, subject, *record);
}

}  // namespace haven::flow
