#include <algorithm>

#include "core/agreement/facts.h"
#include "core/base/code.h"
#include "core/base/crash_point.h"
#include "core/store/held.h"
#include "core/store/timers.h"
#include "hub/flow/casework.h"
#include "hub/flow/concealing.h"
#include "hub/flow/keeping.h"
#include "hub/flow/matching.h"
#include "hub/flow/merge_part.h"
#include "hub/flow/merging.h"
#include "hub/flow/need.h"
#include "hub/flow/rejudging.h"
#include "hub/flow/vault.h"

namespace haven::flow {
namespace {

bool is_incident(const CaseRecord& one) {
    return one.record.catalogue().record_type(one.record.type()).name.text() == std::string_view("incident-report");
}

struct Unmerging {
    store::Unmerge rows;
    Changes changes;
    Instant at{};
};

// The records of these rows leave the snapshot; its file is folded anew.
CaseSnapshot split(const Context& context, CaseSnapshot& snapshot, const std::vector<store::SealedCell>& leaving,
                   Instant now) {
    std::optional<CaseSnapshot> made;
    std::vector<CaseRecord> records;
    std::vector<Name> agreements;
    for (std::size_t i = 0; i < snapshot.records.size(); ++i) {
        auto& one = snapshot.records[i];
        const bool leaves = std::any_of(leaving.begin(), leaving.end(), [&](const store::SealedCell& cell) {
            return cell.row == one.source.record.value;
        });
        if (!leaves) {
            records.push_back(std::move(one));
            agreements.push_back(snapshot.agreements[i]);
        } else if (made) {
            made->add(std::move(one), snapshot.agreements[i]);
        } else {
            made = new_case(context, std::move(one), snapshot.agreements[i], snapshot.row.fictional, now);
        }
    }
    snapshot.records = std::move(records);
    snapshot.agreements = std::move(agreements);
    snapshot.file = CaseFile::fold(context.site->catalogue, snapshot.records);
    made->row.restricted = snapshot.row.restricted;
    made->row.legal_hold = snapshot.row.legal_hold;
    made->conflicts = snapshot.conflicts;
    for (auto& conflict : made->conflicts) { conflict.case_id = made->row.id; }
    return std::move(*made);
}

// Of a contact no more than that its number is not safe: the rest is of whoever stays.
Result<Record> number_barred_by(const Fields& fields, const Record& contact) {
    RecordBuilder builder(contact.shared_catalogue());
    builder.start(contact.type());
    Result<void> done;
    const auto set = [&](const auto& field, std::string_view text) {
        if (done) { done = builder.set(field.number(), text); }
    };
    if (const auto channel = contact.get(fields.contact_channel)) { set(fields.contact_channel, code_text(*channel)); }
    if (const auto at = contact.get(fields.contact_at)) { set(fields.contact_at, iso_text(*at)); }
    if (const auto outcome = contact.get(fields.contact_outcome)) { set(fields.contact_outcome, code_text(*outcome)); }
    if (const auto number = contact.get(fields.contact_number)) { set(fields.contact_number, *number); }
    if (!done) { return fail(std::move(done).error()); }
    auto only = builder.finish(contact.as_of());
    if (!only) { return only; }
    return with_number_barred(fields, *only);
}

bool names_number(const Fields& fields, const Record& facts, std::string_view number) {
    const auto phones = facts.instances(fields.phone);
    return std::any_of(phones.begin(), phones.end(),
                       [&](InstanceNumber in) { return facts.get(fields.phone_number, in) == number; });
}

// As people of the hub said it: in the case that leaves, where nobody has said it yet.
void write_down(const Context& context, CaseSnapshot& leaves, const Record& record, Instant as_of, Instant now,
                Changes& changes) {
    const auto id = context.ids.next_as<RecordId>(now);
    leaves.add({record, {id, context.site->hub, as_of, true}}, {});
    changes.records.push_back({id,
                               leaves.row.id,
                               {},
                               "contact-result",
                               context.site->hub,
                               {},
                               as_of,
                               true,
                               seal_record(leaves.key, leaves.row.id, id, record)});
}

// Somebody else answered at a number, whoever was meant by it: it is barred in the case that leaves, too.
Result<Changes> bar_what_was_barred(const Context& context, const CaseSnapshot& stays, CaseSnapshot& leaves,
                                    Instant now) {
    const auto& fields = context.fields;
    Changes changes;
    for (const auto& known : standings_of(fields, stays)) {
        const bool bars = known.standing == ChannelStanding::suspended || known.standing == ChannelStanding::superseded;
        if (!bars || !names_number(fields, leaves.file.facts(), known.contact)) { continue; }
        const CaseRecord* last = nullptr;
        for (const auto& one : stays.records) {
            const auto outcome = one.record.get(fields.contact_outcome);
            const bool barred = outcome == ContactOutcome::wrong_person || outcome == ContactOutcome::number_unusable;
            if (barred && one.record.get(fields.contact_number) == known.contact) { last = &one; }
        }
        if (last == nullptr) { continue; }
        const auto record = number_barred_by(fields, last->record);
        if (!record) { return fail(record.error()); }
        write_down(context, leaves, *record, last->source.as_of, now, changes);
    }
    return changes;
}

/// The fields in which somebody says more than whether a way is safe at all.
struct WayFields {
    Field<Answer> text_safe;
    Field<Answer> voicemail_safe;
    Field<Answer> withhold_number;
    Field<AnswerToCall> if_other_answers;
};

Result<WayFields> bind_ways(const Catalogue& catalogue) {
    FieldBinder b(catalogue);
    const WayFields out{b.field<Answer>("victim/phone/text-safe"), b.field<Answer>("victim/phone/voicemail-safe"),
                        b.field<Answer>("victim/safe-contact/withhold-number"),
                        b.field<AnswerToCall>("victim/safe-contact/if-other-answers")};
    if (auto bound = b.done(); !bound) { return fail(std::move(bound).error()); }
    return out;
}

// What keeps somebody safe and names nobody: when and how she may be rung, that she said no, whose employee and where
// the perpetrator is. Never a yes, a name, a number or a place.
Record protective_part(const Fields& fields, const WayFields& ways, const Record& said, RecordTypeNumber type) {
    const auto is_no = [&](const Field<Answer>& field) { return said.get(field) == Answer::no; };
    std::vector<bool> keep;
    for (const auto& value : said.values()) {
        const auto is = [&](const auto& field) { return value.field == field.number(); };
        const auto group = said.all_instances()[value.instance.value].group;
        keep.push_back(
            group == fields.safe_contact_window || is(fields.perpetrator_employer) || is(fields.perpetrator_area) ||
            (is(fields.asked_not_to_be_contacted) && said.get(fields.asked_not_to_be_contacted) == Answer::yes) ||
            (is(fields.consent_to_referral) && is_no(fields.consent_to_referral)) ||
            (is(fields.consent_to_pass_contact) && is_no(fields.consent_to_pass_contact)) ||
            (is(ways.withhold_number) && said.get(ways.withhold_number) == Answer::yes) ||
            (is(ways.if_other_answers) && said.get(ways.if_other_answers) == AnswerToCall::nothing));
    }
    return said.part(type, keep);
}

/// Says in a record that ways to her are not safe which `barred` or `entered` bars, of those that a case names already.
class WayBarring {
public:
    WayBarring(const Fields& fields, const WayFields& ways, const Record& named, const Record& entered)
        : fields_(fields), ways_(ways), named_(named), entered_(entered) {}

    Result<void> bar(RecordBuilder& into, const SafetyFields& safety, const Facts& barred) const {
        for (const auto in : named_.instances(fields_.phone)) {
            const auto number = named_.get(fields_.phone_number, in);
            if (!number) { continue; }
            auto done = bar_number(into, *number, barred.blocks(*number));
            if (!done) { return done; }
        }
        for (const auto in : named_.instances(fields_.email)) {
            const auto mailbox = named_.get(fields_.email_address, in);
            if (!mailbox || !barred.blocks(*mailbox)) { continue; }
            auto done = open(into, fields_.email,
                             {{fields_.email_address.number(), *mailbox}, {fields_.email_safe.number(), "no"}});
            if (!done) { return done; }
        }
        const Linked linked(safety, named_);
        const auto homes = named_.instances(fields_.address);
        const auto said = entered_.instances(fields_.address);
        const bool home_barred =
            std::any_of(homes.begin(), homes.end(),
                        [&](InstanceNumber in) { return linked.is_one_of(in, barred.blocked_homes); }) ||
            std::any_of(said.begin(), said.end(),
                        [&](InstanceNumber in) { return entered_.get(fields_.address_safe, in) == Answer::no; });
        if (!home_barred) { return {}; }
        return open(into, fields_.address, {{fields_.address_safe.number(), "no"}});  // without a place: each of hers
    }

private:
    using Said = std::vector<std::pair<FieldNumber, std::string>>;

    Result<void> bar_number(RecordBuilder& into, const std::string& number, bool is_barred) const {
        Said said{{fields_.phone_number.number(), number}};
        if (is_barred) { said.emplace_back(fields_.phone_safe.number(), "no"); }
        for (const auto in : entered_.instances(fields_.phone)) {
            if (entered_.get(fields_.phone_number, in) != number) { continue; }
            for (const auto* field : {&ways_.text_safe, &ways_.voicemail_safe}) {
                if (entered_.get(*field, in) == Answer::no) { said.emplace_back(field->number(), "no"); }
            }
        }
        return said.size() > 1 ? open(into, fields_.phone, said) : Result<void>{};
    }
    static Result<void> open(RecordBuilder& into, GroupNumber group, const Said& said) {
        const auto in = into.open(group);
        if (!in) { return fail(in.error()); }
        for (const auto& [field, text] : said) {
            if (auto set = into.set(field, text, *in); !set) { return set; }
        }
        return {};
    }

    const Fields& fields_;
    const WayFields& ways_;
    const Record& named_;
    const Record& entered_;
};

// What people of the hub wrote down stays, and nobody can tell of which of the two she said it: her no goes with the
// records that leave as well.
Result<Changes> carry_what_protects(const Context& context, const CaseSnapshot& stays, CaseSnapshot& leaves,
                                    Instant now) {
    const auto& catalogue = context.site->catalogue;
    std::vector<CaseRecord> by_people;
    std::copy_if(stays.records.begin(), stays.records.end(), std::back_inserter(by_people),
                 [](const CaseRecord& one) { return one.source.by_person; });
    auto said = by_people;  // in confidence, too: of that no more goes than which ways to her are barred
    std::copy_if(stays.beside.begin(), stays.beside.end(), std::back_inserter(said),
                 [&](const Beside& one) { return one.of == stays.row.id; });
    if (said.empty()) { return Changes{}; }
    const auto ways = bind_ways(*catalogue);
    if (!ways) { return fail(ways.error()); }
    const auto safety = SafetyFields::bind(*catalogue);
    if (!safety) { return fail(safety.error()); }
    const auto type = catalogue->find_record_type("contact-result");
    if (!type) { return fail(Fault::unmapped, "the schema has no such record"); }
    const auto entered = CaseFile::fold(catalogue, by_people);
    const auto all = CaseFile::fold(catalogue, said);
    Facts barred;
    barred.block_linked(*safety, all.facts(), now);
    barred.block_unsafe(*safety, all.facts());
    RecordBuilder builder(catalogue);
    builder.start(*type);
    builder.copy(protective_part(context.fields, *ways, entered.facts(), *type));
    const WayBarring barring(context.fields, *ways, leaves.file.facts(), all.facts());
    if (auto done = barring.bar(builder, *safety, barred); !done) { return fail(std::move(done).error()); }
    const auto last = std::max_element(said.begin(), said.end(), [](const auto& a, const auto& b) {
                          return a.source.as_of < b.source.as_of;
                      })->source.as_of;
    const auto record = builder.finish_part(last);
    Changes changes;
    if (!record.empty()) { write_down(context, leaves, record, last, now, changes); }
    return changes;
}

// Where he works by what she told in confidence: that partner must not know of either, and nothing else of it goes.
Changes carry_conflicts(const Context& context, CaseSnapshot& stays, CaseSnapshot& leaves, UserId by, Instant now) {
    const auto known = conflicts_of(*context.site, context.fields, stays);
    auto beside = stays.beside;
    stays.part_from(stays.row.id);
    const auto without = conflicts_of(*context.site, context.fields, stays);
    stays.beside = std::move(beside);
    Changes changes;
    for (const auto partner : known) {
        if (std::find(without.begin(), without.end(), partner) != without.end()) { continue; }
        const store::Conflict row{
            leaves.row.id, partner, {}, std::string(code_text(ConflictReason::perpetrator)), by, now};
        leaves.conflicts.push_back(row);
        changes.conflicts.push_back(row);
    }
    return changes;
}

Result<Changes> what_follows(const Context& context, CaseSnapshot& stays, CaseSnapshot& leaves, const Rejudging& before,
                             UnmergeReason why, UserId by, Instant now) {
    const auto actor = ledger::Actor::of_user(by);
    const auto incidents = static_cast<int>(std::count_if(leaves.records.begin(), leaves.records.end(), is_incident));
    auto barred = bar_what_was_barred(context, stays, leaves, now);
    if (!barred) { return barred; }
    for (auto more : {carry_what_protects(context, stays, leaves, now),
                      Result<Changes>(carry_conflicts(context, stays, leaves, by, now)),
                      ask_whether_same(context, leaves, stays.maybe_hers, actor, now)}) {
        if (!more) { return more; }
        barred->append(std::move(*more));
    }
    auto opened = Casework(context, now).happen(leaves, case_event::ReportArrived{}, actor);
    if (!opened) { return fail(std::move(opened).error()); }
    auto changes = std::move(opened->changes);
    changes.append(std::move(*barred));
    leaves.row.progress.the_case.reports = std::max(incidents, 1);
    auto& reports = stays.row.progress.the_case.reports;
    reports = std::max(reports - incidents, 0);
    // What a holder was told from the records of somebody else should not have gone there.
    auto follows = before.after(stays, actor, CopyReason::misdirected);
    if (!follows) { return follows; }
    changes.append(std::move(*follows));
    auto looked = looked_at_again(context, stays, actor, now);
    if (!looked) { return looked; }
    changes.append(std::move(*looked));
    if (!stays.referrals.empty()) {
        hold_case(context, stays, "unmerged", "referrals", "look whether its referrals are hers: records left the case",
                  now, changes);
    }
    for (const auto& key : blind_keys(context, leaves.records, leaves.row.fictional)) {
        changes.blind_keys.emplace_back(key, leaves.row.id);
    }
    using ledger::Operation;
    changes.ledger.push_back(
        merge_note(context, Operation::alteration, "records unmerged", code_text(why), stays.row.ledger_name, by, now));
    changes.ledger.push_back(merge_note(context, Operation::alteration, "case opened by unmerge", code_text(why),
                                        leaves.row.ledger_name, by, now));
    return changes;
}

Result<Unmerging> decide_unmerge(const Context& context, CaseId id, const std::vector<MessageId>& messages,
                                 UnmergeReason why, UserId by) {
    const auto seen = see_case(context, id, by);
    if (!seen) { return fail(seen.error()); }
    if (*seen != id) { return fail(Fault::conflict, "it was merged into another case"); }
    auto stays = read_snapshot(context, id);
    if (!stays) { return fail(std::move(stays).error()); }
    auto cells = cells_of(context, id);
    if (!cells) { return fail(std::move(cells).error()); }
    std::erase_if(*cells, [&](const store::SealedCell& cell) {
        return !cell.message || std::find(messages.begin(), messages.end(), cell.message) == messages.end();
    });
    if (cells->empty()) { return fail(Fault::missing, "no record of this case came with these messages"); }
    if (cells->size() >= stays->records.size()) {
        return fail(Fault::malformed, "all of its records would leave: expected some to stay");
    }
    const auto now = context.clock.now();
    const Rejudging before(context, *stays, now);
    auto leaves = split(context, *stays, *cells, now);
    auto fresh = resealed(*cells, {id, stays->key}, {leaves.row.id, leaves.key});
    if (!fresh) { return fail(std::move(fresh).error()); }
    Unmerging unmerging{
        {id, leaves.row.id, std::move(*fresh), blind_keys(context, stays->records, stays->row.fictional)}, {}, now};
    auto changes = what_follows(context, *stays, leaves, before, why, by, now);
    if (!changes) { return fail(std::move(changes).error()); }
    unmerging.changes = std::move(*changes);
    stays->row.changed_at = now;
    unmerging.changes.changed_cases.push_back(stays->row);
    unmerging.changes.new_cases.push_back(leaves.row);
    return unmerging;
}

// What leaves is kept as long as the case that it leaves. Where that time is over already, nobody has decided on this
// case: a person does at once. A later end, if there is one, is put in its place by `store::unmerge_records`.
void put_retention(store::Sql& sql, const store::Unmerge& unmerge, Instant now) {
    if (store::was_item_held(sql, retention_fault, store::HeldKind::victim_case, unmerge.from.value)) {
        store::put_timer_later(sql, store::TimerKind::retention, unmerge.into.value, now);
    }
}

// Whoever takes records out of a case says that the two are not of one victim: nobody is asked that again.
void put_decided(store::Sql& sql, const Context& context, const store::Unmerge& unmerge, Instant now) {
    const auto [line, item] = line_of_pair(context, unmerge.from, unmerge.into, now);
    store::hold(sql, line, item);
    store::decide_held(sql, line.id, line.role, now);
}

}  // namespace

Result<CaseId> unmerge_records(const Context& context, CaseId id, const std::vector<MessageId>& messages,
                               UnmergeReason why, UserId by) {
    for (int tries = 1;; ++tries) {
        auto decided = decide_unmerge(context, id, messages, why, by);
        if (!decided) { return fail(std::move(decided).error()); }
        crash_point("unmerge-before");
        auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            if (auto applied = apply(sql, decided->changes, decided->at); !applied) { return applied; }
            crash_point("unmerge-within");
            put_retention(sql, decided->rows, decided->at);
            put_decided(sql, context, decided->rows, decided->at);
            return store::unmerge_records(sql, decided->rows);
        });
        if (!done && done.error().fault == Fault::conflict && tries < decide_tries_max) { continue; }
        if (!done) { return fail(std::move(done).error()); }
        crash_point("unmerge-after");
        return decided->rows.into;
    }
}

}  // namespace haven::flow
