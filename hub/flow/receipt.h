#pragma once
#include <string>

#include "hub/flow/context.h"

namespace haven::flow {

/// Records of one receipt: those behind record `after`, at most `most` of them. Record 0 is the message as a whole.
struct ReceiptPage {
    std::int64_t after = -1;
    std::int64_t most = receipt_records_max;

    /// About 20 MB of text: what one receipt may have in memory.
    static constexpr std::int64_t receipt_records_max = 100'000;
};

/// What became of a message, as JSON without personal data: its state, its counts, and each record that was not simply
/// taken, with place and reason. Where the page is full there may be more, and `next` is what the next page begins
/// behind.
/// Errors: missing; unreachable.
Result<std::string> receipt_json(const Context& context, MessageId id, const ReceiptPage& page = {});

}  // namespace haven::flow
