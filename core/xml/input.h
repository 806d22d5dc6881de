#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <xercesc/framework/MemoryManager.hpp>
#include <xercesc/sax/InputSource.hpp>
#include <xercesc/util/BinInputStream.hpp>

#include "core/base/byte_source.h"
#include "core/xml/reader.h"
#include "core/xml/xerces.h"

namespace haven::xml {

/// Counts what one parser holds: in bytes, so that the names, identifiers and namespaces that a message makes up and an
/// endless comment meet one limit; in blocks, because every attribute takes some, so that an endless tag shows early.
class CountingMemory : public xerces::MemoryManager {
public:
    xerces::MemoryManager* getExceptionMemoryManager() override { return xerces::XMLPlatformUtils::fgMemoryManager; }
    void* allocate(XMLSize_t size) override;
    void deallocate(void* p) override;
    std::size_t bytes() const { return bytes_; }
    std::size_t blocks() const { return blocks_; }

private:
    std::size_t bytes_ = 0;
    std::size_t blocks_ = 0;
};

/// Finds where bytes that come in pieces stop being UTF-8.
class Utf8Check {
public:
    /// How many bytes of the piece go before the first that is wrong; all of them where none is.
    std::size_t good(std::string_view piece);
    /// Whether the bytes may end here.
    bool is_whole() const { return cut_.empty(); }

private:
    std::string cut_;  // the start of a character that the last piece cut off
};

/// The bytes of one message on their way into the parser. A failure (of the source, over a limit) shows to Xerces as
/// the end of the message and is kept here, so that nothing is thrown through the code that decodes.
class Feed {
public:
    Feed(ByteSource& source, const Limits& limits, const CountingMemory& memory)
        : source_(source), limits_(limits), memory_(memory), blocks_before_(memory.blocks()) {}
    std::size_t read(std::span<char> into);
    /// Between two calls of this the parser is within one tag, text or comment.
    void tag_begins() { blocks_before_ = memory_.blocks(); }
    std::uint64_t bytes() const { return bytes_; }
    const std::optional<Error>& failure() const { return failure_; }

private:
    std::size_t refuse(Fault fault, Reason reason, std::size_t bytes_before);

    ByteSource& source_;
    const Limits& limits_;
    const CountingMemory& memory_;
    std::uint64_t bytes_ = 0;
    std::size_t blocks_before_ = 0;
    Utf8Check utf8_;
    std::optional<Error> failure_;
};

/// A Feed as Xerces takes it: UTF-8, whatever the document declares; the parser checks what it declares.
class Input : public xerces::InputSource {
public:
    explicit Input(Feed& feed);
    xerces::BinInputStream* makeStream() const override;

private:
    Feed& feed_;
};

}  // namespace haven::xml
