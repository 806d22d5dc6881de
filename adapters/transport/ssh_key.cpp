#include "adapters/transport/ssh_key.h"

#include <algorithm>
#include <optional>

#include "core/base/encoding.h"

namespace haven::transport {
namespace {

bool is_usable(std::string_view kind) {
    return kind == "ssh-ed25519" || kind.starts_with("ecdsa-sha2-nistp");
}

// The next word of a line, or empty.
std::string_view take_word(std::string_view& line) {
    const auto from = std::min(line.find_first_not_of(" \t\r"), line.size());
    const auto to = std::min(line.find_first_of(" \t\r", from), line.size());
    const auto word = line.substr(from, to - from);
    line.remove_prefix(to);
    return word;
}

}  // namespace

Result<std::vector<HostKey>> host_keys_from(std::string_view text) {
    std::vector<HostKey> keys;
    for (std::int64_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto host = take_word(line);
        if (host.empty() || host.front() == '#') { continue; }
        const auto kind = take_word(line);
        const auto bytes = from_base64(take_word(line));
        if (!bytes || BytesReader(*bytes).bytes() != kind || kind.empty()) {
            return fail(Error{Fault::malformed, "expected a host, a kind of key and the key in base 64", {}}.at(
                Place::line(number)));
        }
        if (is_usable(kind)) { keys.push_back({std::string(kind), *bytes}); }
    }
    if (keys.empty()) { return fail(Fault::missing, "expected at least one ed25519 or ecdsa host key"); }
    return keys;
}

Result<void> check_private_key(std::string_view pem) {
    constexpr std::string_view first = "-----BEGIN OPENSSH PRIVATE KEY-----";
    constexpr std::string_view last = "-----END OPENSSH PRIVATE KEY-----";
    constexpr std::string_view magic("openssh-key-v1\0", 15);
    const auto end = pem.find(last);
    if (!pem.starts_with(first) || end == std::string_view::npos) {
        return fail(Fault::refused, "expected a private key in OpenSSH's form");
    }
    std::string base64(pem.substr(first.size(), end - first.size()));
    base64.erase(std::remove_if(base64.begin(), base64.end(), [](char c) { return c == '\n' || c == '\r'; }),
                 base64.end());
    const auto bytes = from_base64(base64);
    if (!bytes || !bytes->starts_with(magic)) {
        return fail(Fault::refused, "expected a private key in OpenSSH's form");
    }
    BytesReader reader(std::string_view(*bytes).substr(magic.size()));
    const auto cipher = reader.bytes();
    reader.bytes();  // how the passphrase becomes a key
    reader.bytes();  // and its options
    const bool one = reader.u32() == 1;
    BytesReader public_key(reader.bytes());
    const auto kind = public_key.bytes();
    if (!reader.ok() || !one || !public_key.ok()) { return fail(Fault::refused, "expected one whole private key"); }
    if (cipher != "none") { return fail(Fault::refused, "expected a private key without a passphrase"); }
    if (!is_usable(kind)) { return fail(Fault::refused, "expected an ed25519 or ecdsa private key"); }
    return {};
}

}  // namespace haven::transport
