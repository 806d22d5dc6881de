#include "tests/bench/wire.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace haven::bench {
namespace {

constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::size_t status_at = 9;  // behind "HTTP/1.1 "

bool is_same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view field_in(std::string_view head, std::string_view name) {
    for (std::size_t line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n", line + 2)) {
        const auto rest = head.substr(line + 2);
        if (rest.size() <= name.size() || rest[name.size()] != ':') { continue; }
        if (!is_same(rest.substr(0, name.size()), name)) { continue; }
        auto value = rest.substr(name.size() + 1);
        value = value.substr(0, value.find("\r\n"));
        return value.substr(std::min(value.find_first_not_of(' '), value.size()));
    }
    return {};
}

}  // namespace

int WireMessage::status() const {
    return head.size() > status_at ? static_cast<int>(std::strtol(head.c_str() + status_at, nullptr, 10)) : 0;
}

std::string_view WireMessage::field(std::string_view name) const {
    return field_in(head, name);
}

std::optional<WireMessage> take_message(std::string& bytes) {
    const auto end = bytes.find(head_end);
    if (end == std::string::npos) { return std::nullopt; }
    const std::string_view head(bytes.data(), end);
    const std::string length(field_in(head, "Content-Length"));
    const auto size = length.empty() ? 0 : std::strtoul(length.c_str(), nullptr, 10);
    const auto body_at = end + head_end.size();
    if (bytes.size() < body_at + size) { return std::nullopt; }
    WireMessage taken{std::string(head), bytes.substr(body_at, size)};
    bytes.erase(0, body_at + size);
    return taken;
}

std::string_view json_text(std::string_view json, std::string_view name) {
    const std::string key = "\"" + std::string(name) + "\":\"";
    const auto at = json.find(key);
    if (at == std::string_view::npos) { return {}; }
    const auto value = json.substr(at + key.size());
    return value.substr(0, value.find('"'));
}

}  // namespace haven::bench
