#pragma once
#include "core/catalogue/record.h"

namespace haven::flow {

/// Sets fields of one own record and keeps the first error.
class OwnRecord {
public:
    OwnRecord(const std::shared_ptr<const Catalogue>& catalogue, std::string_view type)
        : catalogue_(*catalogue), builder_(catalogue) {
        const auto number = catalogue_.find_record_type(type);
        known_ = number.has_value();
        if (known_) { builder_.start(*number); }
    }
    OwnRecord& set(std::string_view path, std::string_view text) {
        const auto field = known_ ? catalogue_.find(path) : std::nullopt;
        if (!field) {
            known_ = false;
            return *this;
        }
        auto done = builder_.set(*field, text);
        if (!done && !error_) { error_ = std::move(done).error(); }
        return *this;
    }
    RecordBuilder& builder() { return builder_; }
    Result<Record> part(Instant as_of) {
        if (!known_) { return fail(Fault::missing, "the schema lacks a field that the hub writes"); }
        if (error_) { return fail(*error_); }
        return builder_.finish_part(as_of);
    }

private:
    const Catalogue& catalogue_;
    RecordBuilder builder_;
    bool known_ = false;
    std::optional<Error> error_;
};

}  // namespace haven::flow
