#include "mapping/identity.h"

#include <algorithm>

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

}  // namespace haven
