#pragma once
#include <string>
#include <vector>

#include "core/base/name.h"
#include "core/store/engine/sql.h"

/// What adapters are still owed: the receipt of each message that they brought, and of each repeat of it.
namespace haven::store {

struct DueReceipt {
    std::int64_t id = 0;       ///< the message's own, or that of the repeat
    MessageId message;         ///< that the receipt tells of
    std::string source_token;  ///< sealed; under which the adapter brought it
};

/// The same bytes came under another token before the message was done with: it is owed a receipt too, once that is.
void insert_repeat(Sql& sql, const DueReceipt& repeat);
/// Those of a partner's messages that are done with, by id, behind `after`.
std::vector<DueReceipt> due_receipts(Sql& sql, Name partner, std::int64_t after, std::int64_t most);
/// It was given, or nobody can be told any more.
void end_receipt(Sql& sql, const DueReceipt& given);

}  // namespace haven::store
