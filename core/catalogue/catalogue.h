#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/encoding.h"
#include "core/catalogue/field_set.h"
#include "core/catalogue/field_type.h"

namespace haven {

/// The number of a repeated group of a catalogue; 0 is the record itself.
struct GroupNumber {
    std::uint16_t value = 0;
    auto operator<=>(const GroupNumber&) const = default;
};
inline constexpr GroupNumber root_group{0};

/// The number of a record type of a catalogue.
struct RecordTypeNumber {
    std::uint16_t value = 0;
    auto operator<=>(const RecordTypeNumber&) const = default;
};

/// One leaf path of the canonical schema.
struct FieldInfo {
    Name path;  ///< "victim/phone/number"
    GroupNumber group;
    const FieldType* type = nullptr;
    FieldClass cls = FieldClass::narrative;
    std::optional<FieldNumber> rule{};  ///< the safety rule without which this contact point never leaves
    std::string raises{};               ///< the value that raises safety, or empty
    bool earliest_stands = false;       ///< of what imports say of it the earliest; what a person says goes before
    FieldSet made_of{};                 ///< what the hub works it out from, where it is not said
    std::int32_t whole = -1;            ///< fields with the same number here are replaced as one; -1 alone
    std::string meaning{};
    std::string source{};  ///< the standard, law or document that the word comes from; "Haven" where it is its own
};

/// One repeated group: "child", "victim/phone".
struct GroupInfo {
    Name path;
    GroupNumber parent;
    std::vector<FieldNumber> key{};     ///< what tells one instance from another when records are folded
    std::vector<FieldNumber> stands{};  ///< of the key: of instances alike in these the last said stands; may be empty
    bool nameless_joined = false;       ///< instances without a key are one by their place in each record
    std::vector<FieldNumber> span{};    ///< day, start, end and last day: who names any names all; else empty
    std::int32_t whole = -1;            ///< the unit of the parent that this group belongs to
    std::vector<GroupNumber> below{};
};

/// "At least one of these fields, where the trigger holds", once for each instance of the group.
struct Requirement {
    GroupNumber group;
    std::vector<FieldNumber> any_of;
    std::vector<GroupNumber> any_of_groups;
    FieldSet trigger;  ///< applies where one of these is present; empty: always
    Name path;         ///< what is missing, for the error
};

/// One kind of record: "incident-report".
struct RecordType {
    Name name;
    std::string meaning;
    FieldSet fields;
    std::vector<GroupNumber> groups;
    std::vector<Requirement> requirements;
    std::vector<std::vector<std::size_t>> requirements_of;  ///< by group: which of them are its own
    bool has_group(GroupNumber g) const;
};

/// The canonical schema compiled: every path has a number, a type, a group and a class.
///
/// All record types share one vocabulary: the same path is the same fact in each.
class Catalogue {
public:
    /// Compiles `canonical.xsd` of one folder (`schemas/canonical/1`): every global element is a record type.
    ///
    /// Errors: malformed at file and path - outside the subset of docs/reference/canonical.md, a leaf without a class
    /// or an origin, one path with two types; too_large - over limits::fields_max.
    static Result<std::shared_ptr<const Catalogue>> load(const std::string& folder);

    std::optional<FieldNumber> find(std::string_view path) const;
    std::optional<GroupNumber> find_group(std::string_view path) const;
    std::optional<RecordTypeNumber> find_record_type(std::string_view name) const;

    const FieldInfo& field(FieldNumber f) const { return fields_[f.value]; }
    const GroupInfo& group(GroupNumber g) const { return groups_[g.value]; }
    const RecordType& record_type(RecordTypeNumber t) const { return record_types_[t.value]; }
    const std::vector<GroupNumber>& groups_below(GroupNumber g) const { return groups_[g.value].below; }
    std::size_t field_count() const { return fields_.size(); }
    /// The fields that the hub works out from others.
    const FieldSet& worked_out() const { return worked_out_; }
    std::size_t group_count() const { return groups_.size(); }
    std::size_t record_type_count() const { return record_types_.size(); }

    /// The fields of one class.
    const FieldSet& of_class(FieldClass c) const { return classes_.at(static_cast<std::size_t>(c)); }
    int version() const { return version_; }
    /// The first 16 bytes of the SHA-256 of the schema's files; field numbers mean nothing without it.
    const std::string& hash() const { return hash_; }
    /// The declared path nearest to a mistyped one, for messages to people who write maps and agreements.
    std::string_view nearest(std::string_view path) const;

private:
    friend class CatalogueBuilder;
    Catalogue() = default;

    FieldSet worked_out_;
    std::vector<FieldInfo> fields_;
    std::vector<GroupInfo> groups_;
    std::vector<RecordType> record_types_;
    std::vector<std::unique_ptr<FieldType>> types_;
    std::array<FieldSet, 15> classes_;
    std::unordered_map<std::string_view, FieldNumber> by_path_;
    std::unordered_map<std::string_view, GroupNumber> group_by_path_;
    std::string hash_;
    int version_ = 0;
};

/// The candidate nearest to a mistyped word by edits, or "" where none is near.
std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace haven
