#pragma once
#include <deque>
#include <functional>
#include <optional>

#include "core/calendar/interval.h"
#include "core/calendar/zone.h"

/// Inside core/calendar only: what opening hours and safe windows have in common.
namespace haven {

/// How far ahead is looked for the next time: a schedule that is closed for so long is as good as closed for ever.
inline constexpr std::chrono::days schedule_days_max{400};

/// Intervals by the clock on the wall, day after day, as moments.
///
/// A moment is inside where the clock on the wall then shows a time inside: an interval that the clocks go back over is
/// as much longer, and one that they go forward over is not there at all.
class Schedule {
public:
    using OfDay = std::function<Intervals(Day)>;  ///< the intervals that begin on a day, in any order
    Schedule(Zone zone, OfDay of_day) : zone_(zone), of_day_(std::move(of_day)) {}

    const Zone& zone() const { return zone_; }
    bool is_inside(Instant t) const;

    /// `t` itself where it is inside; nothing where there is none within `schedule_days_max`.
    std::optional<Instant> next(Instant t) const;

    /// The end of what `t` is inside, over midnight where the next day goes on without a break; nothing where it is
    /// outside. Where there is no end, the end of what was looked at.
    std::optional<Instant> end(Instant t) const;

    /// The spans of the intervals that begin on a day, in order.
    std::vector<Span> spans_of(Day day) const;

    /// Disjoint spans from `t` on, in order, which may touch.
    class Walk {
    public:
        Walk(const Schedule& schedule, Instant t);
        std::optional<Span> next();

    private:
        void add_day();
        void add(Span span);
        const Schedule& schedule_;
        Instant from_;
        Day day_;   // the next to be added
        Day last_;  // the first that is not
        std::deque<Span> ahead_;
    };

private:
    Zone zone_;
    OfDay of_day_;
};

}  // namespace haven
