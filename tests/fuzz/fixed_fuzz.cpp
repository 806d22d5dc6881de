#include "mapping/format/fixed_reader.h"

#include "tests/fuzz/fuzzing.h"

using namespace haven;

// The first byte chooses the encoding, the second the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 2) { return 0; }
    Vocabulary names;
    const auto layout = FixedLayout::make({{names.add("A", {}), 1, 3}, {names.add("B", {}), 5, 2}});
    FixedReader reader(*layout, (bytes[0] & 1U) != 0 ? Encoding::utf8 : Encoding::latin_1);
    fuzz::read_all(reader, {reinterpret_cast<const char*>(bytes) + 2, size - 2}, bytes[1]);
    return 0;
}
