#include "mapping/run/outward.h"

#include <algorithm>

#include "core/catalogue/raw_text.h"

namespace haven {
namespace {

using program::Frame;
using program::Line;
using program::Step;
using program::Written;

bool goes_out(ast::Arrow arrow) {
    return arrow != ast::Arrow::in;
}

}  // namespace

Result<void> OutwardRun::run(const Frame& root) {
    return frame(root, Document::root, root_instance);
}

Result<void> OutwardRun::frame(const Frame& frame, Node node, InstanceNumber in) {
    for (const auto& [is_nested, index] : frame.order) {
        auto done = is_nested ? nested(frame.nested[index], node, in) : line(frame.lines[index], node, in, 0);
        if (!done) { return done; }
    }
    return {};
}

Result<void> OutwardRun::line(const Line& line, Node node, InstanceNumber in, std::size_t ordinal) {
    if (!goes_out(line.arrow) || line.paths.empty()) { return {}; }
    const auto failed = [&](Error error) {
        return fail(std::move(error).at(Place::field(line.partner_name(ordinal))));
    };
    parts_.assign(line.paths.size(), {});
    if (!line.field) {
        parts_[0] = *line.constant;
        return put(line, node, ordinal);
    }
    const auto canonical = RawText::of(record_, *line.field, in);
    if (!canonical) {
        if (!line.required || line.arrow == ast::Arrow::both) { return {}; }
        return failed(Error{Fault::malformed, "the partner requires a field that has no value here", {}});
    }
    if (auto done = convert(line, *canonical); !done) { return failed(std::move(done).error()); }
    return put(line, node, ordinal);
}

Result<void> OutwardRun::convert(const Line& line, std::string_view canonical) {
    if (line.chain.empty()) {
        parts_[0] = canonical;
        return {};
    }
    std::string one(canonical);
    for (std::size_t i = line.chain.size(); i-- > 1;) {
        std::string next;
        if (auto done = line.chain[i]->out(one, {&next, 1}); !done) { return done; }
        one = std::move(next);
    }
    return line.chain[0]->out(one, parts_);
}

Result<void> OutwardRun::put(const Line& line, Node node, std::size_t ordinal) {
    for (std::size_t p = 0; p < line.paths.size(); ++p) {
        if (parts_[p].empty()) { continue; }
        auto at = node;
        const auto& path = line.paths[p];
        if (ordinal > 0) {
            at = ensure(at, path[ordinal - 1]);  // of numbered columns: one column for each ordinal
        } else {
            for (const auto& step : path) { at = ensure(at, step); }
        }
        value(at, line.written, parts_[p]);
    }
    return {};
}

void OutwardRun::value(Node at, Written written, std::string_view text) {
    const auto boolean = text == "yes" ? "true" : text == "no" ? "false" : text;
    if (written == Written::boolean && (boolean == "true" || boolean == "false")) {
        document_.set_kind(at, Document::Kind::boolean);
        document_.append_text(at, boolean);
    } else {
        document_.set_kind(at, written == Written::number ? Document::Kind::number : Document::Kind::text);
        document_.append_text(at, text);
    }
}

Result<void> OutwardRun::nested(const Frame& frame, Node node, InstanceNumber in) {
    if (!goes_out(frame.arrow)) { return {}; }
    if (frame.is_numbered()) { return numbered(frame, node, in, 0); }
    if (!frame.separator.empty()) { return joined(frame, node, in, 0); }
    for (const auto instance : record_.instances(frame.group, in)) {
        auto at = node;
        for (std::size_t i = 0; i < frame.path.size(); ++i) {
            const bool last = i + 1 == frame.path.size();
            at = last ? add_repeated(at, frame.path[i]) : ensure(at, frame.path[i]);
        }
        if (auto done = this->frame(frame, at, instance); !done) { return done; }
    }
    return {};
}

Result<void> OutwardRun::numbered(const Frame& frame, Node node, InstanceNumber in, std::size_t before) {
    const auto named = std::find_if(frame.lines.begin(), frame.lines.end(),
                                    [](const Line& each) { return !each.by_column.empty() && goes_out(each.arrow); });
    const auto most = frame.numbers();
    std::vector<bool> taken(most + 1);
    std::size_t ordinal = 0;
    for (const auto instance : record_.instances(frame.group, in)) {
        const auto failed = [&](Reason reason) {
            return fail(Error{Fault::unmapped, reason, {}}.at(Place::field(frame.shown)));
        };
        ordinal = named == frame.lines.end() ? ordinal + 1 : column_of(*named, instance);
        if (ordinal > most && named == frame.lines.end()) {
            return failed(Reason("expected at most ", most, " of them"));
        }
        if (ordinal > most) { return failed("expected something that one of these columns stands for"); }
        if (taken[ordinal]) { return failed("expected at most one for each of these columns"); }
        taken[ordinal] = true;
        const auto of_all = frame.ordinal(before, ordinal - 1);
        for (const auto& each : frame.lines) {
            if (auto done = line(each, node, instance, of_all); !done) { return done; }
        }
        for (const auto& below : frame.nested) {
            if (!goes_out(below.arrow)) { continue; }
            auto done = below.is_in_column() ? joined(below, node, instance, of_all)
                                             : numbered(below, node, instance, of_all - 1);
            if (!done) { return done; }
        }
    }
    return {};
}

// From 1; behind the last where no column stands for what the instance says.
std::size_t OutwardRun::column_of(const Line& named, InstanceNumber instance) const {
    const auto said = RawText::of(record_, *named.field, instance).value_or("");
    const auto found = std::find(named.by_column.begin(), named.by_column.end(), said);
    return static_cast<std::size_t>(found - named.by_column.begin()) + 1;
}

// Several instances in one text: each writes its own value, and the separator stands between them.
Result<void> OutwardRun::joined(const Frame& frame, Node node, InstanceNumber in, std::size_t ordinal) {
    const auto failed = [&](Error error) {
        return fail(std::move(error).at(Place::field(ordinal > 0 ? frame.cell.partner_name(ordinal) : frame.shown)));
    };
    std::string all;
    for (const auto instance : record_.instances(frame.group, in)) {
        for (const auto& line : frame.lines) {
            const auto canonical =
                goes_out(line.arrow) && line.field ? RawText::of(record_, *line.field, instance) : std::nullopt;
            if (!canonical) { continue; }
            parts_.assign(1, {});
            if (auto done = convert(line, *canonical); !done) { return failed(std::move(done).error()); }
            if (parts_[0].find(frame.separator) != std::string::npos) {
                return failed(Error{Fault::unmapped, "a value that holds what stands between two of its list", {}});
            }
            all += (all.empty() ? "" : frame.separator) + parts_[0];
        }
    }
    if (all.empty()) { return {}; }
    auto at = node;
    for (const auto& step : frame.path) { at = ensure(at, step); }
    if (ordinal > 0) { at = ensure(at, frame.cell.paths[0][ordinal - 1]); }
    document_.set_kind(at, Document::Kind::text);
    document_.append_text(at, all);
    return {};
}

// The element of a step, made where there is none. One of several of a name stands, in JSON, in their list.
OutwardRun::Node OutwardRun::ensure(Node above, const Step& step) {
    if (lists_ && !step.conditions.empty() && step.name != undeclared) {
        return ensure(list(above, step.name), {undeclared, step.conditions});
    }
    for (auto at = document_.node(above).first_child; at != Document::none; at = document_.node(at).next) {
        if (document_.node(at).name == step.name && program::holds(document_, step.conditions, at)) { return at; }
    }
    return add(above, step);
}

OutwardRun::Node OutwardRun::list(Node above, NameId name) {
    const auto made = ensure(above, {name, {}});
    document_.set_kind(made, Document::Kind::list);
    return made;
}

OutwardRun::Node OutwardRun::add_repeated(Node above, const Step& step) {
    if (!lists_) { return add(above, step); }
    return add(list(above, step.name), {undeclared, step.conditions});
}

OutwardRun::Node OutwardRun::add(Node above, const Step& step) {
    const auto made = document_.add(above, step.name, Document::Kind::branch);
    for (const auto& condition : step.conditions) {
        const auto where =
            condition.name == undeclared ? made : document_.add(made, condition.name, Document::Kind::text);
        document_.set_kind(where, Document::Kind::text);
        document_.append_text(where, condition.value);
    }
    return made;
}

}  // namespace haven
