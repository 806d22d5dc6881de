#include "mapping/format/xml_reader.h"

#include "tests/fuzz/shipped.h"

using namespace haven;

// The first byte chooses the shape and whether the charities' schema is held against it, the second the size of the
// pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 2) { return 0; }
    Vocabulary names;
    XmlShape shape;
    const auto root = names.add("a", {});
    const auto record = names.add("b", {});
    if ((bytes[0] & 1U) != 0) { shape.record_path = {root, record}; }
    if ((bytes[0] & 2U) != 0) { shape.encoding = Encoding::windows_1252; }
    static const auto schema = fuzz::shipped().schema("charity.xsd")->xml;
    XmlReader reader(names, shape, (bytes[0] & 4U) != 0 ? schema.get() : nullptr);
    fuzz::read_all(reader, {reinterpret_cast<const char*>(bytes) + 2, size - 2}, bytes[1]);
    return 0;
}

// What is shipped is read before the first input, whose time would be that of all of it.
extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
    fuzz::shipped();
    return 0;
}
