#include "core/xml/reader.h"

#include "core/xml/parser.h"
#include "core/xml/schema.h"

namespace haven::xml {
namespace {

/// A parser that has come to hold more than this is given up after the message: Xerces keeps names that it has met.
constexpr std::size_t kept_bytes = std::size_t{8} * 1024 * 1024;

}  // namespace

struct Reader::Impl {
    /// A parser and what it lives on, in the order in which they may go.
    struct Parts {
        Parts(const Schema* schema, const Limits& limits)
            : grammars(schema == nullptr ? nullptr : &schema->grammars(), &memory),
              parser(limits, &memory, &grammars, schema != nullptr) {}
        CountingMemory memory;
        GrammarView grammars;
        Parser parser;
    };

    const Schema* schema;
    Limits limits;
    std::unique_ptr<Parts> parts;
};

Reader::Reader(const Schema* schema, const Limits& limits) : impl_(new Impl{schema, limits, nullptr}) {
    start_xerces();
}

Reader::~Reader() = default;

Result<void> Reader::read(ByteSource& source, Events& events, std::string_view converted_from) {
    auto& parts = impl_->parts;
    if (!parts) { parts = std::make_unique<Impl::Parts>(impl_->schema, impl_->limits); }
    Feed feed(source, impl_->limits, parts->memory);
    auto done = parts->parser.read(feed, events, converted_from);
    if (!done || parts->memory.bytes() > kept_bytes) { parts.reset(); }
    return done;
}

}  // namespace haven::xml
