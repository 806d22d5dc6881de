#pragma once
#include <array>
#include <concepts>
#include <cstdint>
#include <string>

namespace haven {

/// A text known when Haven was compiled. Text that came from outside cannot become one.
struct Literal {
    const char* text = "";
    template <std::size_t N>
    consteval Literal(const char (&literal)[N]) : text(literal) {}
};

/// What was expected, in words for a person: built from literals and integers only, so that no value of a message can
/// enter an error, a log or an answer. `Reason("expected 1 to ", 35, " characters, got ", length)`.
class Reason {
public:
    template <std::size_t N>
    consteval Reason(const char (&text)[N]) : words_{text} {}
    explicit Reason(Literal what) : words_{what.text} {}
    Reason(Literal before, std::integral auto n, Literal after = "")
        : words_{before.text, after.text}, numbers_{static_cast<std::int64_t>(n)} {}
    Reason(Literal before, std::integral auto n, Literal between, std::integral auto m, Literal after = "")
        : words_{before.text, between.text, after.text},
          numbers_{static_cast<std::int64_t>(n), static_cast<std::int64_t>(m)} {}

    std::string text() const;
    bool operator==(const Reason& other) const { return text() == other.text(); }

private:
    std::array<const char*, 3> words_{};  // the numbers stand between them
    std::array<std::int64_t, 2> numbers_{};
};

}  // namespace haven
