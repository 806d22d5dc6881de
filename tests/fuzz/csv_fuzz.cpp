#include "mapping/format/csv_reader.h"

#include "tests/fuzz/fuzzing.h"

using namespace haven;

// The first byte chooses the shape, the second the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 2) { return 0; }
    Vocabulary names;
    const auto a = names.add("A", {});
    const auto b = names.add("B", {});
    CsvShape shape{.separator = (bytes[0] & 1U) != 0 ? CsvSeparator::comma : CsvSeparator::semicolon,
                   .encoding = (bytes[0] & 2U) != 0 ? Encoding::utf8 : Encoding::windows_1252,
                   .header_rows = (bytes[0] >> 2U) & 3,
                   .names_row = 1};
    if (shape.header_rows == 0) { shape.columns = {a, b}; }
    if ((bytes[0] & 16U) != 0) { shape.trailer = "T"; }
    if ((bytes[0] & 32U) != 0) { shape.optional = {a, b}; }
    CsvReader reader(names, shape);
    fuzz::read_all(reader, {reinterpret_cast<const char*>(bytes) + 2, size - 2}, bytes[1]);
    return 0;
}
