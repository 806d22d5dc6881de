#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/ServerApplication.h>

#include <algorithm>
#include <iostream>

#include "hub/cli/command.h"

namespace {

using haven::cli::Call;
using haven::cli::Command;

/// The process: options, the command, and the signals that end it.
class Haven : public Poco::Util::ServerApplication {
public:
    Haven() { setUnixOptions(true); }

protected:
    void defineOptions(Poco::Util::OptionSet& options) override {
        using Poco::Util::Option;
        options.addOption(Option("site", "s", "the site's folder").argument("FOLDER").binding("haven.site"));
        options.addOption(
            Option("accept", "", "map test: write what came out into the cases").noArgument().binding("haven.accept"));
        options.addOption(
            Option("role", "", "access: who asks, victim or perpetrator").argument("ROLE").binding("haven.role"));
        options.addOption(
            Option("cause", "", "replay: what is held on one line").argument("ID").binding("haven.cause"));
        options.addOption(
            Option("message", "", "replay: what is held of one message").argument("ID").binding("haven.message"));
        options.addOption(Option("all", "", "replay: everything that is held").noArgument().binding("haven.all"));
        options.addOption(
            Option("dry-run", "", "replay: say what would be taken, change nothing").noArgument().binding("haven.dry"));
        options.addOption(Option("token", "", "the file with your token, for commands that ask who you are")
                              .argument("FILE")
                              .binding("haven.token"));
        options.addOption(Option("partner", "", "map explain, map diff: for which partner of the site")
                              .argument("NAME")
                              .binding("haven.partner"));
        options.addOption(
            Option("out", "", "partner kit: the folder that is made").argument("FOLDER").binding("haven.out"));
        options.addOption(Option("help", "h", "this page")
                              .noArgument()
                              .callback(Poco::Util::OptionCallback<Haven>(this, &Haven::ask_for_help)));
    }

    int main(const std::vector<std::string>& words) override {
        if (help_ || words.empty() || words[0] == "help") { return help(words); }
        const auto* command = find(words);
        if (command == nullptr) {
            std::cerr << haven::cli::help_text();
            return EXIT_USAGE;
        }
        Call call;
        call.site = config().getString("haven.site", ".");
        call.arguments.assign(words.begin() + count_words(*command), words.end());
        call.role = config().getString("haven.role", "");
        call.accept = config().has("haven.accept");
        call.partner = config().getString("haven.partner", "");
        call.out = config().getString("haven.out", "");
        call.token_file = config().getString("haven.token", "");
        call.cause = config().getString("haven.cause", "");
        call.message = config().getString("haven.message", "");
        call.all = config().has("haven.all");
        call.dry_run = config().has("haven.dry");
        call.wait_for_end = [this] { waitForTerminationRequest(); };
        call.end = [] { terminate(); };
        return command->run(call);
    }

private:
    void ask_for_help(const std::string&, const std::string&) {
        help_ = true;
        stopOptionsProcessing();
    }

    static int help(const std::vector<std::string>& words) {
        const bool named = !words.empty() && words[0] == "help";
        std::cout << haven::cli::help_text(words.empty() ? nullptr
                                                         : find({words.begin() + (named ? 1 : 0), words.end()}));
        return EXIT_OK;
    }

    static std::ptrdiff_t count_words(const Command& command) {
        const std::string_view words(command.words);
        return 1 + std::count(words.begin(), words.end(), ' ');
    }

    static const Command* find(const std::vector<std::string>& words) {
        for (const auto& command : haven::cli::commands()) {
            std::string said;
            for (std::ptrdiff_t i = 0; i < count_words(command) && i < std::ssize(words); ++i) {
                said += (i > 0 ? " " : "") + words[static_cast<std::size_t>(i)];
            }
            if (said == command.words) { return &command; }
        }
        return nullptr;
    }

    bool help_ = false;
};

}  // namespace

POCO_SERVER_MAIN(Haven)
