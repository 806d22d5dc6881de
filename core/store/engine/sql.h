#pragma once
#include <array>
#include <functional>
#include <vector>

#include "core/base/reason.h"
#include "core/store/engine/value.h"

namespace haven::store {

inline constexpr std::size_t rows_max = 10'000;  ///< of one `all`; more are read with `each`

/// One session with the database, inside a transaction body (`Writer::submit`) or a reading (`Readers::read`).
///
///     sql.run("UPDATE work SET state = $1 WHERE id = $2", "done", id);
///     const auto revision = sql.one<std::int64_t>("SELECT revision FROM cases WHERE id = $1", id);
///     for (const auto& [id, due] : sql.all<WorkId, Instant>("SELECT id, due_at_us FROM work WHERE lane = $1", lane))
///
/// Statements are literals, so nothing can be spliced into one; values are bound to `$1`, `$2` ... One text serves both
/// engines; where they differ stands a word in braces (`core/store/engine/dialect.h`). Each is prepared once a session.
/// PostgreSQL infers an argument's type from where it stands: beside a column, or within CAST($1 AS {bigint}).
/// Arguments: integers, bool, text, BytesView or Bytes, Instant, Id, std::optional of those (nothing is null).
/// Columns: std::int64_t, bool, std::string, Bytes, Instant, Id, std::optional of those.
///
/// Errors: a statement that fails ends the body there and then. Who gave the session undoes the body alone and answers:
///   conflict    - a key is taken or a rule of a table broken; or, on PostgreSQL, a deadlock
///   unreachable - busy, full disk, or the connection is lost
///   malformed   - text that is no UTF-8 or holds a zero byte
///   broken      - a statement that does not fit the tables, a column of another type than the code reads
/// An error never holds a value, and the engines' own messages, which may, are dropped.
class Sql {
public:
    Sql() = default;
    Sql(const Sql&) = delete;
    Sql& operator=(const Sql&) = delete;
    virtual ~Sql() = default;

    /// Runs a statement; says how many rows it inserted, updated or deleted.
    template <class... Args>
    std::int64_t run(Literal sql, const Args&... args) {
        return execute(sql, values(args...), nullptr);
    }

    /// The only row, or nothing. Errors: broken - there is a second row.
    template <class... Columns, class... Args>
    std::optional<typename RowOf<Columns...>::Type> one(Literal sql, const Args&... args) {
        std::optional<typename RowOf<Columns...>::Type> out;
        const OnRow keep = [&out](std::span<const Value> row) {
            if (out) { refuse_second_row(); }
            out.emplace(read_row<Columns...>(row));
        };
        execute(sql, values(args...), &keep);
        return out;
    }

    /// Every row. Errors: too_large - more than `rows_max`.
    template <class... Columns, class... Args>
    std::vector<typename RowOf<Columns...>::Type> all(Literal sql, const Args&... args) {
        std::vector<typename RowOf<Columns...>::Type> out;
        const OnRow keep = [&out](std::span<const Value> row) {
            if (out.size() == rows_max) { refuse_more_rows(); }
            out.push_back(read_row<Columns...>(row));
        };
        execute(sql, values(args...), &keep);
        return out;
    }

    /// Calls `row(columns...)` for every row, however many, without keeping them. `row` runs no statement of its own.
    template <class... Columns, class Row, class... Args>
    void each(Row&& row, Literal sql, const Args&... args) {
        const OnRow pass = [&row](std::span<const Value> values_of_row) {
            std::apply(row, read_columns<Columns...>(values_of_row));
        };
        execute(sql, values(args...), &pass);
    }

protected:
    using OnRow = std::function<void(std::span<const Value>)>;

private:
    template <class... Args>
    static std::array<Value, sizeof...(Args)> values(const Args&... args) {
        return {to_value(args)...};
    }
    [[noreturn]] static void refuse_second_row();
    [[noreturn]] static void refuse_more_rows();

    // Finishes the statement before it returns or throws: one that is left open would hold a read transaction.
    virtual std::int64_t execute(Literal sql, std::span<const Value> args, const OnRow* on_row) = 0;
};

}  // namespace haven::store
