#pragma once
#include <boost/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace haven::test {

/// docs/reference/openapi.yaml, and whether what the hub answers is what it says.
///
/// Understands the words of JSON Schema that the page uses and no other: a word that it does not know is a fault.
class Described {
public:
    struct Operation {
        std::string id;
        std::string method;
        std::string path;
        std::set<std::string> callers;
        std::set<std::string> media_types;  ///< of the body that it takes
    };

    static const Described& page();
    const std::vector<Operation>& operations() const { return operations_; }
    /// What the page does not say of this answer, a fault a line; "" where it fits.
    std::string unlike(std::string_view operation, int status, std::string_view media_type,
                       std::string_view body) const;
    /// The codes of one of its schemas, in their order.
    std::vector<std::string> codes(std::string_view schema) const;
    const boost::json::object& responses(std::string_view operation) const;

private:
    explicit Described(boost::json::value page);
    const boost::json::object& followed(const boost::json::value& maybe_reference) const;
    std::string fault(const boost::json::value& schema, const boost::json::value& value, const std::string& at) const;
    std::string fault_of_object(const boost::json::object& schema, const boost::json::value& value,
                                const std::string& at) const;
    boost::json::value page_;
    std::vector<Operation> operations_;
};

}  // namespace haven::test
