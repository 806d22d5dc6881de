#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "mapping/map.h"
#include "tests/mapping/reading_maps.h"
#include "tests/support/catalogue.h"

namespace haven::test {

inline std::string text_of_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::filesystem::path> files_below(const std::string& folder, const std::string& extension) {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == extension) { out.push_back(entry.path()); }
    }
    std::sort(out.begin(), out.end());
    return out;
}

/// The map of schemas/dialects that is called so, such as "niem-crime/incident", with its schema.
inline std::shared_ptr<const Map> shipped_map(const std::string& name) {
    const auto path = std::filesystem::path(HAVEN_SOURCE_DIR "/schemas/dialects/" + name + ".map");
    return compiled(text_of_file(path), code_lists_of(HAVEN_SOURCE_DIR "/schemas/codes"),
                    dialect_schemas_of(path.parent_path().string()));
}

/// Every map of schemas/dialects, compiled. One that does not compile fails the test that asks.
inline const std::vector<std::shared_ptr<const Map>>& shipped_maps() {
    static const auto maps = [] {
        std::vector<std::shared_ptr<const Map>> out;
        const auto lists = code_lists_of(HAVEN_SOURCE_DIR "/schemas/codes");
        for (const auto& path : files_below(HAVEN_SOURCE_DIR "/schemas/dialects", ".map")) {
            const auto text = text_of_file(path);
            auto made = Map::compile(text, path.filename().string(), catalogue(), lists,
                                     dialect_schemas_of(path.parent_path().string()));
            if (made) {
                out.push_back(*made);
                continue;
            }
            for (const auto& problem : made.error()) { ADD_FAILURE() << path << "\n" << text_of(problem, text); }
        }
        return out;
    }();
    return maps;
}

}  // namespace haven::test
