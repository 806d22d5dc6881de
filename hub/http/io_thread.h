#pragma once
#include <ctime>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "hub/http/edge.h"
#include "hub/http/loop.h"

namespace haven::http {

class Connection;
using Moment = std::chrono::steady_clock::time_point;

/// One thread and the connections that it serves. A connection never changes its thread, so nothing of it is locked.
class IoThread : public std::enable_shared_from_this<IoThread> {
public:
    explicit IoThread(Edge& edge);
    ~IoThread();

    void run();                                   ///< the thread's body; returns after `drain`
    void adopt(Socket socket, const Peer& peer);  ///< on the loop's thread, like all below
    void drain(Moment cut_at);                    ///< ends every connection, the last at `cut_at`, then the thread
    void forget(const std::shared_ptr<Connection>& connection);
    const std::string& date();  ///< for the Date header, made once a second

    Edge& edge;
    Loop loop;
    std::vector<char> scratch;  ///< what every connection reads into, so that an idle one holds no buffer

private:
    void sweep();
    void end_if_drained();

    std::unordered_set<std::shared_ptr<Connection>> connections_;
    bool sweeping_ = false;
    bool draining_ = false;
    Moment cut_at_{};
    std::time_t date_at_ = 0;
    std::string date_;
};

}  // namespace haven::http
