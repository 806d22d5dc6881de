#include <map>
#include <set>

#include "hub/flow/broker.h"
#include "hub/flow/teller.h"
#include "tests/flow/hub.h"
#include "tests/mapping/random_record.h"

// Which facts of a case may decide whether an offer is made, and to whom: these and no others.
namespace haven {
namespace {

using namespace test;

/// The list. All else that anybody tells the hub changes neither who is asked nor whether the asking goes out.
const std::set<std::string> may_decide{
    // whether it may be shared
    "consent/to-referral", "consent/overridden", "consent/override-reason", "consent/override-role", "risk/level",
    // whom a provider helps, and where
    "victim/birth-date", "victim/age", "victim/gender", "child/birth-date", "child/age", "child/gender",
    "household/pet/kind", "household/access/need", "victim/no-recourse-to-public-funds", "avoid/area",
    "perpetrator/area",
    // a partner in conflict of interest
    "perpetrator/employer"};

using Values = std::vector<PathValue>;

/// A woman with a boy of nine, who says yes to everything; a man who said nothing of it.
const std::vector<Values> people{
    {{"victim/age", "41"},
     {"victim/gender", "female"},
     {"child[0]/age", "9"},
     {"child[0]/gender", "male"},
     {"consent/to-referral", "yes"},
     {"risk/level", "medium"}},
    {{"victim/birth-date", "1985-04-03"}, {"victim/gender", "male"}, {"risk/level", "medium"}},
};

/// What decides only beside another fact: what is entered with it.
const std::map<std::string, Values> beside{
    {"child/age", {{"child[0]/gender", "male"}}},
    {"child/birth-date", {{"child[0]/gender", "male"}}},
    {"child/gender", {{"child[0]/age", "15"}}},
    {"consent/overridden", {{"consent/override-reason", "risk-to-life"}, {"consent/override-role", "duty-manager"}}},
    {"consent/override-reason", {{"consent/overridden", "yes"}, {"consent/override-role", "duty-manager"}}},
    {"consent/override-role", {{"consent/overridden", "yes"}, {"consent/override-reason", "risk-to-life"}}},
};

class DecidingFields : public testing::Test, protected RunningHub {
protected:
    DecidingFields() {
        const std::string council = "agreements/eastford-1.toml";
        folder_.replace(council, "\"required\"", "\"overridable\"");
        folder_.replace(council, "[from]",
                        "[override]\nby = [\"duty-manager\"]\ngrounds = [\"risk-to-life\"]\n\n[from]");
        folder_.replace(council, "retention_days", "risk_at_least = \"medium\"\nretention_days");
        start();
    }

    /// Who is asked for each service and what becomes of the asking, where a person entered these values last.
    std::string asked(const Values& person, const Values& last) {
        const auto& context = node_->context();
        auto snapshot =
            flow::new_case(context, entered("contact-result", person, RecordId{1}, noon - hours(2)), {}, false, noon);
        if (!last.empty()) { snapshot.add(entered(type_of(last), last, RecordId{2}, noon - hours(1)), {}); }
        std::string out;
        flow::Broker broker(context, noon);
        for (const auto& [name, service] : context.site->services) {
            const auto opened = broker.open(snapshot, service.name, ledger::Actor::of_user(UserId{7}));
            out.append(name).append(opened ? ":" : ": nobody");
            if (!opened) { continue; }
            for (const auto& work : opened->work) {
                if (work.work.kind != store::WorkKind::tell) { continue; }
                const store::OfferRow offer{OfferId{work.work.subject},
                                            snapshot.referrals.back().id,
                                            snapshot.row.id,
                                            work.work.lane,
                                            OfferState::queued,
                                            "reference"};
                const auto told = flow::Teller(context, noon).tell(work.work, snapshot, offer, false, {});
                const auto* stopped = std::get_if<flow::Stopped>(&told);
                out.append(" ").append(work.work.lane.text()).append(" ");
                out.append(stopped == nullptr ? "is told" : stopped->error.reason.text());
            }
            out.append("; ");
        }
        return out;
    }
    /// A record type that has them all; "" where there is none.
    static std::string type_of(const Values& values) {
        for (const char* type : {"contact-result", "incident-report", "perpetrator-update", "referral"}) {
            const auto& fields = catalogue()->record_type(*catalogue()->find_record_type(type)).fields;
            if (std::all_of(values.begin(), values.end(),
                            [&](const PathValue& one) { return fields.has(field(plain(one.first))); })) {
                return type;
            }
        }
        return "";
    }
    /// Values that could matter, as far as the field's type takes them: what the site's own files name, and what is so
    /// in the case already, beside some at random.
    std::set<std::string> values_of(const FieldInfo& field) {
        std::set<std::string> out;
        const auto& type = *field.type;
        for (const auto& code : type.codes) { out.insert(code.text); }
        if (!type.codes.empty()) { return out; }
        for (int i = 0; i < 4; ++i) { out.insert(random_.value(type)); }
        std::vector<std::string> telling{"eastford-council", "E07999001",    "E07999002",  "Sample",
                                         "risk-to-life",     "duty-manager", "2012-01-01", "1935-01-01",
                                         "2008-06-07",       "15",           "0"};
        for (const auto& [name, partner] : node_->context().site->partners) { telling.push_back(partner.title); }
        for (const auto& text : telling) {
            if (type.fits(text)) { out.insert(text); }
        }
        return out;
    }
    /// Whether some value of a field, entered last, changes anything for anybody.
    bool decides(const FieldInfo& info) {
        const std::string path(info.path.text());
        const auto with = beside.find(path);
        const auto companions = with == beside.end() ? Values{} : with->second;
        for (const auto& value : values_of(info)) {
            auto last = companions;
            last.emplace_back(path, value);
            if (type_of(last).empty()) { return false; }
            ++tried_;
            for (const auto& person : people) {
                if (asked(person, last) != asked(person, companions)) { return true; }
            }
        }
        return false;
    }

    std::size_t tried_ = 0;

private:
    using hours = std::chrono::hours;
    static std::string plain(const std::string& path) {
        const auto mark = path.find('[');
        return mark == std::string::npos ? path : path.substr(0, mark) + path.substr(mark + 3);
    }
    CaseRecord entered(const std::string& type, const Values& values, RecordId id, Instant as_of) const {
        RecordMaker maker(type);
        for (const auto& [path, text] : values) { maker.set(path, text); }
        return {maker.part(as_of), {id, node_->context().site->hub, as_of, true}};
    }
    RandomRecord random_{7};
};

TEST_F(DecidingFields, AreThoseOfTheListAndNoOthers) {
    const auto before = asked(people[0], {});
    EXPECT_NE(before.find("eastford-council is told"), std::string::npos) << before;
    EXPECT_NE(before.find("harbour-refuge is told"), std::string::npos) << before;
    const auto assessment = catalogue()->field(field("risk/level")).whole;
    for (std::uint16_t f = 0; f < catalogue()->field_count(); ++f) {
        const auto& info = catalogue()->field({f});
        const std::string path(info.path.text());
        // An assessment is replaced as one: a new one without a level takes the old one's level away.
        const bool of_assessment = info.whole == assessment && path.starts_with("risk/");
        EXPECT_EQ(decides(info), may_decide.contains(path) || of_assessment) << path;
    }
    EXPECT_GT(tried_, 500U);
    for (const auto& path : may_decide) { EXPECT_TRUE(catalogue()->find(path)) << path; }
}

}  // namespace
}  // namespace haven
