#pragma once
#include <array>
#include <memory>

#include "core/agreement/facts.h"
#include "core/agreement/refusal.h"
#include "core/catalogue/case_file.h"

namespace haven {

/// Why one field was kept back.
enum class Withheld : std::uint8_t {
    not_named,   ///< the agreement does not name it at this stage
    not_onward,  ///< the agreement under which its source gave it does not let it go on
    unsafe,      ///< a way to her whose rule is not a visible yes, or of which a "no" would stay behind
    linked,      ///< the perpetrator's own or known to them, or blocked
    ended,       ///< an address that has ended
    not_said,    ///< the recipient's format has no word for it
};
inline constexpr std::size_t withheld_kinds = 6;
std::string_view name_of(Withheld why);

/// What one agreement lets one partner see of one record, at one stage, for one purpose.
///
/// Only `disclose` makes one, only maps and the guard read one, and every outward map takes one, so code that would
/// send an unfiltered record does not compile.
class Disclosure {
public:
    const Agreement& agreement() const { return *agreement_; }
    Stage stage() const { return stage_; }
    Name recipient() const { return recipient_; }
    Instant decided_at() const { return decided_at_; }
    FieldSet fields() const { return visible_.fields(); }
    /// The fields that had a value and were kept back, by reason.
    const FieldSet& withheld(Withheld why) const { return withheld_.at(static_cast<std::size_t>(why)); }

private:
    friend class Decision;    // makes it
    friend class OutwardMap;  // reads it
    friend class Guard;       // reads it
    explicit Disclosure(Record visible) : visible_(std::move(visible)) {}

    Record visible_;
    std::shared_ptr<const Agreement> agreement_;
    Stage stage_ = Stage::capacity;
    Name recipient_;
    Instant decided_at_{};
    std::array<FieldSet, withheld_kinds> withheld_;
};

/// Decides what of a case file the recipient may see. Pure; deny by default.
///
/// A field leaves only if the agreement names it at this stage and the agreement under which its source gave it lets
/// it go on. While locators are held, what tells one is refused whole: without it the recipient would be told something
/// else than was agreed, and nobody would tell it the rest. `file` must be of the agreement's record type.
tl::expected<Disclosure, Refusal> disclose(const std::shared_ptr<const Agreement>& agreement, const CaseFile& file,
                                           Stage stage, const Facts& facts, Instant now);

/// Whether anything at all may be told, before any field is looked at.
std::optional<Refusal> refuses(const Agreement& agreement, Stage stage, const Facts& facts, Instant now);

}  // namespace haven
