#include <algorithm>
#include <array>
#include <optional>

#include "core/catalogue/catalogue.h"
#include "mapping/conversion/make.h"

namespace haven {
namespace {

/// Codes by table, both ways.
class Code : public Conversion {
public:
    explicit Code(std::shared_ptr<const CodeRows> rows) : rows_(std::move(rows)) {}

    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        const auto* found = rows_->read(trimmed(parts[0]));
        if (found == nullptr) {
            return fail(Fault::unmapped, Reason("expected one of the ", rows_->read_count(), " codes of its table"));
        }
        canonical += *found;
        return {};
    }
    bool makes_only(const FieldType& type) const override {
        const auto& rows = rows_->rows();
        return std::all_of(rows.begin(), rows.end(), [&](const CodeRows::Row& row) {
            return row.arrow == ast::Arrow::out || type.fits(row.canonical);
        });
    }
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        const auto* found = rows_->written(canonical);
        if (found == nullptr) { return fail(Fault::unmapped, "the table has no line for this code outward"); }
        parts[0] = *found;
        return {};
    }

private:
    std::shared_ptr<const CodeRows> rows_;
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
std::string unwritten(const FieldType& type, const CodeRows& rows) {
    constexpr std::size_t shown_max = 3;
    std::string names;
    std::size_t missing = 0;
    for (const auto& value : type.codes) {
        if (rows.written(value.text) != nullptr) { continue; }
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

// The rows that go one way, sorted by their code, of which the first that stands twice is told.
template <class Code>
std::vector<std::size_t> rows_by(const std::vector<CodeRows::Row>& rows, ast::Arrow other_way, const Code& code,
                                 std::optional<std::string>& twice) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].arrow != other_way) { out.push_back(i); }
    }
    std::sort(out.begin(), out.end(), [&](auto a, auto b) { return code(rows[a]) < code(rows[b]); });
    const auto found =
        std::adjacent_find(out.begin(), out.end(), [&](auto a, auto b) { return code(rows[a]) == code(rows[b]); });
    if (found != out.end()) { twice = code(rows[*found]); }
    return out;
}

constexpr std::size_t few = 8;  // that are compared one by one sooner than halved

template <class Code>
const CodeRows::Row* row_of(const std::vector<CodeRows::Row>& rows, const std::vector<std::size_t>& sorted,
                            const Code& code, std::string_view wanted) {
    if (sorted.size() <= few) {
        const auto row = std::find_if(sorted.begin(), sorted.end(), [&](auto i) { return code(rows[i]) == wanted; });
        return row == sorted.end() ? nullptr : &rows[*row];
    }
    const auto found = std::lower_bound(sorted.begin(), sorted.end(), wanted,
                                        [&](auto row, std::string_view text) { return code(rows[row]) < text; });
    return found == sorted.end() || code(rows[*found]) != wanted ? nullptr : &rows[*found];
}

constexpr auto partner_code = [](const CodeRows::Row& row) -> const std::string& { return row.partner; };
constexpr auto canonical_code = [](const CodeRows::Row& row) -> const std::string& { return row.canonical; };

}  // namespace

CodeRows::CodeRows(std::vector<Row> rows) : rows_(std::move(rows)) {
    std::optional<std::string> read_twice;
    std::optional<std::string> written_twice;
    in_ = rows_by(rows_, ast::Arrow::out, partner_code, read_twice);
    out_ = rows_by(rows_, ast::Arrow::in, canonical_code, written_twice);
    if (read_twice) {
        wrong_ = "two lines of the table read the code " + *read_twice;
    } else if (written_twice) {
        wrong_ = "two lines of the table write " + *written_twice + "; make one of them ->";
    }
}

const std::string* CodeRows::read(std::string_view partner) const {
    const auto* row = row_of(rows_, in_, partner_code, partner);
    return row == nullptr ? nullptr : &row->canonical;
}

const std::string* CodeRows::written(std::string_view canonical) const {
    const auto* row = row_of(rows_, out_, canonical_code, canonical);
    return row == nullptr ? nullptr : &row->partner;
}

MadeConversion make_code(const ConversionRequest& request) {
    if (request.arguments.size() != 1) { return wrong("code takes the name of a table: code(NAME)"); }
    if (request.table == nullptr) { return wrong(no_table(request)); }
    const bool to_codes = request.is_last && request.field->kind == ValueKind::code;
    const auto& rows = *request.table;
    for (const auto& row : rows.rows()) {
        if (to_codes && !request.field->code_index(row.canonical)) {
            return wrong(no_such_code(row.canonical, *request.field));
        }
        const bool is_value = row.arrow != ast::Arrow::out && !row.canonical.empty();
        const auto fits = request.is_last && is_value ? request.field->check(row.canonical) : Result<void>{};
        if (!fits) { return wrong("the table reads " + row.partner + ": " + std::string(fits.error().reason.text())); }
    }
    if (!rows.wrong().empty()) { return wrong(rows.wrong()); }
    for (const auto& row : rows.rows()) {
        const auto* back = row.arrow == ast::Arrow::in ? nullptr : rows.read(row.partner);
        const bool undone = row.arrow == ast::Arrow::in || (back != nullptr && *back == row.canonical);
        if (request.arrow == ast::Arrow::both && !undone) {
            std::string message = "the table writes ";
            message.append(row.partner).append(" for ").append(row.canonical);
            return wrong(message.append(", and does not read it back; use -> or <-"));
        }
    }
    const auto missing = to_codes && request.arrow == ast::Arrow::out ? unwritten(*request.field, rows) : std::string{};
    if (!missing.empty()) { return wrong("the table writes no code for " + missing); }
    return std::make_unique<Code>(request.table);
}

MadeConversion make_yes_no(const ConversionRequest& request) {
    constexpr std::array<std::string_view, 3> canonical{"yes", "no", "unknown"};
    if (request.arguments.size() < 2 || request.arguments.size() > 3) {
        return wrong(
            "yes_no takes the partner's words for yes and no, and for unknown where it has one: yes_no(Y, N, U)");
    }
    std::vector<CodeRows::Row> rows;
    for (std::size_t i = 0; i < request.arguments.size(); ++i) {
        if (!request.field->code_index(canonical.at(i))) {
            return wrong("yes_no needs a canonical field of yes, no and unknown");
        }
        rows.push_back({std::string(request.arguments[i]), ast::Arrow::both, std::string(canonical.at(i))});
    }
    const bool has_unknown = rows.size() == canonical.size() || !request.field->code_index("unknown");
    const bool unsaid = !has_unknown && request.fallback == "unknown";  // it is said by leaving it out
    if (unsaid) { rows.push_back({"", ast::Arrow::out, "unknown"}); }
    auto table = std::make_shared<CodeRows>(std::move(rows));
    if (!table->wrong().empty()) { return wrong("yes_no needs another word for each"); }
    if (!has_unknown && request.arrow == ast::Arrow::out) {
        return wrong("yes_no writes no word for unknown: yes_no(Y, N, U)");
    }
    return std::make_unique<Code>(std::move(table));
}

}  // namespace haven
