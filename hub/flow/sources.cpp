#include "hub/flow/sources.h"

#include "core/base/code.h"
#include "core/base/crash_point.h"
#include "core/base/log.h"
#include "hub/flow/stored_message.h"
#include "hub/flow/vault.h"

namespace haven::flow {
namespace {

constexpr std::chrono::milliseconds poll_every{250};
constexpr std::chrono::milliseconds rest_min{20};  // however often it is woken, as it is by each message that comes
constexpr std::int64_t receipt_lines_max = 1'000;
constexpr std::int64_t receipts_at_once = 50;

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
            self->serve(partner, *source);
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

void Sources::serve(Name partner, sdk::Source& source) {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto wakes = wakes_;
        lock.unlock();
        const bool took = take_one(partner, source);
        give_receipts(partner, source);
        lock.lock();
        if (took) { continue; }
        woken_.wait_for(lock, rest_min, [&] { return stopping_; });
        woken_.wait_for(lock, poll_every, [&] { return stopping_ || wakes_ != wakes; });
    }
}

bool Sources::take_one(Name partner, sdk::Source& source) {
    auto arrival = source.read();
    if (!arrival) {
        log(LogLevel::warning, "source not read", {{"partner", partner}, {"why", arrival.error()}});
        return false;
    }
    if (!*arrival) { return false; }
    const auto token = (*arrival)->token;
    const Incoming message{partner, (*arrival)->media_type, {}, {}, token};
    auto accepted = door_.receive(message, *(*arrival)->body, message_bytes_max_);
    if (!accepted && accepted.error().fault == Fault::too_large) { accepted = door_.hold(message, accepted.error()); }
    if (!accepted) {
        log(LogLevel::warning, "message not accepted", {{"partner", partner}, {"why", accepted.error()}});
        return false;
    }
    if (accepted->repeat) { give_receipt_of_repeat(accepted->id, token, source); }
    crash_point("acknowledge-before");
    auto acknowledged = source.acknowledge(token);
    crash_point("acknowledge-after");
    if (!acknowledged) {
        log(LogLevel::warning, "message not acknowledged", {{"partner", partner}, {"why", acknowledged.error()}});
        return false;
    }
    return true;
}

// The same message under another name: it says what became of the first as far as that is known now, because the first
// has its own receipt later and this one has none.
void Sources::give_receipt_of_repeat(MessageId id, std::string_view token, sdk::Source& source) {
    const auto json = receipt_json(context_, id);
    if (json) { (void)source.receipt(token, *json); }
}

void Sources::give_receipts(Name partner, sdk::Source& source) {
    const auto due = context_.readers.read([&](store::Sql& sql) -> Result<std::vector<MessageId>> {
        return store::receipts_due(sql, partner, receipts_at_once);
    });
    if (!due) { return; }
    for (const auto id : *due) {
        auto message = StoredMessage::open(context_, id);
        auto json = receipt_json(context_, id);
        if (!message || !json) { continue; }
        auto token = open_token((*message)->key(), id, (*message)->row().source_token);
        if (!token || !source.receipt(*token, *json)) { continue; }
        (void)context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            store::note_receipt_given(sql, id);
            return {};
        });
    }
}

Result<std::string> receipt_json(const Context& context, MessageId id) {
    struct Rows {
        store::MessageRow message;
        std::vector<store::ReceiptLine> lines;
    };
    auto rows = context.readers.read_snapshot([&](store::Sql& sql) -> Result<Rows> {
        auto message = store::read_message(sql, id);
        if (!message) { return fail(Fault::missing, "no such message"); }
        return Rows{std::move(*message), store::receipt_lines(sql, id, -1, receipt_lines_max)};
    });
    if (!rows) { return fail(std::move(rows).error()); }
    const auto& m = rows->message;
    std::string out = "{\"message\":" + json_string(id_text(id)) + ",\"partner\":" + json_string(m.partner.text()) +
                      ",\"state\":" + json_string(code_text(m.state)) + (m.fictional ? ",\"fictional\":true" : "") +
                      ",\"received\":" + json_string(iso_text(m.received_at)) +
                      ",\"taken\":" + std::to_string(m.taken) + ",\"held\":" + std::to_string(m.held) +
                      ",\"repeated\":" + std::to_string(m.repeated) + ",\"records\":[";
    const char* comma = "";
    for (const auto& line : rows->lines) {
        out += std::string(comma) + "{\"record\":" + std::to_string(line.record_number) +
               ",\"result\":" + json_string(line.result) + ",\"fault\":" + json_string(line.fault) +
               ",\"where\":" + json_string(line.place) + ",\"why\":" + json_string(line.reason) + "}";
        comma = ",";
    }
    return out + "]}";
}

}  // namespace haven::flow
