// Only an outward map writes a disclosure as what is on its way out.
// allowed: OutwardMap
// forbidden: Anybody
// because: private
#include "core/agreement/guard.h"

namespace haven {

class SUBJECT {
public:
    static Outgoing make(Disclosure told) { return Outgoing(std::move(told), "application/json", "{}"); }
};

}  // namespace haven
