#include "hub/flow/stored_message.h"

#include "hub/flow/vault.h"

namespace haven::flow {

Result<std::unique_ptr<StoredMessage>> StoredMessage::open(const Context& context, MessageId id) {
    auto row = context.readers.read([&](store::Sql& sql) -> Result<store::MessageRow> {
        auto found = store::read_message(sql, id);
        if (!found || found->wrapped_key.empty()) { return fail(Fault::missing, "no such message"); }
        return std::move(*found);
    });
    if (!row) { return fail(std::move(row).error()); }
    auto key = unwrap_message_key(context.keys, id, row->wrapped_key);
    if (!key) { return fail(std::move(key).error()); }
    return std::unique_ptr<StoredMessage>(new StoredMessage(context, std::move(*row), std::move(*key)));
}

void StoredMessage::rewind() {
    next_ = 0;
    chunk_.clear();
    at_ = 0;
}

Result<std::size_t> StoredMessage::read(std::span<char> into) {
    while (at_ == chunk_.size()) {
        if (next_ == row_.chunks) { return std::size_t{0}; }
        if (auto done = next_chunk(); !done) { return fail(std::move(done).error()); }
    }
    const auto n = std::min(into.size(), chunk_.size() - at_);
    std::copy_n(chunk_.data() + at_, n, into.data());
    at_ += n;
    return n;
}

Result<void> StoredMessage::next_chunk() {
    std::string sealed;
    if (next_ == 0) {
        sealed = row_.body;
    } else {
        auto read = context_.readers.read([&](store::Sql& sql) -> Result<std::string> {
            auto chunk = store::read_chunk(sql, row_.id, next_);
            if (!chunk) { return fail(Fault::broken, "a chunk of the message is missing"); }
            return std::move(*chunk);
        });
        if (!read) { return fail(std::move(read).error()); }
        sealed = std::move(*read);
    }
    auto opened = open_chunk(key_, row_.id, next_, sealed);
    if (!opened) { return fail(std::move(opened).error()); }
    chunk_ = std::move(*opened);
    at_ = 0;
    ++next_;
    return {};
}

}  // namespace haven::flow
