#include "adapters/sdk/plain_name.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace haven::sdk {
namespace {

constexpr std::size_t file_name_chars_max = 128;
constexpr std::size_t key_chars_max = 64;

struct Ending {
    std::string_view text;
    std::string_view media_type;
};
// The one place that ties endings to media types.
constexpr std::array endings{
    Ending{".csv", "text/csv"},
    Ending{".xml", "application/xml"},
    Ending{".json", "application/json"},
    Ending{".txt", "text/plain"},
};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_key_char(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

}  // namespace

bool is_plain_name(std::string_view name) {
    return !name.empty() && name.size() <= file_name_chars_max && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) { return is_key_char(c) || c == '_' || c == '.'; });
}

bool is_key(std::string_view key) {
    return !key.empty() && key.size() <= key_chars_max && std::all_of(key.begin(), key.end(), is_key_char);
}

std::optional<std::string_view> media_type_of(std::string_view name) {
    for (const auto& ending : endings) {
        if (name.size() <= ending.text.size()) { continue; }
        const auto tail = name.substr(name.size() - ending.text.size());
        if (std::equal(tail.begin(), tail.end(), ending.text.begin(), [](char a, char b) { return lower(a) == b; })) {
            return ending.media_type;
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> ending_of(std::string_view media_type) {
    const auto found =
        std::find_if(endings.begin(), endings.end(), [&](const auto& e) { return e.media_type == media_type; });
    return found == endings.end() ? std::nullopt : std::optional(found->text);
}

std::string endings_in_words() {
    std::string out(endings.front().text);
    for (std::size_t i = 1; i < endings.size(); ++i) {
        out.append(i + 1 == endings.size() ? " or " : ", ").append(endings[i].text);
    }
    return out;
}

// Goes back to the last star only, which is enough and keeps the time to name times pattern.
bool fits(std::string_view name, std::string_view pattern) {
    std::size_t n = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_n = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_n = n;
        } else if (p < pattern.size() && pattern[p] == name[n]) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++star_n;
        } else {
            return false;
        }
    }
    return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(),
                       [](char c) { return c == '*'; });
}

}  // namespace haven::sdk
