#pragma once
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace haven::test {

/// A file or folder of the real data that lies beside the project; nothing where it is not on this machine: then the
/// test is skipped and says so.
inline std::optional<std::filesystem::path> shared_data(const std::string& name) {
    const char* const given = std::getenv("HAVEN_SHARED_DATA");
    const auto folder = given != nullptr ? std::filesystem::path(given)
                                         : std::filesystem::path(HAVEN_SOURCE_DIR).parent_path() / "shared" / "data";
    if (!std::filesystem::exists(folder / name)) { return std::nullopt; }
    return folder / name;
}

}  // namespace haven::test
