#pragma once
#include <optional>

#include "core/base/limits.h"
#include "mapping/format/window.h"

namespace haven {

/// One line of a text, without its LF or CRLF. Valid until the next one is asked for.
struct Line {
    std::string_view text;
    std::int64_t number;  ///< from 1
    bool ended;           ///< by a line end, not by the end of the text
};

/// Hands out a text line by line.
class Lines {
public:
    explicit Lines(ByteSource& text) : window_(text, limits::record_bytes_max) {}
    /// The next line; nothing at the end. Errors: too_large - a line over `limits::record_bytes_max`, at the line.
    Result<std::optional<Line>> next();

private:
    Window window_;
    std::size_t passed_ = 0;  // bytes of the line before with its end
    std::int64_t number_ = 0;
};

}  // namespace haven
