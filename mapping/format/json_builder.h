#pragma once
#include <optional>
#include <span>
#include <string>

#include "mapping/format/json_keys.h"
#include "mapping/format/reader.h"

namespace haven {

/// Makes documents of the events of a JSON parser and hands each record on; `JsonReader` feeds it.
///
/// What a record may not hold spoils that record alone. Every event answers whether parsing may go on; if not,
/// `stopped` says why.
class JsonBuilder {
public:
    static constexpr std::size_t number_chars_max = 128;

    /// Where records stand: the items of a top-level array or else the whole message; the items of the array under
    /// `path`; or the whole of each text (a line).
    struct Records {
        std::span<const NameId> path;
        bool whole_text = false;
    };

    JsonBuilder(const Vocabulary& names, Records records, const RecordHandler& handler, Document& outside)
        : names_(names), records_(records), handler_(handler), outside_(outside) {}

    void at_line(std::int64_t line) { line_ = line; }

    bool open(Document::Kind kind);  ///< branch or list
    bool close();
    bool key(std::string_view part, bool last);
    bool string(std::string_view part, bool last);
    bool number_part(std::string_view part);
    /// `real` is the value of a number that is not an integer of 64 bits.
    bool number(std::string_view part, std::optional<double> real);
    bool boolean(bool value) { return scalar(Document::Kind::boolean, value ? "true" : "false"); }
    bool null() { return scalar(Document::Kind::null, {}); }

    /// Ends a text that is whole: a record that is all of it is handed on only now, when nothing bad can follow it.
    bool finish();
    /// Ends a text that is not: hands the error on in the place of the record that is being read or should begin here.
    bool abandon(Error error);
    std::optional<Error>& stopped() { return stopped_; }

private:
    using Index = Document::Index;

    bool opens_records(Document::Kind kind) const;
    bool on_path(Document::Kind kind) const;
    bool begins_record() const;
    void begin_record();
    bool end_record();
    bool end_value() {
        const bool ends = in_record_ && depth_ == record_depth_ && record_depth_ > 0;
        return ends ? end_record() : !stopped_;
    }
    Index place(Document::Kind kind);
    void leave();
    void append(std::string_view part);
    bool scalar(Document::Kind kind, std::string_view text);
    void check_number(std::optional<double> real);
    void add_key(std::string_view key);
    void refuse(Fault fault, Reason reason);
    Name nearest_name();
    /// Whether nothing is kept until the record ends, or at all.
    bool skipping() const { return bad_ || stopped_; }
    Document& document() { return in_record_ ? record_ : outside_; }
    Index& container() { return in_record_ ? record_container_ : outside_container_; }

    const Vocabulary& names_;
    Records records_;
    const RecordHandler& handler_;
    Document& outside_;
    Document record_;

    std::int64_t line_ = 1;
    std::size_t depth_ = 0;          // containers that are open
    std::size_t path_matched_ = 0;   // keys of the path whose values are open
    std::size_t records_depth_ = 0;  // depth inside the array of records; 0 where it is not open
    bool found_ = false;             // that array

    bool in_record_ = false;
    std::size_t record_depth_ = 0;    // depth around the record
    std::size_t objects_around_ = 0;  // open objects around the record
    std::int64_t record_line_ = 0;
    std::int64_t record_number_ = 0;
    Index record_container_ = Document::none;
    Index outside_container_ = Document::none;

    JsonKeys keys_;
    NameId name_ = undeclared;  // of the key read last
    std::string key_;           // pieces of a key
    std::string number_;        // pieces of a number
    Index leaf_ = Document::none;
    bool in_string_ = false;
    std::optional<Error> bad_;      // why the record that is open cannot be read
    std::optional<Error> stopped_;  // why the message cannot
};

}  // namespace haven
