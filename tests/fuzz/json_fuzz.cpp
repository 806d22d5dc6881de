#include "mapping/format/json_reader.h"

#include "tests/fuzz/shipped.h"

using namespace haven;

namespace {

// As one who sends by a map of Eastford's schema is read.
void validated(std::string_view message, std::size_t piece) {
    static const auto schema = fuzz::shipped().schema("eastford.schema.json")->json;
    static Vocabulary names;
    static const JsonRules rules = [] {
        std::vector<NameId> ids;
        for (const auto& name : schema->names()) { ids.push_back(names.add(name, {})); }
        return JsonRules(schema, std::move(ids), schema->root(), names);
    }();
    JsonReader reader(names, {}, &rules);
    fuzz::read_all(reader, message, piece);
}

}  // namespace

// The first byte chooses the shape and whether a schema is held against it, the second the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 2) { return 0; }
    const std::string_view message(reinterpret_cast<const char*>(bytes) + 2, size - 2);
    if ((bytes[0] & 4U) != 0) {
        validated(message, bytes[1]);
        return 0;
    }
    Vocabulary names;
    const auto a = names.add("a", {});
    JsonShape shape;
    if ((bytes[0] & 1U) != 0) { shape.record_path = {a}; }
    shape.lines = shape.record_path.empty() && (bytes[0] & 2U) != 0;
    JsonReader reader(names, shape);
    fuzz::read_all(reader, message, bytes[1]);
    return 0;
}

// What is shipped is read before the first input, whose time would be that of all of it.
extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
    fuzz::shipped();
    return 0;
}
