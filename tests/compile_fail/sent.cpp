// A sink sends what is cleared, and nothing before it on the way out.
// allowed: Cleared
// forbidden: Outgoing Disclosure Record std::string
// because: (cannot convert|invalid initialization|could not bind|no viable conversion)
#include "adapters/sdk/adapter.h"
#include "core/agreement/guard.h"

namespace haven {

sdk::Delivery send(sdk::Sink& sink, const SUBJECT& message) {
    return sink.send(message, "key-1");
}

}  // namespace haven
