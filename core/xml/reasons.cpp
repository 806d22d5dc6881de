#include "core/xml/reasons.h"

#include <array>
#include <span>
#include <xercesc/framework/XMLErrorCodes.hpp>
#include <xercesc/framework/XMLValidityCodes.hpp>
#include <xercesc/util/XMLExceptMsgs.hpp>

namespace haven::xml {
namespace {

using E = xercesc::XMLErrs;
using V = xercesc::XMLValid;
using X = xercesc::XMLExcepts;

struct Row {
    unsigned first, last;  // codes
    Reason reason;
};

constexpr std::array malformed{
    Row{E::EntityExpansionLimitExceeded, E::EntityExpansionLimitExceeded, "expected no entity but XML's own five"},
    Row{E::ExpectedAttrName, E::ExpectedAttrName, "expected the name of an attribute"},
    Row{E::ExpectedEqSign, E::ExpectedEqSign, "expected = after the name of an attribute"},
    Row{E::ExpectedElementName, E::ExpectedElementName, "expected the name of an element after <"},
    Row{E::InvalidDocumentStructure, E::InvalidDocumentStructure, "expected an XML document"},
    Row{E::BadXMLVersion, E::UnsupportedXMLVersion, "expected XML 1.0"},
    Row{E::BadXMLEncoding, E::BadXMLEncoding, "expected the encoding UTF-8"},
    Row{E::UnterminatedComment, E::UnterminatedComment, "expected the end of a comment"},
    Row{E::UnterminatedPI, E::UnterminatedPI, "expected the end of a processing instruction"},
    Row{E::InvalidCharacter, E::InvalidCharacter, "expected only characters that XML 1.0 allows"},
    Row{E::UnterminatedStartTag, E::UnterminatedStartTag, "expected the end of the start tag"},
    Row{E::ExpectedAttrValue, E::ExpectedAttrValue, "expected the value of an attribute in quotes"},
    Row{E::UnterminatedEndTag, E::UnterminatedEndTag, "expected > after the name in an end tag"},
    Row{E::ExpectedEndOfTagX, E::ExpectedEndOfTagX, "expected the end tag of the open element"},
    Row{E::NotValidAfterContent, E::NotValidAfterContent, "expected nothing after the end of the root element"},
    Row{E::ExpectedCommentOrPI, E::ExpectedCommentOrPI, "expected the root element and nothing else"},
    Row{E::ExpectedWhitespace, E::ExpectedWhitespace, "expected white space between attributes"},
    Row{E::InvalidCharacterInAttrValue, E::InvalidCharacterInAttrValue,
        "expected only characters that XML 1.0 allows in an attribute"},
    Row{E::InvalidCharacterRef, E::InvalidCharacterRef, "expected the number of a character that XML 1.0 allows"},
    Row{E::UnterminatedCharRef, E::UnterminatedCharRef, "expected ; after the number of a character"},
    Row{E::ExpectedEntityRefName, E::ExpectedEntityRefName, "expected &amp; for & in text"},
    Row{E::EntityNotFound, E::EntityNotFound, "expected no entity but XML's own five"},
    Row{E::UnterminatedEntityRef, E::UnterminatedEntityRef, "expected ; after the name of an entity"},
    Row{E::MoreEndThanStartTags, E::MoreEndThanStartTags, "expected no end tag without a start tag"},
    Row{E::AttrAlreadyUsedInSTag, E::AttrAlreadyUsedInSTag, "expected each attribute of an element once"},
    Row{E::BracketInAttrValue, E::BracketInAttrValue, "expected &lt; for < in an attribute"},
    Row{E::BadSequenceInCharData, E::BadSequenceInCharData, "expected ]]&gt; for ]]> in text"},
    Row{E::IllegalSequenceInComment, E::IllegalSequenceInComment, "expected no -- in a comment"},
    Row{E::UnterminatedCDATASection, E::UnterminatedCDATASection, "expected the end of a CDATA section"},
    Row{E::BadDigitForRadix, E::BadDigitForRadix, "expected digits in the number of a character"},
    Row{E::EndedWithTagsOnStack, E::EndedWithTagsOnStack, "expected the end tags of all open elements"},
    Row{E::NestedCDATA, E::NestedCDATA, "expected no CDATA section in another"},
    Row{E::UnknownPrefix, E::UnknownPrefix, "expected a namespace prefix that is declared"},
    Row{E::CDATAOutsideOfContent, E::CDATAOutsideOfContent, "expected no CDATA section outside the root element"},
    Row{E::NoPIStartsWithXML, E::XMLDeclMustBeFirst, "expected the XML declaration at the very start"},
    Row{E::NoEmptyStrNamespace, E::NoXMLNSAsElementPrefix, "expected a namespace declaration that is allowed"},
    Row{E::InvalidElementName, E::InvalidElementName, "expected a name that XML allows for an element"},
    Row{E::InvalidAttrName, E::InvalidAttrName, "expected a name that XML allows for an attribute"},
};

constexpr std::array invalid{
    Row{V::ElementNotDefined, V::ElementNotDefined, "expected an element that the schema declares"},
    Row{V::AttNotDefined, V::AttNotDefined, "expected an attribute that the schema declares"},
    Row{V::RequiredAttrNotProvided, V::RequiredAttrNotProvided, "expected an attribute that the schema requires"},
    Row{V::ElementNotValidForContent, V::ElementNotValidForContent,
        "expected the elements that the schema allows here, in their order"},
    Row{V::ReusedIDValue, V::ReusedIDValue, "expected each identifier once in a message"},
    Row{V::IDNotDeclared, V::IDNotDeclared, "expected a reference to an identifier in the same message"},
    Row{V::EmptyNotValidForContent, V::EmptyNotValidForContent, "expected content in an element, got none"},
    Row{V::AttNotDefinedForElement, V::AttNotDefinedForElement, "expected an attribute that the schema declares"},
    Row{V::NotEnoughElemsForCM, V::NotEnoughElemsForCM, "expected more elements within this one"},
    Row{V::NoCharDataInCM, V::NoCharDataInCM, "expected elements, got text"},
    Row{V::DoesNotMatchEnumList, V::DoesNotMatchEnumList, "expected one of the schema's values"},
    Row{V::NotSameAsFixedValue, V::NotSameAsFixedValue, "expected the value that the schema fixes"},
    Row{V::DatatypeError, V::DatatypeError, "expected a value of the schema's type"},
    Row{V::ProhibitedAttributePresent, V::ProhibitedAttributePresent, "expected no attribute that the schema forbids"},
    Row{V::SimpleTypeHasChild, V::SimpleTypeHasChild, "expected text, got an element"},
    Row{V::GrammarNotFound, V::GrammarNotFound, "expected a namespace that the schema declares"},
    Row{V::NillNotAllowed, V::NillNotAllowed, "expected a value: the schema does not allow xsi:nil here"},
    Row{V::NilAttrNotEmpty, V::NilAttrNotEmpty, "expected no content in an element with xsi:nil"},
    Row{V::FixedDifferentFromActual, V::FixedDifferentFromActual, "expected the value that the schema fixes"},
    Row{V::ElementNotQualified, V::ElementNotUnQualified, "expected an element in the schema's namespace"},
    Row{V::NoAbstractInXsiType, V::TypeNoSubforBlock, "expected an element or type that may stand here"},
    Row{V::AttributeNotQualified, V::AttributeNotUnQualified, "expected an attribute in the schema's namespace"},
    Row{V::IC_FieldMultipleMatch, V::IC_KeyNotFound, "expected keys as the schema declares them"},
    Row{V::NonWSContent, V::NonWSContent, "expected elements, got text"},
};

constexpr std::array exceptions{
    Row{X::Gen_UnexpectedEOF, X::Gen_UnexpectedEOF, "expected more: the document ends too early"},
    Row{X::Reader_CouldNotDecodeFirstLine, X::Reader_CouldNotDecodeFirstLine, "expected UTF-8"},
    Row{X::Scan_UnbalancedStartEnd, X::Scan_UnbalancedStartEnd, "expected no end tag without a start tag"},
    Row{X::Trans_Unrepresentable, X::Trans_CantCreateCvtrFor, "expected UTF-8"},
    Row{X::UTF8_FormatError, X::UTF8_Exceeds_BytesLimit, "expected UTF-8"},
    Row{X::VALUE_NotMatch_Pattern, X::VALUE_NotMatch_Pattern, "expected a value of the schema's pattern"},
    Row{X::VALUE_Not_Base64, X::VALUE_Not_HexBin, "expected bytes as the schema writes them"},
    Row{X::VALUE_GT_maxLen, X::VALUE_GT_maxLen, "expected a shorter value"},
    Row{X::VALUE_LT_minLen, X::VALUE_LT_minLen, "expected a longer value"},
    Row{X::VALUE_NE_Len, X::VALUE_NE_Len, "expected a value of the schema's length"},
    Row{X::VALUE_NotIn_Enumeration, X::VALUE_NotIn_Enumeration, "expected one of the schema's values"},
    Row{X::VALUE_exceed_totalDigit, X::VALUE_exceed_fractDigit, "expected fewer digits"},
    Row{X::VALUE_exceed_maxIncl, X::VALUE_exceed_maxExcl, "expected a smaller value"},
    Row{X::VALUE_exceed_minIncl, X::VALUE_exceed_minExcl, "expected a greater value"},
    Row{X::VALUE_ID_Not_Unique, X::VALUE_ID_Not_Unique, "expected each identifier once in a message"},
    Row{X::VALUE_no_match_memberType, X::VALUE_no_match_memberType, "expected a value of one of the schema's types"},
    Row{X::VALUE_URI_Malformed, X::VALUE_URI_Malformed, "expected a URI"},
    Row{X::XMLNUM_emptyString, X::XMLNUM_null_ptr, "expected a number"},
    Row{X::DateTime_dt_invalid, X::DateTime_dt_missingT, "expected a date and a time with T between"},
    Row{X::DateTime_gDay_invalid, X::DateTime_tz_hh_invalid, "expected a date, time or duration that exists"},
};

Reason find(std::span<const Row> rows, unsigned code, Reason otherwise) {
    for (const auto& row : rows) {
        if (row.first <= code && code <= row.last) { return row.reason; }
    }
    return otherwise;
}

}  // namespace

Reason reason_malformed(unsigned code) {
    return find(malformed, code, "expected well-formed XML");
}
Reason reason_invalid(unsigned code) {
    return find(invalid, code, "expected what the schema allows");
}
Reason reason_bytes(unsigned code) {
    return find(exceptions, code, "expected well-formed XML");
}
Reason reason_value(unsigned code) {
    return find(exceptions, code, "expected a value of the schema's type");
}

}  // namespace haven::xml
