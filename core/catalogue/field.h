#pragma once
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "core/catalogue/catalogue.h"
#include "core/catalogue/value.h"

namespace haven {

/// How a C++ type of the domain reads its canonical text, and which kinds of field it fits. Enumerations add
/// `code_names(Enum)`: the codes in the order of the enumerators.
template <class T>
struct FieldTrait;

template <>
struct FieldTrait<std::string> {
    static bool fits(const FieldInfo& f) { return f.cls != FieldClass::locator; }
    static std::string read(std::string_view text) { return std::string(text); }
};
template <>
struct FieldTrait<Locator> {
    static bool fits(const FieldInfo& f) { return f.cls == FieldClass::locator; }
};
template <>
struct FieldTrait<Date> {
    static bool fits(const FieldInfo& f) { return f.type->kind == ValueKind::date; }
    static Date read(std::string_view text) { return *parse_date(text); }
};
template <>
struct FieldTrait<Instant> {
    static bool fits(const FieldInfo& f) { return f.type->kind == ValueKind::instant; }
    static Instant read(std::string_view text) { return *parse_instant(text); }
};
template <>
struct FieldTrait<TimeOfDay> {
    static bool fits(const FieldInfo& f) { return f.type->kind == ValueKind::time; }
    static TimeOfDay read(std::string_view text) { return *parse_time(text); }
};
template <>
struct FieldTrait<std::int64_t> {
    static bool fits(const FieldInfo& f) { return f.type->kind == ValueKind::integer; }
    static std::int64_t read(std::string_view text) { return *parse_integer(text); }
};

/// An enumeration of the domain whose codes the schema must list: `code_names(E{})` names them in order.
template <class E>
concept CodeEnum = std::is_enum_v<E> && requires {
    code_names(E{});
};

template <CodeEnum E>
struct FieldTrait<E> {
    static bool fits(const FieldInfo& f) {
        if (f.type->kind != ValueKind::code) { return false; }
        const auto names = code_names(E{});
        for (const auto& code : f.type->codes) {
            if (std::find(names.begin(), names.end(), code.text) == names.end()) { return false; }
        }
        return true;
    }
    static E read(std::string_view text) {
        const auto names = code_names(E{});
        return static_cast<E>(std::find(names.begin(), names.end(), text) - names.begin());
    }
};

/// A field that domain code reads, bound once at start by path and type.
template <class T>
class Field {
public:
    /// Errors: missing at the path - the schema has no such field; malformed - it has another type.
    static Result<Field> bind(const Catalogue& catalogue, std::string_view path) {
        const auto number = catalogue.find(path);
        if (!number) {
            return fail(Error{Fault::missing, "the schema lacks a field that the hub reads", {}}.at(
                Place::path(Name::declare(path))));
        }
        if (!FieldTrait<T>::fits(catalogue.field(*number))) {
            return fail(Error{Fault::malformed, "the schema gives the field another type than the hub reads", {}}.at(
                Place::path(Name::declare(path))));
        }
        return Field(*number);
    }
    FieldNumber number() const { return number_; }
    T read(std::string_view text) const { return FieldTrait<T>::read(text); }

private:
    friend class FieldBinder;
    explicit Field(FieldNumber number) : number_(number) {}
    FieldNumber number_;
};

/// Binds many fields, one after the other, and keeps the first error: what it gave counts only once `done` says so.
class FieldBinder {
public:
    explicit FieldBinder(const Catalogue& catalogue) : catalogue_(catalogue) {}

    template <class T>
    Field<T> field(std::string_view path) {
        auto bound = Field<T>::bind(catalogue_, path);
        if (bound) { return *bound; }
        if (!error_) { error_ = bound.error(); }
        return Field<T>(FieldNumber{});
    }
    FieldNumber number(std::string_view path) { return found(catalogue_.find(path), path); }
    GroupNumber group(std::string_view path) { return found(catalogue_.find_group(path), path); }

    /// The same into a member of a class that is being made.
    template <class T>
    void to(std::optional<Field<T>>& member, std::string_view path) {
        member = field<T>(path);
    }
    void to(GroupNumber& member, std::string_view path) { member = group(path); }

    /// Errors: missing, malformed at the path - the first that could not be bound.
    Result<void> done() const {
        if (error_) { return fail(*error_); }
        return {};
    }

private:
    template <class Number>
    Number found(std::optional<Number> number, std::string_view path) {
        if (!number && !error_) {
            error_ = Error{Fault::missing, "the schema lacks a path that the hub reads", {}}.at(
                Place::path(Name::declare(path)));
        }
        return number.value_or(Number{});
    }
    const Catalogue& catalogue_;
    std::optional<Error> error_;
};

}  // namespace haven
