#pragma once
#include "mapping/conversion/conversion.h"

/// One maker for each named conversion; the list in conversion.cpp ties names to them.
namespace haven {

using MadeConversion = tl::expected<std::unique_ptr<Conversion>, std::string>;

/// What is wrong with the line, for its author.
inline tl::unexpected<std::string> wrong(std::string message) {
    return tl::unexpected(std::move(message));
}

inline bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Without white space around it.
inline std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) { text.remove_prefix(1); }
    while (!text.empty() && is_space(text.back())) { text.remove_suffix(1); }
    return text;
}

MadeConversion make_age_band(const ConversionRequest& request);  ///< age_band: years to the band that holds them
MadeConversion make_code(const ConversionRequest& request);      ///< code(table): by the lines of a table
MadeConversion make_date(const ConversionRequest& request);      ///< date(dd/MM/yyyy); date(d M yy, 2000)
MadeConversion make_html(const ConversionRequest& request);      ///< html: entities such as &#39; to their characters
MadeConversion make_instant(const ConversionRequest& request);   ///< instant(pattern, zone [, HH:mm]) or instant(iso)
MadeConversion make_lower(const ConversionRequest& request);     ///< lower-case letters inward
MadeConversion make_part(const ConversionRequest& request);      ///< part(2, ","): the second piece of a text
MadeConversion make_phone(const ConversionRequest& request);     ///< phone(GB): national or international to E.164
MadeConversion make_postcode(const ConversionRequest& request);  ///< any case and spacing to one spelling
MadeConversion make_time(const ConversionRequest& request);      ///< time(HH:mm)
MadeConversion make_trim(const ConversionRequest& request);      ///< without white space around it
MadeConversion make_upper(const ConversionRequest& request);     ///< upper-case letters inward
MadeConversion make_uprn(const ConversionRequest& request);      ///< uprn: plain; uprn(12): with leading zeros
MadeConversion make_yes_no(const ConversionRequest& request);    ///< yes_no(Y, N, U): words for yes, no and unknown
MadeConversion make_words(const ConversionRequest& request);     ///< words: several fields, a space between

}  // namespace haven
