#include "mapping/format/json_reader.h"

#include "tests/fuzz/fuzzing.h"

using namespace haven;

// The first byte chooses the shape, the second the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 2) { return 0; }
    Vocabulary names;
    const auto a = names.add("a", {});
    JsonShape shape;
    if ((bytes[0] & 1U) != 0) { shape.record_path = {a}; }
    shape.lines = shape.record_path.empty() && (bytes[0] & 2U) != 0;
    JsonReader reader(names, shape);
    fuzz::read_all(reader, {reinterpret_cast<const char*>(bytes) + 2, size - 2}, bytes[1]);
    return 0;
}
