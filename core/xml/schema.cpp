#include "core/xml/schema.h"

#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/XMLErrorCodes.hpp>
#include <xercesc/parsers/SAX2XMLReaderImpl.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/util/XMLResourceIdentifier.hpp>
#include <xercesc/util/XMLUni.hpp>
#include <xercesc/validators/common/Grammar.hpp>

#include "core/xml/prepare.h"
#include "core/xml/schema_tree.h"
#include "core/xml/xerces.h"

namespace haven::xml {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t file_bytes_max = 16 << 20;
constexpr std::size_t files_max = 1024;
constexpr std::size_t problems_max = 200;

/// Reads schema files from one folder. The system id of a file is its path within the folder.
class Loader : private xerces::SAX2XMLReaderImpl {
public:
    Loader(const fs::path& folder, xerces::XMLGrammarPool* pool);
    void load(const fs::path& main);
    Problems& problems() { return problems_; }
    const Notes& notes() const { return notes_; }

private:
    xerces::InputSource* resolveEntity(xerces::XMLResourceIdentifier* wanted) override;
    void error(unsigned code, const XMLCh* domain, ErrTypes type, const XMLCh* text, const XMLCh* system_id,
               const XMLCh* public_id, XMLFileLoc line, XMLFileLoc column) override;
    xerces::InputSource* open(const fs::path& file, std::string_view from);
    xerces::InputSource* refuse(const std::string& file, std::string_view from, const std::string& why);

    fs::path folder_;
    xerces::DefaultHandler hooks_;
    std::map<std::string, std::string> files_;  // text by name
    Notes notes_;
    std::set<std::string> refused_;
    Problems problems_;
};

Loader::Loader(const fs::path& folder, xerces::XMLGrammarPool* pool)
    : SAX2XMLReaderImpl(xerces::XMLPlatformUtils::fgMemoryManager, pool) {
    using xerces::XMLUni;
    std::error_code broken;
    folder_ = fs::weakly_canonical(folder, broken);  // empty, and so without files, where it cannot be read
    setErrorHandler(&hooks_);  // each of these makes the scanner call the override of the same kind
    setEntityResolver(&hooks_);
    setFeature(XMLUni::fgSAX2CoreValidation, true);
    setFeature(XMLUni::fgXercesSchema, true);
    setFeature(XMLUni::fgXercesSchemaFullChecking, true);
    setFeature(XMLUni::fgXercesHandleMultipleImports, true);
    setFeature(XMLUni::fgXercesLoadExternalDTD, false);
}

void Loader::load(const fs::path& main) {
    std::unique_ptr<xerces::InputSource> source(open(folder_ / main, main.generic_string()));
    const auto* grammar = loadGrammar(*source, xerces::Grammar::SchemaGrammarType, true);
    if (grammar == nullptr && problems_.empty()) {
        problems_.push_back({.file = main.generic_string(), .message = "this is not an XML Schema"});
    }
}

xerces::InputSource* Loader::resolveEntity(xerces::XMLResourceIdentifier* wanted) {
    const auto from = utf8(wanted->getBaseURI());
    if (wanted->getResourceIdentifierType() == xerces::XMLResourceIdentifier::ExternalEntity) {
        return refuse("", from, "a schema file may not use entities of its own");
    }
    const auto location = utf8(wanted->getSchemaLocation());
    if (location.empty()) { return nullptr; }  // an import that says no place; another one may
    if (location.find("://") != std::string::npos) {
        return refuse(location, from, "a schema is read from its own folder and nowhere else");
    }
    return open((folder_ / from).parent_path() / location, from);
}

xerces::InputSource* Loader::open(const fs::path& file, std::string_view from) {
    std::error_code broken;
    const auto real = fs::weakly_canonical(file, broken);
    const auto name = real.lexically_relative(folder_).generic_string();
    if (broken || name.empty() || name.starts_with("..")) {
        return refuse(file.filename(), from, "a schema is read from its own folder and nowhere else");
    }
    auto [found, is_new] = files_.try_emplace(name);
    if (is_new) {
        std::ifstream in(real, std::ios::binary);
        const auto size = fs::file_size(real, broken);
        if (!in || broken) { return refuse(name, from, "no such file can be read"); }
        if (size > file_bytes_max || files_.size() > files_max) {
            return refuse(name, from, "the schema is too large");
        }
        found->second.assign(std::istreambuf_iterator<char>(in), {});
        if (const auto read = notes_.add(name, found->second); !read) {
            return refuse(name, from, read.error().message());
        }
    }
    const auto& text = found->second;
    return new xerces::MemBufInputSource(reinterpret_cast<const XMLByte*>(text.data()), text.size(),
                                         utf16(name).c_str());
}

/// Notes the problem and gives Xerces an empty file, whose own problems are not worth telling.
xerces::InputSource* Loader::refuse(const std::string& file, std::string_view from, const std::string& why) {
    problems_.push_back({.file = std::string(from), .message = file + ": " + why});
    refused_.insert(file);
    return new xerces::MemBufInputSource(reinterpret_cast<const XMLByte*>(""), 0, utf16(file).c_str());
}

void Loader::error(unsigned code, const XMLCh* /*domain*/, ErrTypes type, const XMLCh* text, const XMLCh* system_id,
                   const XMLCh* /*public_id*/, XMLFileLoc line, XMLFileLoc column) {
    auto file = utf8(system_id);
    const bool says_more = code != xerces::XMLErrs::SchemaScanFatalError || problems_.empty();
    if (type == ErrType_Warning || refused_.contains(file) || !says_more || problems_.size() >= problems_max) {
        return;
    }
    problems_.push_back({.file = std::move(file),
                         .line = static_cast<int>(line),
                         .column = static_cast<int>(column),
                         .message = utf8(text)});
}

/// See prepare.
void refuse_bounded_lists(const std::vector<TypeDefinition>& types, const std::string& file, Problems& problems) {
    for (const auto& type : types) {
        if (!type.simple || type.simple->variety != SimpleType::Variety::list || type.is_standard()) { continue; }
        const auto& list = *type.simple;
        if (list.length || list.min_length.value_or(0) > 1 || list.max_length || !list.values.empty()) {
            problems.push_back(
                {.file = file,
                 .message = "list type " + (type.name.empty() ? "without a name" : type.name) +
                            ": a list may not restrict its values, nor its length but to one item at least"});
        }
    }
}

}  // namespace

Schema::~Schema() = default;

tl::expected<std::shared_ptr<const Schema>, Problems> Schema::load(const fs::path& folder, const fs::path& main) {
    start_xerces();
    static std::mutex one_at_a_time;  // character classes such as \d are shared by the patterns of all schemas
    const std::scoped_lock lock(one_at_a_time);
    std::shared_ptr<Schema> schema(new Schema);
    schema->grammars_ = std::make_unique<Grammars>();
    auto& pool = schema->grammars_->pool;
    schema->grammars_->spaces = pool.getURIStringPool();
    Loader loader(folder, &pool);
    try {
        loader.load(main);
        if (!loader.problems().empty()) { return tl::unexpected(std::move(loader.problems())); }
        prepare(pool);
        pool.lockPool();
        bool changed = false;
        auto tree = read_tree(*pool.getXSModel(changed), loader.notes());
        refuse_bounded_lists(tree.types, main.generic_string(), loader.problems());
        if (!loader.problems().empty()) { return tl::unexpected(std::move(loader.problems())); }
        schema->types_ = std::move(tree.types);
        schema->elements_ = std::move(tree.elements);
    } catch (const xerces::XMLException& e) {
        loader.problems().push_back({.file = main.generic_string(), .message = utf8(e.getMessage())});
        return tl::unexpected(std::move(loader.problems()));
    }
    return schema;
}

ElementIndex Schema::element(std::string_view space, std::string_view name) const {
    for (ElementIndex i = 0; i < elements_.size(); ++i) {
        const auto& each = elements_[i];
        if (each.is_global && each.name == name && each.space == space) { return i; }
    }
    return none;
}

namespace {

constexpr std::int64_t occurrences_max = 1'000'000'000;  // more is as good as unbounded

std::int64_t bounded(std::int64_t n) {
    return n > occurrences_max ? unbounded : n;
}

std::int64_t times(std::int64_t a, std::int64_t b) {
    if (a == 0 || b == 0) { return 0; }
    return a == unbounded || b == unbounded ? unbounded : bounded(bounded(a) * bounded(b));
}

std::int64_t plus(std::int64_t a, std::int64_t b) {
    return a == unbounded || b == unbounded ? unbounded : bounded(a + b);
}

/// Opens groups and adds up what they allow.
class Opening {
public:
    explicit Opening(const std::vector<ElementDeclaration>& elements) : elements_(elements) {}

    void open(const Particle& particle, std::int64_t min, std::int64_t max) {
        min = times(min, particle.min);
        max = times(max, particle.max);
        switch (particle.kind) {
            case Particle::Kind::any: children.any = children.any || max != 0; break;
            case Particle::Kind::element: add_with_substitutes(particle.element, min, max); break;
            case Particle::Kind::choice:
                if (particle.parts.size() > 1) { min = 0; }
                [[fallthrough]];
            case Particle::Kind::sequence:
            case Particle::Kind::all:
                for (const auto& part : particle.parts) { open(part, min, max); }
                break;
        }
    }

    Schema::Children children;

private:
    void add_with_substitutes(ElementIndex element, std::int64_t min, std::int64_t max) {
        const auto& declaration = elements_[element];
        if (!declaration.substitutes.empty()) { min = 0; }
        if (!declaration.is_abstract) { add(element, min, max); }
        for (const auto substitute : declaration.substitutes) {
            if (!elements_[substitute].is_abstract) { add(substitute, min, max); }
        }
    }
    void add(ElementIndex element, std::int64_t min, std::int64_t max) {
        if (max == 0) { return; }
        for (auto& known : children.elements) {
            if (elements_[known.element].name == elements_[element].name &&
                elements_[known.element].space == elements_[element].space) {
                known.min = plus(known.min, min);
                known.max = plus(known.max, max);
                return;
            }
        }
        children.elements.push_back({element, min, max});
    }

    const std::vector<ElementDeclaration>& elements_;
};

}  // namespace

Schema::Children Schema::children(TypeIndex type) const {
    Opening opening(elements_);
    opening.open(types_[type].content, 1, 1);
    return std::move(opening.children);
}

}  // namespace haven::xml
