#include "mapping/identity.h"

#include <algorithm>

#include "core/catalogue/value.h"

namespace haven {
namespace {

class IdentityText {
public:
    IdentityText(const Catalogue& catalogue, const RecordType& type, bool outward_only)
        : catalogue_(catalogue), type_(type), arrow_(outward_only ? " <- " : " <-> ") {}

    std::string run() {
        text_ = "map haven." + std::string(type_.name.text()) + " " + std::to_string(catalogue_.version()) +
                "\ndialect json\nrecord " + std::string(type_.name.text()) + " " +
                std::to_string(catalogue_.version()) + "\n";
        group(root_group, 0);
        return std::move(text_);
    }

private:
    void group(GroupNumber g, std::size_t indent) {
        type_.fields.each([&](FieldNumber f) {
            const auto& info = catalogue_.field(f);
            if (info.group != g) { return; }
            line(indent, "", info.path, g);
        });
        for (const auto below : catalogue_.groups_below(g)) {
            if (!type_.has_group(below)) { continue; }
            line(indent, "each ", catalogue_.group(below).path, g);
            group(below, indent + 2);
        }
    }

    void line(std::size_t indent, std::string_view word, Name path, GroupNumber within) {
        const auto above = catalogue_.group(within).path.text();
        std::string partner(path.text().substr(above.empty() ? 0 : above.size() + 1));
        std::replace(partner.begin(), partner.end(), '/', '.');
        text_ += std::string(indent, ' ') + std::string(word) + partner + arrow_ + std::string(path.text()) + "\n";
    }

    const Catalogue& catalogue_;
    const RecordType& type_;
    std::string arrow_;
    std::string text_;
};

}  // namespace

std::string identity_map(const Catalogue& catalogue, RecordTypeNumber type, bool outward_only) {
    return IdentityText(catalogue, catalogue.record_type(type), outward_only).run();
}

std::optional<CanonicalType> canonical_type(std::string_view map_name, const Versions& versions) {
    constexpr std::string_view begin = "haven/";
    if (!map_name.starts_with(begin)) { return std::nullopt; }
    const auto name = map_name.substr(begin.size());
    const auto slash = name.find('/');
    auto catalogue = versions.own();
    if (slash != std::string_view::npos) {
        const auto number = parse_integer(name.substr(slash + 1));
        catalogue = number ? versions.find(static_cast<int>(*number)) : nullptr;
    }
    const auto type = catalogue ? catalogue->find_record_type(name.substr(0, slash)) : std::nullopt;
    if (!type) { return std::nullopt; }
    return CanonicalType{std::move(catalogue), *type};
}

}  // namespace haven
