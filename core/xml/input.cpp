#include "core/xml/input.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <xercesc/util/XMLUni.hpp>

#include "core/base/encoding.h"

namespace haven::xml {
namespace {

constexpr std::size_t header_bytes = alignof(std::max_align_t);  // before each block: its size
static_assert(header_bytes >= sizeof(std::size_t));

// Xerces looks up prefixes in a list, for every attribute of a tag that it has read whole: 32,000 of them, in 1 MB,
// take 9 s. An attribute takes at least two blocks, and the parser asks for more of the message every 48 kB.
constexpr std::size_t tag_blocks_max = 4096;

/// How long a UTF-8 sequence is by its first byte. RFC 3629, section 3.
std::size_t sequence_bytes(char first) {
    const auto byte = static_cast<unsigned char>(first);
    return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
}

/// How many bytes at the end are the start of a sequence that goes on after it.
std::size_t cut_off(std::string_view text) {
    for (std::size_t n = 1; n <= std::min<std::size_t>(3, text.size()); ++n) {
        const char c = text[text.size() - n];
        if ((c & 0xc0) != 0x80) { return sequence_bytes(c) > n ? n : 0; }
    }
    return 0;
}

class Stream : public xerces::BinInputStream {
public:
    explicit Stream(Feed& feed) : feed_(feed) {}
    XMLFilePos curPos() const override { return feed_.bytes(); }
    XMLSize_t readBytes(XMLByte* into, XMLSize_t size) override {
        return feed_.read({reinterpret_cast<char*>(into), size});
    }
    const XMLCh* getContentType() const override { return nullptr; }

private:
    Feed& feed_;
};

}  // namespace

void* CountingMemory::allocate(XMLSize_t size) {
    auto* block = static_cast<char*>(::operator new(size + header_bytes));
    std::memcpy(block, &size, sizeof size);
    bytes_ += size;
    ++blocks_;
    return block + header_bytes;
}

void CountingMemory::deallocate(void* p) {
    if (p == nullptr) { return; }
    auto* block = static_cast<char*>(p) - header_bytes;
    std::size_t size = 0;
    std::memcpy(&size, block, sizeof size);
    bytes_ -= size;
    --blocks_;
    ::operator delete(block);
}

std::size_t Utf8Check::good(std::string_view piece) {
    std::size_t at = 0;
    if (!cut_.empty()) {
        at = std::min(sequence_bytes(cut_.front()) - cut_.size(), piece.size());
        cut_ += piece.substr(0, at);
        if (cut_.size() < sequence_bytes(cut_.front())) { return at; }
        if (!is_utf8(cut_)) { return 0; }
        cut_.clear();
    }
    const auto end = piece.size() - cut_off(piece.substr(at));
    if (is_utf8(piece.substr(at, end - at))) {
        cut_ = piece.substr(end);
        return piece.size();
    }
    while (is_utf8(piece.substr(at, sequence_bytes(piece[at])))) { at += sequence_bytes(piece[at]); }
    return at;
}

std::size_t Feed::read(std::span<char> into) {
    if (failure_ || into.empty()) { return 0; }
    auto got = source_.read(into);
    if (!got) {
        failure_ = std::move(got).error();
        return 0;
    }
    const std::string_view piece(into.data(), *got);
    bytes_ += piece.size();
    if (bytes_ > limits_.bytes) {
        return refuse(Fault::too_large, Reason("expected at most ", limits_.bytes, " bytes"), 0);
    }
    if (memory_.bytes() > limits_.parser_bytes) {
        return refuse(Fault::too_large, "expected smaller comments, or fewer names and identifiers", 0);
    }
    if (memory_.blocks() > blocks_before_ + tag_blocks_max) {
        return refuse(Fault::too_large, "expected fewer attributes in an element", 0);
    }
    // Xerces takes bytes that it cannot decode, and NUL, for the end of the document.
    if (const auto nul = piece.find('\0'); nul != piece.npos) {
        return refuse(Fault::malformed, "expected no NUL", utf8_.good(piece.substr(0, nul)));
    }
    const auto good = utf8_.good(piece);
    if (good < piece.size() || (piece.empty() && !utf8_.is_whole())) {
        return refuse(Fault::malformed, "expected UTF-8", good);
    }
    return piece.size();
}

/// The parser still gets the bytes before, so that it knows the place.
std::size_t Feed::refuse(Fault fault, Reason reason, std::size_t bytes_before) {
    failure_ = Error{fault, reason, {}};
    return bytes_before;
}

Input::Input(Feed& feed) : feed_(feed) {
    setEncoding(xerces::XMLUni::fgUTF8EncodingString);
}

xerces::BinInputStream* Input::makeStream() const {
    return new Stream(feed_);
}

}  // namespace haven::xml
