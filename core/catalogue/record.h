#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalogue/catalogue.h"
#include "core/catalogue/field.h"

namespace haven {

/// One instance of a group within one record; 0 is the record itself.
struct InstanceNumber {
    std::uint16_t value = 0;
    auto operator<=>(const InstanceNumber&) const = default;
};
inline constexpr InstanceNumber root_instance{0};

/// One canonical instance: values by field number and group instance. If you hold one, it is valid.
///
/// Values are kept as text in their canonical spelling, in one arena. Domain code reads the few fields that it knows
/// through a bound `Field<T>`; the raw text is for the few parts that may carry any value on (raw_text.h).
class Record {
public:
    struct Value {
        FieldNumber field{};
        InstanceNumber instance{};
        std::uint16_t source = 0;  ///< of a case file: which of its sources the value came from
        std::uint32_t at = 0;
        std::uint32_t size = 0;
    };
    struct Instance {
        GroupNumber group;
        InstanceNumber parent;
    };

    const Catalogue& catalogue() const { return *catalogue_; }
    const std::shared_ptr<const Catalogue>& shared_catalogue() const { return catalogue_; }
    RecordTypeNumber type() const { return type_; }
    /// When it was so: mapped, else the file's own time, else the receipt.
    Instant as_of() const { return as_of_; }

    /// The value of a bound field, or nothing.
    template <class T>
    std::optional<T> get(const Field<T>& field, InstanceNumber in = root_instance) const {
        const auto* value = find(field.number(), in);
        if (value == nullptr) { return std::nullopt; }
        return field.read(text(*value));
    }
    std::optional<Locator> get(const Field<Locator>& field, InstanceNumber in = root_instance) const {
        const auto* value = find(field.number(), in);
        if (value == nullptr) { return std::nullopt; }
        return Locator(text(*value));
    }
    /// Every instance of a group below one instance, in the order of the record.
    std::vector<InstanceNumber> instances(GroupNumber group, InstanceNumber below = root_instance) const;

    bool has(FieldNumber field, InstanceNumber in = root_instance) const { return find(field, in) != nullptr; }
    FieldSet fields() const;  ///< every field that has a value somewhere
    std::span<const Value> values() const { return values_; }
    std::span<const Value> values_of(InstanceNumber in) const;
    std::span<const Instance> all_instances() const { return instances_; }
    bool empty() const { return values_.empty(); }

    /// The values marked in `keep` (one mark for each of `values()`) that belong to a record type, as a part of that
    /// type: their spelling stays checked, what the type requires may be missing.
    Record part(RecordTypeNumber type, const std::vector<bool>& keep) const;

    /// Bytes for sealing and for digests: the same record gives the same bytes. Begins with the schema's hash.
    std::string encode() const;
    /// The same without the as-of time: what two exports of one unchanged record share.
    std::string content() const;
    /// Errors: broken - not bytes of `encode`, or of another schema.
    static Result<Record> decode(const std::shared_ptr<const Catalogue>& catalogue, std::string_view bytes);

private:
    friend class RecordBuilder;
    friend class RawText;
    Record() = default;
    const Value* find(FieldNumber field, InstanceNumber in) const;
    std::string_view text(const Value& v) const { return std::string_view(arena_).substr(v.at, v.size); }

    std::shared_ptr<const Catalogue> catalogue_;
    RecordTypeNumber type_;
    Instant as_of_{};
    std::vector<Instance> instances_;  // [0] is the record itself
    std::vector<Value> values_;        // by instance, then field
    std::string arena_;
};

/// Makes records, one after another. `start` comes before each.
class RecordBuilder {
public:
    explicit RecordBuilder(std::shared_ptr<const Catalogue> catalogue) : catalogue_(std::move(catalogue)) {}

    void start(RecordTypeNumber type);
    /// Opens an instance of a group that belongs directly under `below`, to be given at least one value.
    ///
    /// Errors: unmapped - not a group of this record type there; too_large - over limits::instances_max.
    Result<InstanceNumber> open(GroupNumber group, InstanceNumber below = root_instance);
    /// Gives a field its value, in canonical spelling. An empty text is no value.
    ///
    /// Errors: malformed at the path - breaks the field's type or is given twice; unmapped - not of this record type
    /// or group; too_large - over limits::record_bytes_max.
    Result<void> set(FieldNumber field, std::string_view text, InstanceNumber in = root_instance,
                     std::uint16_t source = 0);
    /// The same without a copy, for what runs once for every value: the caller adds the value to the end of `value()`,
    /// then says whose it is; false where `set` would fail, and then `refusal` says why. `Spelling::canonical`: what
    /// made the value makes nothing that the field's type refuses, so that it is not read again.
    enum class Spelling : bool { to_check, canonical };
    std::string& value() {
        if (record_.arena_.size() != kept_) { record_.arena_.resize(kept_); }  // of a value that was not kept
        return record_.arena_;
    }
    bool keep(FieldNumber field, InstanceNumber in, Spelling spelling, std::uint16_t source = 0);
    Error refusal(FieldNumber field, InstanceNumber in) const;
    /// What `keep` would keep.
    std::string_view added() const { return {record_.arena_.data() + kept_, record_.arena_.size() - kept_}; }
    bool has(FieldNumber field, InstanceNumber in = root_instance) const;
    /// The value given to a field of kind instant of the record itself, or nothing.
    std::optional<Instant> instant(FieldNumber field) const;
    /// Takes over every value of another record that belongs to this type, by path; for a builder just started.
    void copy(const Record& other);
    /// Errors: malformed at the path - a required field is missing.
    Result<Record> finish(Instant as_of);
    /// As `finish`, without the record type's requirements: for case files and disclosures, which are parts.
    Record finish_part(Instant as_of);

private:
    Result<void> check_requirements() const;
    bool holds(const Requirement& r, InstanceNumber in) const;

    std::shared_ptr<const Catalogue> catalogue_;
    const RecordType* type_ = nullptr;  // of the record that is being made
    Record record_;
    std::size_t kept_ = 0;           // how much of the record's text is of values
    std::vector<FieldSet> present_;  // by instance
};

inline bool RecordBuilder::keep(FieldNumber field, InstanceNumber in, Spelling spelling, std::uint16_t source) {
    const auto text = added();
    if (text.empty()) { return true; }
    const auto& info = catalogue_->field(field);
    if (spelling == Spelling::to_check && !info.type->fits(text)) { return false; }
    auto& present = present_[in.value];
    const bool may = type_->fields.has(field) && info.group == record_.instances_[in.value].group &&
                     !present.has(field) && record_.arena_.size() <= limits::record_bytes_max;
    if (!may) { return false; }
    present.add(field);
    record_.values_.push_back({.field = field,
                               .instance = in,
                               .source = source,
                               .at = static_cast<std::uint32_t>(kept_),
                               .size = static_cast<std::uint32_t>(text.size())});
    kept_ += text.size();
    return true;
}

}  // namespace haven
