#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.h"
#include "core/catalogue/value.h"

namespace toml {
inline namespace v3 {
class table;
class node;
}  // namespace v3
}  // namespace toml

namespace haven::site {

/// One table of a TOML file, read key by key. What nobody asked for is a problem when the table is finished, with its
/// line and the nearest key that was asked for. Source: TOML 1.0.
class TomlTable {
public:
    TomlTable(const toml::table& table, std::string file, Problems& problems)
        : table_(&table), file_(std::move(file)), problems_(&problems) {}

    /// Missing, blank or of another kind: a problem, and an empty value.
    std::string text(std::string_view key);
    Date date(std::string_view key);

    /// Absent: nothing. Of another kind: a problem, and nothing.
    std::optional<std::string> text_if(std::string_view key);
    /// As text_if; blank: a problem, and nothing.
    std::optional<std::string> said_if(std::string_view key);
    std::optional<std::int64_t> integer_if(std::string_view key);
    std::optional<bool> boolean_if(std::string_view key);
    std::vector<std::string> texts(std::string_view key);
    std::optional<TomlTable> table_if(std::string_view key);
    std::vector<TomlTable> tables(std::string_view key);

    /// One of the words of an enumeration; `from` reads it.
    template <class T>
    T word(std::string_view key, std::optional<T> (*from)(std::string_view), T standard) {
        const auto written = text_if(key);
        if (!written) { return standard; }
        const auto value = from(*written);
        if (!value) { problem(key, "no such word: " + *written); }
        return value.value_or(standard);
    }

    std::vector<std::string> keys() const;
    bool has(std::string_view key) const;
    /// Says what is wrong at a key of this table.
    void problem(std::string_view key, std::string message) const;
    /// The same at a place below this table, such as "onward/0/fields", and there at one `item` of a list of texts
    /// where it is given. What is not there is told at the nearest thing above it.
    void problem_at(std::string_view place, std::string_view item, const std::string& message) const;
    /// The line of this table.
    int line() const;
    /// The other keys of this table are somebody else's to read.
    void leave_rest();
    /// Every key that was not asked for is a problem.
    void finish() const;
    const std::string& file() const { return file_; }
    Problems& problems() const { return *problems_; }

private:
    const toml::node* ask(std::string_view key);
    const toml::table* table_;
    std::string file_;
    Problems* problems_;
    std::vector<std::string> asked_;
};

/// A TOML file without these keys of its main table, written anew: without comments, keys in order. Nothing after its
/// problem was added.
std::optional<std::string> toml_without(const std::string& path, const std::string& shown,
                                        std::span<const std::string_view> keys, Problems& problems);

/// Reads a file and hands its table over. A file that is no TOML is a problem with its line and column.
void read_toml(const std::string& path, const std::string& shown, Problems& problems,
               const std::function<void(TomlTable&)>& read);

}  // namespace haven::site
