#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "core/store/receipts.h"
#include "hub/flow/door.h"
#include "hub/flow/health.h"

namespace haven::flow {

/// Asks every adapter that has a source for messages, takes them in through the door, and gives receipts back. One
/// thread for each partner, so that a sick one delays no other. A source that fails is asked more and more seldom; one
/// that has failed for a quarter of an hour waits as a held line until it works again, and so do files that it has
/// passed over for so long.
class Sources {
public:
    /// A message of more than `message_bytes_max` bytes is held without its body.
    /// Errors: those of the adapters' make_source, at the partner.
    static Result<std::unique_ptr<Sources>> start(const Context& context, Door& door,
                                                  std::size_t message_bytes_max = std::size_t{1} << 30);
    Sources(const Sources&) = delete;
    Sources& operator=(const Sources&) = delete;
    ~Sources();
    void wake();

private:
    /// What a person is told of a source where it goes on.
    enum class Trouble : std::uint8_t { fails = 0, passes_over = 1 };  // kept in the store
    struct Lasting {
        std::optional<Instant> since{};  ///< nothing: it does not go on
        std::optional<bool> is_held{};   ///< whether it is a held line; nothing: not known yet
    };
    /// What one thread works with, and how that fares.
    struct Served {
        Name partner;
        sdk::Source& source;
        Health reading{};
        Health giving{};
        Lasting failing{};
        Lasting passing_over{};
        std::int64_t passed_over = 0;      ///< files, at the last look
        std::int64_t given_to = 0;         ///< receipts go round: this one was the last
        std::optional<Error> not_given{};  ///< since the round began
    };

    Sources(const Context& context, Door& door, std::size_t message_bytes_max)
        : context_(context), door_(door), message_bytes_max_(message_bytes_max) {}
    void serve(Served served);
    bool ask(Served& served);
    Result<bool> take_one(Served& served);
    Result<void> remember_repeat(MessageId id, std::string_view token, sdk::Source& source);
    void is_failing(Served& served, const Error& why);
    void is_well(Served& served);
    void count_passed_over(Served& served);
    void goes_on(Name partner, Trouble trouble, Lasting& lasting);
    void is_over(Name partner, Trouble trouble, Lasting& lasting);
    void give_receipts(Served& served);
    Result<void> give_receipt(sdk::Source& source, const store::DueReceipt& due);

    const Context& context_;
    Door& door_;
    std::size_t message_bytes_max_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;
    std::uint64_t wakes_ = 0;
    std::vector<std::unique_ptr<sdk::Source>> sources_;
    std::vector<std::thread> threads_;
};

}  // namespace haven::flow
