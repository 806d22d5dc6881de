#include "core/referral/provider.h"

#include <gmock/gmock.h>

#include "tests/core/referral/sample.h"

namespace haven {
namespace {

const auto monday_10 = at(11, 23, 10);
const std::string stevenage = "E07000243";
const std::string watford = "E07000103";

Provider provider(Name partner) {
    return {.partner = partner, .services = {refuge}, .hours = office(), .reply_window = hours(1)};
}
// A mother with a girl of four and a boy of fourteen, and a dog.
Need family() {
    return {.service = refuge,
            .age = 34,
            .gender = Gender::female,
            .children = {{.age = 4, .gender = Gender::female}, {.age = 14, .gender = Gender::male}},
            .pets = {PetKind::dog}};
}
std::optional<WhyNot> judged(const Provider& p, const Need& need = {.service = refuge}) {
    return why_not(p, need, monday_10);
}

TEST(Provider, ThatDeclaresNothingHelpsEverybodyWithItsService) {
    auto p = provider(oakbridge);
    p.pets = {PetKind::dog, PetKind::cat};
    EXPECT_EQ(judged(p, family()), std::nullopt);
    EXPECT_EQ(judged(p, {.service = Name::declare("rehousing")}), WhyNot::other_service);
}

TEST(Provider, WhereThePerpetratorWorksIsBarred) {
    const auto why = judged(provider(oakbridge), {.service = refuge, .conflicts = {larkfield, oakbridge}});
    EXPECT_EQ(why, WhyNot::conflict);
    EXPECT_TRUE(is_barred(*why));
    EXPECT_EQ(judged(provider(oakbridge), {.service = refuge, .conflicts = {larkfield}}), std::nullopt);
}

TEST(Provider, InAnAreaToAvoidIsBarredThoughItServesTheAreaThatSheChose) {
    auto p = provider(oakbridge);
    p.area = stevenage;
    p.serves = {watford};
    const auto why = judged(p, {.service = refuge, .areas = {watford}, .areas_to_avoid = {stevenage}});
    EXPECT_EQ(why, WhyNot::area_to_avoid);
    EXPECT_TRUE(is_barred(*why));
}

TEST(Provider, ThatServesNoneOfHerAreasIsNotAsked) {
    auto p = provider(oakbridge);
    p.serves = {watford};
    EXPECT_EQ(judged(p, {.service = refuge, .areas = {stevenage}}), WhyNot::area_not_served);
    EXPECT_EQ(judged(p, {.service = refuge, .areas = {stevenage, watford}}), std::nullopt);
    EXPECT_EQ(judged(p, {.service = refuge}), std::nullopt) << "she may go anywhere";
    EXPECT_FALSE(is_barred(WhyNot::area_not_served));
}

TEST(Provider, IsJudgedByAgeAndGender) {
    auto p = provider(oakbridge);
    p.age_min = 16;
    p.age_max = 60;
    p.genders = {Gender::female, Gender::non_binary};
    EXPECT_EQ(judged(p, {.service = refuge, .age = 15}), WhyNot::age);
    EXPECT_EQ(judged(p, {.service = refuge, .age = 16}), std::nullopt);
    EXPECT_EQ(judged(p, {.service = refuge, .age = 60}), std::nullopt);
    EXPECT_EQ(judged(p, {.service = refuge, .age = 61}), WhyNot::age);
    EXPECT_EQ(judged(p, {.service = refuge, .gender = Gender::male}), WhyNot::gender);
    EXPECT_EQ(judged(p, {.service = refuge, .gender = Gender::female}), std::nullopt);
    EXPECT_EQ(judged(p, {.service = refuge}), std::nullopt) << "what is not known excludes nobody";
}

TEST(Provider, IsJudgedByTheChildren) {
    auto p = provider(oakbridge);
    p.pets = {PetKind::dog};
    p.children_max = 1;
    EXPECT_EQ(judged(p, family()), WhyNot::too_many_children);
    p.children_max = 2;
    p.child_age_max = 13;
    EXPECT_EQ(judged(p, family()), WhyNot::child_too_old);
    p.child_age_max = 17;
    p.boy_age_max = 13;
    EXPECT_EQ(judged(p, family()), WhyNot::boy_too_old);
    p.boy_age_max = 14;
    EXPECT_EQ(judged(p, family()), std::nullopt);
    p.boy_age_max = 3;
    auto girls = family();
    girls.children.pop_back();
    EXPECT_EQ(judged(p, girls), std::nullopt) << "a limit for boys is none for girls";
}

TEST(Provider, IsJudgedByPetsAccessAndFunds) {
    auto p = provider(oakbridge);
    EXPECT_EQ(judged(p, family()), WhyNot::pets);
    p.access = {AccessNeed::level_access};
    EXPECT_EQ(judged(p, {.service = refuge, .access = {AccessNeed::level_access, AccessNeed::wheelchair_throughout}}),
              WhyNot::access);
    EXPECT_EQ(judged(p, {.service = refuge, .access = {AccessNeed::level_access}}), std::nullopt);
    EXPECT_EQ(judged(p, {.service = refuge, .no_recourse_to_public_funds = Answer::yes}), WhyNot::no_recourse);
    EXPECT_EQ(judged(p, {.service = refuge, .no_recourse_to_public_funds = Answer::no}), std::nullopt);
    p.takes_no_recourse = true;
    EXPECT_EQ(judged(p, {.service = refuge, .no_recourse_to_public_funds = Answer::yes}), std::nullopt);
}

TEST(Provider, IsLeftOutWhileItIsKnownToBeFull) {
    auto p = provider(oakbridge);
    p.capacity = {.places = 0, .as_of = monday_10 - hours(1), .expires = monday_10 + minutes(1)};
    EXPECT_EQ(judged(p), WhyNot::no_capacity);
    p.capacity->expires = monday_10;
    EXPECT_EQ(judged(p), std::nullopt) << "what has expired is not known";
    p.capacity = {.places = 1, .children = 1, .as_of = monday_10};
    p.pets = {PetKind::dog};
    EXPECT_EQ(judged(p, family()), WhyNot::no_capacity);
    EXPECT_TRUE(is_passing(WhyNot::no_capacity));
}

TEST(Provider, ThatIsClosedIsLeftOutOnlyWhereHelpIsNeededNow) {
    const auto p = provider(oakbridge);
    const auto sunday = at(11, 22, 10);
    EXPECT_EQ(why_not(p, {.service = refuge}, sunday), std::nullopt);
    EXPECT_EQ(why_not(p, {.service = refuge, .only_open = true}, sunday), WhyNot::closed);
    EXPECT_EQ(why_not(p, {.service = refuge, .only_open = true}, at(11, 21, 16, 59)), std::nullopt);
    EXPECT_EQ(why_not(p, {.service = refuge, .only_open = true}, at(11, 21, 17)), WhyNot::closed);
}

TEST(Candidates, StandInTheDeclaredOrderThenByTheFresherCapacityAndEachSaysWhyNot) {
    std::vector<Provider> all{provider(thornbury), provider(larkfield), provider(oakbridge)};
    all[0].rank = 1;
    all[1].rank = 1;
    all[1].capacity = {.places = 2, .as_of = monday_10 - hours(2)};
    all[2].rank = 1;
    all[2].capacity = {.places = 2, .as_of = monday_10 - hours(1)};
    all.push_back(provider(Name::declare("first-refuge")));
    all.back().genders = {Gender::male};
    const auto out = candidates(all, {.service = refuge, .gender = Gender::female}, monday_10);
    ASSERT_EQ(out.size(), 4U);
    EXPECT_EQ(out[0].partner.text(), "first-refuge");
    EXPECT_EQ(out[0].why_not, WhyNot::gender);
    EXPECT_EQ(out[1].partner, oakbridge);
    EXPECT_EQ(out[2].partner, larkfield);
    EXPECT_EQ(out[3].partner, thornbury);
    EXPECT_EQ(out[3].why_not, std::nullopt);
}

TEST(Candidates, StandInTheSameOrderWhateverTheOrderOfTheFiles) {
    const std::vector<Provider> one{provider(thornbury), provider(larkfield), provider(oakbridge)};
    const std::vector<Provider> other{provider(oakbridge), provider(thornbury), provider(larkfield)};
    const auto a = candidates(one, {.service = refuge}, monday_10);
    const auto b = candidates(other, {.service = refuge}, monday_10);
    for (std::size_t i = 0; i < a.size(); ++i) { EXPECT_EQ(a[i].partner, b[i].partner); }
}

}  // namespace
}  // namespace haven
