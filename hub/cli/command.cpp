#include "hub/cli/command.h"

#include <array>

namespace haven::cli {
namespace {

constexpr std::array all{
    Command{
        "serve", "", "runs the hub until it is asked to stop",
        "Opens the site's store (made at the first start) and serves the site that is active in it. The first start\n"
        "makes the site's keys and one administrator, says where the token is, and publishes and activates the\n"
        "folder, unless `haven site publish` would refuse it. A site that is activated meanwhile is loaded at once.",
        serve},
    Command{"demo", "INSTANT", "serves the site on a clock that standard input turns",
            "As `serve`, but the time stands still at INSTANT (such as 2026-11-21T09:00:00Z) and moves only when\n"
            "standard input says so: `at 2026-11-21T12:05:00Z`. It is how `./dev demo` tells a day in a minute.",
            demo},
    Command{"check", "[SITE]", "checks the site's folder and says everything that is wrong with it",
            "SITE is the folder, as with --site. Every problem is told at once, with file, line and the nearest name. "
            "Exit status 1 where there is any.",
            check},
    Command{"site publish", "--token=FILE", "checks the site's folder, publishes it in the store and prints its hash",
            "FILE holds your token and is readable by you alone. Nothing changes until another person activates it.\n"
            "Refuses a live partner with a map that no sample tests, that fails one, or that ignores a field with "
            "\"say why\".\n"
            "Roles: administrator, integration-engineer, information-governance.",
            site_publish},
    Command{"site activate", "--token=FILE HASH", "has the hub run under a site that somebody else published",
            "HASH may be cut short. From now on nothing is sent under another site; a running hub loads it at once.\n"
            "Roles: administrator, information-governance.",
            site_activate},
    Command{"site status", "", "tells which site is active, which were published, and whether the folder is one", "",
            site_status},
    Command{"agreement text", "NAME", "prints an agreement as plain text, for signature",
            "Every field that it lets through is written out, stage by stage.", agreement_print},
    Command{"agreement diff", "OLD-SITE",
            "tells what the agreements of two site folders tell more, tell less or put otherwise",
            "OLD-SITE is a folder; the new one is the site's. Nothing is sent.", agreement_changes},
    Command{
        "agreement dry-run", "--token=FILE [OLD-SITE [NEW-SITE]]",
        "decides all past tellings again under old and new agreements and counts what differs",
        "The old site is a folder, or the active one; the new one a folder, or the site's. Sends nothing, prints no\n"
        "value. Each case that is looked at is a consultation in the ledger, by whoever holds the token.\n"
        "Roles: administrator, information-governance.",
        agreement_dry_run},
    Command{"agreement article-30", "[PARTY]", "prints the record of processing activities of one party",
            "Without a party: the hub's own. Source: UK GDPR article 30.", processing_record},
    Command{
        "map new", "RECORD-TYPE SAMPLE [LAYOUT]",
        "prints a first draft of a map, made from a sample message or a schema",
        "SAMPLE ends in .csv, .json or .xml; of fixed-width text LAYOUT holds lines `column NAME START LENGTH`.\n"
        "Or it is a schema that ends in .xsd, and in place of LAYOUT stands the root element where it declares "
        "several; or a JSON schema, which is known by what it says and may refer to other files beside it.\n"
        "Every field is listed; guesses are marked, all else is ignored with \"say why\". No value enters the draft.",
        map_new},
    Command{
        "map check", "MAP...", "checks maps and says everything that is wrong with them",
        "MAP is DIALECT/NAME of schemas/dialects, or a file that ends in .map. The schemas are those that the site\n"
        "names; without a site, the folder schemas in the current one. Exit status 1 where anything is wrong.",
        map_check},
    Command{"map test", "[--accept] [DIALECT...]", "runs the samples of dialects, and the laws over them",
            "Samples are schemas/dialects/NAME/samples/*.case (docs/reference/maps.md); without a DIALECT: of all.\n"
            "--accept writes what came out into the cases, for review. Prints values: samples must be fictional.",
            map_test},
    Command{"map explain", "[--partner=NAME] MAP SAMPLE",
            "tells field by field from where, through what, to where, and who would be told it",
            "SAMPLE is a message of the partner, or a case. The partner named gives (or gets) it: where none is, the "
            "one of\n"
            "the site that uses the map. Prints values: the sample must be fictional.",
            map_explain},
    Command{"map coverage", "DIALECT", "tells which partner fields and canonical fields no sample exercises", "",
            map_coverage},
    Command{
        "map diff", "[--partner=NAME] OLD-MAP NEW-MAP SAMPLE...",
        "tells what another version of a map changes, and for whom",
        "The samples are messages of the partner, or cases. Prints values: they must be fictional. Where several\n"
        "partners of the site use the map, name the one that gives them; of what goes out each that gets it is said.\n"
        "OLD-MAP may be a file kept anywhere: where its schema does not lie beside it, the one beside NEW-MAP is "
        "taken.",
        map_diff},
    Command{
        "import", "--token=FILE PARTNER FILE", "takes a file in as a message of a partner, on its behalf",
        "Needs --token of an integration engineer, a duty manager or a practitioner, who stands in the ledger.\n"
        "The media type follows the ending: .csv, .xml, .json, or .txt of fixed-width text. A running hub reads it;\n"
        "without one it waits.\n"
        "The same file twice is one message.",
        import_file},
    Command{
        "replay", "--token=FILE [--dry-run] --cause ID | --message ID | --all",
        "takes up held records and messages again, after their map was mended",
        "Needs --token of the role that the line waits for: an integration engineer, or information governance, a "
        "duty\n"
        "manager, a practitioner. Who decided is in the ledger; what is of a case concealed from them waits on.\n"
        "ID of a cause is that of its line in GET /v1/held, of a message what `import` and its receipt say. Reads at\n"
        "once, beside a running hub or without one, under the maps and agreements of the active site; what fails\n"
        "again is held again. --dry-run changes nothing, and says what would be taken and why the rest would not.",
        replay},
    Command{
        "trace", "--token=FILE ID", "tells what happened to a message or a case, from the ledger",
        "Needs --token of a duty manager or of information governance; of a message also of an integration engineer.\n"
        "Shows when, who, what, to whom, under which agreement; never a value. Who looked is in the ledger.",
        trace},
    Command{
        "told", "--token=FILE CASE", "tells who was told which fields of a case, when, under which agreement and basis",
        "Needs --token of a practitioner, a duty manager or information governance. From the ledger, a line of JSON "
        "for each\n"
        "telling, with what became of the sending; never a value. Who asked is in the ledger too.",
        told},
    Command{"near-misses", "--token=FILE", "tells what an agreement or the guard stopped, and what was decided on it",
            "Needs --token of a practitioner, a duty manager or information governance.\n"
            "One line each: partner, case, reason, when, and the decision that followed. No personal data.",
            near_misses},
    Command{"copies", "--token=FILE CASE", "tells what partners hold of a case, and what became of a recall",
            "Needs --token of a practitioner, a duty manager or information governance. A line of JSON for each copy: "
            "kept,\n"
            "asked, told, acknowledged or refused, and by when. Who asked is in the ledger.",
            copies},
    Command{"case merge", "--token=FILE CASE OTHER REASON",
            "says that another case is of the same person: it goes into this one",
            "Needs --token of a practitioner or duty manager. REASON: she-said, identified, opened-by-hand, "
            "reported-twice or\n"
            "other. The number of the other case stands for this one from then on.",
            case_merge},
    Command{"case unmerge", "--token=FILE CASE MESSAGE... REASON",
            "takes the records that messages brought out of a case",
            "Needs --token of a duty manager or of information governance. They get a case of their own, whose number "
            "it\n"
            "prints. REASON: another-person, she-said, source-said or other. `haven trace CASE` names the messages.",
            case_unmerge},
    Command{"case recall", "--token=FILE CASE [PARTNER] REASON", "has partners destroy what they hold of a case",
            "Needs --token of a duty manager or of information governance. REASON: consent-withdrawn, protect, "
            "victim-asked,\n"
            "objection, accuracy, legal-claim, misdirected, partner-breach, retention or other.",
            case_recall},
    Command{"case restrict", "--token=FILE CASE REASON", "has nothing more told of a case; REASON `lifted` ends that",
            "Needs --token of a duty manager or of information governance. Reasons are those of `haven case recall`.",
            case_restrict},
    Command{"case hold", "--token=FILE CASE REASON", "keeps a case from being erased; REASON `lifted` ends that",
            "Needs --token of information governance. REASON: police-investigation, court-proceedings, complaint, "
            "inquiry or\n"
            "other.",
            case_hold},
    Command{"case erase", "--token=FILE CASE REASON",
            "destroys the key of a case and all that is known of it, and prints the receipt",
            "Needs --token of information governance. REASON: victim-asked, retention-ended, court-order, "
            "opened-by-mistake\n"
            "or other. Of a case that is erased already it prints the receipt again.",
            case_erase},
    Command{
        "access", "--token=FILE CASE --role victim|perpetrator, or REQUEST",
        "makes what a person is given of the data that is held of them",
        "Needs --token of a duty manager or of information governance. With a role: a draft, and the number of the\n"
        "request. Another person signs it over the API; then REQUEST prints what may be given. A perpetrator's shows "
        "nothing of her, nor that there is anything to show.",
        access},
    Command{"breach", "--token=FILE [partner=NAME] [user=ID] [map=NAME] [from=INSTANT] [to=INSTANT]",
            "tells what of persons was told or read, from the ledger alone",
            "Needs --token of information governance. By partner (who was told, who looked, who gave it), user (who "
            "looked,\n"
            "whose override let it go, who took the file in), version of a map (\"NAME DIGEST\") and time, each as far "
            "as it\n"
            "is given, together where several are. It holds no value. Who asked is in the ledger.",
            breach},
    Command{"key rotate", "--token=FILE", "makes a new site key and wraps every key under it, while the hub goes on",
            "Needs --token of an administrator. It may be ended and begun again. The old key is destroyed by the hub "
            "when no backup needs it: `backups` in\n"
            "[keeping] of haven.toml says how long they are kept.",
            key_rotate},
    Command{"key list", "--token=FILE", "tells which site keys there are, what they wrap and when they are destroyed",
            "Needs --token of an administrator or of information governance.", key_list},
    Command{"ledger export", "FILE", "writes the whole ledger to a file for `ledger verify`",
            "The file holds no personal data.", ledger_export},
    Command{"ledger key", "", "prints the public key that checks the ledger's signatures", "", ledger_key},
    Command{"ledger prove", "ENTRY", "prints one entry with the proof that the signed ledger holds it",
            "ENTRY is the id that `haven trace` shows. Give the text to whoever may see that entry and no other:\n"
            "`haven ledger verify` checks it.",
            ledger_prove},
    Command{"ledger witness-key", "FOLDER NAME",
            "makes the key of a witness of somebody's ledger, and prints its public line",
            "For whoever countersigns, on a machine of their own. FOLDER is theirs alone; NAME is such as "
            "witness.example.\n"
            "The line printed goes into [witness] of the site's haven.toml.",
            ledger_witness_key},
    Command{
        "ledger witness", "FOLDER LEDGER-KEY OFFERED",
        "countersigns an offered checkpoint, where it goes on from the one signed last",
        "OFFERED is what GET /v1/ledger/checkpoint?after=SIZE answered; SIZE is the second line of FOLDER/last-signed, "
        "or\n"
        "0. Prints what is handed in (POST /v1/ledger/countersigned). A fork, a ledger that shrank or another key is\n"
        "refused with exit status 1, and nothing is signed. Opens no site and no network.",
        ledger_witness},
    Command{
        "ledger verify", "FILE PUBLIC-KEY [WITNESS-KEY | CHECKPOINT]...",
        "checks an exported ledger, or the proof of one entry, without a store and without a network",
        "PUBLIC-KEY is the line that `haven ledger key` printed. Exit status 1 where anything is wrong, and which\n"
        "entry it is. With the key line of a witness it also says where its signature is false or missing. CHECKPOINT\n"
        "is a file with one that came another way: a ledger cut short or forked shows against it.",
        ledger_verify},
    Command{"user add", "--token=FILE NAME ROLE", "adds a person and prints a token, once",
            "Needs --token of an administrator; the first start left one in the file first-administrator-token of the\n"
            "key folder.\n"
            "Roles: administrator, practitioner, duty-manager, integration-engineer, information-governance, witness.",
            user_add},
    Command{"user role", "--token=FILE NAME ROLE", "gives a person another role; the tokens stay",
            "Needs --token of an administrator. Roles are those of `haven user add`.", user_role},
    Command{"user token", "--token=FILE NAME", "makes another token for a person, and prints it, once",
            "Needs --token of an administrator. Tokens that were made before stay good: revoke them first where one is "
            "lost.",
            user_token},
    Command{"user revoke", "--token=FILE NAME", "refuses every token of a person from now on",
            "Needs --token of an administrator.", user_revoke},
    Command{"user list", "--token=FILE",
            "lists the people of the hub with their numbers, as the ledger names them, and roles",
            "Needs --token of an administrator.", user_list},
    Command{"user recover", "", "makes another administrator where every administrator's token is lost",
            "For whoever can read the site's keys. Every token of every administrator is refused from now on, and the\n"
            "log and the ledger say so.",
            user_recover},
    Command{"partner directory", "",
            "lists what service directories said, and which provider of the site each entry is",
            "An entry that is no provider's changes nothing: name it under [provider.listed] of a partner's file.",
            partner_directory},
    Command{"partner kit", "[--out=FOLDER] PARTNER", "writes a folder with all that a partner's analyst needs",
            "Agreements in plain words, dialects with schema, maps and samples, a guide, and a site folder with which\n"
            "`haven serve` is a hub of the partner's own to test against. FOLDER is new; without it PARTNER-kit.",
            partner_kit},
    Command{"partner token", "--token=FILE PARTNER",
            "makes a token with which a partner calls the hub, and prints it, once",
            "Needs --token of an administrator.", partner_token},
    Command{"partner revoke", "--token=FILE PARTNER", "refuses every token of a partner from now on",
            "Needs --token of an administrator. A certificate is taken back by its name in `certificate_names` of the "
            "partner's file.",
            partner_revoke},
};

}  // namespace

std::span<const Command> commands() {
    return all;
}

std::string help_text(const Command* command) {
    std::string out;
    if (command != nullptr) {
        out = std::string("haven ") + command->words + " " + command->arguments + "\n\n  " + command->summary + "\n";
        if (*command->help != '\0') { out += "\n" + std::string(command->help) + "\n"; }
        return out;
    }
    out =
        "haven: carries a call for help between agencies that cannot read each other's systems\n\n"
        "usage: haven [--site=FOLDER] COMMAND ...   (the site is the current folder where none is named)\n\n";
    for (const auto& each : all) {
        std::string words = std::string("  ") + each.words + " " + each.arguments;
        words.resize(std::max<std::size_t>(words.size() + 2, 36), ' ');
        out += words + each.summary + "\n";
    }
    return out + "\nhaven help COMMAND tells more.\n";
}

}  // namespace haven::cli
