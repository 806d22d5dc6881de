#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "hub/flow/broker.h"
#include "hub/flow/teller.h"
#include "hub/flow/unsettled.h"

namespace haven::flow {

/// Stands for the way to a partner to which the site knows none: what is for it is held, and nothing is begun.
class Nowhere : public sdk::Sink {
public:
    sdk::Delivery send(const Cleared& message, std::string_view key) override;
};

/// Does work towards a partner: decides, commits the attempts, sends, commits what became of them.
class Sending {
public:
    /// Told once for each piece of work, on the thread that runs it, when its end is committed or cannot be.
    using Told = std::function<void(const store::Work&, const Result<void>&)>;
    /// `handler` is the way to the partner's nominated handler, or null.
    Sending(const Context& context, sdk::Sink& sink, sdk::Sink* handler, Told told)
        : context_(context), sink_(sink), handler_(handler), told_(std::move(told)), unsettled_(context.writer) {}

    /// Work of different cases, sent one after the other. As much of it is begun in one commit as this partner takes
    /// within half a second, and what became of it is committed while the next is decided. What is not begun by
    /// `until` is left as it is.
    /// Errors, told: unreachable - the store is busy or lost; conflict - others were faster too often.
    void run(std::vector<store::Work> works, Instant until);
    /// Waits until what became of the last sendings is committed.
    void settle() { unsettled_.settle(); }

private:
    struct Target {
        CaseSnapshot snapshot;
        std::optional<store::OfferRow> offer;
        std::optional<store::DailyReceiptRow> receipt;
        std::string reference;
        std::vector<store::AttemptRow> attempts;
        Overrides overrides;

        const store::CopyRow* copy(const store::Work& work) const;  ///< that a recall is about
    };
    Result<Target> target(const store::Work& work) const;
    /// An attempt whose beginning is under way, or `committed`.
    struct Begun {
        store::Work work;
        Target target;
        Telling telling;
        Result<void> committed{};
    };
    std::size_t at_once() const;
    void send_all(std::vector<store::Work> works);
    Result<std::unique_ptr<Begun>> decide(const store::Work& work);
    Result<void> begin(Begun& begun);
    void deliver(Begun& begun);
    struct Sent {
        store::Work work;
        AttemptId attempt;
        Notice notice;
        int version = 0;  ///< of the referral, as told
        sdk::Delivery delivery;
    };
    Result<Changes> ending(const Sent& sent, Target& target, Instant now) const;
    Result<void> end(const Sent& sent, Target target);
    Result<void> end_again(const Sent& sent);
    Result<void> drop(const store::Work& work);
    Result<void> hold(const store::Work& work, const Stopped& stopped, const store::CaseRow& of_case = {});
    void put_held(const store::Work& work, const Stopped& stopped, std::string_view case_name, Instant now,
                  Changes& changes) const;
    Result<void> commit(const Changes& changes);

    const Context& context_;
    sdk::Sink& sink_;
    sdk::Sink* handler_;
    Told told_;
    std::chrono::steady_clock::duration pace_ = std::chrono::seconds(1);  ///< of the last sending; slow before it
    Unsettled unsettled_;
};

/// The lanes: one for each partner, with as many threads as its adapter may have sends under way, one for reading, and
/// one for what is left for partners that the site has no more: a person hears of that.
/// A slow or sick partner holds up its own lane only.
class Dispatch {
public:
    /// Errors: those of the adapters' make_sink, at the partner.
    /// `on_other_site` is called once, from a thread of the lanes, when another site than the context's is active: from
    /// then on no work is claimed here, so that it waits for a node that has loaded that one.
    static Result<std::unique_ptr<Dispatch>> start(const Context& context, std::function<void()> on_other_site);
    Dispatch(const Dispatch&) = delete;
    Dispatch& operator=(const Dispatch&) = delete;
    ~Dispatch();

    /// There may be new work.
    void wake();

private:
    struct Lane {
        Name name;                                         ///< empty: partners that the site has no more
        std::vector<std::unique_ptr<sdk::Sink>> sinks;     ///< one for each thread
        std::vector<std::unique_ptr<sdk::Sink>> handlers;  ///< the same, to the nominated handler; or none
        std::vector<std::thread> threads;
        std::size_t workers = 1;    ///< threads
        std::size_t claim_max = 0;  ///< pieces that wait claimed, at most
        std::deque<store::Work> claimed;
        Instant claimed_at{};
        bool due = true;
        bool claiming = false;
        std::condition_variable woken;
    };
    Dispatch(const Context& context, std::function<void()> on_other_site)
        : context_(context), on_other_site_(std::move(on_other_site)) {}
    using Works = std::vector<store::Work>;
    void serve(Lane& lane, const std::function<void(Works, Instant until)>& work, const std::function<void()>& settle);
    static Works share_of(Lane& lane);
    void serve_reading(Lane& lane);
    void serve_partner(Lane& lane, sdk::Sink& sink, sdk::Sink* handler);
    void claim(Lane& lane, std::unique_lock<std::mutex>& lock);
    void ended(const store::Work& work, const Result<void>& done);
    void watch();
    void look(std::unique_lock<std::mutex>& lock);
    bool is_active(store::Sql& sql);
    std::vector<Name> names_of(store::Sql& sql, const Lane& lane) const;

    const Context& context_;
    std::function<void()> on_other_site_;
    std::atomic<bool> other_site_ = false;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;
    bool look_ = true;
    std::map<std::string, std::unique_ptr<Lane>, std::less<>> lanes_;
    std::thread watcher_;
};

}  // namespace haven::flow
