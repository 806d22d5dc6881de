#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "hub/flow/door.h"

namespace haven::flow {

/// Asks every adapter that has a source for messages, takes them in through the door, and gives receipts back. One
/// thread for each partner, so that a sick one delays no other.
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
    Sources(const Context& context, Door& door, std::size_t message_bytes_max)
        : context_(context), door_(door), message_bytes_max_(message_bytes_max) {}
    void serve(Name partner, sdk::Source& source);
    bool take_one(Name partner, sdk::Source& source);
    void give_receipt_of_repeat(MessageId id, std::string_view token, sdk::Source& source);
    void give_receipts(Name partner, sdk::Source& source);

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

/// What became of a message, as JSON without personal data: its state, its counts, and each record that was not simply
/// taken, with place and reason; the first 1,000 of them.
/// Errors: missing; unreachable.
Result<std::string> receipt_json(const Context& context, MessageId id);

}  // namespace haven::flow
