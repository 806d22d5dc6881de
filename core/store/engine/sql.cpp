#include "core/store/engine/sql.h"

#include "core/base/encoding.h"
#include "core/base/log.h"
#include "core/store/engine/session.h"

namespace haven::store {

void refuse_column() {
    throw SqlFailure(Fault::broken, "a column holds null or another type than the code reads");
}

void refuse_row() {
    throw SqlFailure(Fault::broken, "a statement answers another number of columns than the code reads");
}

void Sql::refuse_second_row() {
    throw SqlFailure(Fault::broken, "a statement answers a second row where the code reads one");
}

void Sql::refuse_more_rows() {
    throw SqlFailure(Fault::too_large, Reason("a statement answers more than ", rows_max, " rows"));
}

void require_text(std::span<const Value> args) {
    for (const auto& arg : args) {
        const auto* text = std::get_if<std::string_view>(&arg);
        if (text != nullptr && (text->find('\0') != std::string_view::npos || !is_utf8(*text))) {
            throw SqlFailure(Fault::malformed, "expected UTF-8 without a zero byte as text for the store");
        }
    }
}

void log_refused(Literal sql, const SqlFailure& failure) {
    if (failure.error.fault == Fault::broken) {
        log(LogLevel::warning, "statement-refused", {{"sql", sql}, {"error", failure.error}});
    }
}

}  // namespace haven::store
