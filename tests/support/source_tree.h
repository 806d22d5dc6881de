#pragma once
#include <string>
#include <string_view>
#include <vector>

/// Haven's own files as text, for tests that read them.
namespace haven::test {

struct Include {
    std::string path;
    bool angled = false;
};

/// One file of the tree, by its path from the root.
struct File {
    std::string path;
    std::string text;

    bool is_code() const { return path.ends_with(".h") || path.ends_with(".cpp"); }
    bool is_in(std::string_view folder) const { return path.starts_with(std::string(folder) + "/"); }
    bool has(std::string_view part) const { return text.find(part) != std::string::npos; }
    std::vector<Include> includes() const;
};

/// Every file that people write, sorted by path; what a build or a run leaves behind is not looked at.
const std::vector<File>& source_tree();

struct Function {
    int line = 0;  ///< of its brace
    int lines = 0;
};

/// The functions of a C++ text by counting braces: an outermost brace behind a parenthesis, within namespaces and
/// classes. One whose head ends in an initializer in braces is not seen.
std::vector<Function> functions_of(const std::string& text);

}  // namespace haven::test
