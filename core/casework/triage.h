#pragma once
#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "core/agreement/facts.h"
#include "core/casework/grade.h"
#include "core/casework/words.h"
#include "core/catalogue/record.h"

namespace haven {

/// What decides how soon a victim is called.
struct TriageFacts {
    Grade grade{};
    std::vector<Instant> incidents{};  ///< of this victim, when each began or was reported
    int children = 0;
    std::vector<RiskFactor> factors{};
    bool potential_escalation = false;  ///< an assessor said so
    bool marac_repeat = false;
    bool repeat_victim = false;  ///< the source says so
    CustodyState perpetrator = CustodyState::unknown;
    bool unread = false;  ///< a held report: nobody knows yet what it says
};

/// Points for each thing that moves a victim up. The figures are ours, to be agreed; a site may set its own.
struct TriageWeights {
    std::array<int, 3> level{100, 300, 600};  ///< standard, medium, high
    int ungraded = 400;                       ///< above medium: what nobody has read may be the worst
    int incident_in_year = 20;                ///< for each after the first
    int escalation = 150;                     ///< three incidents in twelve months, or an assessor's word
    int escalation_incidents = 3;
    int marac_repeat = 150;
    int repeat_victim = 40;
    int children = 40;
    int released = 150;   ///< the perpetrator was let go
    int locked_up = -20;  ///< no danger at this hour
    std::array<int, risk_factor_count> factor = default_factors();

    static constexpr std::array<int, risk_factor_count> default_factors() {
        std::array<int, risk_factor_count> points{};
        points.fill(30);
        for (const auto f : {RiskFactor::separation, RiskFactor::threats_to_kill, RiskFactor::stalking,
                             RiskFactor::pregnancy, RiskFactor::sexual_violence, RiskFactor::honour_based}) {
            points.at(static_cast<std::size_t>(f)) = 80;
        }
        points.at(static_cast<std::size_t>(RiskFactor::non_fatal_strangulation)) = 150;
        return points;
    }
};

enum class TriageReason : std::uint8_t {
    level,
    computed_level,
    ungraded,
    unread,
    several_incidents,
    escalation,
    marac_repeat,
    repeat_victim,
    children,
    perpetrator_released,
    perpetrator_locked_up,
    factor,
};
constexpr std::array<std::string_view, 12> code_names(TriageReason) {
    return {"level",
            "computed-level",
            "ungraded",
            "unread",
            "several-incidents",
            "escalation",
            "marac-repeat",
            "repeat-victim",
            "children",
            "perpetrator-released",
            "perpetrator-locked-up",
            "factor"};
}

/// One reason of a rank, as it is shown.
struct TriageLine {
    TriageReason reason;
    int points;
    std::optional<RiskFactor> factor{};
    bool operator==(const TriageLine&) const = default;
};

struct Triage {
    int points = 0;
    std::vector<TriageLine> lines;  ///< the points are their sum
};

/// Pure; `now` decides which incidents lie within the last twelve months.
Triage triage(const TriageFacts& facts, const TriageWeights& weights, Instant now);

/// The fields of a case file that triage reads, bound once by path.
class TriageFields {
public:
    /// Errors: missing or malformed at the path.
    static Result<TriageFields> bind(const Catalogue& catalogue);

    /// What the case file says. The grade and the incidents are the case's own series: the caller adds them.
    TriageFacts read(const Record& facts) const;

private:
    template <class T>
    using F = std::optional<Field<T>>;
    TriageFields() = default;
    GroupNumber child_{}, factor_group_{}, flag_group_{}, perpetrator_{};
    F<RiskFactor> factor_;
    F<ReportFlag> flag_;
    F<Answer> escalation_, marac_repeat_;
    F<CustodyState> custody_;
    F<std::int64_t> household_children_;
};

}  // namespace haven
