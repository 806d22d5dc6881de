#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "core/base/problem.h"
#include "core/catalogue/catalogue.h"
#include "core/seal/octets.h"
#include "mapping/format/csv_reader.h"
#include "mapping/format/document.h"
#include "mapping/format/json_reader.h"
#include "mapping/run/program.h"

namespace haven {

enum class Format : std::uint8_t { csv, json, xml, fixed };

/// The correspondence between one dialect's message and one canonical record type, both ways.
///
/// Compiled once and shared by any number of threads. The language is described in docs/reference/maps.md.
class Map {
public:
    /// Reads, checks and compiles the text of a map. All problems are told at once.
    ///
    /// `file` is how problems name the map.
    static tl::expected<std::shared_ptr<const Map>, Problems> compile(
        std::string_view text, std::string_view file, const std::shared_ptr<const Catalogue>& catalogue);

    Name name() const { return name_; }
    int version() const { return version_; }
    /// What names this text of the map and no other: the first half of its SHA-256.
    const Digest16& digest() const { return digest_; }
    /// Whether a message of a partner with several maps is this one's: its root is the map's, the map knows everything
    /// that stands directly below it, and every constant of the partner that the map names stands in it.
    bool claims(const Document& document) const;
    Format format() const { return format_; }
    RecordTypeNumber record_type() const { return record_type_; }
    const std::shared_ptr<const Catalogue>& catalogue() const { return catalogue_; }
    const Vocabulary& vocabulary() const { return vocabulary_; }

    /// A reader of this dialect's messages.
    std::unique_ptr<FormatReader> reader() const;
    /// The columns in the order of the map's lines.
    std::vector<NameId> columns() const;

    /// One record of a message into the canonical schema. `received` is its as-of where it says none itself.
    ///
    /// Errors: unmapped, malformed at line and field - the first value that no line, code or type covers.
    Result<Record> in(const Document& document, Instant received) const;

    /// The canonical fields that the map writes, and those that it reads.
    const FieldSet& writes() const { return writes_; }
    const FieldSet& reads() const { return reads_; }

private:
    friend class MapCompiler;
    friend class OutwardMap;
    Map() = default;

    Name name_;
    int version_ = 0;
    Digest16 digest_;
    Format format_ = Format::csv;
    CsvShape csv_;
    JsonShape json_;
    NameId root_ = undeclared;                                     // the element that XML is written under
    std::vector<std::pair<std::string, std::string>> namespaces_;  // prefix, uri
    std::vector<NameId> split_;                                    // from the root to the record element
    RecordTypeNumber record_type_;
    std::shared_ptr<const Catalogue> catalogue_;
    Vocabulary vocabulary_;
    program::Frame frame_;
    FieldSet writes_;
    FieldSet reads_;
    std::optional<FieldNumber> as_of_;
};

}  // namespace haven
