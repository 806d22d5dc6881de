#pragma once
#include <fstream>
#include <string>
#include <vector>

#include "tests/peers/peer.h"

namespace haven::peers {

/// The council of tests/peers/council, running.
class Council {
public:
    explicit Council(const std::vector<std::string>& more = {})
        : peer_("council", joined({folder_.path(), certificates().path()}, more)) {}

    std::string url() const { return "https://localhost:" + std::to_string(peer_.port()) + "/referrals"; }
    int port() const { return peer_.port(); }

    /// "twice", or with more of what behaviour.json may say: R"("cut_after_taken", "times": 1)".
    void misbehave(const std::string& trouble) {
        const auto quoted = trouble.front() == '"' ? trouble : '"' + trouble + '"';
        put_file(folder_ / "behaviour.json",
                 "{\"trouble\": " + quoted + ", \"said\": " + std::to_string(++times_said_) + "}");
    }
    void behave() const { std::filesystem::remove(folder_ / "behaviour.json"); }
    void answer(const std::string& id, const std::string& json) const {
        put_file(folder_ / ("answers/" + id + ".json"), json);
    }
    void part_of_answer(const std::string& id, const std::string& json) const {
        put_file(folder_ / ("answers/" + id + ".json.part"), json);
    }

    /// Lines of received.jsonl in which all of these stand.
    int received(const std::vector<std::string>& words = {}) const {
        std::ifstream lines(folder_ / "received.jsonl");
        int count = 0;
        for (std::string line; std::getline(lines, line);) {
            bool all = true;
            for (const auto& word : words) { all = all && line.find(word) != std::string::npos; }
            count += all ? 1 : 0;
        }
        return count;
    }
    std::string received_text() const { return file_text(folder_ / "received.jsonl"); }
    bool answered_twice() const { return std::filesystem::exists(folder_ / "answered_twice"); }
    int effects(const std::string& key) const { return received({"\"key\": \"" + key + "\"", "\"effect\": true"}); }

private:
    static std::vector<std::string> joined(std::vector<std::string> words, const std::vector<std::string>& more) {
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    TemporaryFolder folder_;
    Peer peer_;
    int times_said_ = 0;
};

}  // namespace haven::peers
