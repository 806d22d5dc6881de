#include "core/store/engine/postgres_wire.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace haven::store {
namespace {

enum TypeOf : Oid {
    bool_type = 16,
    bytea_type = 17,
    int8_type = 20,
    int2_type = 21,
    int4_type = 23,
    text_type = 25,
    varchar_type = 1043
};

// Big-endian two's complement of `bytes.size()` bytes.
std::int64_t integer(std::string_view bytes) {
    std::uint64_t n = !bytes.empty() && static_cast<signed char>(bytes.front()) < 0 ? ~std::uint64_t{0} : 0;
    for (const char c : bytes) { n = n << 8 | static_cast<unsigned char>(c); }
    return static_cast<std::int64_t>(n);
}

struct Meaning {
    std::string_view state;  ///< a whole SQLSTATE or its class; the first that fits holds
    Fault fault;
    Reason reason;
    bool connection_ends = false;
};

constexpr std::array meanings{
    Meaning{"23505", Fault::conflict, "the store holds this key already"},
    Meaning{"23", Fault::conflict, "a rule of the table forbids it"},
    Meaning{"40", Fault::conflict, "another transaction was in the way"},
    Meaning{"55P03", Fault::unreachable, "the store is busy"},
    Meaning{"57014", Fault::unreachable, "a statement took too long"},
    Meaning{"57", Fault::unreachable, "the connection to the database is lost", true},
    Meaning{"08P01", Fault::broken, "a statement takes another number of arguments"},
    Meaning{"08", Fault::unreachable, "the connection to the database is lost", true},
    Meaning{"25P03", Fault::unreachable, "the transaction was idle for too long", true},
    Meaning{"53100", Fault::unreachable, "the disk of the store is full"},
    Meaning{"53", Fault::unreachable, "the database has no room for this now"},
    Meaning{"58", Fault::unreachable, "the disk of the store does not answer"},
    Meaning{"54", Fault::too_large, "a value is larger than the store takes"},
    Meaning{"22021", Fault::malformed, "expected UTF-8 without a zero byte as text for the store"},
    Meaning{"XX001", Fault::broken, "the files of the store are damaged"},
    Meaning{"42P01", Fault::broken, "a statement names a table that does not exist"},
    Meaning{"42703", Fault::broken, "a statement names a column that does not exist"},
    Meaning{"42601", Fault::broken, "a statement is not well-formed SQL"},
    Meaning{"42501", Fault::broken, "the role of the hub may not do this in the database"},
    Meaning{"42804", Fault::broken, "a value has another type than its column"},
    Meaning{"22P03", Fault::broken, "a value has another type than its column"},
    Meaning{"22P02", Fault::broken, "a value has another type than its column"},
};

}  // namespace

Value postgres_value(const PGresult* answer, int row, int column) {
    if (PQgetisnull(answer, row, column) != 0) { return {}; }
    const std::string_view bytes(PQgetvalue(answer, row, column),
                                 static_cast<std::size_t>(PQgetlength(answer, row, column)));
    switch (PQftype(answer, column)) {
        case bool_type:
        case int2_type:
        case int4_type:
        case int8_type: return integer(bytes);
        case text_type:
        case varchar_type: return bytes;
        case bytea_type: return BytesView{bytes};
        default: refuse_column();
    }
}

PostgresFailure postgres_failure(const PGresult* answer, Use use) {
    const char* text = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    const std::string_view state = text == nullptr ? "" : text;
    // No SQLSTATE: libpq itself speaks, because the connection broke.
    if (state.empty()) { return {{Fault::unreachable, "the connection to the database is lost", {}}, true}; }
    // A server that became a standby takes no more writes; the next session finds the new primary.
    if (state == "25006" && use == Use::read) { return {{Fault::broken, "this session may only read", {}}, false}; }
    if (state == "25006") { return {{Fault::unreachable, "the database takes no writes", {}}, true}; }
    const auto* const meaning =
        std::find_if(meanings.begin(), meanings.end(), [&](const Meaning& m) { return state.starts_with(m.state); });
    if (meaning != meanings.end()) { return {{meaning->fault, meaning->reason, {}}, meaning->connection_ends}; }
    const bool numeric = state[0] >= '0' && state[0] <= '9' && state[1] >= '0' && state[1] <= '9';
    return {{Fault::broken,
             Reason("PostgreSQL refused a statement, SQLSTATE class ",
                    numeric ? (state[0] - '0') * 10 + (state[1] - '0') : 99),
             {}},
            false};
}

}  // namespace haven::store
