#pragma once
#include "mapping/conversion/conversion.h"

/// One maker for each named conversion; the list in conversion.cpp ties names to them.
namespace haven {

using MadeConversion = tl::expected<std::unique_ptr<Conversion>, std::string>;

/// What is wrong with the line, for its author.
inline tl::unexpected<std::string> wrong(std::string message) {
    return tl::unexpected(std::move(message));
}

MadeConversion make_code(const ConversionRequest& request);      ///< code(table): by the lines of a table
MadeConversion make_date(const ConversionRequest& request);      ///< date(dd/MM/yyyy)
MadeConversion make_instant(const ConversionRequest& request);   ///< instant(pattern, zone [, HH:mm]) or instant(iso)
MadeConversion make_lower(const ConversionRequest& request);     ///< lower-case letters inward
MadeConversion make_phone(const ConversionRequest& request);     ///< phone(GB): national or international to E.164
MadeConversion make_postcode(const ConversionRequest& request);  ///< any case and spacing to one spelling
MadeConversion make_time(const ConversionRequest& request);      ///< time(HH:mm)
MadeConversion make_trim(const ConversionRequest& request);      ///< without white space around it
MadeConversion make_upper(const ConversionRequest& request);     ///< upper-case letters inward
MadeConversion make_uprn(const ConversionRequest& request);      ///< uprn(12): zero-padded to 12; uprn: plain
MadeConversion make_yes_no(const ConversionRequest& request);    ///< yes_no(Y, N, U): words for yes, no and unknown

}  // namespace haven
