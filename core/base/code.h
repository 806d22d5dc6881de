#pragma once
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

namespace haven {

/// The text of a value of an enumeration that names its codes with `code_names(E{})`, in the order of its enumerators.
template <class E>
constexpr std::string_view code_text(E value) {
    return code_names(E{}).at(static_cast<std::size_t>(value));
}

/// The value that a text names, or nothing.
template <class E>
constexpr std::optional<E> code_from(std::string_view text) {
    const auto names = code_names(E{});
    const auto at = std::find(names.begin(), names.end(), text);
    if (at == names.end()) { return std::nullopt; }
    return static_cast<E>(at - names.begin());
}

}  // namespace haven
