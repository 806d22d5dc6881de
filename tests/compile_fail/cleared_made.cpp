// Only the guard makes bytes that may leave.
// allowed: Guard
// forbidden: Anybody
// because: private
#include "core/base/cleared.h"

namespace haven {

class SUBJECT {
public:
    static Cleared make(Name partner) { return Cleared(partner, "application/json", "a.json", "{}", Instant{}); }
};

}  // namespace haven
