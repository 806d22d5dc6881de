#include "hub/flow/dispatch.h"

#include <algorithm>

#include "core/base/log.h"
#include "hub/flow/door.h"
#include "hub/flow/holding.h"
#include "hub/flow/intake.h"

namespace haven::flow {
namespace {

constexpr std::chrono::minutes lease{2};
constexpr std::chrono::milliseconds watch_every{100};
constexpr std::chrono::milliseconds watch_rest{2};  // however often it is woken
constexpr std::size_t lanes_max = 256;
constexpr std::size_t read_claims = 64;  // one commit claims them and one takes them in
constexpr std::size_t send_claims = 8;   // for each thread: what it begins in one commit
constexpr auto claim_fresh = lease / 2;  // what waited longer is left to the end of its lease
constexpr std::chrono::seconds reading_retry{1};
constexpr std::int64_t reading_races_max = 5;  // tried again at once; then after `reading_retry`
constexpr std::int64_t work_tries_max = 20;    // then a person looks

}  // namespace

Result<std::unique_ptr<Dispatch>> Dispatch::start(const Context& context, std::function<void()> on_other_site) {
    auto released = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::release_claims(sql, context.node);
        return {};
    });
    if (!released) { return fail(std::move(released).error()); }
    std::unique_ptr<Dispatch> made(new Dispatch(context, std::move(on_other_site)));
    auto& reading = *made->lanes_.emplace(std::string(reading_lane.text()), std::make_unique<Lane>()).first->second;
    reading.name = reading_lane;
    for (const auto& [name, partner] : context.site->partners) {
        if (made->lanes_.size() >= lanes_max) {
            return fail(Fault::too_large, Reason("a site has at most ", lanes_max, " partners"));
        }
        auto lane = std::make_unique<Lane>();
        lane->name = partner.name;
        const bool sends = partner.adapter != nullptr && partner.adapter->make_sink != nullptr;
        for (int i = 0; sends && i < partner.adapter->in_flight; ++i) {
            auto sink = partner.adapter->make_sink(*partner.settings, {partner.name, &context.clock});
            if (!sink) { return fail(std::move(sink).error().at(Place::partner(partner.name))); }
            if (*sink == nullptr) { break; }
            lane->sinks.push_back(std::move(*sink));
            if (!partner.handler) { continue; }
            auto handler =
                partner.handler->adapter->make_sink(*partner.handler->settings, {partner.name, &context.clock});
            if (!handler) { return fail(std::move(handler).error().at(Place::partner(partner.name))); }
            if (*handler == nullptr) { return fail(Fault::missing, "the nominated handler's adapter sends nothing"); }
            lane->handlers.push_back(std::move(*handler));
        }
        if (lane->sinks.empty()) { lane->sinks.push_back(std::make_unique<Nowhere>()); }
        made->lanes_.emplace(name, std::move(lane));
    }
    made->lanes_.emplace("", std::make_unique<Lane>()).first->second->sinks.push_back(std::make_unique<Nowhere>());
    reading.claim_max = read_claims;
    for (auto& [name, lane] : made->lanes_) {
        if (lane->sinks.empty()) { continue; }
        lane->workers = lane->sinks.size();
        lane->claim_max = send_claims * lane->workers;
    }
    auto* self = made.get();
    for (auto& [name, lane] : made->lanes_) {
        auto* mine = lane.get();
        for (std::size_t i = 0; i < mine->sinks.size(); ++i) {
            auto* handler = mine->handlers.empty() ? nullptr : mine->handlers[i].get();
            mine->threads.emplace_back(
                [self, mine, to = mine->sinks[i].get(), handler] { self->serve_partner(*mine, *to, handler); });
        }
    }
    // One, and of one node (`claim`).
    reading.threads.emplace_back([self, &reading] { self->serve_reading(reading); });
    made->watcher_ = std::thread([self] { self->watch(); });
    return made;
}

Dispatch::~Dispatch() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    for (auto& [name, lane] : lanes_) { lane->woken.notify_all(); }
    if (watcher_.joinable()) { watcher_.join(); }
    for (auto& [name, lane] : lanes_) {
        for (auto& thread : lane->threads) { thread.join(); }
    }
    // What was claimed and not begun is for whoever comes next.
    (void)context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::release_claims(sql, context_.node);
        store::give_up_lease(sql, reading_lane.text(), context_.node);
        return {};
    });
}

void Dispatch::wake() {
    {
        const std::lock_guard lock(mutex_);
        look_ = true;
    }
    woken_.notify_one();
}

// Finds the lanes that have work; each lane's own threads then take it.
void Dispatch::watch() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        woken_.wait_for(lock, watch_every, [&] { return stopping_ || look_; });
        if (stopping_) { return; }
        look_ = false;
        look(lock);
        woken_.wait_for(lock, watch_rest, [&] { return stopping_; });
    }
}

void Dispatch::look(std::unique_lock<std::mutex>& lock) {
    std::vector<Lane*> quiet;
    for (auto& [name, lane] : lanes_) {
        if (!lane->due && lane->claimed.empty()) { quiet.push_back(lane.get()); }
    }
    if (quiet.empty()) { return; }
    lock.unlock();
    const auto busy = context_.readers.read([&](store::Sql& sql) -> Result<std::vector<Lane*>> {
        const auto now = context_.clock.now();
        std::vector<Lane*> found;
        if (!is_active(sql)) { return found; }
        std::copy_if(quiet.begin(), quiet.end(), std::back_inserter(found), [&](const Lane* lane) {
            const auto names = names_of(sql, *lane);
            return std::any_of(names.begin(), names.end(),
                               [&](Name name) { return store::has_due_work(sql, name, now); });
        });
        return found;
    });
    lock.lock();
    if (!busy) { return; }
    for (auto* lane : *busy) {
        lane->due = true;
        lane->woken.notify_one();
    }
}

// Whoever finds nothing claimed claims for all threads of the lane, several pieces in one commit.
void Dispatch::serve(Lane& lane, const std::function<void(Works, Instant)>& work, const std::function<void()>& settle) {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (!lane.claimed.empty()) {
            auto mine = share_of(lane);
            const auto until = lane.claimed_at + claim_fresh;
            lock.unlock();
            work(std::move(mine), until);
            lock.lock();
        } else if (lane.due && !lane.claiming) {
            claim(lane, lock);
            lock.unlock();
            settle();  // what was submitted before the claim is settled by now
            lock.lock();
        } else {
            lock.unlock();
            settle();
            lock.lock();
            lane.woken.wait(lock, [&] { return stopping_ || !lane.claimed.empty() || (lane.due && !lane.claiming); });
        }
    }
    lock.unlock();
    settle();
}

// Work stays due while the site that is active is not the one that this node knows.
bool Dispatch::is_active(store::Sql& sql) {
    if (store::in_force(sql).site == context_.site->hash) { return true; }
    if (!other_site_.exchange(true)) {
        log(LogLevel::alarm, "another site was activated: nothing is sent from here until it is loaded", {});
        if (on_other_site_) { on_other_site_(); }
    }
    return false;
}

// Asked each time: of a partner that left copies are recalled and offers withdrawn for as long as there are any.
std::vector<Name> Dispatch::names_of(store::Sql& sql, const Lane& lane) const {
    if (!lane.name.empty()) { return {lane.name}; }
    auto names = store::open_lanes(sql);
    std::erase_if(names, [&](Name name) { return lanes_.contains(name.text()); });
    return names;
}

Dispatch::Works Dispatch::share_of(Lane& lane) {
    const auto n = std::max<std::size_t>(1, lane.claimed.size() / lane.workers);
    const auto end = lane.claimed.begin() + static_cast<std::ptrdiff_t>(n);
    Works out(lane.claimed.begin(), end);
    lane.claimed.erase(lane.claimed.begin(), end);
    return out;
}

void Dispatch::claim(Lane& lane, std::unique_lock<std::mutex>& lock) {
    lane.claiming = true;
    lane.due = false;
    lock.unlock();
    std::vector<store::Work> claimed;
    const auto now = context_.clock.now();
    const auto done = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (!is_active(sql)) { return {}; }
        // One node reads: two that met reports of a new victim at the same moment would make two cases of her.
        const bool reads = lane.name == reading_lane;
        if (reads && !store::take_lease(sql, reading_lane.text(), context_.node, now, lease)) { return {}; }
        for (const auto name : names_of(sql, lane)) {
            const auto some = store::claim_work(sql, name, now, {context_.node, now + lease},
                                                static_cast<std::int64_t>(lane.claim_max - claimed.size()));
            claimed.insert(claimed.end(), some.begin(), some.end());
        }
        return {};
    });
    lock.lock();
    lane.claiming = false;
    if (!done) { return; }
    lane.claimed_at = now;
    lane.claimed.insert(lane.claimed.end(), claimed.begin(), claimed.end());
    lane.due = lane.due || claimed.size() == lane.claim_max;  // there may be more
    if (!claimed.empty()) { lane.woken.notify_all(); }
}

void Dispatch::serve_reading(Lane& lane) {
    Unsettled unsettled(context_.writer);
    std::size_t left = 0;
    const auto look = [&] {
        const std::lock_guard lock(mutex_);
        if (stopping_) { return Intake::Waiting::the_end; }
        const bool others = left > 0 || lane.due || !lane.claimed.empty();
        return others ? Intake::Waiting::others : Intake::Waiting::nobody;
    };
    Intake intake(
        context_, unsettled, [this](const store::Work& work, const Result<void>& done) { ended(work, done); }, look);
    const auto read = [&](const Works& works, Instant until) {
        left = works.size();
        for (const auto& work : works) {
            --left;
            if (context_.clock.now() < until && look() != Intake::Waiting::the_end) { intake.run(work); }
        }
    };
    serve(lane, read, [&] { unsettled.settle(); });
}

void Dispatch::serve_partner(Lane& lane, sdk::Sink& sink, sdk::Sink* handler) {
    Sending sending(context_, sink, handler,
                    [this](const store::Work& work, const Result<void>& done) { ended(work, done); });
    const auto send = [&](Works works, Instant until) { sending.run(std::move(works), until); };
    serve(lane, send, [&] { sending.settle(); });
}

void Dispatch::ended(const store::Work& work, const Result<void>& done) {
    if (!done) {
        const bool raced = done.error().fault == Fault::conflict;
        log(raced ? LogLevel::info : LogLevel::warning, "work not done",
            {{"lane", work.lane}, {"work", work.id}, {"why", done.error()}});
        const auto now = context_.clock.now();
        const auto again = raced && work.attempts < reading_races_max ? now : now + reading_retry;
        Changes changes;
        using How = Changes::EndedWork::How;
        if (work.attempts < work_tries_max) {
            changes.ended_work.push_back({work.id, work.attempts, How::retry, again});
        } else {
            changes.ended_work.push_back({work.id, work.attempts, How::held});
            const auto partner = work.lane == reading_lane ? Name{} : work.lane;
            changes.held.emplace_back(held_row(context_, partner, done.error(), now),
                                      store::HeldItem{store::HeldKind::work, work.id.value, 0, work.case_id});
        }
        (void)context_.writer.submit_and_wait([&](store::Sql& sql) { return apply(sql, changes, now); });
    }
    wake();
}

}  // namespace haven::flow
