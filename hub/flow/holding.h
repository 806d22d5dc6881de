#pragma once
#include "core/store/messages.h"
#include "hub/flow/changes.h"
#include "hub/flow/context.h"
#include "hub/flow/held_part.h"

/// What is written of something that waits for a person.
namespace haven::flow {

/// The line of its cause: equal ones of a partner meet there, whatever their records' numbers.
store::HeldRow held_row(const Context& context, Name partner, const Error& error, Instant now);

store::ReceiptLine receipt_line(std::int64_t number, const char* result, const Error& error);

/// What a message changes that is held as a whole, nothing of it taken.
Changes held_whole(const Context& context, const store::MessageRow& message, const Error& error);

/// What was held is held again, for this reason; it counts as held already.
Changes held_again(const Context& context, const store::MessageRow& message, const HeldPart& part, const Error& error);

}  // namespace haven::flow
