#include "mapping/tools/draft.h"

#include <algorithm>
#include <deque>

#include "mapping/check/compile.h"
#include "mapping/language/parse.h"
#include "mapping/tools/guess.h"

namespace haven {
namespace {

constexpr std::size_t arrow_column_max = 48;

/// Columns in numbers: "Child1Surname" and "Child2Surname" are of "Child", 1 to 2, "Surname".
struct NumberedColumns {
    std::string prefix;
    int most = 0;
    ShapePlace one;  ///< what stands behind the number, below it
    int count = 0;   ///< of the columns

    /// Whether each number has every column that another has, as a map must name them all.
    bool is_whole() const {
        const auto rests = static_cast<int>(one.below.size()) + (one.has_text ? 1 : 0);
        return most > 1 && count == most * rests;
    }
};

struct Cut {
    std::string prefix;
    int number;
    std::string rest;
};

std::optional<Cut> cut_at_number(const std::string& name) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (quoted_name(name) != name) { return std::nullopt; }
    const auto first = std::find_if(name.begin(), name.end(), is_digit);
    const auto last = std::find_if_not(first, name.end(), is_digit);
    if (first == name.begin() || first == name.end() || last - first > 3) { return std::nullopt; }
    return Cut{{name.begin(), first}, std::stoi(std::string(first, last)), {last, name.end()}};
}

/// A line of the draft, before it is known whether its guess holds.
struct DraftLine {
    std::string key;  ///< tells it from all others
    std::size_t indent = 0;
    std::string left;
    std::string right;  ///< behind the arrow; empty: ignored
    std::string remark;
};

class Draft {
public:
    Draft(const Shape& shape, std::string_view name, RecordTypeNumber type, const Schemas& schemas)
        : shape_(shape), name_(name), type_(type), schemas_(schemas), catalogue_(*schemas.versions.own()) {}

    /// The text, without the guesses that the checker refuses.
    std::string text() {
        while (true) {
            lines_.clear();
            frame(shape_.record, root_group, "", {}, 0, shape_.format == Format::csv);
            auto text = heading();
            first_line_ = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
            text += body();
            const auto made =
                Map::compile(text, name_, schemas_.versions, schemas_.code_lists, schemas_.dialect_schemas);
            if (made) { return has_guess(0) ? text : text + left_to_do(all_that_is_required()); }
            if (!take_back(made.error())) { return text + left_to_do(made.error()); }
        }
    }

private:
    std::string heading() const {
        const auto version = std::to_string(catalogue_.version());
        static constexpr std::array<const char*, 4> formats{"csv", "json", "xml", "fixed"};
        std::string out =
            "# A first draft, made from a sample or a schema. Lines marked \"# guess\" were guessed from names and "
            "from what "
            "values\n"
            "# look like: judge each. Every other field is ignored until you map it or say why. Lines only read (->);\n"
            "# make them <-> where the partner is to be written to as well.\n";
        for (const auto& remark : shape_.remarks) { out += "# " + remark + "\n"; }
        out += "map        " + std::string(name_) + " 1\ndialect    " +
               formats.at(static_cast<std::size_t>(shape_.format)) + (shape_.options.empty() ? "" : " ") +
               shape_.options + (shape_.schema.empty() ? "" : " schema \"" + shape_.schema + "\"") + "\nrecord     " +
               std::string(catalogue_.record_type(type_).name.text()) + " " + version + "\n";
        for (const auto& [prefix, uri] : shape_.namespaces) {
            out.append("namespace  ").append(prefix).append(" ").append(uri).append("\n");
        }
        for (const auto& line : shape_.heading) { out += line + "\n"; }
        return out + "\n";
    }

    std::string body() const {
        std::size_t width = 0;
        for (const auto& line : lines_) {
            const auto size = line.indent + line.left.size();
            if (size <= arrow_column_max) { width = std::max(width, size); }
        }
        std::string out;
        for (const auto& line : lines_) {
            if (line.left.find_first_of("\r\n") != std::string::npos) {
                out += "# A field is left out: no map can write a name with a line end in it.\n";
                continue;
            }
            auto text = std::string(line.indent, ' ') + line.left;
            text.resize(std::max(text.size(), width), ' ');
            text += line.right.empty() ? "  ignore \"" + std::string(say_why) + "\"" : "  ->  " + line.right;
            out += text + (line.remark.empty() ? "" : "   # " + line.remark) + "\n";
        }
        return out;
    }

    // Guesses that the checker refuses are no guesses; false where it refuses something else.
    bool take_back(const Problems& problems) {
        bool any = false;
        for (const auto& problem : problems) {
            const auto at = static_cast<std::size_t>(problem.line - first_line_);
            if (problem.line < first_line_ || at >= lines_.size() || lines_[at].right.empty()) { continue; }
            any = refused_.insert(lines_[at].key).second || any;
        }
        return any;
    }

    static std::string left_to_do(const Problems& problems) {
        std::string out = "\n# Left to do:\n";
        for (const auto& problem : problems) {
            const auto line = problem.line > 0 ? "line " + std::to_string(problem.line) + ": " : std::string{};
            out += "#   " + line + problem.message + "\n";
        }
        return out;
    }

    // Of a map that reads nothing the checker asks nothing: it may be one that only writes.
    Problems all_that_is_required() const {
        Problems out;
        std::vector<std::string_view> asked;
        const auto& type = catalogue_.record_type(type_);
        for (const auto& needed : type.requirements) {
            if (needed.group != root_group || !needed.trigger.empty()) { continue; }
            if (is_above(needed.path.text(), asked)) { continue; }
            asked.push_back(needed.path.text());
            out.push_back(
                {{}, 0, 0, 1, std::string(type.name.text()) + " requires " + std::string(needed.path.text())});
        }
        return out;
    }

    struct Leaf {
        const ShapePlace* place;
        std::string path;   // from the frame
        std::string words;  // the path with that of the frames around, for its meaning
    };
    struct Repeat {
        const ShapePlace* place;
        std::string path;
        std::string words;
    };

    // The fields of one frame: those guessed best first take their canonical field.
    void frame(const ShapePlace& at, GroupNumber group, const std::string& words, const std::string& around,
               std::size_t indent, bool numbers) {
        std::vector<Leaf> leaves;
        std::vector<Repeat> repeats;
        std::vector<NumberedColumns> numbered;
        if (numbers) { numbered = numbered_columns(at); }
        if (at.has_text && indent > 0) {
            itself_.push_back(at);
            itself_.back().name.clear();
            leaves.push_back({&itself_.back(), ".", words});
        }
        for (const auto& place : at.below) {
            if (!is_numbered(numbered, place.name)) { collect(place, "", words, leaves, repeats); }
        }
        const auto guesses = best_guesses(leaves, group, around);
        for (std::size_t i = 0; i < leaves.size(); ++i) { leaf(leaves[i], guesses[i], around, indent); }
        for (const auto& repeat : repeats) { this->repeat(repeat, group, around, indent); }
        for (const auto& columns : numbered) { numbered_frame(columns, indent); }
    }

    void collect(const ShapePlace& place, const std::string& above, const std::string& words, std::vector<Leaf>& leaves,
                 std::vector<Repeat>& repeats) {
        const auto name = quoted_name(place.name);
        const auto path = above + (above.empty() || name.starts_with('@') ? "" : ".") + name;
        const auto all_words = words + " " + place.name;
        if (place.repeats) { return repeats.push_back({&place, path, all_words}); }
        if (place.has_text || place.below.empty()) { leaves.push_back({&place, path, all_words}); }
        for (const auto& below : place.below) { collect(below, path, all_words, leaves, repeats); }
    }

    // A field of what a record may lack, as an outcome its incident, asks for all that this requires in turn: by what
    // rule, where the name says the field alone ("Postcode"). That is too little, unless another field says the part.
    const Requirement* dragged_in(const RecordType& type, FieldNumber field, const std::set<std::string>& words) const {
        const auto found =
            std::find_if(type.requirements.begin(), type.requirements.end(), [&](const Requirement& needed) {
                if (!needed.trigger.has(field)) { return false; }
                const auto part = name_words(last_step(part_of(needed)));
                return !part.empty() &&
                       std::none_of(part.begin(), part.end(), [&](const auto& word) { return words.contains(word); });
            });
        return found == type.requirements.end() ? nullptr : &*found;
    }

    // The branch that may be absent: what the path of the rule has in common with those that bring it about.
    std::string part_of(const Requirement& needed) const {
        std::string part(needed.path.text());
        needed.trigger.each([&](FieldNumber f) {
            const auto path = std::string(catalogue_.field(f).path.text()) + "/";
            while (!part.empty() && !path.starts_with(part + "/")) {
                part.resize(part.find('/') == std::string::npos ? 0 : part.rfind('/'));
            }
        });
        return part;
    }

    static std::string_view last_step(std::string_view path) { return path.substr(path.rfind('/') + 1); }

    struct Candidate {
        std::size_t leaf;
        FieldGuess guess;
        const Requirement* dragged;
    };

    // Better ones first.
    std::vector<Candidate> candidates(const std::vector<Leaf>& leaves, GroupNumber group,
                                      const std::string& around) const {
        std::vector<Candidate> all;
        const auto& type = catalogue_.record_type(type_);
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            if (refused_.contains(around + "|" + leaves[i].path)) { continue; }
            const auto words = name_words(leaves[i].words);
            type.fields.each([&](FieldNumber f) {
                if (catalogue_.field(f).group != group) { return; }
                const auto found = guess(catalogue_, f, words, *leaves[i].place);
                if (found) { all.push_back({i, *found, dragged_in(type, f, words)}); }
            });
        }
        std::stable_sort(all.begin(), all.end(),
                         [](const Candidate& a, const Candidate& b) { return a.guess.score > b.guess.score; });
        return all;
    }

    std::vector<std::optional<FieldGuess>> best_guesses(const std::vector<Leaf>& leaves, GroupNumber group,
                                                        const std::string& around) const {
        const auto all = candidates(leaves, group, around);
        std::vector<std::optional<FieldGuess>> out(leaves.size());
        FieldSet taken;
        for (const bool dragged : {false, true}) {
            for (const auto& candidate : all) {
                if ((candidate.dragged != nullptr) != dragged) { continue; }
                if (out[candidate.leaf] || taken.has(candidate.guess.field)) { continue; }
                if (dragged && !taken.meets(candidate.dragged->trigger)) { continue; }
                taken.add(candidate.guess.field);
                out[candidate.leaf] = candidate.guess;
            }
        }
        return out;
    }

    void leaf(const Leaf& leaf, const std::optional<FieldGuess>& guess, const std::string& around, std::size_t indent) {
        DraftLine line{around + "|" + leaf.path, indent, leaf.path, "", ""};
        if (guess) {
            const auto path = std::string(catalogue_.field(guess->field).path.text());
            if (guess->needs_table) {
                line.remark = "guess: " + path + "   code(NAME), with a table of its codes";
            } else {
                line.right = path + (guess->words.empty() ? "" : "   ") + guess->words;
                line.remark = "guess";
            }
        }
        lines_.push_back(std::move(line));
    }

    std::optional<GroupNumber> like_group(const std::string& words, GroupNumber parent) const {
        std::optional<GroupNumber> best;
        double most = like_enough;
        for (const auto group : catalogue_.record_type(type_).groups) {
            const auto& info = catalogue_.group(group);
            const auto score = likeness(name_words(words), info.path.text());
            if (info.parent != parent || score < most || (best && score <= most)) { continue; }
            best = group;
            most = score;
        }
        return best;
    }

    void repeat(const Repeat& repeat, GroupNumber group, const std::string& around, std::size_t indent) {
        const auto key = around + "|" + repeat.path;
        const auto found = refused_.contains(key) ? std::nullopt : like_group(repeat.words, group);
        const auto before = lines_.size();
        if (found) {
            lines_.push_back(
                {key, indent, "each " + repeat.path, std::string(catalogue_.group(*found).path.text()), "guess"});
            frame(*repeat.place, *found, repeat.words, key, indent + 2, false);
            if (has_guess(before + 1)) { return; }
            lines_.resize(before);
        }
        ignore_all(*repeat.place, repeat.path, indent);
    }

    bool has_guess(std::size_t from) const {
        return std::any_of(lines_.begin() + static_cast<std::ptrdiff_t>(from), lines_.end(),
                           [](const DraftLine& line) { return !line.right.empty(); });
    }

    void ignore_all(const ShapePlace& place, const std::string& path, std::size_t indent) {
        if (place.has_text || place.below.empty()) { lines_.push_back({path, indent, path, "", ""}); }
        if (place.has_text && !place.below.empty()) { return; }  // what is ignored takes all below it along
        for (const auto& below : place.below) {
            auto below_path = path;
            const auto name = quoted_name(below.name);
            below_path.append(name.starts_with('@') ? "" : ".").append(name);
            ignore_all(below, below_path, indent);
        }
    }

    static std::vector<NumberedColumns> numbered_columns(const ShapePlace& at) {
        std::vector<NumberedColumns> all;
        for (const auto& place : at.below) {
            const auto cut = cut_at_number(place.name);
            if (!cut) { continue; }
            auto found = std::find_if(all.begin(), all.end(), [&](const auto& n) { return n.prefix == cut->prefix; });
            if (found == all.end()) { found = all.insert(all.end(), NumberedColumns{cut->prefix, 0, {}, 0}); }
            ++found->count;
            found->most = std::max(found->most, cut->number);
            auto& one = cut->rest.empty() ? found->one : found->one.child(cut->rest);
            one.has_text = true;
            for (const auto& value : place.values) { one.see(value); }
        }
        std::erase_if(all, [](const NumberedColumns& n) { return !n.is_whole(); });
        return all;
    }

    static bool is_numbered(const std::vector<NumberedColumns>& all, const std::string& name) {
        const auto cut = cut_at_number(name);
        return cut && std::any_of(all.begin(), all.end(), [&](const auto& n) { return n.prefix == cut->prefix; });
    }

    void numbered_frame(const NumberedColumns& columns, std::size_t indent) {
        const auto word = columns.prefix + "1.." + std::to_string(columns.most);
        const auto found = refused_.contains("|" + word) ? std::nullopt : like_group(columns.prefix, root_group);
        const auto before = lines_.size();
        if (found) {
            lines_.push_back(
                {"|" + word, indent, "each " + word, std::string(catalogue_.group(*found).path.text()), "guess"});
            frame(columns.one, *found, columns.prefix, "|" + word, indent + 2, false);
            if (has_guess(before + 1)) { return; }
            lines_.resize(before);
        }
        if (columns.one.has_text) { lines_.push_back({word, indent, word, "", ""}); }
        for (const auto& below : columns.one.below) {
            lines_.push_back({word + below.name, indent, word + below.name, "", ""});
        }
    }

    const Shape& shape_;
    std::string_view name_;
    RecordTypeNumber type_;
    const Schemas& schemas_;
    const Catalogue& catalogue_;
    std::vector<DraftLine> lines_;
    std::deque<ShapePlace> itself_;  // of what repeats and has a text of its own
    std::set<std::string> refused_;
    int first_line_ = 0;
};

void add_without_reason(const ast::Each& each, std::vector<int>& lines) {
    for (const auto& ignore : each.ignores) {
        if (ignore.reason.text == say_why) { lines.push_back(ignore.reason.span.line); }
    }
    for (const auto& nested : each.nested) { add_without_reason(nested, lines); }
}

}  // namespace

std::string draft_map(const Shape& shape, std::string_view name, RecordTypeNumber type, const Schemas& schemas) {
    return Draft(shape, name, type, schemas).text();
}

std::vector<int> lines_without_reason(std::string_view map) {
    std::vector<int> out;
    const auto parsed = parse_map(map, "");
    if (parsed.problems.empty()) { add_without_reason(parsed.map.body, out); }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace haven
