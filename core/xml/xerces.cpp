#include "core/xml/xerces.h"

#include <xercesc/util/TransService.hpp>
#include <xercesc/util/XMLNetAccessor.hpp>
#include <xercesc/util/XMLString.hpp>

#include "core/xml/prepare.h"

namespace haven::xml {

void start_xerces() {
    static const bool started = [] {
        xerces::XMLPlatformUtils::Initialize();
        delete xerces::XMLPlatformUtils::fgNetAccessor;  // "unsupported protocol" instead of a fetch
        xerces::XMLPlatformUtils::fgNetAccessor = nullptr;
        prepare_standard_types();
        return true;
    }();
    (void)started;
}

namespace {

/// The code point at `at`, which moves past it. RFC 2781, section 2.2.
char32_t next_code_point(const XMLCh* text, std::size_t size, std::size_t& at) {
    const char32_t first = text[at++];
    if (first < 0xd800 || first > 0xdbff || at == size) { return first; }
    return 0x10000 + ((first - 0xd800) << 10) + (text[at++] - 0xdc00U);
}

}  // namespace

void append_utf8(std::string& out, const XMLCh* text, std::size_t size) {
    const auto before = out.size();
    out.resize(before + size * 3);  // no UTF-16 unit needs more
    char* to = out.data() + before;
    std::size_t at = 0;
    while (at < size) {
        if (text[at] < 0x80) {
            *to++ = static_cast<char>(text[at++]);
            continue;
        }
        const auto c = next_code_point(text, size, at);
        if (c < 0x800) {
            *to++ = static_cast<char>(0xc0 | (c >> 6));
        } else {
            if (c < 0x10000) {
                *to++ = static_cast<char>(0xe0 | (c >> 12));
            } else {
                *to++ = static_cast<char>(0xf0 | (c >> 18));
                *to++ = static_cast<char>(0x80 | ((c >> 12) & 0x3f));
            }
            *to++ = static_cast<char>(0x80 | ((c >> 6) & 0x3f));
        }
        *to++ = static_cast<char>(0x80 | (c & 0x3f));
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
}

std::string utf8(const XMLCh* text) {
    std::string out;
    if (text != nullptr) { append_utf8(out, text, xerces::XMLString::stringLen(text)); }
    return out;
}

std::u16string utf16(std::string_view text) {
    const xerces::TranscodeFromStr decoded(reinterpret_cast<const XMLByte*>(text.data()), text.size(), "UTF-8");
    return {decoded.str(), decoded.str() + decoded.length()};
}

}  // namespace haven::xml
