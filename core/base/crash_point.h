#pragma once
#include <atomic>

#include "core/base/reason.h"

namespace haven {

namespace detail {
extern std::atomic<bool> crash_armed;
void pass_crash_point(const char* name);
}  // namespace detail

/// A place where a crash test may end the process as a power cut would: at once, with nothing tidied up.
///
/// `HAVEN_CRASH_AT=commit-after:17` sends SIGKILL to the process at the 17th passage of the point `commit-after`,
/// counted over all threads. Points come in pairs around a step that persists or sends: `NAME-before`, `NAME-after`.
/// The variable is read once, at start. Without it a passage costs one relaxed load.
inline void crash_point(Literal name) {
    if (detail::crash_armed.load(std::memory_order_relaxed)) { detail::pass_crash_point(name.text); }
}

}  // namespace haven
