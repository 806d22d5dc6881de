#include "core/catalogue/catalogue.h"

#include <algorithm>
#include <numeric>

namespace haven {
namespace {

// Edits that turn one word into the other: insert, remove, replace. Source: Levenshtein 1965.
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i;
        for (std::size_t k = 1; k <= b.size(); ++k) {
            const auto above = row[k];
            row[k] = std::min({above + 1, row[k - 1] + 1, diagonal + (a[i - 1] == b[k - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& candidates) {
    std::string_view best;
    std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const auto candidate : candidates) {
        const auto n = edits(word, candidate);
        if (n < least) {
            least = n;
            best = candidate;
        }
    }
    return best;
}

bool RecordType::has_group(GroupNumber g) const {
    return std::find(groups.begin(), groups.end(), g) != groups.end();
}

std::optional<FieldNumber> Catalogue::find(std::string_view path) const {
    const auto found = by_path_.find(path);
    if (found == by_path_.end()) { return std::nullopt; }
    return found->second;
}

std::optional<GroupNumber> Catalogue::find_group(std::string_view path) const {
    const auto found = group_by_path_.find(path);
    if (found == group_by_path_.end()) { return std::nullopt; }
    return found->second;
}

std::optional<RecordTypeNumber> Catalogue::find_record_type(std::string_view name) const {
    for (std::size_t i = 0; i < record_types_.size(); ++i) {
        if (record_types_[i].name.text() == name) { return RecordTypeNumber{static_cast<std::uint16_t>(i)}; }
    }
    return std::nullopt;
}

std::string_view Catalogue::nearest(std::string_view path) const {
    std::vector<std::string_view> paths;
    for (const auto& field : fields_) { paths.push_back(field.path.text()); }
    return nearest_word(path, paths);
}

}  // namespace haven
