#pragma once
#include <string>

#include "core/base/byte_source.h"

namespace haven {

/// How a dialect's bytes stand for characters. Declared, never guessed.
enum class Encoding : std::uint8_t { utf8, windows_1252, latin_1 };

/// What a text in that encoding is called in an error.
Reason expected_text(Encoding encoding);

/// A message's bytes as UTF-8 text, a piece at a time.
///
/// A UTF-8 byte order mark is removed. UTF-8 passes as it is: each reader checks its own records, so that one bad
/// record does not stop its neighbours. A byte that Windows-1252 or ISO 8859-1 does not define (the latter's C1
/// controls among them: such a file is Windows-1252 declared wrongly) becomes a byte that is no UTF-8, which the
/// reader then refuses in the same way.
///
/// Errors: malformed - an empty message, UTF-16, a NUL at the front, a ZIP or Excel file, or a UTF-8 mark where another
/// encoding is
///         declared.
/// Source: the WHATWG Encoding Standard, index windows-1252, for bytes 0x80 to 0x9F.
class TextSource : public ByteSource {
public:
    /// `bytes` must outlive the source.
    TextSource(ByteSource& bytes, Encoding encoding) : bytes_(bytes), encoding_(encoding) {}
    Result<std::size_t> read(std::span<char> into) override;

private:
    Result<void> open();
    Result<void> convert();
    std::size_t take_ready(std::span<char> into);

    ByteSource& bytes_;
    Encoding encoding_;
    bool opened_ = false;
    std::string ready_;  // text that is read and not yet handed out
    std::size_t taken_ = 0;
    std::string raw_;
};

}  // namespace haven
