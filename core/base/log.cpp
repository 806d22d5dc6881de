#include "core/base/log.h"

#include <unistd.h>

#include <array>
#include <string_view>

#include "core/base/encoding.h"

namespace haven {
namespace {

constexpr std::array level_names{"info", "warning", "alarm"};

// What stands for a character that may not stand for itself in a JSON string; nothing for the others.
std::string_view json_escape(char c) {
    switch (c) {
        case '"': return "\\\"";
        case '\\': return "\\\\";
        case '\n': return "\\n";
        case '\r': return "\\r";
        case '\t': return "\\t";
        default: return {};
    }
}

}  // namespace

void put_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t plain = 0;  // where the run of characters that stand for themselves begins
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') { continue; }
        out += text.substr(plain, at - plain);
        plain = at + 1;
        if (const auto escape = json_escape(c); !escape.empty()) {
            out += escape;
        } else {
            out += "\\u00" + to_hex({&c, 1});
        }
    }
    out += text.substr(plain);
    out += '"';
}

std::string json_string(std::string_view text) {
    std::string out;
    put_json_string(out, text);
    return out;
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
