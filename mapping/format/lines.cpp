#include "mapping/format/lines.h"

namespace haven {

Result<std::optional<Line>> Lines::next() {
    window_.drop(passed_);
    passed_ = 0;
    ++number_;
    while (true) {
        const auto text = window_.text();
        auto end = text.find('\n');
        const bool ended = end != text.npos;
        if (!ended && !window_.at_end()) {
            if (window_.full()) {
                return fail(Error{
                    Fault::too_large,
                    Reason("expected at most ", limits::record_bytes_max, " bytes in a line"),
                    {}}.at(Place::line(number_)));
            }
            if (auto more = window_.more(); !more) { return fail(std::move(more).error()); }
            continue;
        }
        if (text.empty()) { return std::nullopt; }
        end = ended ? end : text.size();
        passed_ = end + (ended ? 1 : 0);
        auto line = text.substr(0, end);
        if (line.ends_with('\r')) { line.remove_suffix(1); }
        return Line{line, number_, ended};
    }
}

}  // namespace haven
