#pragma once
#include <vector>

#include "core/xml/reader.h"
#include "mapping/format/encoding.h"
#include "mapping/format/reader.h"
#include "mapping/format/xml_builder.h"

namespace haven {

/// How one dialect's XML looks.
struct XmlShape {
    /// The elements from the root down to the record's own: "exports", "form". Empty: the message is one record,
    /// whatever its root is called.
    std::vector<NameId> record_path = {};
    Encoding encoding = Encoding::utf8;
};

/// Reads XML, a record at a time. The root of a record's document is the record element itself.
///
/// A node has the line on which its start tag ends. xmlns and xsi attributes are no nodes; xsi:nil makes a null. What
/// stands outside the records is kept apart, see `outside`.
///
/// Errors of the message: malformed - not well-formed, in another encoding, another root than the record path's, not as
///         the schema says outside the records; too_large - over `xml::Limits`, or more outside the records than one
///         record may hold. A record that is the whole message is handed over only once all of it has been read.
/// Errors of a record: malformed - not as the schema says, content beside xsi:nil; too_large - a value over
///         `limits::value_bytes_max`, a record over `limits::record_bytes_max` or `Document::nodes_max`. Its neighbours
///         go on.
class XmlReader : public FormatReader {
public:
    /// `names` and `schema`, where there is one, must outlive the reader.
    XmlReader(const Vocabulary& names, XmlShape shape, const xml::Schema* schema = nullptr)
        : shape_(std::move(shape)), reader_(schema), in_record_(names), around_(names) {}
    Result<void> read(ByteSource& message, const RecordHandler& handler) override;
    /// What the message read last holds outside its records, from the root down: complete once `read` has answered.
    const Document& outside() const { return outside_; }

private:
    XmlShape shape_;
    xml::Reader reader_;
    Document record_;
    Document outside_;
    XmlBuilder in_record_;  // of `record_`, kept from message to message as its memory is
    XmlBuilder around_;     // of `outside_`
};

}  // namespace haven
