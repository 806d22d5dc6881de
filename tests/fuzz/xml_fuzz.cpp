#include "mapping/format/xml_reader.h"

#include "tests/fuzz/fuzzing.h"

using namespace haven;

// The first byte chooses the shape, the second the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 2) { return 0; }
    Vocabulary names;
    XmlShape shape;
    const auto root = names.add("a", {});
    const auto record = names.add("b", {});
    if ((bytes[0] & 1U) != 0) { shape.record_path = {root, record}; }
    if ((bytes[0] & 2U) != 0) { shape.encoding = Encoding::windows_1252; }
    XmlReader reader(names, shape);
    fuzz::read_all(reader, {reinterpret_cast<const char*>(bytes) + 2, size - 2}, bytes[1]);
    return 0;
}
