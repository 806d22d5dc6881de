#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/base/limits.h"

namespace haven {

/// The number of one path of a catalogue. Dense from 0; means nothing without the schema's hash.
struct FieldNumber {
    std::uint16_t value = 0;
    auto operator<=>(const FieldNumber&) const = default;
};

/// A set of fields: what a record type has, what an agreement lets through, what was disclosed.
class FieldSet {
public:
    void add(FieldNumber f) { words_[f.value / 64] |= bit(f); }
    void remove(FieldNumber f) { words_[f.value / 64] &= ~bit(f); }
    void remove(const FieldSet& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) { words_[i] &= ~other.words_[i]; }
    }
    bool has(FieldNumber f) const { return (words_[f.value / 64] & bit(f)) != 0; }
    bool empty() const { return *this == FieldSet{}; }

    std::size_t size() const {
        std::size_t n = 0;
        for (auto word : words_) { n += static_cast<std::size_t>(std::popcount(word)); }
        return n;
    }
    bool includes(const FieldSet& other) const { return (*this & other) == other; }

    /// Whether a field is in both.
    bool meets(const FieldSet& other) const {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            if ((words_[i] & other.words_[i]) != 0) { return true; }
        }
        return false;
    }

    FieldSet& operator|=(const FieldSet& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) { words_[i] |= other.words_[i]; }
        return *this;
    }
    FieldSet& operator&=(const FieldSet& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) { words_[i] &= other.words_[i]; }
        return *this;
    }
    FieldSet& operator-=(const FieldSet& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) { words_[i] &= ~other.words_[i]; }
        return *this;
    }
    friend FieldSet operator|(FieldSet a, const FieldSet& b) { return a |= b; }
    friend FieldSet operator&(FieldSet a, const FieldSet& b) { return a &= b; }
    friend FieldSet operator-(FieldSet a, const FieldSet& b) { return a -= b; }
    bool operator==(const FieldSet&) const = default;

    /// Calls `fn` with each field, in rising order.
    template <class Fn>
    void each(Fn&& fn) const {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            for (auto word = words_[i]; word != 0; word &= word - 1) {
                fn(FieldNumber{static_cast<std::uint16_t>(i * 64 + static_cast<std::size_t>(std::countr_zero(word)))});
            }
        }
    }

private:
    static std::uint64_t bit(FieldNumber f) { return std::uint64_t{1} << (f.value % 64); }
    std::array<std::uint64_t, limits::fields_max / 64> words_{};
};

}  // namespace haven
