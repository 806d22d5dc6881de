#include "hub/flow/sources.h"

#include <utility>

#include "core/base/crash_point.h"
#include "core/base/log.h"
#include "core/store/held.h"
#include "hub/flow/holding.h"
#include "hub/flow/receipt.h"
#include "hub/flow/stored_message.h"
#include "hub/flow/vault.h"

namespace haven::flow {
namespace {

constexpr std::chrono::milliseconds poll_every{250};
constexpr std::chrono::milliseconds rest_min{20};  // however often it is woken, as it is by each message that comes
constexpr std::chrono::minutes held_after{15};     // going on for so long, it is a person's business
constexpr std::int64_t receipts_at_once = 50;

Health::Time machine_time() {
    return std::chrono::steady_clock::now();
}

}  // namespace

Result<std::unique_ptr<Sources>> Sources::start(const Context& context, Door& door, std::size_t message_bytes_max) {
    std::unique_ptr<Sources> made(new Sources(context, door, message_bytes_max));
    std::vector<Name> partners;
    for (const auto& [name, partner] : context.site->partners) {
        if (partner.adapter == nullptr || partner.adapter->make_source == nullptr) { continue; }
        auto source = partner.adapter->make_source(*partner.settings, {partner.name, &context.clock});
        if (!source) { return fail(std::move(source).error().at(Place::partner(partner.name))); }
        if (*source == nullptr) { continue; }
        made->sources_.push_back(std::move(*source));
        partners.push_back(partner.name);
    }
    for (std::size_t i = 0; i < partners.size(); ++i) {
        made->threads_.emplace_back([self = made.get(), partner = partners[i], source = made->sources_[i].get()] {
            self->serve({partner, *source});
        });
    }
    return made;
}

Sources::~Sources() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    for (auto& thread : threads_) { thread.join(); }
}

void Sources::wake() {
    {
        const std::lock_guard lock(mutex_);
        ++wakes_;
    }
    woken_.notify_all();
}

void Sources::serve(Served served) {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto wakes = wakes_;
        lock.unlock();
        const bool took = ask(served);
        give_receipts(served);
        lock.lock();
        if (took) { continue; }
        woken_.wait_for(lock, rest_min, [&] { return stopping_; });
        woken_.wait_for(lock, poll_every, [&] { return stopping_ || wakes_ != wakes; });
    }
}

bool Sources::ask(Served& served) {
    if (!served.reading.is_due(machine_time())) { return false; }
    const auto took = take_one(served);
    took ? is_well(served) : is_failing(served, took.error());
    return took && *took;
}

Result<bool> Sources::take_one(Served& served) {
    auto arrival = served.source.read();
    if (!arrival) { return fail(std::move(arrival).error()); }
    if (!*arrival) { return false; }
    const auto token = (*arrival)->token;
    const Incoming message{served.partner, (*arrival)->media_type, {}, {}, token};
    auto accepted = door_.receive(message, *(*arrival)->body, message_bytes_max_);
    if (!accepted && accepted.error().fault == Fault::too_large) { accepted = door_.hold(message, accepted.error()); }
    if (!accepted) { return fail(std::move(accepted).error()); }
    if (accepted->repeat) {
        if (auto done = remember_repeat(accepted->id, token, served.source); !done) { return fail(done.error()); }
    }
    crash_point("acknowledge-before");
    auto acknowledged = served.source.acknowledge(token);
    crash_point("acknowledge-after");
    if (!acknowledged) { return fail(std::move(acknowledged).error()); }
    return true;
}

// The same message under another name: it is owed a receipt of its own once the first is done with. Where nobody keeps
// the key of the first any more, that is long since: it has its receipt at once.
Result<void> Sources::remember_repeat(MessageId id, std::string_view token, sdk::Source& source) {
    const auto first = StoredMessage::open(context_, id);
    if (!first && first.error().fault == Fault::missing) {
        const auto json = receipt_json(context_, id);
        return json ? source.receipt(token, *json) : fail(json.error());
    }
    if (!first) { return fail(first.error()); }
    const auto row = context_.ids.next(context_.clock.now());
    const store::DueReceipt repeat{row, id, seal_repeat_token((*first)->key(), id, row, token)};
    return context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_repeat(sql, repeat);
        return {};
    });
}

// Said once, when it begins; and to a person, when it lasts.
void Sources::is_failing(Served& served, const Error& why) {
    if (!served.reading.is_failing()) {
        log(LogLevel::warning, "source fails", {{"partner", served.partner}, {"why", why}});
    }
    served.reading.failed(machine_time());
    goes_on(served.partner, Trouble::fails, served.failing);
}

void Sources::is_well(Served& served) {
    is_over(served.partner, Trouble::fails, served.failing);
    if (served.reading.is_failing()) { log(LogLevel::info, "source works again", {{"partner", served.partner}}); }
    served.reading.went_well();
    count_passed_over(served);
}

// A file of another name may hold her answer as well as any. More of them than a person was told of are news.
void Sources::count_passed_over(Served& served) {
    const auto now = served.source.passed_over();
    const auto before = std::exchange(served.passed_over, now);
    if (now == 0) { return is_over(served.partner, Trouble::passes_over, served.passing_over); }
    if (now > before) {
        log(LogLevel::warning, "files passed over", {{"partner", served.partner}, {"files", now}});
        if (served.passing_over.is_held == true) { served.passing_over = {}; }
    }
    goes_on(served.partner, Trouble::passes_over, served.passing_over);
}

void Sources::goes_on(Name partner, Trouble trouble, Lasting& lasting) {
    const auto now = context_.clock.now();
    if (!lasting.since) { lasting.since = now; }
    if (lasting.is_held == true || now - *lasting.since < held_after) { return; }
    const Error fails{Fault::unreachable, "nothing can be fetched from this partner; the hub's log says why", {}};
    const Error passes_over{Fault::malformed,
                            "files lie with this partner whose names, kinds or sizes the hub does not "
                            "take; its adapter's page says which it takes",
                            {}};
    const auto line = held_row(context_, partner, trouble == Trouble::fails ? fails : passes_over, now);
    const auto held = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::hold(sql, line, {store::HeldKind::source, static_cast<std::int64_t>(trouble), 0, {}});
        return {};
    });
    if (held) { lasting.is_held = true; }
}

// A hub that ended may have left its line.
void Sources::is_over(Name partner, Trouble trouble, Lasting& lasting) {
    lasting.since.reset();
    if (lasting.is_held == false) { return; }
    const auto released = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::release_held_item(sql, store::HeldKind::source, static_cast<std::int64_t>(trouble), context_.clock.now(),
                                 {}, partner);
        return {};
    });
    if (released) { lasting.is_held = false; }
}

// Some at a time, and all round before one that failed is tried again: those that cannot be given hold up no other.
void Sources::give_receipts(Served& served) {
    if (!served.giving.is_due(machine_time())) { return; }
    const auto due = context_.readers.read([&](store::Sql& sql) -> Result<std::vector<store::DueReceipt>> {
        return store::due_receipts(sql, served.partner, served.given_to, receipts_at_once);
    });
    if (!due) { return; }
    for (const auto& receipt : *due) {
        if (auto given = give_receipt(served.source, receipt); !given) { served.not_given = given.error(); }
    }
    const bool is_round = std::ssize(*due) < receipts_at_once;
    served.given_to = is_round ? 0 : due->back().id;
    if (!is_round) { return; }
    if (!served.not_given) { return served.giving.went_well(); }
    if (!served.giving.is_failing()) {
        log(LogLevel::warning, "receipts not given", {{"partner", served.partner}, {"why", *served.not_given}});
    }
    served.giving.failed(machine_time());
    served.not_given.reset();
}

Result<void> Sources::give_receipt(sdk::Source& source, const store::DueReceipt& due) {
    const auto message = StoredMessage::open(context_, due.message);
    if (!message && message.error().fault != Fault::missing) { return fail(message.error()); }
    if (message) {  // else its key was destroyed, and with it the token
        const auto& key = (*message)->key();
        const auto token = due.id == due.message.value ? open_token(key, due.message, due.source_token)
                                                       : open_repeat_token(key, due.message, due.id, due.source_token);
        if (!token) { return fail(token.error()); }
        const auto json = receipt_json(context_, due.message);
        if (!json) { return fail(json.error()); }
        if (auto given = source.receipt(*token, *json); !given) { return given; }
    }
    return context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::end_receipt(sql, due);
        return {};
    });
}

}  // namespace haven::flow
