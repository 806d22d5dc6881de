#pragma once
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "core/base/problem.h"

namespace haven {

/// One sample of a dialect: what goes in, and what must come out. The form is in docs/reference/maps.md, "Samples".
struct Sample {
    bool inward = true;    ///< from the partner's message to records; else from a record to the partner's message
    std::string map;       ///< "incident" of the same dialect
    std::string file;      ///< what goes in, beside the case; empty: it stands in the case
    std::string input;     ///< what goes in, where it stands in the case
    std::string expected;  ///< what must come out, without its last line end
    std::string head;      ///< the text of the case as far as what must come out

    /// The text of the case with this in place of what must come out.
    std::string text_with(std::string_view what_came_out) const;
};

/// Reads the text of a case. `file` is how the problem names it.
tl::expected<Sample, Problem> parse_sample(std::string_view text, std::string_view file);

/// A text without the line ends at its end.
std::string_view without_last_line_end(std::string_view text);

}  // namespace haven
