#include "core/base/reason.h"

namespace haven {

std::string Reason::text() const {
    std::string out;
    for (std::size_t i = 0; i < words_.size(); ++i) {
        if (words_[i] == nullptr) { break; }
        if (i > 0) { out += std::to_string(numbers_[i - 1]); }
        out += words_[i];
    }
    return out;
}

}  // namespace haven
