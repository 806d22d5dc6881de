#include "mapping/format/fixed_reader.h"

#include "core/base/encoding.h"
#include "mapping/format/lines.h"

namespace haven {
namespace {

std::string_view without_spaces_at_end(std::string_view text) {
    const auto last = text.find_last_not_of(' ');
    return text.substr(0, last == text.npos ? 0 : last + 1);
}

Result<void> check(const Line& line, std::size_t characters, Encoding encoding) {
    if (line.text.find('\0') != line.text.npos) { return fail(Fault::malformed, "expected text, got a NUL byte"); }
    if (!is_utf8(line.text)) { return fail(Fault::malformed, expected_text(encoding)); }
    const auto length = count_characters(line.text);
    if (length > characters || (length < characters && !line.ended)) {
        return fail(Fault::malformed, Reason("expected ", characters, " characters, got ", length));
    }
    return {};
}

void add(Document& document, NameId name, std::string_view text, std::int64_t line) {
    text = without_spaces_at_end(text);
    if (text.empty()) { return; }
    const auto node = document.add(Document::root, name, Document::Kind::text, static_cast<std::uint32_t>(line));
    document.append_text(node, text);
}

void fill(Document& document, const Line& line, const FixedLayout& layout) {
    document.clear();
    auto rest = line.text;
    std::size_t next = 1;
    for (const auto& column : layout.columns()) {
        add(document, undeclared, take_characters(rest, column.start - next), line.number);
        add(document, column.name, take_characters(rest, column.length), line.number);
        next = column.start + column.length;
    }
}

}  // namespace

Result<void> FixedReader::read(ByteSource& message, const RecordHandler& handler) {
    TextSource text(message, encoding_);
    Lines lines(text);
    Document document;
    std::int64_t number = 0;
    while (true) {
        const auto next = lines.next();
        if (!next) { return fail(next.error()); }
        if (!*next) { return {}; }
        const auto& line = **next;
        if (without_spaces_at_end(line.text).empty()) { continue; }
        ++number;
        Result<const Document*> read(&document);
        if (auto good = check(line, layout_.length(), encoding_); good) {
            fill(document, line, layout_);
        } else {
            read = fail(std::move(good).error().at(Place::line(line.number)).at(Place::row(number)));
        }
        if (auto taken = handler({number, line.number, std::move(read)}); !taken) { return taken; }
    }
}

}  // namespace haven
