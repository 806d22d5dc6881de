#pragma once
#include "mapping/run/references.h"
#include "mapping/run/trace.h"

namespace haven {

/// Runs a map's frames over one document and fills a record. For one run.
class InwardRun {
public:
    /// `victim`: which of the elements that split the document this record is about; `none` where nothing splits it.
    /// `trace`, where there is one, is told what is read.
    InwardRun(const Vocabulary& vocabulary, const std::vector<program::Follow>& follows, const Document& document,
              RecordBuilder& builder, Document::Index victim, Trace* trace = nullptr)
        : vocabulary_(vocabulary),
          document_(document),
          builder_(builder),
          follows_(follows),
          references_(follows, document),
          victim_(victim),
          trace_(trace),
          takes_directly_(follows.empty() && trace == nullptr) {}

    /// Errors: unmapped, malformed at line and field.
    Result<void> run(const program::Frame& frame);

private:
    using Node = Document::Index;

    /// What one line of one frame has found so far.
    struct Slot {
        std::string_view text;
        Node node = Document::none;
    };

    // Each is false where the record is refused, and then `refused_` says why.
    bool frame(const program::Frame& frame, Node node, std::string_view text, InstanceNumber in);
    bool walk(const program::Frame& frame, const program::Match& match, Node node, std::string_view text,
              InstanceNumber in, std::size_t base);
    bool follow(const program::Frame& frame, const program::Match& match, Node node, InstanceNumber in,
                std::size_t base);
    bool child(const program::Frame& frame, const program::Match& above, NameId name, Node node, InstanceNumber in,
               std::size_t base);
    bool take_directly(const program::Match& above, Node node, std::size_t base);
    bool unmatched(const program::Match& above, NameId name, Node node);
    bool take(const program::Match& match, Node node, std::string_view text, std::size_t base);
    bool nested(const program::Frame& frame, Node node, std::string_view text, InstanceNumber in);
    bool numbered(const program::Frame& frame, Node node, InstanceNumber in, std::size_t base);
    bool lines(const program::Frame& frame, Node node, InstanceNumber in, std::size_t base, std::size_t ordinal = 0);
    bool line(const program::Line& line, InstanceNumber in, std::size_t base, std::size_t ordinal);
    bool read(const program::Line& line, std::size_t base, std::size_t ordinal, std::string_view& value);
    bool boolean(std::string_view text, std::string_view& value);
    bool convert(const program::Line& line, std::size_t base);
    bool refuse(Error error) {
        refused_ = std::move(error);
        return false;
    }

    Error placed(Error error, const program::Line& line, Node node, std::size_t base, std::size_t ordinal) const;
    program::Index variant(const program::Match& match, NameId name, Node node) const;
    bool has_text(Node node) const;
    Error unknown_field(Node node) const;
    Error second_value(Node node) const;

    const Vocabulary& vocabulary_;
    const Document& document_;
    RecordBuilder& builder_;
    const std::vector<program::Follow>& follows_;
    References references_;
    Node victim_;
    Trace* trace_;
    bool takes_directly_;
    std::optional<Error> refused_;
    std::size_t followed_ = 0;  // references that are being read
    std::vector<Slot> slots_;   // a stack: each frame has its own stretch from `base`
    std::vector<std::string_view> parts_;
    std::vector<Node> nodes_;  // of the line that is traced
    std::string value_;
    std::string next_;
};

}  // namespace haven
