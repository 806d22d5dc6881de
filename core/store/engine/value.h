#pragma once
#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include "core/base/id.h"
#include "core/base/instant.h"

namespace haven::store {

/// Bytes for a statement, as opposed to text; they must live until the statement is done.
struct BytesView {
    std::string_view value;
};

/// Bytes from a column. Empty bytes are not null, and a zero byte is a byte.
struct Bytes {
    std::string value;
    auto operator<=>(const Bytes&) const = default;
};

/// One argument or column, as both engines know it: null, a 64-bit integer, text or bytes.
using Value = std::variant<std::monostate, std::int64_t, std::string_view, BytesView>;

// What may be an argument. A bool is 1 or 0 (a {bigint} column), an Instant UTC microseconds, an Id its number.

inline Value to_value(std::same_as<bool> auto yes) {
    return std::int64_t{yes ? 1 : 0};
}
template <std::integral T>
requires(!std::same_as<T, bool> && !std::same_as<T, char> && (std::signed_integral<T> || sizeof(T) < 8)) inline Value
    to_value(T n) {
    return std::int64_t{n};
}
inline Value to_value(std::string_view text) {
    return text;
}
inline Value to_value(BytesView bytes) {
    return bytes;
}
inline Value to_value(const Bytes& bytes) {
    return BytesView{bytes.value};
}
inline Value to_value(Instant t) {
    return to_us(t);
}
template <class Of>
Value to_value(Id<Of> id) {
    return id.value;
}
template <class T>
Value to_value(const std::optional<T>& value) {
    return value ? to_value(*value) : Value{};
}

/// Ends the transaction body: the column holds null or another type than the code reads.
[[noreturn]] void refuse_column();
/// Ends the transaction body: the statement answers more or fewer columns than the code reads.
[[noreturn]] void refuse_row();

/// How a column becomes a value of the code. Nothing is converted by guess: text is never read as a number.
template <class T>
struct Column;

template <>
struct Column<std::int64_t> {
    static std::int64_t read(const Value& value) {
        if (const auto* n = std::get_if<std::int64_t>(&value)) { return *n; }
        refuse_column();
    }
};
template <>
struct Column<bool> {
    static bool read(const Value& value) {
        const auto n = Column<std::int64_t>::read(value);
        if (n != 0 && n != 1) { refuse_column(); }
        return n == 1;
    }
};
template <>
struct Column<std::string> {
    static std::string read(const Value& value) {
        if (const auto* text = std::get_if<std::string_view>(&value)) { return std::string(*text); }
        refuse_column();
    }
};
template <>
struct Column<Bytes> {
    static Bytes read(const Value& value) {
        if (const auto* bytes = std::get_if<BytesView>(&value)) { return {std::string(bytes->value)}; }
        refuse_column();
    }
};
template <>
struct Column<Instant> {
    static Instant read(const Value& value) { return from_us(Column<std::int64_t>::read(value)); }
};
template <class Of>
struct Column<Id<Of>> {
    static Id<Of> read(const Value& value) { return {Column<std::int64_t>::read(value)}; }
};
template <class T>
struct Column<std::optional<T>> {
    static std::optional<T> read(const Value& value) {
        if (std::holds_alternative<std::monostate>(value)) { return std::nullopt; }
        return Column<T>::read(value);
    }
};

/// A row as the code reads it: the value itself where there is one column, a tuple where there are several.
template <class First, class... Rest>
struct RowOf {
    using Type = std::tuple<First, Rest...>;
};
template <class Only>
struct RowOf<Only> {
    using Type = Only;
};

template <class... Columns>
std::tuple<Columns...> read_columns(std::span<const Value> row) {
    if (row.size() != sizeof...(Columns)) { refuse_row(); }
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return std::tuple<Columns...>{Column<Columns>::read(row[I])...};
    }
    (std::index_sequence_for<Columns...>{});
}

template <class... Columns>
typename RowOf<Columns...>::Type read_row(std::span<const Value> row) {
    auto columns = read_columns<Columns...>(row);
    if constexpr (sizeof...(Columns) == 1) {
        return std::get<0>(std::move(columns));
    } else {
        return columns;
    }
}

}  // namespace haven::store
