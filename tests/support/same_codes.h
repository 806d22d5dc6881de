#pragma once
#include "core/base/code.h"
#include "tests/support/catalogue.h"

namespace haven::test {

/// The codes of a field of the schema and those of the hub's own enumeration are the same, in the same order.
template <class E>
void expect_same_codes(std::string_view path) {
    const auto field = catalogue()->find(path);
    ASSERT_TRUE(field) << path;
    std::vector<std::string_view> schema;
    for (const auto& code : catalogue()->field(*field).type->codes) { schema.push_back(code.text); }
    const auto names = code_names(E{});
    EXPECT_EQ(schema, std::vector<std::string_view>(names.begin(), names.end())) << path;
}

}  // namespace haven::test
