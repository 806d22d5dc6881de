#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hub/cli/command.h"
#include "hub/node/node.h"

/// What the commands share: how they open a node and how they end.
namespace haven::cli {

inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

/// Says the error on standard error and answers `exit_failed`.
int failed(const Error& error);
int failed(const Problems& problems, const std::string& folder);
int usage(const char* words);

/// The site that a command is about; null after it has said everything that is wrong with it.
std::shared_ptr<const site::Site> load_site(const std::string& folder);
/// Says that there is no `what` called so ("partner", "dialect"), and which name is nearest or, where none is near,
/// those that there are. Answers `exit_failed`.
int no_such(std::string_view what, std::string_view name, const std::vector<std::string>& known);
/// The partner of this name; null after it has said that there is none.
const site::Partner* find_partner(const site::Site& site, const std::string& name);
/// Says which agreements must soon be reviewed or end soon.
void warn_of_dates(const site::Site& site, Instant now);
/// Prints what partners give, or are asked for, under no agreement that is in force, and agreements under which the hub
/// tells nothing.
void warn_of_nothing_agreed(const site::Site& site, Instant now);
/// Prints which agreements tell partners a number of hers without its windows.
void warn_of_windows(const site::Site& site);
/// Prints which maps write a number without one of its safety rules: where that is a no, the number is kept back.
void warn_of_unsaid_rules(const site::Site& site);
/// Prints which agreements name the building of a home without its flat.
void warn_of_flats(const site::Site& site);

/// How a command starts a node of its site. No way to begin a store leads past what `site publish` refuses.
NodeOptions node_options(const Call& call, const Clock& clock);
/// The site's store and keys, beside a hub that may be running; null after it has said why not.
std::unique_ptr<Node> open_beside(const Call& call, const Clock& clock);

/// The case that a number stands for: itself, or the one that it was merged into.
CaseId case_of(const Node& node, std::int64_t id);

/// Who acts and in which role, by the token in a file that nobody else can read: an argument or a variable could be
/// read by others. Nothing after it has said why not.
std::optional<ledger::Actor> acting(const Call& call, const Node& node, std::initializer_list<site::Role> may);
/// A named person who acts on what the first argument names by its number.
struct Acting {
    std::unique_ptr<Node> node;
    ledger::Actor by;
    std::int64_t id = 0;
};
/// By the number as it was typed; the command takes at least and at most so many arguments. Nothing after it has said
/// why not.
std::optional<Acting> acting_on(const Call& call, const char* words, std::size_t least, std::size_t most,
                                std::initializer_list<site::Role> may, const Clock& clock);
/// The same of the case that the number stands for, as far as who acts may know of it.
std::optional<Acting> acting_on_case(const Call& call, const char* words, std::size_t least, std::size_t most,
                                     std::initializer_list<site::Role> may, const Clock& clock);
/// False after it has said that the site's version of the canonical schema has ended.
bool schema_goes_on(const site::Site& site, Instant now);

/// A file's bytes. Errors: missing, too_large.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

}  // namespace haven::cli
