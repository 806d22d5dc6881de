#include "tests/conformance/far_end.h"

#include <fstream>
#include <functional>
#include <stdexcept>

#include "adapters/builtin.h"
#include "hub/plugins/plugins.h"
#include "tests/peers/sftp_partner.h"

// libssh2 1.10 loses about 1.5 kB of libcrypto's when a line breaks in the middle of its key exchange, as it does here
// often.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier): the sanitizer's name
    return "leak:libcrypto\n";
}

namespace haven::conformance {
namespace {

const std::vector<const sdk::Declaration*>& all_adapters() {
    static const std::vector<const sdk::Declaration*> all = [] {
        std::vector<const sdk::Declaration*> found(builtin_adapters().begin(), builtin_adapters().end());
        const peers::TemporaryFolder folder;
        std::filesystem::copy_file(PAPER_TRAY, folder / "paper_tray.so");
        std::filesystem::permissions(folder / "paper_tray.so", std::filesystem::perms::owner_all);
        const auto plugins = load_plugins(folder.path(), found).value();
        found.insert(found.end(), plugins.begin(), plugins.end());
        return found;
    }();
    return all;
}

const sdk::Declaration& declaration(std::string_view name) {
    for (const auto* adapter : all_adapters()) {
        if (adapter->name == name) { return *adapter; }
    }
    throw std::runtime_error("no such adapter");
}

class HousingRest : public FarEnd {
public:
    const sdk::Declaration& adapter() const override { return declaration("housing_rest"); }
    Given settings(const std::string& timeout) override {
        const auto& certificates = peers::certificates();
        return {{"url", "https://127.0.0.1:" + std::to_string(line_.port()) + "/referrals"},
                {"certificate", certificates / "hub.crt"},
                {"key", certificates / "hub.key"},
                {"authority", certificates / "authority.crt"},
                {"timeout", timeout}};
    }
    peers::Line* line() override { return &line_; }

    std::optional<int> effects(const Message& message) const override { return council_.effects(message.key); }
    std::vector<std::string> troubles() const override {
        return {"cut_before_body",
                "cut_in_body",
                "cut_after_body",
                "silent",
                "busy",
                "too_many",
                "refused",
                "error",
                "gateway",
                "redirect",
                "login_page",
                "slow_to_read",
                "cut_after_taken",
                "reset_after_taken",
                "cut_in_answer",
                "silent_after_taken",
                "delay",
                "twice",
                "garbage",
                "huge",
                "slow_to_answer",
                "error_after_taken",
                "wrong_key",
                "no_key"};
    }
    void misbehave(const std::string& trouble, const Message& /*message*/) override { council_.misbehave(trouble); }
    void behave() override { council_.behave(); }
    void offer(const std::string& name, const std::string& bytes) override { council_.answer(name, bytes); }
    void offer_part(const std::string& name, const std::string& whole, std::size_t written) override {
        council_.part_of_answer(name, whole.substr(0, written));
    }

private:
    peers::Council council_;
    peers::Line line_{council_.port()};
};

class SftpDrop : public FarEnd {
public:
    const sdk::Declaration& adapter() const override { return declaration("sftp_drop"); }
    Given settings(const std::string& timeout) override {
        return {{"url", "sftp://127.0.0.1:" + std::to_string(line_.port()) + inbox_},
                {"user", partner_.user()},
                {"key", partner_.keys("client")},
                {"host_keys", partner_.keys("host_keys")},
                {"answers", outbox_},
                {"timeout", timeout}};
    }
    peers::Line* line() override { return &line_; }
    int calls_between_kills() const override { return 9; }

    std::optional<int> effects(const Message& message) const override {
        return peers::file_text(inbox_ + "/" + message.file_name) == message.bytes ? 1 : 0;
    }
    std::vector<std::string> troubles() const override { return {"no_folder", "another_file", "a_part_is_left"}; }
    void misbehave(const std::string& trouble, const Message& message) override {
        if (trouble == "no_folder") { std::filesystem::rename(inbox_, inbox_ + "-away"); }
        if (trouble == "another_file") { peers::put_file(inbox_ + "/" + message.file_name, "somebody else's"); }
        if (trouble == "a_part_is_left") { peers::put_file(inbox_ + "/" + message.file_name + ".part", "{\"n"); }
        other_file_ = trouble == "another_file" ? inbox_ + "/" + message.file_name : "";
    }
    void behave() override {
        if (std::filesystem::exists(inbox_ + "-away")) { std::filesystem::rename(inbox_ + "-away", inbox_); }
        if (!other_file_.empty()) { std::filesystem::remove(other_file_); }
    }

    void offer(const std::string& name, const std::string& bytes) override { peers::put_file(file(name), bytes); }
    void offer_part(const std::string& name, const std::string& whole, std::size_t written) override {
        std::ofstream(file(name) + ".part", std::ios::binary) << whole.substr(0, written);
    }

private:
    std::string file(const std::string& name) const { return outbox_ + "/" + name + ".xml"; }
    peers::SftpPartner partner_;
    peers::Line line_{partner_.port()};
    std::string inbox_ = partner_.new_folder();
    std::string outbox_ = partner_.new_folder();
    std::string other_file_;
};

// The force's system says that a file is whole by its name (renamed), or by a marker beside it.
class PoliceImport : public FarEnd {
public:
    explicit PoliceImport(bool by_marker) : by_marker_(by_marker) {}
    const sdk::Declaration& adapter() const override { return declaration("police_import"); }
    Given settings(const std::string& /*timeout*/) override {
        return {{"folder", folder_.path()}, {"complete", by_marker_ ? "marker" : "renamed"}, {"tell", "yes"}};
    }

    std::optional<int> effects(const Message& message) const override {
        const auto told = folder_ / ("told/" + message.file_name);
        return std::filesystem::exists(told) && peers::file_text(told) == message.bytes ? 1 : 0;
    }
    void offer(const std::string& name, const std::string& bytes) override {
        if (!by_marker_) { return peers::put_file(file(name), bytes); }
        offer_part(name, bytes, bytes.size());
        peers::put_file(file(name) + ".done", std::to_string(bytes.size()) + "\n");
    }
    void offer_part(const std::string& name, const std::string& whole, std::size_t written) override {
        std::ofstream(file(name) + (by_marker_ ? "" : ".part"), std::ios::binary) << whole.substr(0, written);
    }

private:
    std::string file(const std::string& name) const { return folder_ / (name + ".csv"); }
    bool by_marker_;
    peers::TemporaryFolder folder_;
};

class LightPartner : public FarEnd {
public:
    const sdk::Declaration& adapter() const override { return declaration("light_partner"); }
    Given settings(const std::string& /*timeout*/) override { return {}; }
};

class PaperTray : public FarEnd {
public:
    const sdk::Declaration& adapter() const override { return declaration("paper_tray"); }
    Given settings(const std::string& /*timeout*/) override { return {{"folder", folder_.path()}}; }
    std::optional<int> effects(const Message& message) const override {
        return peers::file_text(folder_ / message.file_name) == message.bytes ? 1 : 0;
    }

private:
    peers::TemporaryFolder folder_;
};

using Factory = std::function<std::unique_ptr<FarEnd>()>;
const std::map<std::string, Factory>& factories() {
    static const std::map<std::string, Factory> all{
        {"housing_rest", [] { return std::make_unique<HousingRest>(); }},
        {"light_partner", [] { return std::make_unique<LightPartner>(); }},
        {"paper_tray", [] { return std::make_unique<PaperTray>(); }},
        {"police_import", [] { return std::make_unique<PoliceImport>(false); }},
        {"police_import_by_marker", [] { return std::make_unique<PoliceImport>(true); }},
        {"sftp_drop", [] { return std::make_unique<SftpDrop>(); }},
    };
    return all;
}

std::vector<std::string> adapters_that(const std::function<bool(const sdk::Declaration&)>& are_such) {
    std::vector<std::string> names;
    for (const auto& [name, make] : factories()) {
        if (are_such(declaration(name.substr(0, name.find("_by_"))))) { names.push_back(name); }
    }
    return names;
}

template <class Part, class Make>
std::unique_ptr<Part> made(Make make, const Given& given, const sdk::Declaration& adapter, const Clock& clock) {
    const auto settings = sdk::Settings::check(adapter.settings, given, "/");
    if (!settings) { throw std::runtime_error(settings.error().message()); }
    auto part = make(*settings, sdk::Environment{Name::declare("eastford"), &clock});
    if (!part) { throw std::runtime_error(part.error().message()); }
    return std::move(*part);
}

}  // namespace

std::vector<std::string> adapters_with_sink() {
    return adapters_that([](const auto& adapter) { return adapter.make_sink != nullptr; });
}
std::vector<std::string> adapters_with_source() {
    return adapters_that([](const auto& adapter) { return adapter.make_source != nullptr; });
}
std::vector<std::string> adapters_over_a_line() {
    return adapters_that([](const auto& adapter) { return adapter.posture == sdk::Posture::hardened; });
}

FarEnd& far_end(const std::string& adapter) {
    static std::map<std::string, std::unique_ptr<FarEnd>> started;
    auto& far = started[adapter];
    if (!far) { far = factories().at(adapter)(); }
    return *far;
}

std::unique_ptr<sdk::Sink> new_sink(FarEnd& far, const Clock& clock, const std::string& timeout) {
    return made<sdk::Sink>(far.adapter().make_sink, far.settings(timeout), far.adapter(), clock);
}

std::unique_ptr<sdk::Source> new_source(FarEnd& far, const Clock& clock) {
    return made<sdk::Source>(far.adapter().make_source, far.settings("5s"), far.adapter(), clock);
}

Message new_message() {
    static int count = 0;
    const auto n = std::to_string(++count);
    return {"conformance-" + n, "EH-" + n + ".json", R"({"reference":")" + n + R"("})"};
}

}  // namespace haven::conformance
