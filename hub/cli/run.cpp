#include "hub/cli/run.h"

#include <fstream>
#include <iostream>

#include "core/agreement/law.h"
#include "hub/cli/schemas.h"
#include "hub/flow/concealing.h"

namespace haven::cli {
namespace {

// Nodes of one store differ in number; commands take the last one.
constexpr std::uint32_t command_node = 1023;

constexpr std::size_t names_listed_max = 20;  // where none is near

}  // namespace

int failed(const Error& error) {
    std::cerr << "haven: " << error.message() << "\n";
    return exit_failed;
}

int failed(const Problems& problems, const std::string& folder) {
    for (const auto& problem : problems) {
        std::string source;
        if (auto text = read_file(folder + "/" + problem.file, std::size_t{1} << 20)) { source = std::move(*text); }
        std::cerr << text_of(problem, source) << "\n";
    }
    std::cerr << problems.size() << (problems.size() == 1 ? " problem\n" : " problems\n");
    return exit_failed;
}

int usage(const char* words) {
    for (const auto& command : commands()) {
        if (std::string_view(command.words) == words) { std::cerr << "usage: " << help_text(&command); }
    }
    return exit_usage;
}

std::shared_ptr<const site::Site> load_site(const std::string& folder) {
    const auto adapters = adapters_of(folder);
    if (!adapters) {
        failed(adapters.error(), folder);
        return nullptr;
    }
    auto site = site::Site::load(folder, *adapters);
    if (site) { return std::move(*site); }
    failed(site.error(), folder);
    return nullptr;
}

int no_such(std::string_view what, std::string_view name, const std::vector<std::string>& known) {
    const auto near = did_you_mean(name, {known.begin(), known.end()});
    std::cerr << "haven: no " << what << " " << name << near;
    if (near.empty() && !known.empty() && known.size() <= names_listed_max) {
        std::cerr << "; there are:";
        for (const auto& one : known) { std::cerr << " " << one; }
    }
    std::cerr << "\n";
    return exit_failed;
}

const site::Partner* find_partner(const site::Site& site, const std::string& name) {
    const auto* partner = site.partner(name);
    if (partner == nullptr) {
        std::vector<std::string> known;
        for (const auto& [other, is] : site.partners) { known.push_back(other); }
        no_such("partner", name, known);
    }
    return partner;
}

NodeOptions node_options(const Call& call, const Clock& clock) {
    NodeOptions out{.site_folder = call.site, .clock = &clock, .port = {}};
    out.against_going_live = [folder = call.site, &clock](const site::Site& site, const site::SiteFiles& files) {
        return against_going_live(folder, site, files, clock.now());
    };
    return out;
}

std::unique_ptr<Node> open_beside(const Call& call, const Clock& clock) {
    auto options = node_options(call, clock);
    options.number = command_node;
    options.serves = false;
    auto node = Node::start(options);
    if (node) { return std::move(*node); }
    failed(node.error(), call.site);
    return nullptr;
}

CaseId case_of(const Node& node, std::int64_t id) {
    return flow::see_case(node.context(), CaseId{id}, {}).value_or(CaseId{id});
}

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in.is_open()) { return fail(Fault::missing, "no such file"); }
    const auto size = static_cast<std::size_t>(in.tellg());
    if (size > bytes_max) { return fail(Fault::too_large, Reason("expected a file of at most ", bytes_max, " bytes")); }
    std::string bytes(size, '\0');
    in.seekg(0);
    in.read(bytes.data(), static_cast<std::streamsize>(size));
    return bytes;
}

}  // namespace haven::cli
