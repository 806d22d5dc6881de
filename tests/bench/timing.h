#pragma once
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>

/// How the measuring programs of one core time and print.
namespace haven::bench {

inline double processor_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Seconds of processor time that `once` takes, the best of five runs of a fifth of a second: what else the machine
/// does counts as little as it can.
template <class Once>
double seconds_of(Once&& once) {
    once();
    double best = 1e9;
    for (int run = 0; run < 5; ++run) {
        const auto start = processor_seconds();
        int times = 0;
        double passed = 0;
        do {
            once();
            ++times;
            passed = processor_seconds() - start;
        } while (passed < 0.2);
        best = std::min(best, passed / times);
    }
    return best;
}

/// What, value, unit, and the raw cost beside it.
inline void print(const char* what, double value, const char* unit, const std::string& raw) {
    std::printf("%-46s %12.2f %-12s %s\n", what, value, unit, raw.c_str());
    std::fflush(stdout);
}

inline std::string rate(const char* what, double per_second) {
    return std::string(what) + " " + std::to_string(static_cast<long>(per_second)) + "/s";
}

}  // namespace haven::bench
