#include <iostream>

#include "core/base/code.h"
#include "hub/cli/run.h"
#include "hub/flow/erasing.h"
#include "hub/flow/merging.h"
#include "hub/flow/recalling.h"

/// What named people decide on a case, beside a hub that may be running.
namespace haven::cli {
namespace {

using site::Role;

constexpr const char* lifted = "lifted";

/// A command about one case whose last argument is a reason.
struct Deciding {
    std::unique_ptr<Node> node;
    UserId by;
    CaseId of_case;
    std::vector<std::string> between;  ///< arguments between the case and the reason
    std::string reason;
};

std::optional<Deciding> deciding(const Call& call, const char* words, std::size_t least, std::size_t most,
                                 std::initializer_list<Role> may, const Clock& clock) {
    auto it = acting_on_case(call, words, least, most, may, clock);
    if (!it) { return std::nullopt; }
    const auto& arguments = call.arguments;
    return Deciding{std::move(it->node),
                    it->by.user,
                    CaseId{it->id},
                    {arguments.begin() + 1, arguments.end() - 1},
                    arguments.back()};
}

int ended(const Result<void>& done) {
    return done ? exit_ok : failed(done.error());
}

}  // namespace

int case_merge(const Call& call) {
    const SystemClock clock;
    const auto it = deciding(call, "case merge", 3, 3, {Role::practitioner, Role::duty_manager}, clock);
    if (!it) { return exit_failed; }
    const auto other = id_from_text(it->between[0]);
    const auto why = code_from<flow::MergeReason>(it->reason);
    if (!other || !why) { return usage("case merge"); }
    return ended(flow::merge_cases(it->node->context(), it->of_case, CaseId{*other}, *why, it->by));
}

int case_unmerge(const Call& call) {
    const SystemClock clock;
    const auto it =
        deciding(call, "case unmerge", 3, SIZE_MAX, {Role::duty_manager, Role::information_governance}, clock);
    if (!it) { return exit_failed; }
    const auto why = code_from<flow::UnmergeReason>(it->reason);
    std::vector<MessageId> messages;
    for (const auto& text : it->between) { messages.push_back(MessageId{id_from_text(text).value_or(0)}); }
    if (!why) { return usage("case unmerge"); }
    const auto made = flow::unmerge_records(it->node->context(), it->of_case, messages, *why, it->by);
    if (!made) { return failed(made.error()); }
    std::cout << "case " << id_text(*made) << "\n";
    return exit_ok;
}

int case_recall(const Call& call) {
    const SystemClock clock;
    const auto it = deciding(call, "case recall", 2, 3, {Role::duty_manager, Role::information_governance}, clock);
    if (!it) { return exit_failed; }
    const auto why = code_from<flow::CopyReason>(it->reason);
    if (!why) { return usage("case recall"); }
    std::optional<Name> partner;
    if (!it->between.empty()) {
        const auto* found = find_partner(*it->node->context().site, it->between[0]);
        if (found == nullptr) { return exit_failed; }
        partner = found->name;
    }
    return ended(flow::recall_copies(it->node->context(), it->of_case, partner, *why, it->by));
}

int case_restrict(const Call& call) {
    const SystemClock clock;
    const auto it = deciding(call, "case restrict", 2, 2, {Role::duty_manager, Role::information_governance}, clock);
    if (!it) { return exit_failed; }
    const auto& context = it->node->context();
    if (it->reason == lifted) { return ended(flow::lift_restriction(context, it->of_case, it->by)); }
    const auto why = code_from<flow::CopyReason>(it->reason);
    return why ? ended(flow::restrict_case(context, it->of_case, *why, it->by)) : usage("case restrict");
}

int case_hold(const Call& call) {
    const SystemClock clock;
    const auto it = deciding(call, "case hold", 2, 2, {Role::information_governance}, clock);
    if (!it) { return exit_failed; }
    const auto why = code_from<flow::HoldReason>(it->reason);
    if (!why && it->reason != lifted) { return usage("case hold"); }
    return ended(flow::set_legal_hold(it->node->context(), it->of_case, why, it->by));
}

int case_erase(const Call& call) {
    const SystemClock clock;
    const auto it = acting_on(call, "case erase", 2, 2, {Role::information_governance}, clock);
    if (!it) { return exit_failed; }
    const auto why = code_from<flow::EraseReason>(call.arguments.back());
    if (!why) { return usage("case erase"); }
    const auto receipt = flow::erase_or_receipt(it->node->context(), CaseId{it->id}, *why, it->by.user);
    if (!receipt) { return failed(receipt.error()); }
    std::cout << flow::receipt_text(*receipt) << "\n";
    return exit_ok;
}

}  // namespace haven::cli
