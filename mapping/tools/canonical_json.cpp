#include "mapping/tools/canonical_json.h"

#include <boost/json.hpp>

#include "core/base/encoding.h"
#include "core/catalogue/raw_text.h"
#include "mapping/format/json_writer.h"

namespace haven {
namespace {

namespace json = boost::json;

bool is_number(const FieldType& type) {
    return type.kind == ValueKind::integer || type.kind == ValueKind::decimal;
}

std::string_view below(std::string_view path, std::string_view group) {
    return path.substr(group.empty() ? 0 : group.size() + 1);
}

/// A record made into a tree: a branch for each step of a path, a list for each group.
class Tree {
public:
    explicit Tree(const Record& record) : record_(record), catalogue_(record.catalogue()) {}

    std::string text() {
        instance(Document::root, root_group, root_instance);
        std::string out;
        // What a record holds can always be written: its values are checked and its names are the schema's.
        [[maybe_unused]] const auto done = JsonWriter(names_, JsonLayout::indented).write(document_, out);
        return out;
    }

private:
    using Node = Document::Index;

    void instance(Node node, GroupNumber group, InstanceNumber in) {
        const auto around = catalogue_.group(group).path.text();
        for (const auto& value : record_.values_of(in)) {
            const auto& info = catalogue_.field(value.field);
            const auto at = ensure(node, below(info.path.text(), around));
            document_.set_kind(at, is_number(*info.type) ? Document::Kind::number : Document::Kind::text);
            document_.append_text(at, RawText::of(record_, value));
        }
        for (const auto nested : catalogue_.groups_below(group)) {
            for (const auto each : record_.instances(nested, in)) {
                const auto list = ensure(node, below(catalogue_.group(nested).path.text(), around));
                document_.set_kind(list, Document::Kind::list);
                instance(document_.add(list, undeclared, Document::Kind::branch), nested, each);
            }
        }
    }

    Node ensure(Node at, std::string_view path) {
        while (!path.empty()) {
            const auto end = std::min(path.find('/'), path.size());
            const auto name = names_.add(path.substr(0, end), {});
            const auto found = document_.child(at, name);
            at = found != Document::none ? found : document_.add(at, name, Document::Kind::branch);
            path.remove_prefix(std::min(end + 1, path.size()));
        }
        return at;
    }

    const Record& record_;
    const Catalogue& catalogue_;
    Vocabulary names_;
    Document document_;
};

/// Canonical JSON made into a record.
class FromJson {
public:
    FromJson(const std::shared_ptr<const Catalogue>& catalogue, RecordTypeNumber type)
        : catalogue_(*catalogue), builder_(catalogue) {
        builder_.start(type);
    }

    tl::expected<Record, std::string> run(const json::object& record) {
        object(record, "", root_group, root_instance);
        if (!problem_.empty()) { return tl::unexpected(problem_); }
        return builder_.finish_part({});
    }

private:
    void object(const json::object& from, const std::string& prefix, GroupNumber group, InstanceNumber in) {
        for (const auto& [key, value] : from) {
            const auto path = prefix + (prefix.empty() ? "" : "/") + std::string(key);
            if (value.is_array()) {
                list(value.as_array(), path, in);
            } else if (value.is_object() && !catalogue_.find_group(path)) {
                object(value.as_object(), path, group, in);
            } else if (value.is_object()) {
                problem_ = path + " repeats; expected a list";
            } else {
                leaf(value, path, in);
            }
            if (!problem_.empty()) { return; }
        }
    }

    void list(const json::array& from, const std::string& path, InstanceNumber in) {
        const auto group = catalogue_.find_group(path);
        if (!group) { return no_such("group that repeats ", path); }
        for (const auto& each : from) {
            const auto opened = builder_.open(*group, in);
            if (!each.is_object() || !opened) {
                problem_ = opened ? path + ": expected a list of objects" : opened.error().message();
                return;
            }
            object(each.as_object(), path, *group, *opened);
        }
    }

    void leaf(const json::value& value, const std::string& path, InstanceNumber in) {
        const auto field = catalogue_.find(path);
        if (!field) { return no_such("field ", path); }
        const bool is_text = value.is_string();
        if (!is_text && !value.is_number()) {
            problem_ = path + ": expected a text or a number";
            return;
        }
        const auto text = is_text ? std::string(value.as_string()) : json::serialize(value);
        if (auto done = builder_.set(*field, text, in); !done) { problem_ = done.error().message(); }
    }

    void no_such(const char* what, const std::string& path) {
        const auto near = catalogue_.nearest(path);
        problem_ = std::string("no ") + what + path;
        if (!near.empty()) { problem_ += "; did you mean " + std::string(near) + "?"; }
    }

    const Catalogue& catalogue_;
    RecordBuilder builder_;
    std::string problem_;
};

void add_lines(const Record& record, InstanceNumber in, GroupNumber group, const std::string& shown,
               std::vector<std::string>& out) {
    const auto& catalogue = record.catalogue();
    const auto around = catalogue.group(group).path.text();
    const auto path_of = [&](Name path) {
        return shown + (shown.empty() ? "" : "/") + std::string(below(path.text(), around));
    };
    for (const auto& value : record.values_of(in)) {
        out.push_back(path_of(catalogue.field(value.field).path) + " = " + std::string(RawText::of(record, value)));
    }
    for (const auto nested : catalogue.groups_below(group)) {
        int n = 0;
        for (const auto each : record.instances(nested, in)) {
            add_lines(record, each, nested, path_of(catalogue.group(nested).path) + "[" + std::to_string(++n) + "]",
                      out);
        }
    }
}

}  // namespace

std::string canonical_json(const Record& record) {
    return Tree(record).text();
}

tl::expected<Record, std::string> record_of_json(const std::shared_ptr<const Catalogue>& catalogue,
                                                 RecordTypeNumber type, std::string_view text) {
    json::error_code error;
    const auto value = json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object() || !is_utf8(text)) { return tl::unexpected(std::string("expected a JSON object")); }
    return FromJson(catalogue, type).run(value.as_object());
}

std::vector<std::string> value_lines(const Record& record) {
    std::vector<std::string> out;
    add_lines(record, root_instance, root_group, "", out);
    return out;
}

}  // namespace haven
