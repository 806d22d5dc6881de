#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace haven {

/// Lower-case hexadecimal of bytes, and back; nothing where the text is not such.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

/// Base 64 with padding. Source: RFC 4648, section 4.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

/// Whether every byte sequence is well-formed UTF-8: no overlong form, no surrogate, nothing over U+10FFFF.
/// Source: RFC 3629.
bool is_utf8(std::string_view text);

/// Big-endian integers and length-prefixed bytes, as digests and sealed bodies are built from.
void put_u16(std::string& out, std::uint16_t n);
void put_u32(std::string& out, std::uint32_t n);
void put_u64(std::string& out, std::uint64_t n);
void put_bytes(std::string& out, std::string_view bytes);  ///< u32 length, then the bytes

/// Reads what `put_*` wrote. After a read past the end `ok()` is false and every further read gives zero or empty.
class BytesReader {
public:
    explicit BytesReader(std::string_view bytes) : rest_(bytes) {}
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::uint64_t u64() { return number(8); }
    std::string_view bytes() { return take(u32()); }
    std::string_view take(std::size_t n);
    bool ok() const { return ok_; }
    bool at_end() const { return rest_.empty(); }

private:
    std::uint64_t number(std::size_t width);
    std::string_view rest_;
    bool ok_ = true;
};

/// Writes the last digits of a number, as many as there is room for, with zeros before them.
template <std::size_t Width>
void write_digits(std::span<char, Width> into, std::uint64_t n) {
    for (std::size_t at = Width; at > 0; n /= 10) { into[--at] = static_cast<char>('0' + n % 10); }
}
/// Adds a number from 0 in at least `width` digits, with zeros before it.
void put_padded(std::string& out, std::int64_t n, std::size_t width);

}  // namespace haven
