// Only a decision makes a disclosure of a record.
// allowed: Decision
// forbidden: Anybody
// because: private
#include "core/agreement/disclosure.h"

namespace haven {

class SUBJECT {
public:
    static Disclosure make(Record record) { return Disclosure(std::move(record)); }
};

}  // namespace haven
