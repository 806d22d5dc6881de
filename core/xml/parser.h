#pragma once
#include <deque>
#include <optional>
#include <string>
#include <vector>
#include <xercesc/parsers/SAX2XMLReaderImpl.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/util/SynchronizedStringPool.hpp>

#include "core/xml/input.h"

namespace haven::xml {

/// The grammars of a schema as one parser sees them. The namespaces that messages make up are numbered here, not in
/// the shared pool, which would keep them for ever.
class GrammarView : public xerces::XMLGrammarPoolImpl {
public:
    GrammarView(const Grammars* shared, xerces::MemoryManager* memory);
    xerces::Grammar* retrieveGrammar(xerces::XMLGrammarDescription* wanted) override;
    xerces::XMLStringPool* getURIStringPool() override;

private:
    const Grammars* shared_;
    std::optional<xerces::XMLSynchronizedStringPool> spaces_;
};

/// Xerces' SAX2 reader with its handlers overridden one layer lower, where error codes and numbered names are.
class Parser : private xerces::SAX2XMLReaderImpl {
public:
    Parser(const Limits& limits, xerces::MemoryManager* memory, xerces::XMLGrammarPool* grammars, bool validates);
    Result<void> read(Feed& feed, Events& events, std::string_view converted_from);

private:
    void startElement(const xerces::XMLElementDecl& declaration, unsigned space, const XMLCh* prefix,
                      const xerces::RefVectorOf<xerces::XMLAttr>& attributes, XMLSize_t count, bool is_empty,
                      bool is_root) override;
    void endElement(const xerces::XMLElementDecl& declaration, unsigned space, bool is_root,
                    const XMLCh* prefix) override;
    void docCharacters(const XMLCh* text, XMLSize_t size, bool cdata) override;
    void ignorableWhitespace(const XMLCh*, XMLSize_t, bool) override {}
    void XMLDecl(const XMLCh* version, const XMLCh* encoding, const XMLCh* standalone, const XMLCh* actual) override;
    void doctypeDecl(const xerces::DTDElementDecl& root, const XMLCh* public_id, const XMLCh* system_id, bool internal,
                     bool external) override;
    xerces::InputSource* resolveEntity(xerces::XMLResourceIdentifier* wanted) override;
    void error(unsigned code, const XMLCh* domain, ErrTypes type, const XMLCh* text, const XMLCh* system_id,
               const XMLCh* public_id, XMLFileLoc line, XMLFileLoc column) override;
    void docComment(const XMLCh*) override {}
    void docPI(const XMLCh*, const XMLCh*) override {}

    void append(const XMLCh* text, std::size_t bytes_max);
    bool take_attributes(const xerces::RefVectorOf<xerces::XMLAttr>& attributes, std::size_t count);
    std::span<const Attribute> view_attributes(std::size_t at);
    bool may_declare(std::string_view encoding) const;
    void tell_invalid();
    void check(Result<void> answer);
    std::string_view space_text(unsigned id);
    [[noreturn]] void stop(Fault fault, Reason reason);

    /// Learns where the parser is.
    struct Hooks : xerces::DefaultHandler {
        void setDocumentLocator(const xerces::Locator* const locator) override { at = locator; }
        const xerces::Locator* at = nullptr;
    };

    const Limits& limits_;
    bool validates_;
    Hooks hooks_;
    unsigned xmlns_space_;
    unsigned xsi_space_;

    // of the message being read
    Feed* feed_ = nullptr;
    Events* events_ = nullptr;
    std::string_view converted_from_;
    std::optional<Error> invalid_;  // not told yet: its element starts with the next event, or is the open one
    std::size_t depth_ = 0;
    std::uint64_t elements_ = 0;
    std::size_t text_bytes_ = 0;  // since the last tag
    XMLCh high_surrogate_ = 0;    // of a pair that Xerces cut in two

    // reused, so that reading allocates nothing
    std::string text_;
    std::string names_;  // of the element, then name and value of each attribute
    struct Piece {
        unsigned space;
        std::size_t name_end, value_end;  // in names_
    };
    std::vector<Piece> pieces_;
    std::vector<Attribute> attributes_;
    std::deque<std::optional<std::string>> spaces_;  // by number
};

}  // namespace haven::xml
