#include "core/base/result.h"

namespace haven {

std::string_view name_of(Fault fault) {
    switch (fault) {
        case Fault::malformed: return "malformed";
        case Fault::unmapped: return "unmapped";
        case Fault::refused: return "refused";
        case Fault::unreachable: return "unreachable";
        case Fault::rejected: return "rejected";
        case Fault::conflict: return "conflict";
        case Fault::missing: return "missing";
        case Fault::too_large: return "too-large";
        case Fault::broken: return "broken";
    }
    return "broken";
}

std::string Place::text() const {
    switch (kind) {
        case Kind::field:
        case Kind::path:
        case Kind::partner:
        case Kind::file: return std::string(name.text());
        case Kind::row: return "row " + std::to_string(number);
        case Kind::line: return "line " + std::to_string(number);
        case Kind::column: return "column " + std::to_string(number);
        case Kind::record: return "record " + std::to_string(number);
        case Kind::message: return "message " + std::to_string(number);
    }
    return {};
}

std::string Error::where() const {
    std::string out;
    for (auto place = places.rbegin(); place != places.rend(); ++place) {
        if (!out.empty()) { out += ": "; }
        out += place->text();
    }
    return out;
}

std::string Error::message() const {
    const auto place = where();
    return place.empty() ? reason.text() : place + ": " + reason.text();
}

}  // namespace haven
