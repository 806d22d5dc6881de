#include "core/seal/key_line.h"

#include <sodium.h>

#include <array>
#include <cstring>

#include "core/seal/digest.h"
#include "core/seal/key_access.h"
#include "core/seal/secret_file.h"

namespace haven {
namespace {

constexpr std::size_t check_bytes = 4;
constexpr std::size_t coded_bytes = Key::size + check_bytes;
constexpr std::size_t coded_chars = coded_bytes / 3 * 4;
constexpr std::string_view version = " 1 ";
using Coded = std::array<unsigned char, coded_bytes>;

std::string head_of(Literal kind, std::string_view label) {
    return std::string(kind.text).append(version).append(label).append(" ");
}

bool check_agrees(const Key& key, std::string_view head, const unsigned char* check) {
    return std::memcmp(keyed_digest(key, "key line", head).bytes.data(), check, check_bytes) == 0;
}

}  // namespace

std::string key_line(Literal kind, std::string_view label, const Key& key) {
    const auto head = head_of(kind, label);
    Coded coded{};
    std::memcpy(coded.data(), KeyAccess::bytes(key), Key::size);
    std::memcpy(coded.data() + Key::size, keyed_digest(key, "key line", head).bytes.data(), check_bytes);
    std::array<char, coded_chars + 1> text{};
    sodium_bin2base64(text.data(), text.size(), coded.data(), coded.size(), sodium_base64_VARIANT_ORIGINAL);
    std::string line;
    line.reserve(head.size() + coded_chars + 1);  // no copy of the key is left behind by growing
    line.append(head).append(text.data(), coded_chars).append("\n");
    sodium_memzero(coded.data(), coded.size());
    sodium_memzero(text.data(), text.size());
    return line;
}

Result<KeyLine> parse_key_line(Literal kind, std::string_view text) {
    if (text.ends_with('\n')) { text.remove_suffix(1); }
    const auto lead = std::string(kind.text).append(version);
    const auto last_space = text.rfind(' ');
    if (!text.starts_with(lead) || last_space <= lead.size() || last_space == std::string_view::npos ||
        text.size() - last_space - 1 != coded_chars) {
        return fail(Fault::malformed, "expected one line: the kind of key, 1, its name and 48 characters of base 64");
    }
    KeyLine line{std::string(text.substr(lead.size(), last_space - lead.size())), KeyAccess::blank()};
    Coded coded{};
    std::size_t decoded = 0;
    const bool is_base64 = sodium_base642bin(coded.data(), coded.size(), text.data() + last_space + 1, coded_chars,
                                             nullptr, &decoded, nullptr, sodium_base64_VARIANT_ORIGINAL) == 0;
    std::memcpy(KeyAccess::bytes(line.key), coded.data(), Key::size);
    const bool good = is_base64 && decoded == coded_bytes &&
                      check_agrees(line.key, text.substr(0, last_space + 1), coded.data() + Key::size);
    sodium_memzero(coded.data(), coded.size());
    if (!good) { return fail(Fault::malformed, "the key's check does not agree: the line was not copied rightly"); }
    return line;
}

}  // namespace haven
