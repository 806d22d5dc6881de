#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/catalogue/record.h"

/// Canonical versions that are exchanged side by side (docs/decisions/0027-two-versions.md).
namespace haven {

/// What one version calls otherwise than the one before it: the path of a leaf or of a branch, and where it stands now.
using Moves = std::map<std::string, std::string>;

/// How what is said under one canonical schema is said under another: the same path is the same fact, and what was
/// moved is found where it stands now.
class Correspondence {
public:
    /// `moves` is applied in its order; a leaf goes with the longest branch of it that was moved.
    Correspondence(std::shared_ptr<const Catalogue> from, std::shared_ptr<const Catalogue> to,
                   const std::vector<Moves>& moves);

    const std::shared_ptr<const Catalogue>& from() const { return from_; }
    const std::shared_ptr<const Catalogue>& to() const { return to_; }
    /// Where a field of `from` stands in `to`; nothing where it has no place there.
    std::optional<FieldNumber> field(FieldNumber of_from) const { return fields_[of_from.value]; }
    std::optional<RecordTypeNumber> record_type(RecordTypeNumber of_from) const;
    /// Those of a set that have a place.
    FieldSet fields(const FieldSet& of_from) const;
    /// The first path or record type of `from` that has no place in `to`; "" where all have one.
    std::string lost() const;
    /// The first path whose class, or whose group, is another in `to`; "" where all are the same. An agreement that
    /// names a class would otherwise mean something else by it.
    std::string changed() const;

    /// The record in `to`, with the sources of its values. What the record type requires in `to` may be missing.
    ///
    /// Errors: unmapped at path - `to` has no place for a value, or allows no such value; broken - a record of another
    /// schema.
    Result<Record> say(const Record& record) const;

private:
    std::shared_ptr<const Catalogue> from_;
    std::shared_ptr<const Catalogue> to_;
    std::vector<std::optional<FieldNumber>> fields_;
    std::vector<std::optional<GroupNumber>> groups_;
};
using SharedCorrespondence = std::shared_ptr<const Correspondence>;

/// The canonical versions of one site. The newest is the hub's own: cases, agreements in force and what the code reads
/// are of it. An older one is spoken with those partners whose maps and agreements name it.
class Versions {
public:
    Versions() = default;
    /// One version alone.
    Versions(std::shared_ptr<const Catalogue> only);  // NOLINT(google-explicit-constructor): it is that version

    struct Version {
        std::shared_ptr<const Catalogue> catalogue;
        Moves moves{};  ///< from the version before
    };
    /// `rising`: oldest first, at least one.
    ///
    /// Errors: malformed at path - an older version has it and the newest has no place for it, or has it with another
    /// class or in another group; malformed - a move names no path of the version before, or none of its own.
    static Result<Versions> make(std::vector<Version> rising);

    const std::shared_ptr<const Catalogue>& own() const { return own_; }
    /// The schema of a version; null where the site does not exchange it.
    std::shared_ptr<const Catalogue> find(int version) const;
    /// Rising.
    std::vector<int> numbers() const;
    /// Null for the hub's own version: there is nothing to do.
    SharedCorrespondence to_own(int version) const;
    SharedCorrespondence from_own(int version) const;
    /// From any schema that ever was one of these versions, or came before them.
    SharedCorrespondence from_older(const std::shared_ptr<const Catalogue>& older) const;
    /// These and those of `others` that are not among them and are older than the hub's own.
    Versions with(const Versions& others) const;

private:
    struct Spoken {
        std::shared_ptr<const Catalogue> catalogue;
        SharedCorrespondence to_own;
        SharedCorrespondence from_own;
    };
    void add(const std::shared_ptr<const Catalogue>& older);
    std::vector<Moves> steps_from(int version) const;

    std::shared_ptr<const Catalogue> own_;
    std::map<int, Spoken> spoken_;
    std::map<int, Moves> moves_;  // by the version that they lead to
};

}  // namespace haven
