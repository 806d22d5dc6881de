#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "core/base/byte_source.h"
#include "core/base/limits.h"

/// XML 1.0 with namespaces, read and checked by Xerces-C++. Nothing of Xerces is seen outside this folder.
namespace haven::xml {

class Schema;

/// What one message may hold. Going over one ends the reading with `too_large`.
struct Limits {
    std::uint64_t bytes = std::uint64_t{16} << 30;             ///< of the message
    std::uint64_t elements = 1'000'000'000;                    ///< in the message
    std::size_t depth = limits::depth_max;                     ///< elements within elements
    std::size_t attributes = 64;                               ///< of one element
    std::size_t name_bytes = 256;                              ///< of one local name
    std::size_t text_bytes = limits::record_bytes_max;         ///< between two tags, or in one attribute
    std::size_t parser_bytes = std::size_t{64} * 1024 * 1024;  ///< that the parser keeps: names, ids, open elements
};

/// One attribute, UTF-8. The views live until the call returns.
struct Attribute {
    std::string_view space;  ///< namespace URI; empty for none
    std::string_view name;   ///< local name
    std::string_view value;
};

/// The start of an element, UTF-8. The views live until the call returns.
struct Element {
    std::string_view space;                 ///< namespace URI; empty for none
    std::string_view name;                  ///< local name
    std::span<const Attribute> attributes;  ///< without xmlns and xsi, which are XML's own
    bool nil = false;                       ///< xsi:nil says that there is no value
    std::int64_t line = 0;                  ///< where the start tag ends, from 1
    std::int64_t column = 0;
};

/// Takes what a Reader reads. An error that it answers ends the reading, and `read` answers it.
class Events {
public:
    Events() = default;
    Events(const Events&) = delete;
    Events& operator=(const Events&) = delete;
    virtual ~Events() = default;
    virtual Result<void> start(const Element& element) = 0;
    /// A piece of the character data of the element that is open; one text may come in several pieces.
    virtual Result<void> text(std::string_view piece) = 0;
    virtual Result<void> end() = 0;
    /// The schema does not allow the element that is open: itself, its attributes or its content. Comes after its
    /// start and before its end; where no element is open, it is about the message. The reading goes on.
    virtual Result<void> invalid(const Error& error) = 0;
};

/// Reads messages, one after the other, each in one pass and in memory that does not grow with it.
///
/// Fails closed: no DOCTYPE, so no entity but XML's own five; no encoding but UTF-8 and its part US-ASCII; XML 1.0
/// alone; nothing is ever fetched, whatever xsi:schemaLocation says. Text comes with line ends as line feeds (XML 1.0,
/// section 2.11). With a schema, white space is as the schema's types say, layout between elements is left out, and
/// the defaults that it declares are delivered as if they had been sent.
///
/// Not for two threads at once; one Schema serves any number of readers. Keeping a reader is worth it: making one
/// costs as much as reading a short message.
class Reader {
public:
    /// `schema`, where there is one, must outlive the reader.
    explicit Reader(const Schema* schema = nullptr, const Limits& limits = {});
    ~Reader();

    /// Reads to the end of the message. Where the source has been converted from another encoding, `converted_from` is
    /// its name, the only one that the XML declaration may then give.
    ///
    /// Errors: malformed - not well-formed, with line and column; too_large - over a limit; what `source` or `events`
    ///         answered.
    /// Source: XML 1.0, fifth edition; Namespaces in XML 1.0; XML Schema 1.0.
    Result<void> read(ByteSource& source, Events& events, std::string_view converted_from = {});

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace haven::xml
