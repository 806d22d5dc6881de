#pragma once
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/base/problem.h"

namespace haven::site {

/// The files that make a site what it is, by path: `haven.toml` without the keys that are only of the machine, the
/// partners, services and agreements, and of the schemas (under `schemas/`, wherever they lie) the canonical schema,
/// the maps that the partners name and the code lists of those maps. This is what is published and activated.
///
/// A partner's file counts whole, its adapter's settings too: an address is where a person's data goes.
struct SiteFiles {
    std::map<std::string, std::string> texts;

    /// What they are known by: SHA-256 over every path and text, as 64 hexadecimal digits.
    std::string hash() const;

    /// Reads them from a site's folder. `maps`: those that its partners name, for whoever knows them already.
    /// Errors: haven.toml is not there or is no TOML; more than 5,000 files.
    static tl::expected<SiteFiles, Problems> read(const std::string& folder,
                                                  const std::optional<std::set<std::string>>& maps = {});
};

/// Whether a file of this name is an editor's or a system's own and is passed over: it begins with a dot or ends in a
/// tilde. All else that lies among the agreements, partners or services and is no file NAME.toml is a problem: whoever
/// put it there thinks that it counts.
bool is_passed_over(std::string_view file_name);
/// The subfolders of a site for which that holds.
inline constexpr std::array<const char*, 3> subfolders{"partners", "services", "agreements"};

/// The maps that lie in a folder of schemas, as a partner names them ("eastford-housing/answer"), sorted.
std::vector<std::string> maps_in(const std::string& schemas);

/// The files of a published site in a folder of their own, for as long as this lives.
class UnpackedFiles {
public:
    explicit UnpackedFiles(const SiteFiles& files);
    UnpackedFiles(const UnpackedFiles&) = delete;
    UnpackedFiles& operator=(const UnpackedFiles&) = delete;
    ~UnpackedFiles();

    /// Empty where the folder could not be made.
    const std::string& folder() const { return folder_; }

private:
    std::string folder_;
};

}  // namespace haven::site
