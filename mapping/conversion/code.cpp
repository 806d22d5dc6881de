#include <algorithm>
#include <array>
#include <unordered_map>

#include "core/catalogue/catalogue.h"
#include "mapping/conversion/make.h"

namespace haven {
namespace {

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using TextMap = std::unordered_map<std::string, std::string, TextHash, std::equal_to<>>;

/// Codes by table, both ways.
class Code : public Conversion {
public:
    Code(TextMap in, TextMap out) : in_(std::move(in)), out_(std::move(out)) {
        if (in_.size() <= few) { few_in_.assign(in_.begin(), in_.end()); }
    }

    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        const auto code = trimmed(parts[0]);
        for (const auto& [partner, ours] : few_in_) {
            if (partner == code) {
                canonical += ours;
                return {};
            }
        }
        const auto found = few_in_.empty() ? in_.find(code) : in_.end();
        if (found == in_.end()) {
            return fail(Fault::unmapped, Reason("expected one of the ", in_.size(), " codes of its table"));
        }
        canonical += found->second;
        return {};
    }
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        const auto found = out_.find(canonical);
        if (found == out_.end()) { return fail(Fault::unmapped, "the table has no line for this code outward"); }
        parts[0] = found->second;
        return {};
    }

private:
    static constexpr std::size_t few = 8;  // that are compared sooner than hashed
    TextMap in_;
    TextMap out_;
    std::vector<std::pair<std::string, std::string>> few_in_;  // all of `in_`, where they are few
};

std::string no_such_code(std::string_view code, const FieldType& type) {
    std::vector<std::string_view> codes;
    for (const auto& value : type.codes) { codes.push_back(value.text); }
    const auto near = nearest_word(code, codes);
    auto message = std::string(type.name.text()) + " has no code " + std::string(code);
    if (!near.empty()) { message += "; did you mean " + std::string(near) + "?"; }
    return message;
}

// The codes of the field that no line of the table writes, for the author.
std::string unwritten(const FieldType& type, const TextMap& out) {
    constexpr std::size_t shown_max = 3;
    std::string names;
    std::size_t missing = 0;
    for (const auto& value : type.codes) {
        if (out.contains(value.text)) { continue; }
        if (missing < shown_max) { names += (missing == 0 ? "" : ", ") + value.text; }
        ++missing;
    }
    if (missing > shown_max) { names += " and " + std::to_string(missing - shown_max) + " more"; }
    return names;
}

std::string no_table(const ConversionRequest& request) {
    const auto near = nearest_word(request.arguments[0], request.tables);
    std::string message = "no table ";
    message.append(request.arguments[0]).append(" in this map or its code lists");
    if (!near.empty()) { message.append("; did you mean ").append(near).append("?"); }
    return message;
}

}  // namespace

MadeConversion make_code(const ConversionRequest& request) {
    if (request.arguments.size() != 1) { return wrong("code takes the name of a table: code(NAME)"); }
    if (request.table == nullptr) { return wrong(no_table(request)); }
    const bool to_codes = request.is_last && request.field->kind == ValueKind::code;
    TextMap in;
    TextMap out;
    for (const auto& row : request.table->rows) {
        if (to_codes && !request.field->code_index(row.canonical)) {
            return wrong(no_such_code(row.canonical, *request.field));
        }
        if (row.arrow != ast::Arrow::out && !in.emplace(row.partner, row.canonical).second) {
            return wrong("two lines of the table read the code " + row.partner);
        }
        if (row.arrow != ast::Arrow::in && !out.emplace(row.canonical, row.partner).second) {
            return wrong("two lines of the table write " + row.canonical + "; make one of them ->");
        }
    }
    for (const auto& [canonical, partner] : out) {
        const auto back = in.find(partner);
        if (request.arrow == ast::Arrow::both && (back == in.end() || back->second != canonical)) {
            std::string message = "the table writes ";
            message.append(partner).append(" for ").append(canonical).append(
                ", and does not read it back; use -> or <-");
            return wrong(std::move(message));
        }
    }
    const auto missing = to_codes && request.arrow == ast::Arrow::out ? unwritten(*request.field, out) : std::string{};
    if (!missing.empty()) { return wrong("the table writes no code for " + missing); }
    return std::make_unique<Code>(std::move(in), std::move(out));
}

MadeConversion make_yes_no(const ConversionRequest& request) {
    constexpr std::array<std::string_view, 3> canonical{"yes", "no", "unknown"};
    if (request.arguments.size() < 2 || request.arguments.size() > 3) {
        return wrong(
            "yes_no takes the partner's words for yes and no, and for unknown where it has one: yes_no(Y, N, U)");
    }
    TextMap in;
    TextMap out;
    for (std::size_t i = 0; i < request.arguments.size(); ++i) {
        if (!request.field->code_index(canonical.at(i))) {
            return wrong("yes_no needs a canonical field of yes, no and unknown");
        }
        if (!in.emplace(request.arguments[i], canonical.at(i)).second) {
            return wrong("yes_no needs another word for each");
        }
        out.emplace(canonical.at(i), request.arguments[i]);
    }
    const bool has_unknown = out.contains("unknown") || !request.field->code_index("unknown");
    if (!has_unknown && request.fallback == "unknown") { out.emplace("unknown", ""); }  // said by leaving it out
    if (!has_unknown && request.arrow == ast::Arrow::out) {
        return wrong("yes_no writes no word for unknown: yes_no(Y, N, U)");
    }
    return std::make_unique<Code>(std::move(in), std::move(out));
}

}  // namespace haven
