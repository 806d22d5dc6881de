#include "core/xml/parser.h"

#include <algorithm>
#include <cctype>
#include <xercesc/framework/XMLElementDecl.hpp>
#include <xercesc/framework/XMLGrammarDescription.hpp>
#include <xercesc/framework/XMLValidityCodes.hpp>
#include <xercesc/sax/Locator.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/XMLString.hpp>
#include <xercesc/util/XMLUni.hpp>
#include <xercesc/validators/schema/SchemaSymbols.hpp>

#include "core/xml/reasons.h"

namespace haven::xml {
namespace {

using xerces::XMLString;
using xerces::XMLUni;

constexpr XMLSize_t text_piece_chars = XMLSize_t{16} * 1024;  // a longer text comes in pieces

// Distinct names: Xerces keeps them in a table of fixed size, so that 40,000 of them take 11 s.
constexpr unsigned undeclared_max = 1024;

/// Leaves the parser from within one of its callbacks; caught in Parser::read.
struct Stop {
    Error error;
};

std::int64_t at(XMLFileLoc place) {
    return static_cast<std::int64_t>(place);
}

Error located(Fault fault, Reason reason, XMLFileLoc line, XMLFileLoc column) {
    return Error{fault, reason, {Place::column(at(column)), Place::line(at(line))}};
}

/// Of two names of encodings, which are ASCII.
bool same_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return std::tolower(x) == std::tolower(y); });
}

bool is_true(const XMLCh* value) {  // XML Schema 1.0 part 2, section 3.2.2
    const auto text = utf8(value);
    return text == "true" || text == "1";
}

}  // namespace

GrammarView::GrammarView(const Grammars* shared, xerces::MemoryManager* memory)
    : XMLGrammarPoolImpl(memory), shared_(shared) {
    if (shared_ != nullptr) { spaces_.emplace(shared_->spaces, 109, memory); }
}

xerces::Grammar* GrammarView::retrieveGrammar(xerces::XMLGrammarDescription* wanted) {
    return shared_ == nullptr ? nullptr : const_cast<Grammars*>(shared_)->pool.retrieveGrammar(wanted);
}

xerces::XMLStringPool* GrammarView::getURIStringPool() {
    return spaces_ ? &*spaces_ : XMLGrammarPoolImpl::getURIStringPool();
}

Parser::Parser(const Limits& limits, xerces::MemoryManager* memory, xerces::XMLGrammarPool* grammars, bool validates)
    : SAX2XMLReaderImpl(memory, grammars),
      limits_(limits),
      validates_(validates),
      xmlns_space_(grammars->getURIStringPool()->addOrFind(XMLUni::fgXMLNSURIName)),
      xsi_space_(grammars->getURIStringPool()->addOrFind(xerces::SchemaSymbols::fgURI_XSI)) {
    setContentHandler(&hooks_);  // each of these makes the scanner call the override of the same kind below
    setLexicalHandler(&hooks_);
    setErrorHandler(&hooks_);
    setEntityResolver(&hooks_);
    setFeature(XMLUni::fgSAX2CoreNameSpaces, true);
    setFeature(XMLUni::fgSAX2CoreValidation, validates);
    setFeature(XMLUni::fgXercesDynamic, false);
    setFeature(XMLUni::fgXercesSchema, validates);
    setFeature(XMLUni::fgXercesUseCachedGrammarInParse, true);
    setFeature(XMLUni::fgXercesLoadSchema, false);  // xsi:schemaLocation is not followed
    setFeature(XMLUni::fgXercesLoadExternalDTD, false);
    setFeature(XMLUni::fgXercesSkipDTDValidation, true);
    setFeature(XMLUni::fgXercesDisableDefaultEntityResolution, true);
    setInputBufferSize(text_piece_chars);
}

Result<void> Parser::read(Feed& feed, Events& events, std::string_view converted_from) {
    feed_ = &feed;
    events_ = &events;
    converted_from_ = converted_from;
    invalid_.reset();
    depth_ = elements_ = text_bytes_ = 0;
    high_surrogate_ = 0;
    try {
        parse(Input(feed));
        if (feed.failure()) { return fail(*feed.failure()); }
        tell_invalid();
        return {};
    } catch (Stop& stop) { return fail(std::move(stop.error)); } catch (const xerces::XMLException& e) {
        return fail(Fault::malformed, reason_bytes(static_cast<unsigned>(e.getCode())));
    } catch (const xerces::OutOfMemoryException&) {
        return fail(Fault::too_large, "expected a message that fits into memory");
    }
}

void Parser::stop(Fault fault, Reason reason) {
    throw Stop{located(fault, reason, hooks_.at->getLineNumber(), hooks_.at->getColumnNumber())};
}

void Parser::check(Result<void> answer) {
    if (!answer) { throw Stop{std::move(answer).error()}; }
}

void Parser::tell_invalid() {
    if (!invalid_) { return; }
    const auto error = std::move(*invalid_);
    invalid_.reset();
    check(events_->invalid(error));
}

std::string_view Parser::space_text(unsigned id) {
    if (id >= spaces_.size()) { spaces_.resize(id + 1); }
    auto& text = spaces_[id];
    if (!text) { text = utf8(getURIText(id)); }
    return *text;
}

void Parser::startElement(const xerces::XMLElementDecl& declaration, unsigned space, const XMLCh* /*prefix*/,
                          const xerces::RefVectorOf<xerces::XMLAttr>& attributes, XMLSize_t count, bool /*is_empty*/,
                          bool /*is_root*/) {
    feed_->tag_begins();
    text_bytes_ = 0;
    if (++depth_ > limits_.depth) { stop(Fault::too_large, Reason("expected at most ", limits_.depth, " levels")); }
    if (++elements_ > limits_.elements) {
        stop(Fault::too_large, Reason("expected at most ", limits_.elements, " elements"));
    }
    if (!declaration.isDeclared() && validates_ && declaration.getId() > undeclared_max) {
        stop(Fault::too_large, Reason("expected at most ", undeclared_max, " names that the schema does not declare"));
    }
    Element element;
    element.line = at(hooks_.at->getLineNumber());
    element.column = at(hooks_.at->getColumnNumber());
    names_.clear();
    append(declaration.getBaseName(), limits_.name_bytes);
    const auto name_end = names_.size();
    element.nil = take_attributes(attributes, count);
    element.space = space_text(space);
    element.name = std::string_view(names_).substr(0, name_end);
    element.attributes = view_attributes(name_end);
    check(events_->start(element));
    tell_invalid();
}

/// Adds to names_, whose text moves while it grows.
void Parser::append(const XMLCh* text, std::size_t bytes_max) {
    const auto before = names_.size();
    append_utf8(names_, text, XMLString::stringLen(text));
    if (names_.size() - before > bytes_max) {
        stop(Fault::too_large, Reason("expected at most ", bytes_max, " bytes in a name or an attribute"));
    }
}

bool Parser::take_attributes(const xerces::RefVectorOf<xerces::XMLAttr>& attributes, std::size_t count) {
    bool nil = false;
    pieces_.clear();
    if (count > limits_.attributes) {
        stop(Fault::too_large, Reason("expected at most ", limits_.attributes, " attributes in an element"));
    }
    for (std::size_t i = 0; i < count; ++i) {
        const auto& attribute = *attributes.elementAt(i);
        const auto space = attribute.getURIId();
        if (space == xmlns_space_ || XMLString::equals(attribute.getName(), XMLUni::fgXMLNSString)) { continue; }
        if (space == xsi_space_) {
            // type, schemaLocation and noNamespaceSchemaLocation speak to a validator, not to a reader.
            nil = nil || (utf8(attribute.getName()) == "nil" && is_true(attribute.getValue()));
            continue;
        }
        append(attribute.getName(), limits_.name_bytes);
        const auto name_end = names_.size();
        append(attribute.getValue(), limits_.text_bytes);
        pieces_.push_back({space, name_end, names_.size()});
    }
    return nil;
}

std::span<const Attribute> Parser::view_attributes(std::size_t at) {
    const std::string_view all = names_;
    attributes_.clear();
    for (const auto& piece : pieces_) {
        attributes_.push_back({space_text(piece.space), all.substr(at, piece.name_end - at),
                               all.substr(piece.name_end, piece.value_end - piece.name_end)});
        at = piece.value_end;
    }
    return attributes_;
}

void Parser::endElement(const xerces::XMLElementDecl& /*declaration*/, unsigned /*space*/, bool /*is_root*/,
                        const XMLCh* /*prefix*/) {
    feed_->tag_begins();
    --depth_;
    text_bytes_ = 0;
    tell_invalid();
    check(events_->end());
}

void Parser::docCharacters(const XMLCh* text, XMLSize_t size, bool /*cdata*/) {
    feed_->tag_begins();
    if (depth_ == 0 || size == 0) { return; }
    tell_invalid();
    text_.clear();
    if (high_surrogate_ != 0) {
        const XMLCh pair[] = {high_surrogate_, *text++};
        append_utf8(text_, pair, 2);
        high_surrogate_ = 0;
        --size;
    }
    if (size > 0 && text[size - 1] >= 0xd800 && text[size - 1] <= 0xdbff) { high_surrogate_ = text[--size]; }
    append_utf8(text_, text, size);
    text_bytes_ += text_.size();
    if (text_bytes_ > limits_.text_bytes) {
        stop(Fault::too_large, Reason("expected at most ", limits_.text_bytes, " bytes of text between two tags"));
    }
    check(events_->text(text_));
}

void Parser::XMLDecl(const XMLCh* version, const XMLCh* encoding, const XMLCh* /*standalone*/,
                     const XMLCh* /*actual*/) {
    if (utf8(version) != "1.0") { stop(Fault::malformed, "expected XML 1.0"); }
    if (!may_declare(utf8(encoding))) { stop(Fault::malformed, "expected the encoding that the message is in"); }
}

bool Parser::may_declare(std::string_view encoding) const {
    if (encoding.empty()) { return true; }
    if (!converted_from_.empty()) { return same_ignoring_case(encoding, converted_from_); }
    return same_ignoring_case(encoding, "UTF-8") || same_ignoring_case(encoding, "US-ASCII");
}

void Parser::doctypeDecl(const xerces::DTDElementDecl& /*root*/, const XMLCh* /*public_id*/, const XMLCh* /*system_id*/,
                         bool /*internal*/, bool /*external*/) {
    stop(Fault::malformed, "expected no DOCTYPE");
}

xerces::InputSource* Parser::resolveEntity(xerces::XMLResourceIdentifier* /*wanted*/) {
    stop(Fault::malformed, "expected a document that is whole in itself");
}

void Parser::error(unsigned code, const XMLCh* domain, ErrTypes type, const XMLCh* /*text*/, const XMLCh* /*system_id*/,
                   const XMLCh* /*public_id*/, XMLFileLoc line, XMLFileLoc column) {
    if (type == ErrType_Warning) { return; }
    if (feed_->failure()) {
        auto failure = *feed_->failure();
        throw Stop{std::move(failure).at(Place::column(at(column))).at(Place::line(at(line)))};
    }
    const bool is_value = XMLString::equals(domain, XMLUni::fgExceptDomain);
    if (XMLString::equals(domain, XMLUni::fgXMLErrDomain)) {
        throw Stop{located(Fault::malformed, reason_malformed(code), line, column)};
    }
    if (type == ErrType_Fatal) { throw Stop{located(Fault::malformed, reason_bytes(code), line, column)}; }
    const auto reason = is_value ? reason_value(code) : reason_invalid(code);
    if (!invalid_) { invalid_ = located(Fault::malformed, reason, line, column); }  // one between two tags says enough
    // Of text it is told at once: the parser may keep the text to itself, and the next tag is another element's.
    const bool of_text = code == xerces::XMLValid::NoCharDataInCM || code == xerces::XMLValid::NoWSForStandalone;
    if (of_text && !is_value) { tell_invalid(); }
}

}  // namespace haven::xml
