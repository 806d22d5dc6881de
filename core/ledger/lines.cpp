#include "core/ledger/lines.h"

#include <charconv>

#include "core/base/encoding.h"

namespace haven::ledger {

std::optional<std::string_view> take_line(std::string_view& rest) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) { return std::nullopt; }
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

std::optional<std::string> strict_base64(std::string_view text) {
    auto bytes = from_base64(text);
    if (!bytes || to_base64(*bytes) != text) { return std::nullopt; }
    return bytes;
}

std::optional<Digest32> parse_hash(std::string_view text) {
    const auto bytes = strict_base64(text);
    return bytes ? Digest32::from(*bytes) : std::nullopt;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc() || end != text.data() + text.size() || std::to_string(size) != text) { return {}; }
    return size;
}

}  // namespace haven::ledger
