#include "core/store/engine/postgres_session.h"

#include <poll.h>

#include <charconv>
#include <random>

#include "core/base/crash_point.h"
#include "core/store/engine/dialect.h"
#include "core/store/engine/postgres_wire.h"

namespace haven::store {
namespace {

// Of several same keywords libpq takes the last, so a site's own setting wins. A dead peer is noticed within seconds.
constexpr const char* connection_defaults =
    "application_name=haven client_encoding=UTF8 connect_timeout=5 target_session_attrs=read-write"
    " keepalives_idle=5 keepalives_interval=2 keepalives_count=3 tcp_user_timeout=10000 ";

// A hub that is stopped in the middle of a transaction must not keep its locks for ever.
constexpr const char* limits_of_session = "SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '60s'";

constexpr int looks_max = 8;                      // for what an idle line brought
constexpr std::chrono::hours marks_kept{24 * 7};  // a session that wrote nothing for so long registers anew

// Notices quote rows. libpq would print them.
void drop_notice(void*, const PGresult*) {}

}  // namespace

Result<std::unique_ptr<PostgresSession>> PostgresSession::open(const std::string& where, Use use) {
    try {
        std::unique_ptr<PostgresSession> session(new PostgresSession(where, use));
        session->set_up();
        return session;
    } catch (const SqlFailure& failure) {
        return fail(failure.error);
    } catch (const soci::soci_error&) {  // its text names the host and the role
        return fail(Fault::unreachable, "the database does not take the connection");
    }
}

PostgresSession::PostgresSession(const std::string& where, Use use)
    : use_(use),
      session_(soci::postgresql, connection_defaults + where),
      connection_(static_cast<soci::postgresql_session_backend*>(session_.get_backend())->conn_) {
    PQsetNoticeReceiver(connection_, drop_notice, nullptr);
}

void PostgresSession::set_up() {
    const char* encoding = PQparameterStatus(connection_, "server_encoding");
    if (encoding == nullptr || std::string_view(encoding) != "UTF8") {
        throw SqlFailure(Fault::broken, "expected a database with the encoding UTF8");
    }
    if (use_ != Use::migrate) { command(limits_of_session); }
    if (use_ == Use::read) {
        command("SET default_transaction_read_only = on; SET statement_timeout = '30s'");
        return;
    }
    require_durable();
    if (use_ == Use::write) { register_marks(); }
}

void PostgresSession::require_durable() {
    const auto settings =
        one<std::string, std::string>("SELECT current_setting('fsync'), current_setting('synchronous_commit')");
    if (std::get<0>(*settings) != "on") {
        throw SqlFailure(Fault::broken, "the database does not keep what it commits: fsync is off");
    }
    if (std::get<1>(*settings) == "off") { command("SET synchronous_commit = on"); }
}

// One row a session, raised by each of its transactions: a commit of unknown outcome is asked about by that row. The
// number of rows is that of sessions, so nothing grows with the work.
void PostgresSession::register_marks() {
    std::random_device random;
    mark_.session = static_cast<std::int64_t>((std::uint64_t{random()} << 32 | random()) >> 1);
    const auto now = one<std::int64_t>("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
    run("DELETE FROM submitted WHERE at_us < $1", *now - std::chrono::microseconds(marks_kept).count());
    run("INSERT INTO submitted (id, last, at_us) VALUES ($1, 0, $2)", mark_.session, *now);
    const auto prepare =
        "PREPARE submitted_mark (bigint) AS UPDATE submitted SET last = $1,"
        " at_us = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint WHERE id = " +
        std::to_string(mark_.session);
    command(prepare.c_str());
}

void PostgresSession::begin_write() {
    in_body_ = false;
    if (use_ == Use::migrate) {  // one node at a time; the lock goes with the transaction
        command("BEGIN; SELECT pg_advisory_xact_lock(hashtext('haven migration'))");
        return;
    }
    ++mark_.transaction;
    const auto text = "BEGIN; EXECUTE submitted_mark(" + std::to_string(mark_.transaction) + ")";
    if (command(text.c_str()) != "UPDATE 1") {
        lose();  // the row was swept; the next session makes its own
        throw SqlFailure(Fault::unreachable, "the session with the database is too old");
    }
}

void PostgresSession::next_body() {
    command(in_body_ ? "RELEASE body; SAVEPOINT body" : "SAVEPOINT body");
    in_body_ = true;
}

// The whole text is one message, so a process that dies here leaves the server with all of it or with nothing.
void PostgresSession::script(const std::string& text) {
    command(text.c_str());
    crash_point("migration-statement");
}

void PostgresSession::commit() {
    std::string tag;
    try {
        tag = command("COMMIT");
    } catch (const SqlFailure& failure) {
        if (connection_ == nullptr) { throw CommitUnknown(failure.error); }
        throw;
    }
    // A transaction that failed before answers COMMIT with success and the tag ROLLBACK.
    if (tag != "COMMIT") { throw SqlFailure(Fault::conflict, "the transaction was undone at its commit"); }
}

void PostgresSession::rollback() noexcept {
    if (!in_transaction()) { return; }
    try {
        command("ROLLBACK");
    } catch (const SqlFailure&) { lose(); }
}

bool PostgresSession::in_transaction() const {
    const auto status = connection_ == nullptr ? PQTRANS_UNKNOWN : PQtransactionStatus(connection_);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

// The server's good-bye and the end of the line after it take one look each.
bool PostgresSession::lost() {
    for (int look = 0; connection_ != nullptr && look < looks_max; ++look) {
        pollfd ready{PQsocket(connection_), POLLIN, 0};
        if (::poll(&ready, 1, 0) <= 0) { break; }
        if (PQconsumeInput(connection_) == 0) { lose(); }
    }
    return connection_ == nullptr;
}

// The lock waits for the session that sent the commit, should its server process be still at it: without the lock the
// answer could be no, and the commit happen afterwards.
bool PostgresSession::arrived(Mark commit) {
    const auto last = one<std::int64_t>("SELECT last FROM submitted WHERE id = $1 FOR UPDATE", commit.session);
    return last == commit.transaction;
}

std::int64_t PostgresSession::execute(Literal sql, std::span<const Value> args, const OnRow* on_row) {
    if (reading_) { throw SqlFailure(Fault::broken, "a statement runs while the rows of another are read"); }
    try {
        return execute_prepared(sql, args, on_row);
    } catch (const SqlFailure& failure) {
        log_refused(sql, failure);
        throw;
    }
}

std::int64_t PostgresSession::execute_prepared(Literal sql, std::span<const Value> args, const OnRow* on_row) {
    auto& statement = prepared(sql);
    require_text(args);
    send(statement, args);
    if (on_row != nullptr) { PQsetSingleRowMode(connection_); }  // memory does not grow with the rows
    return read_answers(on_row);
}

PostgresSession::Statement& PostgresSession::prepared(Literal sql) {
    if (auto* found = statements_.find(sql.text)) { return *found; }
    const auto text = in_dialect(sql.text, Engine::postgres);
    if (!text) { throw SqlFailure(text.error()); }
    if (const auto oldest = statements_.make_room()) { command(("DEALLOCATE " + oldest->name).c_str()); }
    Statement made{"haven_" + std::to_string(++statements_made_)};
    require_sent(connection_ == nullptr ? 0 : PQsendPrepare(connection_, made.name.c_str(), text->c_str(), 0, nullptr));
    read_answers(nullptr);
    return statements_.keep(sql.text, std::move(made));
}

// Numbers go as text, which fits whatever integer type or boolean the server infers; text and bytes go as they are.
void PostgresSession::send(Statement& statement, std::span<const Value> args) {
    const auto count = args.size();
    values_.assign(count, nullptr);
    lengths_.assign(count, 0);
    formats_.assign(count, 0);
    numbers_.resize(std::max(numbers_.size(), count));
    for (std::size_t i = 0; i < count; ++i) {
        if (const auto* n = std::get_if<std::int64_t>(&args[i])) {
            auto& text = numbers_[i];
            *std::to_chars(text.data(), text.data() + text.size() - 1, *n).ptr = '\0';
            values_[i] = text.data();
            continue;
        }
        const auto* bytes = std::get_if<BytesView>(&args[i]);
        const auto* text = std::get_if<std::string_view>(&args[i]);
        if (bytes == nullptr && text == nullptr) { continue; }  // null
        const auto view = bytes != nullptr ? bytes->value : *text;
        values_[i] = view.empty() ? "" : view.data();
        lengths_[i] = static_cast<int>(view.size());
        formats_[i] = 1;
    }
    require_sent(connection_ == nullptr
                     ? 0
                     : PQsendQueryPrepared(connection_, statement.name.c_str(), static_cast<int>(count), values_.data(),
                                           lengths_.data(), formats_.data(), 1));
}

std::int64_t PostgresSession::read_answers(const OnRow* on_row) {
    // Whatever happens, the answers are read to their end: else the connection is of no more use.
    struct Finish {
        PostgresSession& self;
        ~Finish() {
            self.reading_ = false;
            try {
                while (self.connection_ != nullptr && self.next_answer()) {}
            } catch (const SqlFailure&) {  // lost; the next statement says so
            }
        }
    } const finish{*this};
    reading_ = true;
    std::int64_t changed = 0;
    while (const auto answer = next_answer()) {
        const auto status = PQresultStatus(answer.get());
        if (status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
            if (on_row != nullptr) { pass_rows(answer.get(), *on_row); }
            if (!std::string_view(PQcmdStatus(answer.get())).starts_with("SELECT")) {
                const std::string_view count = PQcmdTuples(answer.get());
                std::from_chars(count.data(), count.data() + count.size(), changed);
            }
        } else {
            const auto failure = postgres_failure(answer.get(), use_);
            if (failure.connection_ends) { lose(); }
            throw SqlFailure(failure.error);
        }
    }
    return changed;
}

void PostgresSession::pass_rows(const PGresult* answer, const OnRow& on_row) {
    for (int row = 0; row < PQntuples(answer); ++row) {
        row_.clear();
        for (int column = 0; column < PQnfields(answer); ++column) {
            row_.push_back(postgres_value(answer, row, column));
        }
        on_row(row_);
    }
}

std::string PostgresSession::command(const char* text) {
    require_sent(connection_ == nullptr ? 0 : PQsendQuery(connection_, text));
    std::string tag;
    std::optional<PostgresFailure> failure;
    while (const auto answer = next_answer()) {
        const auto status = PQresultStatus(answer.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && !failure) {
            failure = postgres_failure(answer.get(), use_);
        }
        tag = PQcmdStatus(answer.get());
    }
    if (failure) {
        if (failure->connection_ends) { lose(); }
        throw SqlFailure(failure->error);
    }
    return tag;
}

PostgresSession::Answer PostgresSession::next_answer() {
    const std::chrono::milliseconds wait_max =
        use_ == Use::migrate ? std::chrono::milliseconds(migration_wait_max) : answer_wait_max;
    while (PQisBusy(connection_) != 0) {
        pollfd ready{PQsocket(connection_), POLLIN, 0};
        const int count = ::poll(&ready, 1, static_cast<int>(wait_max.count()));
        if (count < 0 && errno == EINTR) { continue; }
        if (count <= 0 || PQconsumeInput(connection_) == 0) {
            lose();
            throw SqlFailure(Fault::unreachable, "the database did not answer");
        }
    }
    return Answer(PQgetResult(connection_));
}

void PostgresSession::require_sent(int sent) {
    if (sent != 0) { return; }
    lose();
    throw SqlFailure(Fault::unreachable, "the connection to the database is lost");
}

void PostgresSession::lose() noexcept {
    if (connection_ == nullptr) { return; }
    connection_ = nullptr;
    try {
        session_.close();
    } catch (const soci::soci_error&) {  // it is gone either way
    }
}

}  // namespace haven::store
