#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/conformance/far_end.h"

namespace haven::conformance {

// Each system call stops the traced child twice, at its entry and at its end: to be killed at an entry is to be killed
// with everything before it done and this call not. Nothing that the outside sees happens between two calls.
bool killed_at_call(int nth, const std::function<void()>& prepare, const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        prepare();
        ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        ::raise(SIGSTOP);
        work();
        ::_exit(0);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) {
        throw std::runtime_error("the child to be killed did not start");
    }
    ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    constexpr int at_call = SIGTRAP | 0x80;
    int deliver = 0;
    for (int stops = 0; stops < 2 * nth - 1;) {
        if (::ptrace(PTRACE_SYSCALL, child, nullptr, deliver) != 0 || ::waitpid(child, &status, 0) != child) {
            throw std::runtime_error("the child to be killed was lost");
        }
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
                throw std::runtime_error("the child to be killed failed");
            }
            return false;
        }
        deliver = WSTOPSIG(status) == at_call ? 0 : WSTOPSIG(status);
        stops += deliver == 0 ? 1 : 0;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    return true;
}

}  // namespace haven::conformance
