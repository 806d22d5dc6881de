#pragma once
#include <span>

#include "mapping/run/program.h"

namespace haven {

/// Is told what a map reads while it reads it. For the tools that explain and count; nothing that serves has one.
class Trace {
public:
    Trace() = default;
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;
    virtual ~Trace() = default;

    /// A record begins; a document that splits by victim makes several.
    virtual void begin() = 0;
    /// A node of the message has been met at a place of the map where lines read its text, or that the map ignores, or
    /// that a predicate chose.
    virtual void met(const program::Match& place, Document::Index node) = 0;
    /// A line gave its field a value of one instance. `nodes` are those that the value came from, one for each path of
    /// the line and `Document::none` for one that is absent; none for a constant.
    virtual void gave(const program::Line& line, std::span<const Document::Index> nodes, InstanceNumber in,
                      std::string_view value) = 0;
};

}  // namespace haven
