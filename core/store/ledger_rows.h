#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/store/engine/sql.h"

namespace haven::store {

/// One ledger entry as it is stored: its bytes (core/ledger/entry.h), in the transaction of what it tells of.
struct LedgerRow {
    std::int64_t id = 0;
    std::optional<std::int64_t> leaf;  ///< none until the sequencer numbered it
    std::string subject;               ///< the ledger's name of the case; empty where there is none
    MessageId message;
    std::string body;
};
void insert_ledger_entry(Sql& sql, const LedgerRow& row);
/// Entries without a number, oldest first.
std::vector<LedgerRow> unnumbered_entries(Sql& sql, std::int64_t most);
std::optional<LedgerRow> find_entry(Sql& sql, std::int64_t id);
void number_entry(Sql& sql, std::int64_t id, std::int64_t leaf);
/// Those of a case, and of the cases that were merged into it.
std::vector<LedgerRow> entries_of_case(Sql& sql, CaseId id, std::int64_t after, std::int64_t most);
/// The newest of them, oldest first.
std::vector<LedgerRow> newest_entries_of_case(Sql& sql, CaseId id, std::int64_t most);
std::vector<LedgerRow> entries_of_message(Sql& sql, MessageId message, std::int64_t after, std::int64_t most,
                                          UserId by = {});
std::vector<LedgerRow> entries_from_leaf(Sql& sql, std::int64_t leaf, std::int64_t most);

/// The bytes of every entry, oldest first, without keeping them.
void each_entry(Sql& sql, const std::function<void(std::string_view body)>& take);
/// What the ledger calls, or called, each case that was not erased.
void each_ledger_name(Sql& sql, const std::function<void(CaseId, std::string)>& take);

struct CheckpointRow {
    std::int64_t size = 0;
    Instant at{};
    std::string note;
    std::string tree;  ///< the tree's state (core/ledger/tree.h)
};
void insert_checkpoint(Sql& sql, const CheckpointRow& row);
std::optional<CheckpointRow> last_checkpoint(Sql& sql);
std::optional<CheckpointRow> find_checkpoint(Sql& sql, std::int64_t size);
/// The newest of at most `more` leaves beyond `size`; where the next has more than that, the next; `size` itself where
/// there is none after it.
std::optional<CheckpointRow> checkpoint_within(Sql& sql, std::int64_t size, std::int64_t more);
std::vector<CheckpointRow> checkpoints_after(Sql& sql, std::int64_t size, std::int64_t most);

}  // namespace haven::store
