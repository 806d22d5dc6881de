#include "hub/site/toml_table.h"

#include <toml++/toml.h>
#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/catalogue/catalogue.h"

namespace haven::site {
namespace {

constexpr std::size_t file_bytes_max = std::size_t{1} << 20;

Problem at(const std::string& file, const toml::node& node, std::string message) {
    const auto& where = node.source().begin;
    return {file, static_cast<int>(where.line), static_cast<int>(where.column), 1, std::move(message)};
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

constexpr const char* blank = "says nothing";

}  // namespace

const toml::node* TomlTable::ask(std::string_view key) {
    asked_.emplace_back(key);
    return table_->get(key);
}

bool TomlTable::has(std::string_view key) const {
    return table_->contains(key);
}

std::vector<std::string> TomlTable::keys() const {
    std::vector<std::string> out;
    for (const auto& [key, value] : *table_) { out.emplace_back(key.str()); }
    return out;
}

void TomlTable::problem(std::string_view key, std::string message) const {
    const auto* node = table_->get(key);
    problems_->push_back(at(file_, node != nullptr ? *node : *table_, std::string(key) + ": " + std::move(message)));
}

void TomlTable::problem_at(std::string_view place, std::string_view item, const std::string& message) const {
    const toml::node* node = table_;
    for (std::size_t at = 0; at < place.size();) {
        const auto end = std::min(place.find('/', at), place.size());
        const auto step = place.substr(at, end - at);
        const toml::node* below = nullptr;
        if (const auto* table = node->as_table()) { below = table->get(step); }
        if (const auto* list = node->as_array()) {
            const auto index = parse_integer(step);
            below = index && *index >= 0 ? list->get(static_cast<std::size_t>(*index)) : nullptr;
        }
        if (below == nullptr) { break; }
        node = below;
        at = end + 1;
    }
    if (const auto* list = item.empty() ? nullptr : node->as_array()) {
        for (const auto& one : *list) {
            if (one.value_exact<std::string>() == item) { node = &one; }
        }
    }
    const auto shown = item.empty() ? std::string(place) : std::string(place) + ": " + std::string(item);
    problems_->push_back(haven::site::at(file_, *node, shown + ": " + message));
}

int TomlTable::line() const {
    return static_cast<int>(table_->source().begin.line);
}

std::string TomlTable::text(std::string_view key) {
    if (!has(key)) { problem(key, "is missing"); }
    return said_if(key).value_or("");
}

std::optional<std::string> TomlTable::text_if(std::string_view key) {
    const auto* node = ask(key);
    if (node == nullptr) { return std::nullopt; }
    auto value = node->value_exact<std::string>();
    if (!value) { problem(key, "expected a text in quotes"); }
    return value;
}

std::optional<std::string> TomlTable::said_if(std::string_view key) {
    auto value = text_if(key);
    if (value && is_blank(*value)) {
        problem(key, blank);
        return std::nullopt;
    }
    return value;
}

std::optional<std::int64_t> TomlTable::integer_if(std::string_view key) {
    const auto* node = ask(key);
    if (node == nullptr) { return std::nullopt; }
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < 0) {
        problem(key, "expected a whole number from 0");
        return std::nullopt;
    }
    return value;
}

std::optional<bool> TomlTable::boolean_if(std::string_view key) {
    const auto* node = ask(key);
    if (node == nullptr) { return std::nullopt; }
    const auto value = node->value_exact<bool>();
    if (!value) { problem(key, "expected true or false"); }
    return value;
}

Date TomlTable::date(std::string_view key) {
    using namespace std::chrono;
    constexpr Date none{year{2000}, month{1}, day{1}};
    const auto* node = ask(key);
    const auto value = node == nullptr ? std::nullopt : node->value_exact<toml::date>();
    if (!value) {
        problem(key, node == nullptr ? "is missing" : "expected a date without quotes, such as 2026-11-22");
        return none;
    }
    return Date{year{value->year}, month{value->month}, day{value->day}};
}

std::vector<std::string> TomlTable::texts(std::string_view key) {
    std::vector<std::string> out;
    const auto* node = ask(key);
    if (node == nullptr) { return out; }
    const auto* list = node->as_array();
    if (list == nullptr) {
        problem(key, "expected a list of texts");
        return out;
    }
    for (const auto& item : *list) {
        const auto value = item.value_exact<std::string>();
        if (value && !is_blank(*value)) {
            out.push_back(*value);
        } else {
            problems_->push_back(
                at(file_, item, std::string(key) + ": " + (value ? blank : "expected a text in quotes")));
        }
    }
    return out;
}

std::optional<TomlTable> TomlTable::table_if(std::string_view key) {
    const auto* node = ask(key);
    if (node == nullptr) { return std::nullopt; }
    if (const auto* table = node->as_table()) { return TomlTable(*table, file_, *problems_); }
    problem(key, "expected a table");
    return std::nullopt;
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) {
    std::vector<TomlTable> out;
    const auto* node = ask(key);
    if (node == nullptr) { return out; }
    const auto* list = node->as_array();
    if (list == nullptr) {
        problem(key, "expected tables, written [[" + std::string(key) + "]]");
        return out;
    }
    for (const auto& item : *list) {
        if (const auto* table = item.as_table()) { out.emplace_back(*table, file_, *problems_); }
    }
    return out;
}

void TomlTable::leave_rest() {
    for (auto& key : keys()) { asked_.push_back(std::move(key)); }
}

void TomlTable::finish() const {
    for (const auto& [key, value] : *table_) {
        if (std::find(asked_.begin(), asked_.end(), key.str()) != asked_.end()) { continue; }
        std::vector<std::string_view> known(asked_.begin(), asked_.end());
        const auto near = nearest_word(key.str(), known);
        std::string message = "no such key: " + std::string(key.str());
        if (!near.empty()) { message += "; did you mean " + std::string(near) + "?"; }
        problems_->push_back(at(file_, value, std::move(message)));
    }
}

namespace {

// What could not be read or parsed is a problem, and nothing.
std::optional<toml::table> parsed(const std::string& path, const std::string& shown, Problems& problems) {
    std::ifstream in(path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in.is_open()) {
        problems.push_back({shown, 0, 0, 1, "no such file"});
        return std::nullopt;
    }
    if (text.size() > file_bytes_max) {
        problems.push_back({shown, 0, 0, 1, "a site file is at most 1 MiB long"});
        return std::nullopt;
    }
    try {
        return toml::parse(text, shown);
    } catch (const toml::parse_error& error) {  // the library's only way to say so
        const auto& where = error.source().begin;
        problems.push_back(
            {shown, static_cast<int>(where.line), static_cast<int>(where.column), 1, std::string(error.description())});
        return std::nullopt;
    }
}

}  // namespace

std::optional<std::string> toml_without(const std::string& path, const std::string& shown,
                                        std::span<const std::string_view> keys, Problems& problems) {
    auto table = parsed(path, shown, problems);
    if (!table) { return std::nullopt; }
    for (const auto key : keys) { table->erase(key); }
    std::ostringstream out;
    out << *table << "\n";
    return out.str();
}

void read_toml(const std::string& path, const std::string& shown, Problems& problems,
               const std::function<void(TomlTable&)>& read) {
    const auto table = parsed(path, shown, problems);
    if (!table) { return; }
    TomlTable whole(*table, shown, problems);
    read(whole);
    whole.finish();
}

}  // namespace haven::site
