#pragma once
#include "hub/flow/stored_message.h"

namespace haven::flow {

/// The map of the partner that a message is for: the only one that reads its media type, else the first that claims its
/// first record, else the first that cannot read it and so can say what is wrong. Null where none is.
/// Reads from the beginning, and rewinds.
std::shared_ptr<const Map> map_for(const Context& context, StoredMessage& message);

/// Whether an error of reading is of the message as a whole, not of the store.
bool is_of_message(const Error& error);

}  // namespace haven::flow
