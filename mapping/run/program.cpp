#include "mapping/run/program.h"

#include <algorithm>

namespace haven::program {
namespace {

using Node = Document::Index;

void add_below(const Document& document, const std::vector<Step>& path, std::size_t depth, Node node,
               std::vector<Node>& out);

// A list is transparent: its items stand where it stands, under its name.
void add_one(const Document& document, const std::vector<Step>& path, std::size_t depth, Node node,
             std::vector<Node>& out) {
    if (document.node(node).kind == Document::Kind::list) {
        for (auto at = document.node(node).first_child; at != Document::none; at = document.node(at).next) {
            add_one(document, path, depth, at, out);
        }
    } else if (holds(document, path[depth].conditions, node)) {
        add_below(document, path, depth + 1, node, out);
    }
}

void add_below(const Document& document, const std::vector<Step>& path, std::size_t depth, Node node,
               std::vector<Node>& out) {
    if (depth == path.size()) {
        out.push_back(node);
        return;
    }
    for (auto at = document.node(node).first_child; at != Document::none; at = document.node(at).next) {
        if (document.node(at).name == path[depth].name) { add_one(document, path, depth, at, out); }
    }
}

}  // namespace

bool all_hold(const Document& document, const std::vector<Condition>& conditions, Node node) {
    return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& c) {
        const auto where = c.name == undeclared ? node : document.child(node, c.name);
        return where != Document::none && document.text(where) == c.value;
    });
}

std::vector<Node> elements_at(const Document& document, const std::vector<Step>& path) {
    std::vector<Node> out;
    add_below(document, path, 0, Document::root, out);
    return out;
}

}  // namespace haven::program
