#pragma once
#include <memory>
#include <string_view>

#include "core/base/byte_source.h"

namespace haven {

/// The part of a text that a reader looks at: it slides forward over a source and grows to at most `bytes_max`.
class Window {
public:
    static constexpr std::size_t piece_bytes = std::size_t{64} * 1024;
    /// Bytes after the text that may be read, whatever they are, so that scanning by blocks needs no care at the end.
    static constexpr std::size_t padding = 64;

    Window(ByteSource& text, std::size_t bytes_max);

    /// The text that is read and not yet dropped. Valid until `more`; a reader may change it in place.
    std::span<char> bytes() { return {buffer_.get() + begin_, end_ - begin_}; }
    std::string_view text() const { return {buffer_.get() + begin_, end_ - begin_}; }
    /// Whether the source has nothing after `bytes`.
    bool at_end() const { return at_end_; }
    /// Whether `bytes` is as long as it may become.
    bool full() const { return end_ - begin_ >= bytes_max_; }
    void drop(std::size_t n) { begin_ += n; }
    /// Reads on, a piece or up to the end. Call it neither at the end nor when full.
    Result<void> more();

private:
    void make_room();

    ByteSource& source_;
    std::size_t bytes_max_;
    std::size_t capacity_;
    std::unique_ptr<char[]> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool at_end_ = false;
};

}  // namespace haven
