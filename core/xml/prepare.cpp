#include "core/xml/prepare.h"

#include <vector>
#include <xercesc/util/regx/RangeToken.hpp>
#include <xercesc/util/regx/RegularExpression.hpp>
#include <xercesc/util/regx/Token.hpp>
#include <xercesc/validators/datatype/AbstractStringValidator.hpp>
#include <xercesc/validators/datatype/DatatypeValidator.hpp>
#include <xercesc/validators/schema/SchemaGrammar.hpp>

namespace haven::xml {
namespace {

namespace xerces = xercesc;

/// Opens what Xerces keeps for derived classes.
struct Validator : xerces::DatatypeValidator {
    using DatatypeValidator::getRegex;
};
struct List : xerces::AbstractStringValidator {
    using AbstractStringValidator::getMinLength;
    using AbstractStringValidator::setMinLength;
};
struct Expression : xerces::RegularExpression {
    using RegularExpression::fTokenTree;
};

void prepare(const xerces::RegularExpression& expression) {
    std::vector<xerces::Token*> waiting{expression.*(&Expression::fTokenTree)};
    while (!waiting.empty()) {
        auto* token = waiting.back();
        waiting.pop_back();
        if (token == nullptr) { continue; }
        const auto type = token->getTokenType();
        if (type == xerces::Token::T_RANGE || type == xerces::Token::T_NRANGE) {
            static_cast<xerces::RangeToken*>(token)->createMap();
        }
        for (XMLSize_t i = 0; i < token->size(); ++i) { waiting.push_back(token->getChild(i)); }
    }
}

void prepare(xerces::DVHashTable* types) {
    if (types == nullptr) { return; }
    xerces::RefHashTableOfEnumerator<xerces::DatatypeValidator> each(types);
    while (each.hasMoreElements()) {
        auto& type = each.nextElement();
        if (const auto* expression = (type.*(&Validator::getRegex))()) { prepare(*expression); }
        if (type.getType() == xerces::DatatypeValidator::List) {
            auto& list = static_cast<xerces::AbstractStringValidator&>(type);
            if ((list.*(&List::getMinLength))() == 1) { (list.*(&List::setMinLength))(0); }
        }
    }
}

void prepare(xerces::SchemaGrammar& grammar) {
    prepare(grammar.getDatatypeRegistry()->getUserDefinedRegistry());
    if (grammar.getComplexTypeRegistry() == nullptr) { return; }
    xerces::RefHashTableOfEnumerator<xerces::ComplexTypeInfo> each(grammar.getComplexTypeRegistry());
    while (each.hasMoreElements()) {
        auto& type = each.nextElement();
        type.getContentModel();
        type.getFormattedContentModel();
    }
}

}  // namespace

void prepare(xerces::XMLGrammarPool& pool) {
    auto grammars = pool.getGrammarEnumerator();
    while (grammars.hasMoreElements()) {
        auto& grammar = grammars.nextElement();
        if (grammar.getGrammarType() == xerces::Grammar::SchemaGrammarType) {
            prepare(static_cast<xerces::SchemaGrammar&>(grammar));
        }
    }
}

void prepare_standard_types() {
    prepare(xerces::DatatypeValidatorFactory::getBuiltInRegistry());
}

}  // namespace haven::xml
