#pragma once
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "hub/flow/broker.h"
#include "hub/flow/teller.h"

namespace haven::flow {

/// Does one piece of work towards a partner: decides, commits the attempt, sends, commits what became of it.
class Sending {
public:
    Sending(const Context& context, sdk::Sink& sink) : context_(context), sink_(sink) {}

    /// Errors: unreachable - the store is busy or lost; the work stays claimed until its lease ends.
    Result<void> run(const store::Work& work);

private:
    struct Target {
        CaseSnapshot snapshot;
        std::optional<store::OfferRow> offer;
        std::string reference;
        std::vector<store::AttemptRow> attempts;
    };
    Result<Target> target(const store::Work& work) const;
    Result<void> begin_and_send(const store::Work& work, int tries);
    Result<void> begin(const store::Work& work, Target& target, const Telling& telling);
    Result<void> end(const store::Work& work, const Telling& telling, const sdk::Delivery& delivery);
    Result<void> drop(const store::Work& work);
    Result<void> hold(const store::Work& work, const Error& error, Changes changes = {});
    Result<void> commit(const Changes& changes);

    const Context& context_;
    sdk::Sink& sink_;
};

/// The lanes: one for each partner, with as many threads as its adapter may have sends under way, and one for reading.
/// A slow or sick partner holds up its own lane only.
class Dispatch {
public:
    /// Errors: those of the adapters' make_sink, at the partner.
    static Result<std::unique_ptr<Dispatch>> start(const Context& context, unsigned readers);
    Dispatch(const Dispatch&) = delete;
    Dispatch& operator=(const Dispatch&) = delete;
    ~Dispatch();

    /// There may be new work.
    void wake();

private:
    struct Lane {
        Name name;
        std::vector<std::unique_ptr<sdk::Sink>> sinks;  ///< one for each thread
        std::vector<std::thread> threads;
        bool due = true;
    };
    explicit Dispatch(const Context& context) : context_(context) {}
    void serve(Lane& lane, sdk::Sink* sink);
    bool serve_one(Lane& lane, sdk::Sink* sink);
    void watch();

    const Context& context_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;
    bool look_ = true;
    std::map<std::string, std::unique_ptr<Lane>, std::less<>> lanes_;
    std::thread watcher_;
};

}  // namespace haven::flow
