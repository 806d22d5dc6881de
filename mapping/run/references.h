#pragma once
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "mapping/run/program.h"

namespace haven {

/// The references inside one record's document: which element stands for which other.
class References {
public:
    using Node = Document::Index;

    /// `follows` and `document` must outlive it.
    References(const std::vector<program::Follow>& follows, const Document& document)
        : follows_(follows), document_(document) {}

    /// Finds every element that can be referred to. Errors: malformed - two of one kind with the same key.
    Result<void> collect();
    /// The element that this one stands for, or `none`; it counts as reached. Errors: malformed - it refers to nothing.
    Result<Node> target(Node node);
    /// What an element and all below it refer to counts as reached: it is ignored for a reason.
    void ignore(Node node);
    /// Whether the node is a key that a reference or its target has.
    bool is_key(Node node) const;
    /// Whether something may refer to this element, so that it needs no line where it stands.
    bool is_target(Node node) const { return targets_.contains(node); }
    /// Nothing refers to an element, so nobody has read it.
    void expect_reached(Node node) { expected_.push_back(node); }
    /// The first element that was expected to be reached and was not, or `none`.
    Node never_reached() const;

private:
    NameId element_name(Node node) const;

    const std::vector<program::Follow>& follows_;
    const Document& document_;
    std::vector<std::unordered_map<std::string_view, Node>> by_key_;  // for each follow
    std::unordered_set<Node> targets_;
    std::unordered_set<Node> reached_;
    std::unordered_set<Node> ignored_;
    std::vector<Node> expected_;
};

}  // namespace haven
