#include "mapping/format/xml_reader.h"

#include <optional>
#include <span>

namespace haven {
namespace {

std::string_view declared_name(Encoding encoding) {
    switch (encoding) {
        case Encoding::utf8: break;
        case Encoding::windows_1252: return "windows-1252";
        case Encoding::latin_1: return "ISO-8859-1";
    }
    return {};
}

/// Sorts the elements of one message into records and what stands around them.
class Sorter : public xml::Events {
public:
    Sorter(std::span<const NameId> path, const RecordHandler& handler, Document& record, XmlBuilder& in_record,
           XmlBuilder& around)
        : path_(path), handler_(handler), record_(record), in_record_(in_record), around_(around) {}

    Result<void> start(const xml::Element& element) override {
        const auto level = depth_++;
        if (record_depth_ != 0) {
            in_record_.start(element);
            return {};
        }
        if (matched_ == level && (path_.empty() || around_.name_of(element) == path_[level])) { ++matched_; }
        if (level == 0 && matched_ == 0) {
            return fail(Error{Fault::malformed, "expected the root element that the dialect declares", {}}.at(
                Place::line(element.line)));
        }
        if (matched_ == depth_ && matched_ >= path_.size()) {
            begin_record(element);
            return {};
        }
        around_.start(element);
        return around();
    }

    Result<void> text(std::string_view piece) override {
        if (record_depth_ != 0) {
            in_record_.text(piece);
            return {};
        }
        around_.text(piece);
        return around();
    }

    Result<void> end() override {
        matched_ = std::min(matched_, --depth_);
        if (record_depth_ == 0) {
            around_.end();
            return around();
        }
        in_record_.end();
        if (depth_ >= record_depth_) { return {}; }
        return depth_ == 0 ? Result<void>{} : end_record();
    }

    Result<void> invalid(const Error& error) override {
        auto& first = record_depth_ != 0 ? invalid_ : invalid_around_;
        if (first) { return {}; }
        first = error;
        const auto open = (record_depth_ != 0 ? in_record_ : around_).open_name();
        if (!open.empty()) { first->places.insert(first->places.begin(), Place::field(open)); }
        return {};
    }

    /// The message was read to its end.
    Result<void> finish() {
        if (record_depth_ != 0) { return end_record(); }
        if (invalid_around_) { return fail(std::move(*invalid_around_)); }
        return {};
    }

private:
    void begin_record(const xml::Element& element) {
        if (depth_ > 1) { around_.pass_over(); }
        record_depth_ = depth_;
        ++number_;
        line_ = element.line;
        in_record_.begin(record_);
        in_record_.start(element);
    }

    Result<void> end_record() {
        record_depth_ = 0;
        Result<const Document*> read = &record_;
        const auto& error = invalid_ ? invalid_ : in_record_.error();
        if (error) { read = fail(Error(*error).at(Place::record(number_))); }
        invalid_.reset();
        return handler_({number_, line_, std::move(read)});
    }

    Result<void> around() const {
        if (around_.error()) { return fail(*around_.error()); }
        return {};
    }

    std::span<const NameId> path_;
    const RecordHandler& handler_;
    Document& record_;
    XmlBuilder& in_record_;
    XmlBuilder& around_;
    std::size_t depth_ = 0;         // elements that are open
    std::size_t matched_ = 0;       // of them, from the root, that the path names
    std::size_t record_depth_ = 0;  // of the record element that is open; 0 outside of records
    std::int64_t number_ = 0;
    std::int64_t line_ = 0;
    std::optional<Error> invalid_;  // of the record
    std::optional<Error> invalid_around_;
};

}  // namespace

Result<void> XmlReader::read(ByteSource& message, const RecordHandler& handler) {
    TextSource text(message, shape_.encoding);
    around_.begin(outside_);
    Sorter sorter(shape_.record_path, handler, record_, in_record_, around_);
    auto read = reader_.read(text, sorter, declared_name(shape_.encoding));
    return read ? sorter.finish() : read;
}

}  // namespace haven
