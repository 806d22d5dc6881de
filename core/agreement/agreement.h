#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/agreement/safety_fields.h"
#include "core/catalogue/value.h"
#include "core/catalogue/versions.h"

namespace haven {

/// How far an exchange has gone. What is not offered (an outcome, a page for the hub's own team) goes at `accept`.
enum class Stage : std::uint8_t {
    capacity,  ///< no personal data: "a family room, tonight, two children under five"
    offer,
    accept,
};
std::string_view name_of(Stage stage);

/// What the victim's consent means to an agreement.
enum class ConsentRule : std::uint8_t {
    required,      ///< without a yes nothing goes
    overridable,   ///< without a yes a named person may decide, with a ground that is recorded
    not_required,  ///< another basis carries it; withdrawal still stops it
};
constexpr std::array<std::string_view, 3> code_names(ConsentRule) {
    return {"required", "overridable", "not-required"};
}

enum class RiskLevel : std::uint8_t { standard, medium, high };
constexpr std::array<std::string_view, 3> code_names(RiskLevel) {
    return {"standard", "medium", "high"};
}

/// One side of an agreement. The words of its law are those of core/agreement/law.h.
struct Party {
    std::string partner;                          ///< the partner's name; the hub's own name for the hub
    std::string contact;                          ///< who answers there for data protection
    std::string lawful_basis;                     ///< "UK GDPR article 6(1)(e)", "Data Protection Act 2018, part 3"
    std::optional<std::string> special_category;  ///< "UK GDPR article 9(2)(g)", "DPA 2018 schedule 8 paragraph 4"
    std::optional<std::string> offence_data;      ///< "UK GDPR article 10"
    std::optional<std::string> schedule_1;        ///< the condition beside either: "DPA 2018 schedule 1 paragraph 18"
    std::optional<std::string> on_behalf_of;      ///< the relevant authority that a charity acts for
};

/// Who may decide without her yes, and on which grounds. Each decision is recorded with both.
struct Override {
    std::vector<std::string> by;  ///< roles: "duty-manager"
    std::vector<std::string> grounds;
};

struct Signatory {
    std::string party;
    std::string name;
    std::string role;
    Date signed_on;
};

/// What a source lets go on: the named fields, to the named partners or kinds of partner, for the named purposes.
struct Onward {
    std::vector<std::string> to;
    std::vector<std::string> purposes;
    std::vector<std::string> fields;
};

/// An agreement as people wrote it. `hub/site` reads it from a file.
struct Terms {
    std::string name;
    Party from;
    Party to;
    std::string purpose;
    std::string record_type;
    std::string legal_power;
    ConsentRule consent = ConsentRule::required;
    std::optional<Override> override_consent;
    std::map<Stage, std::vector<std::string>> fields;  ///< paths, "path/*" and "class CLASS"
    std::vector<Onward> onward;
    std::optional<RiskLevel> risk_at_least;
    std::optional<int> age_at_least;    ///< of the victim, in whole years
    std::optional<int> retention_days;  ///< of the recipient's copy; the parties' own figure, there is no other
    Instant start;                      ///< midnight of the first day, where the parties are
    Instant review;
    Instant end;  ///< the first moment after it
    std::vector<Signatory> signatories;
    std::string version{};  ///< SHA-256 of the file that people signed, 32 octets; empty where it was read of none
};

/// A line of an agreement that does not hold, for the people who write it.
struct TermsProblem {
    std::string line;     ///< the entry as written: "victim/adress/*"
    std::string message;  ///< what is wrong, and the nearest path where one is near
    std::string key{};    ///< where it stands: "accept", "onward/0/fields", "from/lawful_basis"
};

/// A data-sharing agreement that has been checked against the catalogue. If you hold one, its fields are known.
class Agreement {
public:
    /// Checks and expands the terms. Shorthands (`path/*`, `class CLASS`) never include narrative or a locator:
    /// those are named one by one. The stage `capacity` takes only fields of the classes service and administrative.
    ///
    /// `named_in` is the schema whose fields the terms name; where that is not the hub's own, `to_hub` leads from it to
    /// the hub's, in which the agreement then holds for the very same fields.
    static tl::expected<std::shared_ptr<const Agreement>, std::vector<TermsProblem>> make(
        const Terms& terms, const std::shared_ptr<const Catalogue>& named_in, const Correspondence* to_hub = nullptr);

    const Terms& terms() const { return terms_; }
    Name name() const { return name_; }
    Name from() const { return from_; }
    Name to() const { return to_; }
    RecordTypeNumber record_type() const { return record_type_; }
    const Catalogue& catalogue() const { return *catalogue_; }
    const std::shared_ptr<const Catalogue>& shared_catalogue() const { return catalogue_; }
    /// The schema whose fields people named.
    const Catalogue& named_in() const { return *named_in_; }
    const SafetyFields& safety() const { return safety_; }
    /// What is let through at a stage.
    const FieldSet& fields(Stage stage) const { return stages_.at(static_cast<std::size_t>(stage)); }
    bool in_force(Instant now) const { return now >= terms_.start && now < terms_.end; }

    /// The same agreement with other dates, for those who ask what it would tell.
    std::shared_ptr<const Agreement> supposed(Instant start, Instant end) const;

    /// What a value that came under this agreement may be told on: to this partner or kind of partner, for this
    /// purpose.
    FieldSet onward(std::string_view partner, std::string_view partner_kind, std::string_view purpose) const;

    struct OnwardFields {
        Onward terms;
        FieldSet fields;
    };
    const std::vector<OnwardFields>& onward_rules() const { return onward_; }

private:
    Agreement() = default;
    void say_in(const Correspondence& to_hub);
    Terms terms_;
    Name name_;
    Name from_;
    Name to_;
    std::shared_ptr<const Catalogue> named_in_;
    std::shared_ptr<const Catalogue> catalogue_;
    RecordTypeNumber record_type_;
    std::array<FieldSet, 3> stages_;
    std::vector<OnwardFields> onward_;
    SafetyFields safety_;
};

}  // namespace haven
