#pragma once
#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"

namespace haven {

/// Bytes from outside, a piece at a time, so that memory does not grow with the message.
class ByteSource {
public:
    ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;
    virtual ~ByteSource() = default;
    /// Fills the front of `into` and says how many bytes; 0 only at the end.
    virtual Result<std::size_t> read(std::span<char> into) = 0;
};

/// Bytes that are already in memory; they must outlive the source.
class MemorySource : public ByteSource {
public:
    explicit MemorySource(std::string_view bytes) : rest_(bytes) {}
    Result<std::size_t> read(std::span<char> into) override {
        const auto n = std::min(into.size(), rest_.size());
        std::copy_n(rest_.data(), n, into.data());
        rest_.remove_prefix(n);
        return n;
    }

private:
    std::string_view rest_;
};

/// Bytes in memory that the source owns.
class OwnedSource : public ByteSource {
public:
    explicit OwnedSource(std::string bytes) : bytes_(std::move(bytes)), rest_(bytes_) {}
    Result<std::size_t> read(std::span<char> into) override { return rest_.read(into); }

private:
    std::string bytes_;
    MemorySource rest_;
};

}  // namespace haven
