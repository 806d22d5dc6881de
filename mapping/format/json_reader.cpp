#include "mapping/format/json_reader.h"

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <optional>
#include <string_view>

#include "core/base/limits.h"
#include "mapping/format/encoding.h"
#include "mapping/format/json_builder.h"
#include "mapping/format/lines.h"
#include "mapping/format/window.h"

namespace haven {
namespace {

namespace json = boost::json;

// Passes the parser's events on to the builder.
class Events {
public:
    // The builder keeps the limits; the parser's own would end the message.
    static constexpr std::size_t max_array_size = -1;
    static constexpr std::size_t max_object_size = -1;
    static constexpr std::size_t max_string_size = -1;
    static constexpr std::size_t max_key_size = -1;

    explicit Events(JsonBuilder& builder) : builder_(builder) {}

    using Code = json::error_code;
    using Text = json::string_view;
    bool on_document_begin(Code& /*code*/) { return true; }
    bool on_document_end(Code& /*code*/) { return true; }
    bool on_array_begin(Code& code) { return go_on(builder_.open(Document::Kind::list), code); }
    bool on_array_end(std::size_t /*items*/, Code& code) { return go_on(builder_.close(), code); }
    bool on_object_begin(Code& code) { return go_on(builder_.open(Document::Kind::branch), code); }
    bool on_object_end(std::size_t /*members*/, Code& code) { return go_on(builder_.close(), code); }
    bool on_string_part(Text s, std::size_t /*total*/, Code& code) { return go_on(builder_.string(s, false), code); }
    bool on_string(Text s, std::size_t /*total*/, Code& code) { return go_on(builder_.string(s, true), code); }
    bool on_key_part(Text s, std::size_t /*total*/, Code& code) { return go_on(builder_.key(s, false), code); }
    bool on_key(Text s, std::size_t /*total*/, Code& code) { return go_on(builder_.key(s, true), code); }
    bool on_number_part(Text s, Code& code) { return go_on(builder_.number_part(s), code); }
    bool on_int64(std::int64_t /*i*/, Text s, Code& code) { return go_on(builder_.number(s, std::nullopt), code); }
    bool on_uint64(std::uint64_t /*u*/, Text s, Code& code) { return go_on(builder_.number(s, std::nullopt), code); }
    bool on_double(double d, Text s, Code& code) { return go_on(builder_.number(s, d), code); }
    bool on_bool(bool b, Code& code) { return go_on(builder_.boolean(b), code); }
    bool on_null(Code& code) { return go_on(builder_.null(), code); }
    bool on_comment_part(Text /*s*/, Code& /*code*/) { return true; }
    bool on_comment(Text /*s*/, Code& /*code*/) { return true; }

private:
    // The reason stands in the builder; the parser only has to stop.
    static bool go_on(bool yes, Code& code) {
        if (!yes) { code = json::error::exception; }
        return yes;
    }

    JsonBuilder& builder_;
};

Error reason_of(const json::error_code& code) {
    if (code == json::error::too_deep) {
        return {Fault::too_large, Reason("expected at most ", limits::depth_max, " levels"), {}};
    }
    if (code == json::error::incomplete) { return {Fault::malformed, "expected more JSON, got the end", {}}; }
    if (code == json::error::extra_data) { return {Fault::malformed, "expected nothing after the JSON value", {}}; }
    if (code == json::error::exponent_overflow) { return {Fault::malformed, "expected a finite number", {}}; }
    return {Fault::malformed, "expected JSON", {}};
}

json::parse_options options() {
    json::parse_options strict;  // no comments, no trailing commas, no ill-formed UTF-8
    strict.max_depth = limits::depth_max;
    return strict;
}

// One value out of pieces of text. What the parser does not take is answered without its line; what the builder does
// not take stands in the builder.
class Parser {
public:
    explicit Parser(JsonBuilder& builder) : parser_(options(), builder) {}

    // `before` is how many bytes of the line stand before `text`.
    std::optional<Error> take(std::string_view text, std::size_t before) {
        json::error_code code;
        std::size_t used = 0;
        if (!parser_.done()) { used = parser_.write_some(true, text.data(), text.size(), code); }
        if (!code && parser_.done()) {
            used = std::min(text.find_first_not_of(" \t\r\n", used), text.size());
            if (used != text.size()) { code = json::error::extra_data; }
        }
        return error_of(code, before + used);
    }

    std::optional<Error> end(std::size_t before) {
        json::error_code code;
        if (!parser_.done()) { parser_.write_some(false, "", 0, code); }
        return error_of(code, before);
    }

    void reset() { parser_.reset(); }

private:
    static std::optional<Error> error_of(const json::error_code& code, std::size_t at) {
        if (!code) { return std::nullopt; }
        return reason_of(code).at(Place::column(static_cast<std::int64_t>(at) + 1));  // near it: the parser's own place
    }

    json::basic_parser<Events> parser_;
};

// One value in one message. The parser is given a line at a time, so that the builder knows the line of each event.
class Reading {
public:
    explicit Reading(JsonBuilder& builder) : builder_(builder), parser_(builder) {}

    Result<void> read(ByteSource& text) {
        std::vector<char> piece(Window::piece_bytes);
        while (true) {
            const auto got = text.read(piece);
            if (!got) { return fail(got.error()); }
            if (*got == 0) { break; }
            if (auto taken = take({piece.data(), *got}); !taken) { return taken; }
        }
        if (auto error = parser_.end(before_)) { return refuse(std::move(*error)); }
        if (!builder_.finish()) { return fail(std::move(*builder_.stopped())); }
        return {};
    }

private:
    Result<void> take(std::string_view piece) {
        while (!piece.empty()) {
            const auto line_end = piece.find('\n');
            const auto text = piece.substr(0, line_end == piece.npos ? line_end : line_end + 1);
            builder_.at_line(line_);
            if (auto error = parser_.take(text, before_)) { return refuse(std::move(*error)); }
            piece.remove_prefix(text.size());
            before_ = line_end == piece.npos ? before_ + text.size() : 0;
            line_ += line_end == piece.npos ? 0 : 1;
        }
        return {};
    }

    Result<void> refuse(Error error) {
        if (builder_.stopped()) { return fail(std::move(*builder_.stopped())); }
        return fail(std::move(error).at(Place::line(line_)));
    }

    JsonBuilder& builder_;
    Parser parser_;
    std::int64_t line_ = 1;
    std::size_t before_ = 0;  // bytes of the line already taken
};

Result<void> read_lines(ByteSource& text, JsonBuilder& builder) {
    Parser parser(builder);
    Lines lines(text);
    while (true) {
        const auto line = lines.next();
        if (!line) { return fail(line.error()); }
        if (!*line) { return {}; }
        const auto& [line_text, number, ended] = **line;
        if (line_text.find_first_not_of(" \t\r") == line_text.npos) { continue; }
        parser.reset();
        builder.at_line(number);
        auto error = parser.take(line_text, 0);
        if (!error) { error = parser.end(line_text.size()); }
        const bool taken = error ? builder.abandon(std::move(*error).at(Place::line(number))) : builder.finish();
        if (!taken) { return fail(std::move(*builder.stopped())); }
    }
}

}  // namespace

Result<void> JsonReader::read(ByteSource& message, const RecordHandler& handler) {
    outside_.clear();
    TextSource text(message, Encoding::utf8);
    const RecordHandler checked = [&](const ReadRecord& read) -> Result<void> {
        const auto kept = read.document ? rules_->check(**read.document) : Result<void>{};
        if (kept) { return handler(read); }
        return handler({read.number, read.line, fail(Error(kept.error()).at(Place::record(read.number)))});
    };
    const auto& hands_on = rules_ == nullptr ? handler : checked;
    JsonBuilder builder(names_, {shape_.record_path, shape_.lines}, hands_on, outside_);
    return shape_.lines ? read_lines(text, builder) : Reading(builder).read(text);
}

}  // namespace haven
