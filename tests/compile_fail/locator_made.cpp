// Only a record makes a locator.
// allowed: Record
// forbidden: Anybody
// because: private
#include "core/catalogue/value.h"

namespace haven {

class SUBJECT {
public:
    static Locator make(std::string_view text) { return Locator(text); }
};

}  // namespace haven
