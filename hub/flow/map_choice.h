#pragma once
#include "hub/flow/stored_message.h"

namespace haven::flow {

/// The maps of its partner that read messages of this media type, in the order of the partner's file.
std::vector<std::shared_ptr<const Map>> maps_for(const Context& context, const store::MessageRow& row);

/// Whether the first record is the map's; what cannot be read is nobody else's either. Reads from the beginning.
bool claims(StoredMessage& message, const Map& map);

/// Whether an error of reading is of the message as a whole, not of the store.
bool is_of_message(const Error& error);

}  // namespace haven::flow
