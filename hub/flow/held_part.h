#pragma once
#include <map>
#include <optional>
#include <set>

#include "core/store/held.h"

namespace haven::flow {

/// What of one message waits under a held line.
struct HeldPart {
    std::set<std::int64_t> records;      ///< numbers within the message
    std::optional<std::int64_t> rest{};  ///< from where the message could not be read; 0: nothing of it was
};

/// The records and messages among the items of a line, by message: those that are held still. Other items are left out.
std::map<MessageId, HeldPart> held_parts(store::Sql& sql, const std::vector<store::HeldItem>& items);

}  // namespace haven::flow
