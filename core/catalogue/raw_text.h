#pragma once
#include "core/catalogue/record.h"

namespace haven {

/// The text of any value, locators too. Only the parts that carry values on may include this header: the fold, the
/// decision that makes a disclosure, the maps, the safety rules and the blind index; `tests/tidy_test.cpp` holds the
/// list.
class RawText {
public:
    static std::string_view of(const Record& record, const Record::Value& value) { return record.text(value); }
    static std::optional<std::string_view> of(const Record& record, FieldNumber field,
                                              InstanceNumber in = root_instance) {
        const auto* value = record.find(field, in);
        if (value == nullptr) { return std::nullopt; }
        return record.text(*value);
    }
};

}  // namespace haven
