#include "mapping/map.h"
#include "tests/fuzz/fuzzing.h"

using namespace haven;

namespace {

const std::shared_ptr<const Catalogue>& catalogue() {
    static const auto loaded = Catalogue::load(HAVEN_SOURCE_DIR "/schemas/canonical/1");
    fuzz::expect(loaded.has_value());
    return *loaded;
}

void run(const Map& map, std::string_view message) {
    fuzz::Pieces source(message, 1'000);
    const auto done = map.reader()->read(source, [&](const ReadRecord& read) -> Result<void> {
        if (!read.document) { return {}; }
        map.claims(**read.document);
        const auto records = map.records(**read.document, from_us(0));
        fuzz::expect(records.has_value() || !records.error().message().empty());
        return {};
    });
    fuzz::expect(done.has_value() || !done.error().message().empty());
    fuzz::Pieces again(message, 1'000);
    fuzz::expect(map.check_count(again).has_value() || map.has_count());
}

}  // namespace

// A map, and behind a line of "---" a message for it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    constexpr std::string_view line = "\n---\n";
    const std::string_view input(reinterpret_cast<const char*>(bytes), size);
    const auto end = input.find(line);
    const auto text = input.substr(0, end);
    const auto map = Map::compile(text, "fuzz.map", catalogue());
    if (!map) {
        fuzz::expect(!map.error().empty());
        for (const auto& problem : map.error()) { fuzz::expect(!text_of(problem, text).empty()); }
        return 0;
    }
    if (end != std::string_view::npos) { run(**map, input.substr(end + line.size())); }
    return 0;
}
