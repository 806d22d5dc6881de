#include "core/store/daily_receipts.h"

#include "core/base/code.h"
#include "core/base/id.h"
#include "core/store/messages.h"
#include "core/store/work.h"

namespace haven::store {
namespace {

using Columns = std::tuple<DailyReceiptId, std::string, std::string, Instant, std::int64_t, std::int64_t, std::int64_t,
                           std::int64_t, std::int64_t, std::string>;

DailyReceiptRow row_of(Columns&& read) {
    auto& [id, partner, day, at, taken, held, refused, waiting, sent, checkpoint] = read;
    return {
        id, Name::declare(partner), std::move(day), at, {taken, held, refused, waiting, sent}, std::move(checkpoint)};
}

void add(Passed& passed, MessageState state, std::int64_t n) {
    switch (state) {
        case MessageState::taken: passed.taken += n; break;
        case MessageState::held: passed.held += n; break;
        case MessageState::refused: passed.refused += n; break;
        case MessageState::received: passed.waiting += n; break;
        case MessageState::receiving: break;  // nobody was told that it is here
    }
}

}  // namespace

// By id, which says when a row was made: neither table has an index by time. What went to a nominated handler was not
// sent to the partner: who may look at its own system learns of no case from a number either.
std::map<std::string, Passed, std::less<>> passed_between(Sql& sql, Instant from, Instant until) {
    std::map<std::string, Passed, std::less<>> out;
    for (const auto& [partner, state, n] : sql.all<std::string, std::string, std::int64_t>(
             "SELECT partner, state, COUNT(*) FROM message WHERE id >= $1 AND id < $2 GROUP BY partner, state",
             first_id_at(from), first_id_at(until))) {
        add(out[partner], *code_from<MessageState>(state), n);
    }
    for (const auto& [partner, n] : sql.all<std::string, std::int64_t>(
             "SELECT partner, COUNT(*) FROM attempt WHERE id >= $1 AND id < $2 AND state = $3 AND for_handler = 0"
             " GROUP BY partner",
             first_id_at(from), first_id_at(until), code_text(AttemptState::accepted))) {
        out[partner].sent = n;
    }
    return out;
}

bool insert_daily_receipt(Sql& sql, const DailyReceiptRow& row) {
    return sql.run(
               "INSERT INTO daily_receipt (id, partner, day, at_us, taken, held, refused, waiting, sent, checkpoint)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (partner, day) DO NOTHING",
               row.id, row.partner.text(), row.day, row.at, row.passed.taken, row.passed.held, row.passed.refused,
               row.passed.waiting, row.passed.sent, row.checkpoint) == 1;
}

std::optional<DailyReceiptRow> read_daily_receipt(Sql& sql, DailyReceiptId id) {
    auto read = sql.one<DailyReceiptId, std::string, std::string, Instant, std::int64_t, std::int64_t, std::int64_t,
                        std::int64_t, std::int64_t, std::string>(
        "SELECT id, partner, day, at_us, taken, held, refused, waiting, sent, checkpoint FROM daily_receipt"
        " WHERE id = $1",
        id);
    return read ? std::optional(row_of(std::move(*read))) : std::nullopt;
}

std::optional<DailyReceiptRow> last_daily_receipt(Sql& sql, Name partner, std::string_view until_day) {
    auto read = sql.one<DailyReceiptId, std::string, std::string, Instant, std::int64_t, std::int64_t, std::int64_t,
                        std::int64_t, std::int64_t, std::string>(
        "SELECT id, partner, day, at_us, taken, held, refused, waiting, sent, checkpoint FROM daily_receipt"
        " WHERE partner = $1 AND day <= $2 ORDER BY day DESC LIMIT 1",
        partner.text(), until_day);
    return read ? std::optional(row_of(std::move(*read))) : std::nullopt;
}

}  // namespace haven::store
