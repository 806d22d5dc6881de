#pragma once
#include <boost/json.hpp>
#include <functional>
#include <regex>
#include <string>
#include <vector>

#include "mapping/map.h"

namespace haven::test {

/// One message as a map writes it, but for one place where something stood.
struct Emptied {
    std::string empty;   ///< nothing stands in the place
    std::string absent;  ///< the place itself is not there
};

/// Every place of a message that holds text, emptied and taken out in turn.
inline std::vector<Emptied> emptied_xml(const std::string& message) {
    static const std::regex element(R"re(<([\w:.-]+)((?: [\w:.-]+="[^"]*")*)>([^<>]*\S[^<>]*)</\1>)re");
    static const std::regex attribute(R"re( ([\w:.-]+)="([^"]+)")re");
    std::vector<Emptied> out;
    const auto with = [&](const std::smatch& at, const std::string& instead) {
        return message.substr(0, static_cast<std::size_t>(at.position())) + instead +
               message.substr(static_cast<std::size_t>(at.position() + at.length()));
    };
    for (std::sregex_iterator at(message.begin(), message.end(), element), end; at != end; ++at) {
        const auto open = "<" + at->str(1) + at->str(2);
        const bool stays = at->length(2) > 0;  // its attributes say something too
        out.push_back({with(*at, open + "></" + at->str(1) + ">"), with(*at, stays ? open + "/>" : "")});
    }
    const auto head = message.starts_with("<?") ? message.find("?>") : 0;
    for (std::sregex_iterator at(message.begin(), message.end(), attribute), end; at != end; ++at) {
        const bool ours = static_cast<std::size_t>(at->position()) > head && !at->str(1).starts_with("xmlns");
        if (ours) { out.push_back({with(*at, " " + at->str(1) + "=\"\""), with(*at, "")}); }
    }
    return out;
}

inline std::vector<Emptied> emptied_json(const std::string& message) {
    namespace json = boost::json;
    std::vector<Emptied> out;
    auto root = json::parse(message);
    const std::function<void(json::value&)> walk = [&](json::value& in) {
        if (auto* list = in.if_array()) {
            for (auto& each : *list) { walk(each); }
        }
        auto* object = in.if_object();
        if (object == nullptr) { return; }
        for (std::size_t i = 0; i < object->size(); ++i) {
            auto& value = (object->begin() + static_cast<std::ptrdiff_t>(i))->value();
            walk(value);
            if (value.is_structured()) { continue; }
            const auto key = std::string((object->begin() + static_cast<std::ptrdiff_t>(i))->key());
            const auto whole = *object;
            value = nullptr;
            const auto null = json::serialize(root);
            value = "";
            const auto blank = json::serialize(root);
            object->erase(key);
            const auto absent = json::serialize(root);
            *object = whole;
            out.push_back({null, absent});
            out.push_back({blank, absent});
        }
    };
    walk(root);
    return out;
}

/// Where the cells of a line of CSV begin and end; `at` goes behind its line end.
inline std::vector<std::pair<std::size_t, std::size_t>> cells(const std::string& message, char separator,
                                                              std::size_t& at) {
    std::vector<std::pair<std::size_t, std::size_t>> out;
    bool quoted = false;
    for (auto from = at; at < message.size(); ++at) {
        quoted ^= message[at] == '"';
        const bool line_ends = !quoted && message[at] == '\n';
        if (!line_ends && (quoted || message[at] != separator)) { continue; }
        out.emplace_back(from, at - (line_ends && message[at - 1] == '\r' ? 1 : 0));
        from = at + 1;
        if (line_ends) { break; }
    }
    ++at;
    return out;
}

/// Of a header and one row: absent is the column.
inline std::vector<Emptied> emptied_csv(const std::string& message) {
    std::vector<Emptied> out;
    std::size_t at = 0;
    const char separator = message.substr(0, message.find('\n')).find(';') == std::string::npos ? ',' : ';';
    const auto header = cells(message, separator, at);
    const auto row = cells(message, separator, at);
    for (std::size_t i = 0; i < row.size() && row.size() > 1; ++i) {
        const auto [from, to] = row[i];
        if (from == to) { continue; }
        const auto empty = message.substr(0, from) + message.substr(to);
        const bool last = i + 1 == row.size();  // the separator before it goes, else the one behind it
        auto absent = message;
        absent.erase(from - (last ? 1 : 0), to - from + 1);
        absent.erase(header[i].first - (last ? 1 : 0), header[i].second - header[i].first + 1);
        out.push_back({empty, absent});
    }
    return out;
}

inline std::vector<Emptied> emptied(const Map& map, const std::string& message) {
    switch (map.format()) {
        case Format::xml: return emptied_xml(message);
        case Format::json: return emptied_json(message);
        case Format::csv: return emptied_csv(message);
        case Format::fixed: break;  // nothing and spaces are one there
    }
    return {};
}

}  // namespace haven::test
