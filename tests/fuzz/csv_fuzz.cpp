#include "mapping/format/csv_reader.h"

#include "tests/fuzz/fuzzing.h"

using namespace haven;

namespace {

CsvShape shape_of(std::uint8_t choice, Vocabulary& names) {
    const auto a = names.add("A", {});
    const auto b = names.add("B", {});
    CsvShape shape{.separator = (choice & 1U) != 0 ? CsvSeparator::comma : CsvSeparator::semicolon,
                   .encoding = (choice & 2U) != 0 ? Encoding::utf8 : Encoding::windows_1252,
                   .header_rows = (choice >> 2U) & 3,
                   .names_row = 1};
    if ((choice & 16U) != 0) { shape.trailer = "T"; }
    if ((choice & 32U) != 0) { shape.optional = {a, b}; }
    if (shape.header_rows == 0) {
        shape.columns = {a, b};
        return shape;
    }
    // One that says its heading, which is that of another column too, and one that stands under any.
    if ((choice & 64U) != 0) { shape.numbered.push_back({names.add("C", {}), 2, "A"}); }
    if ((choice & 128U) != 0) { shape.numbered.push_back({names.add("D", {}), 3, std::nullopt}); }
    return shape;
}

// A cell has one name, and no two cells of a row have the same.
void expect_each_name_once(const Document& row, const Vocabulary& names) {
    std::vector<bool> seen(names.size());
    for (Document::Index i = 1; i < row.size(); ++i) {
        const auto name = row.node(i).name;
        fuzz::expect(name < names.size());
        fuzz::expect(name == undeclared || !seen[name]);
        seen[name] = true;
    }
}

}  // namespace

// The first byte chooses the shape, the second the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 2) { return 0; }
    Vocabulary names;
    const auto shape = shape_of(bytes[0], names);
    CsvReader reader(names, shape);
    fuzz::read_all(reader, {reinterpret_cast<const char*>(bytes) + 2, size - 2}, bytes[1],
                   [&](const Document& row) { expect_each_name_once(row, names); });
    return 0;
}
