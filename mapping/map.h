#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "core/base/problem.h"
#include "core/catalogue/versions.h"
#include "core/seal/octets.h"
#include "core/xml/schema.h"
#include "mapping/format/csv_reader.h"
#include "mapping/format/document.h"
#include "mapping/format/fixed_reader.h"
#include "mapping/format/json_reader.h"
#include "mapping/run/program.h"
#include "mapping/run/trace.h"

namespace haven {

enum class Format : std::uint8_t { csv, json, xml, fixed };

struct CodeList;
/// A code list by its name ("mhclg-core.2024"), or null where there is none.
using CodeLists = std::function<std::shared_ptr<const CodeList>(const std::string& name)>;
/// The code lists of a folder, each read once: `schemas/codes`, in NAME.YEAR.codes. For one thread.
CodeLists code_lists_of(std::string folder);

class SchemaPlaces;

/// The schema of a dialect, as `dialect xml schema FILE` or `dialect json schema FILE` names it: one of the two.
struct DialectSchema {
    /// `text` is that of the file, and of the XML schemas beside it; it counts into the map's digest.
    DialectSchema(std::shared_ptr<const xml::Schema> made, std::string text);
    DialectSchema(std::shared_ptr<const JsonSchema> made, std::string text);

    std::shared_ptr<const xml::Schema> xml;
    std::shared_ptr<const JsonSchema> json;
    std::string text;
    /// What the checker has looked up in it: one for all maps that name it, compiled one after the other.
    std::shared_ptr<SchemaPlaces> places;
};
/// The schema in a file beside a map ("charity-xml/charity.xsd"), or what is wrong with it.
using DialectSchemas =
    std::function<tl::expected<std::shared_ptr<const DialectSchema>, Problems>(const std::string& file)>;
/// The schemas of the folders below a folder, each read and compiled once: `schemas/dialects`. For one thread.
DialectSchemas dialect_schemas_of(std::string folder);

/// The correspondence between one dialect's message and one canonical record type, both ways.
///
/// Compiled once and shared by any number of threads. The language is described in docs/reference/maps.md.
class Map {
public:
    /// Reads, checks and compiles the text of a map. All problems are told at once.
    ///
    /// Of `versions` it takes the one that its line `record` names. `file` is how problems name the map, and where
    /// `schemas` finds the schema beside it; `code_lists` finds what its lines `codes NAME YEAR` name.
    static tl::expected<std::shared_ptr<const Map>, Problems> compile(std::string_view text, std::string_view file,
                                                                      const Versions& versions,
                                                                      const CodeLists& code_lists = {},
                                                                      const DialectSchemas& schemas = {});

    Name name() const { return name_; }
    int version() const { return version_; }
    /// What names this text of the map, its schema and its code lists, and no other: the first half of their SHA-256.
    const Digest16& digest() const { return digest_; }
    /// Whether a message of a partner with several maps is this one's: its root is the map's, the map knows everything
    /// that stands directly below it, and every constant of the partner that the map names stands in it.
    bool claims(const Document& document) const;
    Format format() const { return format_; }
    RecordTypeNumber record_type() const { return record_type_; }
    /// The schema of the version that the map names.
    const std::shared_ptr<const Catalogue>& catalogue() const { return catalogue_; }
    /// The record type, and a field, in the hub's own version.
    RecordTypeNumber hub_type() const { return hub_type_; }
    std::optional<FieldNumber> hub_field(FieldNumber f) const { return to_hub_ ? to_hub_->field(f) : std::optional(f); }
    const Vocabulary& vocabulary() const { return vocabulary_; }

    /// Whether every message is validated against a schema of the dialect.
    bool has_schema() const { return schema_ != nullptr || json_rules_ != nullptr; }
    /// A reader of this dialect's messages.
    std::unique_ptr<FormatReader> reader() const;
    /// The columns in the order of the map's list of them, or of its lines.
    std::vector<NameId> columns() const;

    /// One record of a message into the canonical schema. `received` is its as-of where it says none itself.
    ///
    /// Errors: unmapped, malformed at line and field - the first value that no line, code or type covers; unmapped -
    /// a document that `records` makes several of.
    Result<Record> in(const Document& document, Instant received) const;
    /// As `in`, of a map that splits by victim: one record a victim, in which the others are persons. All or none.
    /// `trace`, where there is one, is told what is read.
    Result<std::vector<Record>> records(const Document& document, Instant received, Trace* trace = nullptr) const;

    /// As `records`, said in the hub's own version: what a case takes.
    /// Errors: also unmapped at path - the hub's version has no place for a value.
    Result<std::vector<Record>> hub_records(const Document& document, Instant received) const;

    /// Whether a trailer says how many records a message has, so that it must be read through before it is acted on.
    bool has_count() const { return count_.has_value(); }
    /// Reads a message through. Errors: malformed - the trailer is missing, or says another number than there are; what
    /// the reader says of the message as a whole.
    Result<void> check_count(ByteSource& message) const;

    /// The lines as they run, for the tools that explain and count. Only an OutwardMap can run them outward.
    const program::Frame& lines() const { return frame_; }
    /// The canonical fields that the map writes, and those that it reads.
    const FieldSet& writes() const { return writes_; }
    const FieldSet& reads() const { return reads_; }
    /// Those that it reads, as fields of the hub's own version: what its partner can be told.
    const FieldSet& says() const { return says_; }

private:
    friend class MapCompiler;
    friend class OutwardMap;
    Map() = default;

    /// What a trailer says, and where.
    struct Count {
        std::size_t cell = 0;             // of CSV, from 1
        std::vector<program::Step> path;  // of XML and JSON, from the root of what stands around the records
    };
    Result<Record> in(const Document& document, Instant received, Document::Index victim, Trace* trace) const;
    Result<void> agrees(std::string_view said, std::int64_t counted) const;

    Name name_;
    int version_ = 0;
    Digest16 digest_;
    Format format_ = Format::csv;
    CsvShape csv_;
    JsonShape json_;
    std::optional<FixedLayout> fixed_;
    Encoding encoding_ = Encoding::utf8;
    std::shared_ptr<const xml::Schema> schema_;
    std::unique_ptr<const JsonRules> json_rules_;
    NameId root_ = undeclared;                                     // the element that XML is written under
    std::vector<std::pair<std::string, std::string>> namespaces_;  // prefix, uri
    std::vector<NameId> split_;                                    // from the root to the record element
    std::vector<program::Follow> follows_;
    std::vector<program::Step> split_victim_;  // empty where nothing splits a record
    std::optional<Count> count_;
    std::vector<NameId> columns_;  // as the map lists them; empty where it does not
    RecordTypeNumber record_type_;
    std::shared_ptr<const Catalogue> catalogue_;
    RecordTypeNumber hub_type_;
    SharedCorrespondence to_hub_;  // null where the map is of the hub's own version
    SharedCorrespondence from_hub_;
    Vocabulary vocabulary_;
    program::Frame frame_;
    FieldSet writes_;
    FieldSet reads_;
    FieldSet says_;
    std::optional<FieldNumber> as_of_;
};

}  // namespace haven
