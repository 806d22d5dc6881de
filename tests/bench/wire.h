#pragma once
#include <optional>
#include <string>
#include <string_view>

/// As much of HTTP/1.1 as the benchmark's own ends speak: one message after another, each with its length.
namespace haven::bench {

struct WireMessage {
    std::string head;  ///< first line and fields, without the empty line
    std::string body;

    int status() const;  ///< of an answer
    /// A field's value; its name as the other end writes it, in any case. Empty where it is absent.
    std::string_view field(std::string_view name) const;
};

/// Takes one whole message off the front; nothing while it has not all come.
std::optional<WireMessage> take_message(std::string& bytes);

/// What stands in quotes behind `"name":"` in a JSON text; empty where it is absent.
std::string_view json_text(std::string_view json, std::string_view name);

}  // namespace haven::bench
