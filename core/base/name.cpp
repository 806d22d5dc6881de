#include "core/base/name.h"

#include <mutex>
#include <string>
#include <unordered_set>

#include "core/base/limits.h"

namespace haven {

Name Name::declare(std::string_view text) {
    static std::mutex mutex;
    static auto& kept = *new std::unordered_set<std::string>();  // never destroyed: Names outlive main
    if (text.empty()) { return {}; }
    const std::lock_guard lock(mutex);
    return Name(*kept.emplace(text.substr(0, limits::name_chars_max)).first);
}

}  // namespace haven
