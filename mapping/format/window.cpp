#include "mapping/format/window.h"

#include <algorithm>
#include <cstring>

namespace haven {

Window::Window(ByteSource& text, std::size_t bytes_max)
    : source_(text),
      bytes_max_(bytes_max),
      capacity_(std::min(piece_bytes, bytes_max)),
      buffer_(std::make_unique<char[]>(capacity_ + padding)) {}

Result<void> Window::more() {
    make_room();
    while (end_ < capacity_) {
        const auto got = source_.read({buffer_.get() + end_, capacity_ - end_});
        if (!got) { return fail(got.error()); }
        if (*got == 0) {
            at_end_ = true;
            break;
        }
        end_ += *got;
    }
    return {};
}

// What is left moves to the front; a buffer that is full of it doubles, so that scanning it again costs no more than
// reading it did.
void Window::make_room() {
    const auto left = end_ - begin_;
    if (left < capacity_) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, left);
    } else {
        capacity_ = std::min(capacity_ * 2, bytes_max_);
        auto larger = std::make_unique<char[]>(capacity_ + padding);
        std::memcpy(larger.get(), buffer_.get() + begin_, left);
        buffer_ = std::move(larger);
    }
    begin_ = 0;
    end_ = left;
}

}  // namespace haven
