#pragma once
#include <optional>
#include <string_view>
#include <utility>

#include "core/catalogue/field.h"

/// Inside core/casework only.
namespace haven {

/// Binds fields and groups one after another and keeps the first failure.
class Binding {
public:
    explicit Binding(const Catalogue& catalogue) : catalogue_(catalogue) {}

    template <class T>
    void to(std::optional<Field<T>>& field, std::string_view path) {
        auto bound = Field<T>::bind(catalogue_, path);
        if (bound) {
            field = *bound;
        } else if (!failure_) {
            failure_ = std::move(bound).error();
        }
    }
    void to(GroupNumber& group, std::string_view path) {
        const auto found = catalogue_.find_group(path);
        if (found) {
            group = *found;
        } else if (!failure_) {
            failure_ = Error{Fault::missing, "the schema lacks a group that the hub reads", {}}.at(
                Place::path(Name::declare(path)));
        }
    }
    std::optional<Error> failure() const { return failure_; }

private:
    const Catalogue& catalogue_;
    std::optional<Error> failure_;
};

}  // namespace haven
