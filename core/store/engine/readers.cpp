#include "core/store/engine/readers.h"

#include "core/store/engine/session.h"

namespace haven::store {

/// A session, or the right to open one, that goes back to the others whatever happens.
class Readers::Lease {
public:
    static std::optional<Lease> take(Readers& readers) {
        std::unique_lock lock(readers.mutex_);
        const auto free = [&] { return !readers.idle_.empty(); };
        if (!readers.returned_.wait_for(lock, readers.limits_.lease_wait, free)) { return std::nullopt; }
        auto session = std::move(readers.idle_.back());
        readers.idle_.pop_back();
        return Lease(readers, std::move(session));
    }
    Lease(Lease&& other) noexcept
        : readers_(std::exchange(other.readers_, nullptr)), session_(std::move(other.session_)) {}
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
        if (readers_ == nullptr) { return; }
        if (session_) { session_->rollback(); }
        {
            const std::lock_guard lock(readers_->mutex_);
            readers_->idle_.push_back(std::move(session_));
        }
        readers_->returned_.notify_one();
    }

    Result<Session*> session() {
        if (!session_ || session_->lost()) {
            session_.reset();
            auto fresh = open_session(readers_->database_, Use::read);
            if (!fresh) { return fail(std::move(fresh).error()); }
            session_ = std::move(*fresh);
        }
        return session_.get();
    }

private:
    Lease(Readers& readers, std::unique_ptr<Session> session) : readers_(&readers), session_(std::move(session)) {}
    Readers* readers_;
    std::unique_ptr<Session> session_;
};

Result<std::unique_ptr<Readers>> Readers::open(const Database& database, ReaderLimits limits) {
    std::unique_ptr<Readers> readers(new Readers(database, limits));
    for (std::size_t i = 0; i < limits.sessions; ++i) {
        auto session = open_session(database, Use::read);
        if (!session) { return fail(std::move(session).error()); }
        readers->idle_.push_back(std::move(*session));
    }
    return readers;
}

Readers::Readers(const Database& database, ReaderLimits limits) : database_(database), limits_(limits) {}
Readers::~Readers() = default;

Result<void> Readers::lend(const std::function<void(Sql&)>& body, bool snapshot) {
    auto lease = Lease::take(*this);
    if (!lease) { return fail(Fault::unreachable, "all readers of the store are at work"); }
    auto session = lease->session();
    if (!session) { return fail(std::move(session).error()); }
    try {
        if (snapshot) { (*session)->begin_snapshot(); }
        body(**session);
        return {};
    } catch (const SqlFailure& failure) { return fail(failure.error); }
}

}  // namespace haven::store
