#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <vector>

#include "core/store/engine/database.h"
#include "core/store/engine/sql.h"

namespace haven::store {

class Session;

struct ReaderLimits {
    std::size_t sessions = 4;                    ///< readings at once
    std::chrono::milliseconds lease_wait{2000};  ///< for a session that another reading holds
};

/// Sessions that only read, lent for the length of one reading. They never wait for the writer, nor it for them.
///
///     auto due = readers.read([&](Sql& sql) -> Result<std::int64_t> { return *sql.one<std::int64_t>("SELECT ..."); });
///
/// Keep a reading short: on SQLite the log cannot start again while an old snapshot is read.
class Readers {
public:
    /// The tables must be there (`migrate`).
    /// Errors: unreachable, broken - as `open_session` says.
    static Result<std::unique_ptr<Readers>> open(const Database& database, ReaderLimits limits = {});
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;
    ~Readers();

    /// Runs `body(Sql&)`, which answers a Result; each statement sees what was committed when it began.
    ///
    /// Errors: what the body answered; what `Sql` says of its statements; and
    ///   unreachable - no session became free within `lease_wait`, or the database is not there
    ///   broken      - the body tried to write
    template <class Body>
    std::invoke_result_t<Body&, Sql&> read(Body&& body) {
        return answer_of(body, false);
    }

    /// As `read`, but all statements see one moment.
    template <class Body>
    std::invoke_result_t<Body&, Sql&> read_snapshot(Body&& body) {
        return answer_of(body, true);
    }

private:
    class Lease;
    Readers(const Database& database, ReaderLimits limits);
    Result<void> lend(const std::function<void(Sql&)>& body, bool snapshot);

    template <class Body>
    std::invoke_result_t<Body&, Sql&> answer_of(Body& body, bool snapshot) {
        std::optional<std::invoke_result_t<Body&, Sql&>> answer;
        const auto lent = lend([&](Sql& sql) { answer.emplace(body(sql)); }, snapshot);
        if (!lent) { return fail(lent.error()); }
        return std::move(*answer);
    }

    const Database database_;
    const ReaderLimits limits_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Session>> idle_;  // one that holds nothing is opened when it is lent
};

}  // namespace haven::store
