#include "core/xml/schema_tree.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <xercesc/framework/psvi/XSAttributeDeclaration.hpp>
#include <xercesc/framework/psvi/XSAttributeUse.hpp>
#include <xercesc/framework/psvi/XSComplexTypeDefinition.hpp>
#include <xercesc/framework/psvi/XSElementDeclaration.hpp>
#include <xercesc/framework/psvi/XSModelGroup.hpp>
#include <xercesc/framework/psvi/XSParticle.hpp>

#include "core/xml/simple_type.h"
#include "core/xml/xerces.h"

namespace haven::xml {
namespace {

using xerces::XSComplexTypeDefinition;
using xerces::XSConstants;
using xerces::XSElementDeclaration;
using xerces::XSSimpleTypeDefinition;
using xerces::XSTypeDefinition;

/// Xerces' model on the one side, vectors on the other. Types are numbered when first met and read when their turn
/// comes, so that types that contain each other end.
class Tree {
public:
    Tree(xerces::XSModel& model, const Notes& notes) : model_(model), notes_(notes) {
        auto* globals = model.getComponents(XSConstants::ELEMENT_DECLARATION);
        for (XMLSize_t i = 0; i < globals->getLength(); ++i) {
            element(static_cast<XSElementDeclaration*>(globals->item(i)));
        }
        auto* types = model.getComponents(XSConstants::TYPE_DEFINITION);
        for (XMLSize_t i = 0; i < types->getLength(); ++i) {
            auto* global = static_cast<XSTypeDefinition*>(types->item(i));
            if (!is_standard(*global)) { type(global); }
        }
        read_all();
        link_substitutes();
    }

    SchemaTree tree;

private:
    TypeIndex type(XSTypeDefinition* definition) {
        if (definition == nullptr) { return none; }
        if (!definition->getAnonymous()) {  // a type that contains itself has a second object within
            auto* named = model_.getTypeDefinition(definition->getName(), definition->getNamespace());
            if (named != nullptr) { definition = named; }
        }
        const auto [found, is_new] = types_.try_emplace(definition, static_cast<TypeIndex>(type_queue_.size()));
        if (is_new) { type_queue_.push_back(definition); }
        return found->second;
    }
    ElementIndex element(XSElementDeclaration* declaration) {
        if (declaration->getScope() == XSConstants::SCOPE_GLOBAL) {
            auto* global = model_.getElementDeclaration(declaration->getName(), declaration->getNamespace());
            if (global != nullptr) { declaration = global; }
        }
        const auto [found, is_new] =
            elements_.try_emplace(declaration, static_cast<ElementIndex>(element_queue_.size()));
        if (is_new) { element_queue_.push_back(declaration); }
        return found->second;
    }

    void read_all() {
        while (tree.types.size() < type_queue_.size() || tree.elements.size() < element_queue_.size()) {
            if (tree.elements.size() < element_queue_.size()) {
                tree.elements.push_back(read_element(*element_queue_[tree.elements.size()]));
            } else {
                tree.types.push_back(read_type(*type_queue_[tree.types.size()]));
            }
        }
    }

    ElementDeclaration read_element(XSElementDeclaration& from) {
        ElementDeclaration to;
        to.name = utf8(from.getName());
        to.space = utf8(from.getNamespace());
        to.type = type(from.getTypeDefinition());
        to.is_global = from.getScope() == XSConstants::SCOPE_GLOBAL;
        to.is_abstract = from.getAbstract();
        to.nillable = from.getNillable();
        if (from.getConstraintType() != XSConstants::VALUE_CONSTRAINT_NONE) {
            to.standard_value = utf8(from.getConstraintValue());
            to.fixed = from.getConstraintType() == XSConstants::VALUE_CONSTRAINT_FIXED;
        }
        to.note = notes_.of(from.getAnnotation());
        return to;
    }

    TypeDefinition read_type(XSTypeDefinition& from) {
        TypeDefinition to;
        if (!from.getAnonymous()) { to.name = utf8(from.getName()); }
        to.space = utf8(from.getNamespace());
        to.base = type(from.getBaseType());
        if (from.getTypeCategory() == XSTypeDefinition::SIMPLE_TYPE) {
            to.text = type(&from);
            read_simple(static_cast<XSSimpleTypeDefinition&>(from), to);
        } else {
            read_complex(static_cast<XSComplexTypeDefinition&>(from), to);
        }
        return to;
    }

    void read_simple(XSSimpleTypeDefinition& from, TypeDefinition& to) {
        auto& simple = to.simple.emplace(read_simple_type(from, notes_));
        if (auto* item = from.getItemType()) {
            simple.variety = SimpleType::Variety::list;
            simple.members.push_back(type(item));
        } else if (auto* members = from.getMemberTypes(); from.getVariety() == XSSimpleTypeDefinition::VARIETY_UNION) {
            simple.variety = SimpleType::Variety::one_of;
            for (XMLSize_t i = 0; i < members->size(); ++i) { simple.members.push_back(type(members->elementAt(i))); }
        }
        read_notes(from.getAnnotations(), to.note);
    }

    void read_complex(XSComplexTypeDefinition& from, TypeDefinition& to) {
        to.is_abstract = from.getAbstract();
        to.text = type(from.getSimpleType());
        to.mixed = from.getContentType() == XSComplexTypeDefinition::CONTENTTYPE_MIXED;
        to.any_attribute = from.getAttributeWildcard() != nullptr;
        if (auto* particle = from.getParticle()) { to.content = read_particle(*particle); }
        auto* uses = from.getAttributeUses();
        for (XMLSize_t i = 0; uses != nullptr && i < uses->size(); ++i) {
            auto& use = *uses->elementAt(i);
            auto& declaration = *use.getAttrDeclaration();
            AttributeDeclaration attribute;
            attribute.name = utf8(declaration.getName());
            attribute.space = utf8(declaration.getNamespace());
            attribute.type = type(declaration.getTypeDefinition());
            attribute.required = use.getRequired();
            if (use.getConstraintType() != XSConstants::VALUE_CONSTRAINT_NONE) {
                attribute.standard_value = utf8(use.getConstraintValue());
                attribute.fixed = use.getConstraintType() == XSConstants::VALUE_CONSTRAINT_FIXED;
            }
            attribute.note = notes_.of(declaration.getAnnotation());
            to.attributes.push_back(std::move(attribute));
        }
        read_notes(from.getAnnotations(), to.note);
    }

    void read_notes(xerces::XSAnnotationList* from, Note& to) {
        for (XMLSize_t i = 0; from != nullptr && i < from->size(); ++i) {
            const auto& one = notes_.of(from->elementAt(i));
            std::ranges::copy(one.documentation, std::back_inserter(to.documentation));
            std::ranges::copy(one.appinfo, std::back_inserter(to.appinfo));
        }
    }

    Particle read_particle(xerces::XSParticle& from) {
        Particle to;
        to.min = static_cast<std::int64_t>(from.getMinOccurs());
        to.max = from.getMaxOccursUnbounded() ? unbounded : static_cast<std::int64_t>(from.getMaxOccurs());
        switch (from.getTermType()) {
            case xerces::XSParticle::TERM_EMPTY: break;
            case xerces::XSParticle::TERM_WILDCARD: to.kind = Particle::Kind::any; break;
            case xerces::XSParticle::TERM_ELEMENT:
                to.kind = Particle::Kind::element;
                to.element = element(from.getElementTerm());
                break;
            case xerces::XSParticle::TERM_MODELGROUP: read_group(*from.getModelGroupTerm(), to); break;
        }
        return to;
    }

    void read_group(xerces::XSModelGroup& from, Particle& to) {
        switch (from.getCompositor()) {
            case xerces::XSModelGroup::COMPOSITOR_SEQUENCE: to.kind = Particle::Kind::sequence; break;
            case xerces::XSModelGroup::COMPOSITOR_CHOICE: to.kind = Particle::Kind::choice; break;
            case xerces::XSModelGroup::COMPOSITOR_ALL: to.kind = Particle::Kind::all; break;
        }
        auto* parts = from.getParticles();
        for (XMLSize_t i = 0; parts != nullptr && i < parts->size(); ++i) {
            to.parts.push_back(read_particle(*parts->elementAt(i)));
        }
    }

    void link_substitutes() {
        for (ElementIndex i = 0; i < element_queue_.size(); ++i) {
            auto* head = element_queue_[i]->getSubstitutionGroupAffiliation();
            for (; head != nullptr; head = head->getSubstitutionGroupAffiliation()) {
                if (const auto found = elements_.find(head); found != elements_.end()) {
                    tree.elements[found->second].substitutes.push_back(i);
                }
            }
        }
    }

    xerces::XSModel& model_;
    const Notes& notes_;
    std::unordered_map<XSTypeDefinition*, TypeIndex> types_;
    std::unordered_map<XSElementDeclaration*, ElementIndex> elements_;
    std::vector<XSTypeDefinition*> type_queue_;
    std::vector<XSElementDeclaration*> element_queue_;
};

}  // namespace

SchemaTree read_tree(xerces::XSModel& model, const Notes& notes) {
    return Tree(model, notes).tree;
}

}  // namespace haven::xml
