#pragma once
#include <string_view>

namespace haven {

/// A name that people declared in a schema, a map, a site file or an adapter: safe to show in an error.
///
/// Text that came in a message can never become a Name: only the loaders of declarations call `declare`, and a test
/// (`tests/tidy_test.cpp`) holds the list of files that may. Names are kept for the life of the process, so a Name is
/// as cheap to copy as a pointer, and equal names compare by address.
class Name {
public:
    constexpr Name() = default;

    /// Keeps `text`, at most `name_chars_max` characters of it.
    static Name declare(std::string_view text);

    constexpr std::string_view text() const { return text_; }
    constexpr bool empty() const { return text_.empty(); }
    constexpr bool operator==(const Name& other) const { return text_.data() == other.text_.data(); }

private:
    constexpr explicit Name(std::string_view kept) : text_(kept) {}
    std::string_view text_;
};

}  // namespace haven
