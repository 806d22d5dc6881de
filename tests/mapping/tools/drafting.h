#pragma once
#include "mapping/tools/draft.h"
#include "tests/mapping/shipped_maps.h"
#include "tests/mapping/tools/small_dialect.h"

namespace haven::test {

/// A draft without its first lines, which are the same for all.
inline std::string draft(Result<Shape> shape, const char* record_type) {
    if (!shape) { return shape.error().message(); }
    find_split(*shape);
    const auto text = draft_map(*shape, "small", *catalogue()->find_record_type(record_type), schemas());
    return text.substr(text.find("dialect"));
}

}  // namespace haven::test
