#pragma once
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <array>
#include <vector>

#include "core/store/engine/session.h"
#include "core/store/engine/statements.h"

namespace haven::store {

/// How long one answer of the server may take, a commit that waits for its standby among them.
inline constexpr std::chrono::seconds answer_wait_max{30};
/// A migration may fill a column of every row, or wait for another node that does.
inline constexpr std::chrono::hours migration_wait_max{1};

/// A session with a PostgreSQL server. SOCI opens and owns it; statements run on libpq's own calls, because SOCI 4.0.3
/// ends text at a zero byte, sends bytes as text, waits without limit, and takes a quarter longer.
class PostgresSession final : public Session {
public:
    static Result<std::unique_ptr<PostgresSession>> open(const std::string& where, Use use);

    Engine engine() const override { return Engine::postgres; }
    void begin_write() override;
    // The snapshot is that of the first statement after BEGIN.
    void begin_snapshot() override { command("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1"); }
    void next_body() override;
    void undo_body() override { command("ROLLBACK TO body"); }
    void commit() override;
    void rollback() noexcept override;
    bool in_transaction() const override;
    bool lost() override;
    void script(const std::string& text) override;
    Mark mark() const override { return mark_; }
    bool arrived(Mark commit) override;

private:
    struct Clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    using Answer = std::unique_ptr<PGresult, Clear>;
    struct Statement {
        std::string name;  // on the server
        int arguments = 0;
    };

    PostgresSession(const std::string& where, Use use);
    void set_up();
    void require_durable();
    void register_marks();

    std::int64_t execute(Literal sql, std::span<const Value> args, const OnRow* on_row) override;
    std::int64_t execute_prepared(Literal sql, std::span<const Value> args, const OnRow* on_row);
    Statement& prepared(Literal sql);
    void send(Statement& statement, std::span<const Value> args);
    std::int64_t read_answers(const OnRow* on_row);
    void pass_rows(const PGresult* answer, const OnRow& on_row);
    std::string command(const char* text);  // answers the server's tag, "COMMIT"
    Answer next_answer();
    void require_sent(int sent);
    void lose() noexcept;

    Use use_;
    soci::session session_;
    PGconn* connection_;
    Statements<Statement> statements_;
    std::uint64_t statements_made_ = 0;
    Mark mark_;
    bool in_body_ = false;
    bool reading_ = false;
    // Kept between statements for their memory.
    std::vector<Value> row_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
    std::vector<std::array<char, 24>> numbers_;
};

}  // namespace haven::store
