#include "core/base/crash_point.h"

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace haven {
namespace {

struct CrashAt {
    std::string name;
    std::uint64_t passage = 0;
};

// "NAME:N"; anything else is no crash point, and the crash test that set it sees the process live on.
std::optional<CrashAt> crash_from_environment() {
    const char* text = std::getenv("HAVEN_CRASH_AT");
    const std::string_view setting = text == nullptr ? "" : text;
    const auto colon = setting.rfind(':');
    if (colon == std::string_view::npos) { return std::nullopt; }
    const auto passage = std::strtoull(setting.data() + colon + 1, nullptr, 10);
    if (passage == 0) { return std::nullopt; }
    return CrashAt{std::string(setting.substr(0, colon)), passage};
}

const std::optional<CrashAt>& crash_at() {
    static const auto kept = crash_from_environment();
    return kept;
}

std::atomic<std::uint64_t> passages{0};

}  // namespace

namespace detail {

// Points passed by initialisers of other files before this one runs are not counted.
std::atomic<bool> crash_armed{crash_at().has_value()};

void pass_crash_point(const char* name) {
    if (crash_at()->name == name && passages.fetch_add(1) + 1 == crash_at()->passage) { ::raise(SIGKILL); }
}

}  // namespace detail
}  // namespace haven
