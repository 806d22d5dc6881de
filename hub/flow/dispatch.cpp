#include "hub/flow/dispatch.h"

#include "core/base/log.h"
#include "hub/flow/door.h"
#include "hub/flow/intake.h"

namespace haven::flow {
namespace {

constexpr std::chrono::minutes lease{2};
constexpr std::chrono::milliseconds watch_every{100};
constexpr std::size_t lanes_max = 256;
constexpr std::chrono::seconds reading_retry{1};
constexpr std::int64_t reading_tries_max = 20;

}  // namespace

Result<std::unique_ptr<Dispatch>> Dispatch::start(const Context& context, unsigned readers) {
    auto released = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::release_claims(sql, context.node);
        return {};
    });
    if (!released) { return fail(std::move(released).error()); }
    std::unique_ptr<Dispatch> made(new Dispatch(context));
    auto& reading = *made->lanes_.emplace(std::string(reading_lane.text()), std::make_unique<Lane>()).first->second;
    reading.name = reading_lane;
    for (const auto& [name, partner] : context.site->partners) {
        if (made->lanes_.size() >= lanes_max) {
            return fail(Fault::too_large, Reason("a site has at most ", lanes_max, " partners"));
        }
        if (partner.adapter == nullptr || partner.adapter->make_sink == nullptr) { continue; }
        auto lane = std::make_unique<Lane>();
        lane->name = partner.name;
        for (int i = 0; i < partner.adapter->in_flight; ++i) {
            auto sink = partner.adapter->make_sink(*partner.settings, {partner.name, &context.clock});
            if (!sink) { return fail(std::move(sink).error().at(Place::partner(partner.name))); }
            if (*sink == nullptr) { break; }
            lane->sinks.push_back(std::move(*sink));
        }
        made->lanes_.emplace(name, std::move(lane));
    }
    auto* self = made.get();
    for (auto& [name, lane] : made->lanes_) {
        auto* mine = lane.get();
        for (auto& sink : mine->sinks) {
            mine->threads.emplace_back([self, mine, to = sink.get()] { self->serve(*mine, to); });
        }
    }
    for (unsigned i = 0; i < readers; ++i) {
        reading.threads.emplace_back([self, &reading] { self->serve(reading, nullptr); });
    }
    made->watcher_ = std::thread([self] { self->watch(); });
    return made;
}

Dispatch::~Dispatch() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    if (watcher_.joinable()) { watcher_.join(); }
    for (auto& [name, lane] : lanes_) {
        for (auto& thread : lane->threads) { thread.join(); }
    }
}

void Dispatch::wake() {
    {
        const std::lock_guard lock(mutex_);
        look_ = true;
    }
    woken_.notify_all();
}

// Finds the lanes that have work; each lane's own threads then take it piece by piece.
void Dispatch::watch() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        woken_.wait_for(lock, watch_every, [&] { return stopping_ || look_; });
        look_ = false;
        lock.unlock();
        const auto lanes = context_.readers.read([&](store::Sql& sql) -> Result<std::vector<std::string>> {
            return store::lanes_with_work(sql, context_.clock.now());
        });
        lock.lock();
        if (!lanes) { continue; }
        for (const auto& name : *lanes) {
            if (const auto lane = lanes_.find(name); lane != lanes_.end()) { lane->second->due = true; }
        }
        woken_.notify_all();
    }
}

void Dispatch::serve(Lane& lane, sdk::Sink* sink) {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (!lane.due) {
            woken_.wait(lock, [&] { return stopping_ || lane.due; });
            continue;
        }
        lock.unlock();
        const bool worked = serve_one(lane, sink);
        lock.lock();
        if (!worked) { lane.due = false; }
    }
}

bool Dispatch::serve_one(Lane& lane, sdk::Sink* sink) {
    std::optional<store::Work> work;
    const auto now = context_.clock.now();
    const auto claimed = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        work = store::claim_work(sql, lane.name, now, {context_.node, now + lease});
        return {};
    });
    if (!claimed || !work) { return false; }
    auto done =
        work->kind == store::WorkKind::read ? Intake(context_).read(*work) : Sending(context_, *sink).run(*work);
    if (!done) {
        log(LogLevel::warning, "work not done", {{"lane", lane.name}, {"work", work->id}, {"why", done.error()}});
        const auto again = context_.clock.now() + reading_retry;
        (void)context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            if (work->attempts < reading_tries_max) {
                store::retry_work(sql, work->id, work->attempts, again);
            } else {
                store::hold_work(sql, work->id, work->attempts);
            }
            return {};
        });
    }
    wake();
    return true;
}

}  // namespace haven::flow
