#pragma once
#include "core/base/byte_source.h"
#include "core/store/messages.h"
#include "hub/flow/context.h"

namespace haven::flow {

/// A stored message as bytes: opened a chunk at a time, so that memory does not grow with it.
class StoredMessage : public ByteSource {
public:
    /// Errors: missing - no such message, or its key was destroyed; broken; unreachable.
    static Result<std::unique_ptr<StoredMessage>> open(const Context& context, MessageId id);

    const store::MessageRow& row() const { return row_; }
    const Key& key() const { return key_; }
    /// Reads from the beginning again.
    void rewind();
    Result<std::size_t> read(std::span<char> into) override;

private:
    StoredMessage(const Context& context, store::MessageRow row, Key key)
        : context_(context), row_(std::move(row)), key_(std::move(key)) {}
    Result<void> next_chunk();

    const Context& context_;
    store::MessageRow row_;
    Key key_;
    std::int64_t next_ = 0;
    std::string chunk_;
    std::size_t at_ = 0;
};

}  // namespace haven::flow
