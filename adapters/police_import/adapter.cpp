#include "adapters/police_import/adapter.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <deque>
#include <optional>
#include <utility>

#include "adapters/police_import/folder.h"
#include "core/base/log.h"

namespace haven::police_import {
namespace {

using namespace sdk;

constexpr std::string_view part_ending = ".part";
constexpr std::string_view marker_ending = ".done";
constexpr std::size_t marker_bytes_max = 20;  // digits of a size, and the end of a line
constexpr int names_tried_max = 100;

constexpr std::array settings{
    Setting{"folder", SettingKind::path, nullptr, "where the force's system writes its exports"},
    Setting{
        "complete", SettingKind::text, nullptr,
        "how it says that a file is whole: renamed (written as NAME.part, then renamed) or marker (NAME.done, written "
        "last, holds the file's size in bytes)"},
    Setting{"pattern", SettingKind::text, "*", "which names are exports; * stands for any characters"},
    Setting{"tell", SettingKind::boolean, "no",
            "whether what the hub tells the force is put into FOLDER/told; no: nothing is told it this way"},
};

struct Folders {
    Folder incoming;
    Folder accepted;
    Folder receipts;

    static Result<Folders> open(const std::string& path) {
        auto incoming = Folder::open(path);
        if (!incoming) { return fail(std::move(incoming).error()); }
        auto accepted = incoming->inner("accepted", 0700);
        if (!accepted) { return fail(std::move(accepted).error()); }
        auto receipts = incoming->inner("receipts", 0750);
        if (!receipts) { return fail(std::move(receipts).error()); }
        return Folders{std::move(*incoming), std::move(*accepted), std::move(*receipts)};
    }
};

// A file read to its end, which fails if the file did not stay as it was.
class FileSource : public ByteSource {
public:
    FileSource(Descriptor fd, Identity identity) : fd_(std::move(fd)), identity_(identity) {}

    Result<std::size_t> read(std::span<char> into) override {
        ssize_t n = -1;
        do { n = ::read(fd_.get(), into.data(), into.size()); } while (n < 0 && errno == EINTR);
        if (n < 0) { return fail(Fault::unreachable, Reason("the file cannot be read, errno ", errno)); }
        read_ += n;
        struct stat is {};
        const bool end = n == 0 && !into.empty();
        if (end && (::fstat(fd_.get(), &is) != 0 || Identity::of(is) != identity_ || read_ != identity_.bytes)) {
            return fail(Fault::conflict, "the file changed while it was read");
        }
        return static_cast<std::size_t>(n);
    }

private:
    Descriptor fd_;
    Identity identity_;
    std::int64_t read_ = 0;
};

// "INODE-BYTES-CHANGED-NAME": enough to know after a restart whether the file is still the one that was read.
struct Token {
    Identity identity;
    std::string name;

    std::string text() const {
        return std::to_string(identity.inode) + "-" + std::to_string(identity.bytes) + "-" +
               std::to_string(identity.changed_ns) + "-" + name;
    }

    static Result<Token> read(std::string_view text) {
        Token token;
        const auto number = [&text](auto& n) {
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
            const bool good = error == std::errc{} && end != text.data() + text.size() && *end == '-';
            if (good) { text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1); }
            return good;
        };
        if (!number(token.identity.inode) || !number(token.identity.bytes) || !number(token.identity.changed_ns) ||
            !is_plain_name(text)) {
            return fail(Fault::refused, "expected a token of this adapter");
        }
        token.name = text;
        return token;
    }
};

class ExportSource : public Source {
public:
    ExportSource(std::string path, std::string pattern, bool by_marker, const Environment& environment)
        : path_(std::move(path)), pattern_(std::move(pattern)), by_marker_(by_marker), environment_(environment) {}

    Result<std::optional<Arrival>> read() override {
        auto folders = Folders::open(path_);
        if (!folders) { return fail(std::move(folders).error()); }
        if (waiting_.empty()) {
            if (auto seen = look(folders->incoming); !seen) { return fail(std::move(seen).error()); }
        }
        for (; !waiting_.empty(); waiting_.pop_front()) {
            if (auto arrival = take(folders->incoming, waiting_.front())) { return arrival; }
        }
        return std::nullopt;
    }

    std::int64_t passed_over() const override { return passed_over_; }

    Result<void> acknowledge(std::string_view text) override {
        const auto token = Token::read(text);
        if (!token) { return fail(token.error()); }
        auto folders = Folders::open(path_);
        if (!folders) { return fail(std::move(folders).error()); }
        waiting_.erase(std::remove(waiting_.begin(), waiting_.end(), token->name), waiting_.end());
        const auto now = folders->incoming.identity(token->name);
        if (!now) { return {}; }  // an earlier acknowledgement did it
        if (*now != token->identity) { return fail(Fault::conflict, "the file changed after it was read"); }
        return put_away(*folders, *token);
    }

    Result<void> receipt(std::string_view text, std::string_view json) override {
        const auto token = Token::read(text);
        if (!token) { return fail(token.error()); }
        auto folders = Folders::open(path_);
        if (!folders) { return fail(std::move(folders).error()); }
        return folders->receipts.write(token->name + ".json", json);
    }

private:
    // Exports by name. Passed over is what lies among them under a name that is none of an export's, is no plain file
    // (a link could name any file of this machine), or is not said to be whole.
    Result<void> look(const Folder& incoming) {
        auto names = incoming.names();
        if (!names) { return fail(std::move(names).error()); }
        passed_over_ = 0;
        for (auto& name : *names) {
            if (!fits(name, pattern_) || is_no_export(name)) { continue; }
            if (is_plain_name(name) && media_type_of(name) && take(incoming, name)) {
                waiting_.push_back(std::move(name));
            } else {
                ++passed_over_;
            }
        }
        return {};
    }

    // What is still being written, or hidden; and a marker.
    bool is_no_export(std::string_view name) const {
        return name.starts_with('.') || name.ends_with(part_ending) || (by_marker_ && name.ends_with(marker_ending));
    }

    std::optional<Arrival> take(const Folder& incoming, const std::string& name) const {
        auto file = incoming.file(name);
        struct stat is {};
        if (!file || ::fstat(file->get(), &is) != 0) { return std::nullopt; }
        const auto identity = Identity::of(is);
        if (by_marker_ && !is_marked(incoming, name, identity)) { return std::nullopt; }
        return Arrival{Token{identity, name}.text(), std::string(media_type_of(name).value_or("")),
                       std::make_unique<FileSource>(std::move(*file), identity)};
    }

    // A marker counts only if it names this size and was written after the file's last change: one left over from an
    // earlier file of the same name says nothing about this one.
    static bool is_marked(const Folder& incoming, const std::string& name, const Identity& identity) {
        const auto marker = incoming.file(name + std::string(marker_ending));
        struct stat is {};
        std::array<char, marker_bytes_max + 1> text{};
        const auto n = marker ? ::read(marker->get(), text.data(), text.size()) : -1;
        if (n <= 0 || ::fstat(marker->get(), &is) != 0 || Identity::of(is).changed_ns < identity.changed_ns) {
            return false;
        }
        std::int64_t bytes = -1;
        const auto [end, error] = std::from_chars(text.data(), text.data() + n, bytes);
        const std::string_view rest(end, static_cast<std::size_t>(text.data() + n - end));
        return error == std::errc{} && bytes == identity.bytes && (rest.empty() || rest == "\n" || rest == "\r\n");
    }

    // Moves first and looks then, because only what was moved can no longer be changed from outside: if another file
    // had come under the name meanwhile, it goes back, to be read.
    Result<void> put_away(const Folders& folders, const Token& token) {
        auto kept = token.name;
        auto moved = folders.incoming.move(token.name, folders.accepted, kept);
        for (int n = 0; moved && !*moved && n < names_tried_max; ++n) {
            kept = token.name + "." + std::to_string(to_us(environment_.clock->now()) + n);
            moved = folders.incoming.move(token.name, folders.accepted, kept);
        }
        if (!moved) { return fail(std::move(moved).error()); }
        if (!*moved) { return fail(Fault::unreachable, "the folder of accepted files has this name too often"); }
        const auto is = folders.accepted.identity(kept);
        if (is && (is->inode != token.identity.inode || is->bytes != token.identity.bytes)) {
            const auto back = folders.accepted.move(kept, folders.incoming, token.name);
            if (!back || !*back) {
                log(LogLevel::alarm, "an export that nobody read stands among the accepted ones",
                    {{"partner", environment_.partner}});
            }
            return fail(Fault::conflict, "the file changed after it was read");
        }
        if (by_marker_) { folders.incoming.remove(token.name + std::string(marker_ending)); }
        return {};
    }

    std::string path_;
    std::string pattern_;
    bool by_marker_;
    Environment environment_;
    std::deque<std::string> waiting_;  // names seen at the last look and not yet acknowledged
    std::int64_t passed_over_ = 0;
};

// What the hub tells the force: a file that is there whole or not at all. The same message is the same file.
class ToldSink : public Sink {
public:
    ToldSink(std::string path, const Environment& environment) : path_(std::move(path)), environment_(environment) {}

    Delivery send(const Cleared& message, std::string_view /*key*/) override {
        const auto told = open(path_);
        if (!told) { return Unreachable{told.error().reason}; }
        const auto bytes = message.bytes(environment_.clock->now());
        if (!bytes) { return Unreachable{bytes.error().reason}; }
        // It may have its name already where only the folder could not be brought to disk.
        const auto written = told->write(std::string(message.file_name()), *bytes);
        if (!written) { return Unknown{written.error().reason}; }
        return Accepted{};
    }

    // That it is not there says nothing: the force may have taken it away.
    std::optional<Delivery> ask(std::string_view /*key*/, std::string_view file_name) override {
        const auto told = open(path_);
        if (!told || !told->identity(std::string(file_name))) { return std::nullopt; }
        return Accepted{};
    }

    static Result<Folder> open(const std::string& path) {
        auto folder = Folder::open(path);
        if (!folder) { return folder; }
        return folder->inner("told", 0750);
    }

private:
    std::string path_;
    Environment environment_;
};

Result<std::unique_ptr<Sink>> make_sink(const Settings& given, const Environment& environment) {
    if (!given.boolean("tell")) { return nullptr; }
    if (auto told = ToldSink::open(given.text("folder")); !told) {
        return fail(std::move(told).error().at(given.place("folder")));
    }
    return std::make_unique<ToldSink>(given.text("folder"), environment);
}

Result<std::unique_ptr<Source>> make_source(const Settings& given, const Environment& environment) {
    const auto& complete = given.text("complete");
    if (complete != "renamed" && complete != "marker") {
        return fail(Error{Fault::malformed, "expected renamed or marker", {}}.at(given.place("complete")));
    }
    if (auto folders = Folders::open(given.text("folder")); !folders) {
        return fail(std::move(folders).error().at(given.place("folder")));
    }
    return std::make_unique<ExportSource>(given.text("folder"), given.text("pattern"), complete == "marker",
                                          environment);
}

Result<void> self_test(const Settings& given, const Environment& /*environment*/) {
    auto folders = Folders::open(given.text("folder"));
    if (!folders) { return fail(std::move(folders).error()); }
    if (!folders->incoming.writable() || !folders->accepted.writable() || !folders->receipts.writable()) {
        return fail(Fault::refused, "expected folders that the hub may move files in");
    }
    const auto told = given.boolean("tell") ? ToldSink::open(given.text("folder")) : Folder::open(given.text("folder"));
    if (!told || !told->writable()) {
        return fail(Fault::refused, "expected a folder `told` that the hub may write to");
    }
    if (folders->incoming.device() != folders->accepted.device()) {
        return fail(Fault::refused, "expected the folder and its accepted on one file system");
    }
    return {};
}

}  // namespace

const Declaration declaration{
    .name = "police_import",
    .summary =
        "Takes the exports that a force's system writes into a folder: CSV, XML, JSON or fixed-width text; may put "
        "there what it is told.",
    .settings = settings,
    .posture = Posture::local_files,
    .in_flight = 1,
    .make_sink = make_sink,
    .make_source = make_source,
    .self_test = self_test,
};

}  // namespace haven::police_import
