#include "core/base/name.h"

#include <mutex>
#include <string>
#include <unordered_set>

#include "core/base/limits.h"

namespace haven {
namespace {

struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace

Name Name::declare(std::string_view text) {
    static std::mutex mutex;
    static auto& kept =
        *new std::unordered_set<std::string, Hash, std::equal_to<>>();  // never destroyed: Names outlive main
    if (text.empty()) { return {}; }
    const auto wanted = text.substr(0, limits::name_chars_max);
    const std::lock_guard lock(mutex);
    const auto known = kept.find(wanted);
    return Name(known != kept.end() ? *known : *kept.emplace(wanted).first);
}

}  // namespace haven
