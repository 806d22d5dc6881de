#include "mapping/tools/shape.h"

#include <algorithm>
#include <array>

#include "core/base/encoding.h"

namespace haven {
namespace {

constexpr std::size_t depth_max = 8;  // of what stands around the records

std::string without_spaces_around(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) { return {}; }
    return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

// For a namespace that has none yet. An attribute without a prefix is in no namespace.
std::string prefix_for(const Shape& shape, std::string_view space, bool attribute) {
    const auto is_free = [&](std::string_view prefix) {
        return std::none_of(shape.namespaces.begin(), shape.namespaces.end(),
                            [&](const auto& taken) { return taken.first == prefix; });
    };
    for (const auto& [prefix, uri] : shape.called) {
        if (uri == space && is_free(prefix) && !(attribute && prefix == "default")) { return prefix; }
    }
    if (shape.namespaces.empty() && !attribute) { return "default"; }
    auto number = shape.namespaces.size() + 1;
    while (!is_free("ns" + std::to_string(number))) { ++number; }
    return "ns" + std::to_string(number);
}

}  // namespace

ShapePlace& ShapePlace::child(std::string_view child_name) {
    const auto found =
        std::find_if(below.begin(), below.end(), [&](const ShapePlace& place) { return place.name == child_name; });
    if (found != below.end()) { return *found; }
    return below.emplace_back(ShapePlace{.name = std::string(child_name)});
}

void ShapePlace::see(std::string_view value) {
    auto text = without_spaces_around(value);
    if (text.empty()) { return; }
    has_text = true;
    if (values.size() < values_max) { values.push_back(std::move(text)); }
}

std::string quoted_name(std::string_view name) {
    constexpr std::array<std::string_view, 6> words{"ignore", "hold", "each", "constant", "code", "list"};
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '@' ||
               c == ':' || c == '/' || (static_cast<unsigned char>(c) & 0x80U) != 0;
    };
    const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), is_plain) &&
                       std::find(words.begin(), words.end(), name) == words.end();
    return plain ? std::string(name) : in_quotes(name);
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') { out += '\\'; }
        out += c;
    }
    return out + "\"";
}

std::string xml_name(Shape& shape, std::string_view space, std::string_view name, bool attribute) {
    const std::string at = attribute ? "@" : "";
    if (space.empty()) { return at + std::string(name); }
    for (const auto& [prefix, uri] : shape.namespaces) {
        if (uri != space) { continue; }
        if (prefix != "default") { return at + prefix + ":" + std::string(name); }
        if (!attribute) { return std::string(name); }
    }
    const auto prefix = prefix_for(shape, space, attribute);
    shape.namespaces.emplace_back(prefix, std::string(space));
    return prefix == "default" ? std::string(name) : at + prefix + ":" + std::string(name);
}

void find_split(Shape& shape) {
    std::string path;
    auto* at = &shape.record;
    for (std::size_t depth = 0; depth < depth_max && at->below.size() == 1 && !at->has_text; ++depth) {
        auto& only = at->below.front();
        path += (path.empty() ? "" : ".") + quoted_name(only.name);
        if (only.repeats && !only.below.empty()) {
            std::string split = "split ";
            if (shape.options.starts_with("root ")) { split += shape.options.substr(5) + "."; }
            shape.heading.push_back(split + path + "  # guess: what repeats in the sample is the record");
            shape.options.clear();
            auto record = std::move(only);
            record.repeats = false;
            shape.record = std::move(record);
            return;
        }
        at = &only;
    }
}

}  // namespace haven
