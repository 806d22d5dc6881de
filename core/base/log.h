#pragma once
#include <concepts>
#include <initializer_list>
#include <string>
#include <variant>

#include "core/base/id.h"
#include "core/base/result.h"

namespace haven {

/// One named value of a log line. Only what cannot carry a person's data converts: numbers, ids, declared names,
/// faults, reasons, places and words of the program. There is no conversion from a run-time text.
class LogField {
public:
    LogField(Literal key, std::integral auto n) : key_(key), value_(static_cast<std::int64_t>(n)) {}
    template <class Of>
    LogField(Literal key, Id<Of> id) : key_(key), value_(id_text(id)) {}
    LogField(Literal key, Name name) : key_(key), value_(std::string(name.text())) {}
    LogField(Literal key, Literal word) : key_(key), value_(std::string(word.text)) {}
    LogField(Literal key, Fault fault) : key_(key), value_(std::string(name_of(fault))) {}
    LogField(Literal key, const Error& error) : key_(key), value_(error.message()) {}
    LogField(Literal key, Instant t) : key_(key), value_(iso_text(t)) {}

    std::string json() const;  ///< "key":value

private:
    Literal key_;
    std::variant<std::int64_t, std::string> value_;
};

enum class LogLevel : std::uint8_t { info, warning, alarm };

/// Writes one line of JSON to standard error: time, level, event and fields. `alarm` asks for a person.
void log(LogLevel level, Literal event, std::initializer_list<LogField> fields = {});

/// Text as a JSON string with its quotes. Source: RFC 8259, section 7.
std::string json_string(std::string_view text);
/// Adds the same to the end of `out`.
void put_json_string(std::string& out, std::string_view text);

}  // namespace haven
