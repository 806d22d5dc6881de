#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/base/instant.h"

namespace haven::cli {

/// What a command is run with.
struct Call {
    std::string site;                    ///< the site's folder
    std::vector<std::string> arguments;  ///< behind the command's words
    bool accept = false;                 ///< --accept, of `map test`
    std::string role;                    ///< --role, of `access`
    std::string partner;                 ///< --partner, of `map explain` and `map diff`
    std::string out;                     ///< --out, of `partner kit`
    std::string token_file;              ///< --token, of what a named person does
    std::string cause;                   ///< --cause, of `replay`: the id of a held line
    std::string message;                 ///< --message, of `replay`
    bool all = false;                    ///< --all, of `replay`
    bool dry_run = false;                ///< --dry-run, of `replay`
    std::function<void()> wait_for_end;  ///< returns when the process is asked to end
    std::function<void()> end;           ///< asks the process to end
};

/// One thing that `haven` does.
struct Command {
    const char* words;      ///< "ledger verify"
    const char* arguments;  ///< "EXPORT PUBLIC-KEY"
    const char* summary;    ///< one line
    const char* help;       ///< what `haven help COMMAND` says beside it
    int (*run)(const Call& call);
};

/// All of them, in the order of the help page.
std::span<const Command> commands();

/// The help of one command, or of all.
std::string help_text(const Command* command = nullptr);

int serve(const Call& call);
int demo(const Call& call);
int check(const Call& call);
int agreement_print(const Call& call);
int agreement_changes(const Call& call);
int agreement_dry_run(const Call& call);
int processing_record(const Call& call);
int import_file(const Call& call);
int replay(const Call& call);
int trace(const Call& call);
int told(const Call& call);
int near_misses(const Call& call);
int copies(const Call& call);
int case_merge(const Call& call);
int case_unmerge(const Call& call);
int case_recall(const Call& call);
int case_restrict(const Call& call);
int case_hold(const Call& call);
int case_erase(const Call& call);
int access(const Call& call);
int breach(const Call& call);
int key_rotate(const Call& call);
int key_list(const Call& call);
int ledger_export(const Call& call);
int ledger_prove(const Call& call);
int ledger_verify(const Call& call);
int ledger_key(const Call& call);
int ledger_witness_key(const Call& call);
int ledger_witness(const Call& call);
int map_new(const Call& call);
int map_check(const Call& call);
int map_test(const Call& call);
int map_explain(const Call& call);
int map_coverage(const Call& call);
int map_diff(const Call& call);
int site_publish(const Call& call);
int site_activate(const Call& call);
int site_status(const Call& call);
int user_add(const Call& call);
int user_role(const Call& call);
int user_token(const Call& call);
int user_revoke(const Call& call);
int user_list(const Call& call);
int user_recover(const Call& call);
int partner_directory(const Call& call);
int partner_kit(const Call& call);
int partner_token(const Call& call);
int partner_revoke(const Call& call);

}  // namespace haven::cli
