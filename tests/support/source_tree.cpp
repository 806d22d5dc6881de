#include "tests/support/source_tree.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace haven::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_bytes_max = 1 << 20;

bool is_left_behind(const std::string& folder) {
    return (folder.starts_with(".") && folder != ".ci") || folder == "build" || folder == "var" ||
           folder == "__pycache__";
}

std::vector<File> read_tree() {
    const fs::path root(HAVEN_SOURCE_DIR);
    std::vector<File> out;
    for (auto at = fs::recursive_directory_iterator(root); at != fs::recursive_directory_iterator(); ++at) {
        if (at->is_directory() && is_left_behind(at->path().filename().string())) { at.disable_recursion_pending(); }
        const bool regular = at->is_regular_file() && !at->is_symlink();
        if (!regular || at->path().extension() == ".pyc" || at->file_size() > file_bytes_max) { continue; }
        std::ifstream in(at->path(), std::ios::binary);
        std::string text(std::istreambuf_iterator<char>(in), {});
        out.push_back({at->path().lexically_relative(root).string(), std::move(text)});
    }
    std::sort(out.begin(), out.end(), [](const File& a, const File& b) { return a.path < b.path; });
    return out;
}

/// Where the comment, string or character that begins at `at` ends; `at` itself where none begins there.
std::size_t end_of_quoted(std::string_view text, std::size_t at) {
    const auto behind = [&](std::string_view end, std::size_t from) {
        const auto found = text.find(end, from);
        return found == std::string_view::npos ? text.size() : found + end.size();
    };
    const auto rest = text.substr(at);
    if (rest.starts_with("//")) { return std::min(text.find('\n', at), text.size()); }
    if (rest.starts_with("/*")) { return behind("*/", at + 2); }
    if (rest.starts_with("R\"")) {
        const auto open = text.find('(', at);
        return behind(")" + std::string(text.substr(at + 2, open - at - 2)) + "\"", open);
    }
    const bool in_number = at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0;  // 1'000
    if (text[at] != '"' && (text[at] != '\'' || in_number)) { return at; }
    for (auto end = at + 1; end < text.size(); ++end) {
        if (text[end] == '\\') {
            ++end;
        } else if (text[end] == text[at]) {
            return end + 1;
        }
    }
    return text.size();
}

/// The text without comments, strings and characters; its lines stay where they were.
std::string bare(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = end_of_quoted(text, at);
        if (end == at) {
            out += text[at++];
            continue;
        }
        const auto quoted = text.substr(at, end - at);
        out.append(static_cast<std::size_t>(std::count(quoted.begin(), quoted.end(), '\n')), '\n');
        at = end;
    }
    return out;
}

bool opens_scope(std::string_view head) {
    if (head.find('(') == std::string_view::npos) { return true; }
    for (const std::string_view word : {"namespace ", "class ", "struct ", "enum ", "union ", "extern "}) {
        if (head.starts_with(word)) { return true; }
    }
    return false;
}

}  // namespace

std::vector<Include> File::includes() const {
    constexpr std::string_view word = "#include ";
    std::vector<Include> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(word) || line.size() <= word.size() + 1) { continue; }
        const auto from = word.size() + 1;
        out.push_back({line.substr(from, line.find_first_of("\">", from) - from), line[word.size()] == '<'});
    }
    return out;
}

const std::vector<File>& source_tree() {
    static const auto files = read_tree();
    return files;
}

std::vector<Function> functions_of(const std::string& text) {
    constexpr std::size_t none = ~std::size_t{0};
    std::vector<Function> out;
    std::string head;  // since the last brace, semicolon or directive
    std::size_t depth = 0;
    std::size_t outermost = none;  // the depth of the function that is open
    int line = 1;
    for (const char c : bare(text)) {
        line += c == '\n' ? 1 : 0;
        if (c == '{') {
            if (outermost == none && !opens_scope(head)) {
                outermost = depth;
                out.push_back({line, 0});
            }
            ++depth;
        } else if (c == '}' && depth > 0 && --depth == outermost) {
            out.back().lines = line - out.back().line + 1;
            outermost = none;
        }
        if (c == '{' || c == '}' || c == ';' || (c == '\n' && head.starts_with("#"))) {
            head.clear();
        } else if (!head.empty() || std::isspace(static_cast<unsigned char>(c)) == 0) {
            head += c;
        }
    }
    return out;
}

}  // namespace haven::test
