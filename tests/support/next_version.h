#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/catalogue/versions.h"
#include "tests/support/catalogue.h"

/// A next version of the canonical schema that ships, as its keepers might make it: one leaf comes, one moves.
namespace haven::test {

/// Writes it into a folder, `.../canonical/2`, made from `before`, `.../canonical/1`.
inline void write_next_version(const std::filesystem::path& before, const std::filesystem::path& into) {
    namespace fs = std::filesystem;
    fs::copy(before, into, fs::copy_options::recursive);
    const auto file = into / "types.xsd";
    std::ifstream in(file, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    const std::string leaf = "<xs:element name=\"language\" type=\"language-tag\" minOccurs=\"0\">";
    const auto at = text.find(leaf);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, leaf.size(),
                 "<xs:element name=\"called-at-home\" type=\"text-35\" minOccurs=\"0\"><xs:annotation>"
                 "<xs:appinfo source=\"class\">name</xs:appinfo><xs:appinfo source=\"origin\">Haven</xs:appinfo>"
                 "<xs:documentation>What the family calls her."
                 "</xs:documentation></xs:annotation></xs:element>"
                 "<xs:element name=\"spoken-language\" type=\"language-tag\" minOccurs=\"0\">");
    std::ofstream(file, std::ios::binary) << text;
    std::ofstream(into / "version.toml") << "since = 2026-06-01\n[moved]\n"
                                            "\"victim/language\" = \"victim/spoken-language\"\n";
}

class NextVersion {
public:
    NextVersion() {
        auto name = (std::filesystem::temp_directory_path() / "haven-next-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        write_next_version(HAVEN_SOURCE_DIR "/schemas/canonical/1", folder_ / "2");
        auto made = Catalogue::load(folder_ / "2");
        if (!made) {
            ADD_FAILURE() << made.error().message();
            std::abort();
        }
        catalogue_ = *made;
    }
    NextVersion(const NextVersion&) = delete;
    NextVersion& operator=(const NextVersion&) = delete;
    ~NextVersion() { std::filesystem::remove_all(folder_); }

    const std::shared_ptr<const Catalogue>& catalogue() const { return catalogue_; }
    static Moves moves() { return {{"victim/language", "victim/spoken-language"}}; }

private:
    std::filesystem::path folder_;
    std::shared_ptr<const Catalogue> catalogue_;
};

}  // namespace haven::test
