#pragma once
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "mapping/tools/dialect.h"
#include "tests/fuzz/fuzzing.h"

/// What is shipped, read once at the start of a fuzz target.
namespace haven::fuzz {

inline const std::string dialects = HAVEN_SOURCE_DIR "/schemas/dialects";

inline std::string text_of_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline const std::shared_ptr<const Catalogue>& catalogue() {
    static const auto loaded = Catalogue::load(HAVEN_SOURCE_DIR "/schemas/canonical/1");
    expect(loaded.has_value());
    return *loaded;
}

inline DialectFiles files_of(const std::filesystem::path& folder) {
    DialectFiles out{folder.filename().string(), {}, {}};
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".map") { out.maps[entry.path().stem().string()] = text_of_file(entry.path()); }
    }
    if (!std::filesystem::is_directory(folder / "samples")) { return out; }
    for (const auto& entry : std::filesystem::directory_iterator(folder / "samples")) {
        if (entry.is_regular_file()) { out.samples[entry.path().filename().string()] = text_of_file(entry.path()); }
    }
    return out;
}

/// The schemas of all dialects, known by the name of the file alone, the code lists, and a message for each map by the
/// name in its first line.
class Shipped {
public:
    Shipped() {
        const auto read = dialect_schemas_of(dialects);
        for (const auto& folder : std::filesystem::directory_iterator(dialects)) {
            for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
                const auto name = file.path().filename().string();
                if (!name.ends_with(".xsd") && !name.ends_with(".schema.json")) { continue; }
                if (auto made = read(folder.path().filename().string() + "/" + name)) { known_[name] = *made; }
            }
            const Schemas with{catalogue(), lists, read};
            const Dialect dialect(files_of(folder.path()), with);
            for (const auto& one : dialect.cases()) {
                const bool fits = one.sample.inward && one.map->map->catalogue() == catalogue();
                if (fits) { messages_.emplace(one.map->map->name().text(), one.input); }
            }
        }
        expect(known_.size() >= 8 && messages_.size() >= 10);
    }

    DialectSchemas schemas() const {
        return [this](const std::string& file) -> tl::expected<std::shared_ptr<const DialectSchema>, Problems> {
            const auto found = known_.find(file);
            if (found == known_.end()) { return tl::unexpected(Problems{}); }
            return found->second;
        };
    }
    std::shared_ptr<const DialectSchema> schema(const std::string& file) const { return known_.at(file); }
    /// Empty where there is none.
    std::string message(std::string_view map) const {
        const auto found = messages_.find(std::string(map));
        return found == messages_.end() ? std::string{} : found->second;
    }

    CodeLists lists = code_lists_of(HAVEN_SOURCE_DIR "/schemas/codes");

private:
    std::map<std::string, std::shared_ptr<const DialectSchema>> known_;
    std::map<std::string, std::string> messages_;
};

inline const Shipped& shipped() {
    static const Shipped made;
    return made;
}

}  // namespace haven::fuzz
