#pragma once
#include <memory>
#include <span>
#include <vector>

#include "core/base/id.h"
#include "core/catalogue/record.h"

namespace haven {

/// Where a value of a case file came from.
struct ValueSource {
    RecordId record;
    Name partner;  ///< who told it; the hub itself where a hub worker entered it
    Instant as_of;
    bool by_person;  ///< entered by a person at the hub, not imported
};

/// A record of a case, with where it came from.
struct CaseRecord {
    Record record;
    ValueSource source;
};

/// What is known of a case: the fold of its records, each value with its source.
///
/// Correction, unmerge and erasure of a source are folds over fewer records. Rules, the first that decides
/// (docs/decisions/0003-fold.md): a safety-raising value stands until a person enters another later; in safety fields a
/// person's entry stands over an import; otherwise the newest as-of, and the person's entry where both are equally old.
class CaseFile {
public:
    /// `records` in any order; the same records in another order give the same case file.
    static CaseFile fold(const std::shared_ptr<const Catalogue>& catalogue, std::span<const CaseRecord> records);

    /// A record copied from the case file by path: what of the case belongs to a record type, with the values of
    /// `own` (a request's reference, say) in place of the case's. Its new values have the source `by`.
    ///
    /// Errors: those of RecordBuilder::set.
    Result<CaseFile> draw(RecordTypeNumber type, const Record& own, const ValueSource& by) const;

    /// Only the values marked in `keep`, one mark for each of `facts().values()`.
    CaseFile part(const std::vector<bool>& keep) const { return {facts_.part(facts_.type(), keep), sources_}; }

    const Record& facts() const { return facts_; }
    std::span<const ValueSource> sources() const { return sources_; }
    const ValueSource& source_of(const Record::Value& value) const { return sources_[value.source]; }

private:
    CaseFile(Record facts, std::vector<ValueSource> sources) : facts_(std::move(facts)), sources_(std::move(sources)) {}
    Record facts_;
    std::vector<ValueSource> sources_;
};

/// The fields of which a value that stood in `before` stands in `after` no more.
FieldSet altered(const CaseFile& before, const CaseFile& after);

}  // namespace haven
