#include "core/base/log.h"

#include <unistd.h>

#include <array>
#include <cstdio>

namespace haven {
namespace {

constexpr std::array level_names{"info", "warning", "alarm"};

}  // namespace

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    std::array<char, 8> escaped{};
                    std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c));
                    out += escaped.data();
                } else {
                    out += c;
                }
        }
    }
    return out + '"';
}

std::string LogField::json() const {
    const auto value = std::holds_alternative<std::string>(value_) ? json_string(std::get<std::string>(value_))
                                                                   : std::to_string(std::get<std::int64_t>(value_));
    return json_string(key_.text) + ":" + value;
}

void log(LogLevel level, Literal event, std::initializer_list<LogField> fields) {
    std::string line = "{\"at\":" + json_string(iso_text(SystemClock{}.now())) + ",\"level\":\"" +
                       level_names.at(static_cast<std::size_t>(level)) + "\",\"event\":" + json_string(event.text);
    for (const auto& field : fields) { line += "," + field.json(); }
    line += "}\n";
    // One write a line, so that lines of threads do not mix; a log that cannot be written has nowhere to say so.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace haven
