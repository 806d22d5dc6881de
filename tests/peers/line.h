#pragma once
#include <fstream>
#include <string>
#include <vector>

#include "tests/peers/peer.h"

namespace haven::peers {

/// A line to a port on this machine that can be cut or held: tests/peers/line, running.
class Line {
public:
    explicit Line(int to) : peer_("line", {folder_.path(), std::to_string(to)}) {}
    int port() const { return peer_.port(); }
    /// The limits of the connections that come from now on, in their order, the last for all that follow:
    /// {R"("up": 100, "then": "hold")", ""} is a limit for the next one and none for those after it.
    void limit(const std::vector<std::string>& limits) {
        std::string list;
        for (const auto& each : limits) { list += (list.empty() ? "{" : ", {") + each + "}"; }
        put_file(folder_ / "control.json",
                 "{\"limits\": [" + list + "], \"said\": " + std::to_string(++times_said_) + "}");
    }
    int connections() const { return lines_with("connected"); }
    int stopped() const { return lines_with("stopped"); }
    std::string log() const { return file_text(folder_ / "line.jsonl"); }

private:
    int lines_with(const std::string& word) const {
        std::ifstream lines(folder_ / "line.jsonl");
        int count = 0;
        for (std::string line; std::getline(lines, line);) { count += line.find(word) != std::string::npos ? 1 : 0; }
        return count;
    }
    TemporaryFolder folder_;
    Peer peer_;
    int times_said_ = 0;
};

}  // namespace haven::peers
