#include "mapping/tools/sample.h"

#include <optional>
#include <vector>

namespace haven {
namespace {

constexpr std::size_t ruler_min = 4;

bool is_ruler(std::string_view line) {
    return line.size() >= ruler_min && line.find_first_not_of('-') == std::string_view::npos;
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> out;
    while (true) {
        const auto begin = line.find_first_not_of(' ');
        if (begin == std::string_view::npos) { return out; }
        line.remove_prefix(begin);
        const auto end = std::min(line.find(' '), line.size());
        out.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

/// Takes a text line by line and knows which one it is at.
class CaseText {
public:
    explicit CaseText(std::string_view text) : text_(text) {}

    /// The next line without its end; nothing behind the last.
    std::optional<std::string_view> next() {
        if (at_ >= text_.size()) { return std::nullopt; }
        const auto end = std::min(text_.find('\n', at_), text_.size());
        const auto line = text_.substr(at_, end - at_);
        at_ = std::min(end + 1, text_.size());
        ++number_;
        return line;
    }
    /// Everything up to the next ruler, which is taken too; nothing where there is none.
    std::optional<std::string_view> up_to_ruler() {
        const auto begin = at_;
        for (auto before = at_; auto line = next(); before = at_) {
            if (is_ruler(*line)) { return text_.substr(begin, before - begin); }
        }
        return std::nullopt;
    }
    std::string_view passed() const { return text_.substr(0, at_); }
    std::string_view rest() const { return text_.substr(at_); }
    int number() const { return number_; }

private:
    std::string_view text_;
    std::size_t at_ = 0;
    int number_ = 0;
};

}  // namespace

std::string_view without_last_line_end(std::string_view text) {
    while (text.ends_with('\n') || text.ends_with('\r')) { text.remove_suffix(1); }
    return text;
}

std::string Sample::text_with(std::string_view what_came_out) const {
    return head + std::string(what_came_out) + "\n";
}

tl::expected<Sample, Problem> parse_sample(std::string_view text, std::string_view file) {
    CaseText in(text);
    const auto problem = [&](std::string message) {
        return tl::unexpected(Problem{std::string(file), in.number(), 0, 1, std::move(message)});
    };
    auto first = in.next();
    while (first && (first->empty() || first->front() == '#')) { first = in.next(); }
    const auto words = words_of(first.value_or(""));
    const bool way = !words.empty() && (words[0] == "in" || words[0] == "out");
    if (!way || words.size() < 2 || words.size() > 3) { return problem("expected a line: in MAP, or out MAP FILE"); }
    Sample sample;
    sample.inward = words[0] == "in";
    sample.map = words[1];
    const auto ruler = in.next();
    if (!ruler || !is_ruler(*ruler)) { return problem("expected a ruler of four dashes or more"); }
    if (words.size() == 3) {
        sample.file = words[2];
    } else {
        const auto input = in.up_to_ruler();
        if (!input) { return problem("expected a second ruler, behind what goes in"); }
        sample.input = *input;
    }
    sample.head = in.passed();
    if (!sample.head.ends_with('\n')) { sample.head += '\n'; }
    sample.expected = without_last_line_end(in.rest());
    return sample;
}

}  // namespace haven
