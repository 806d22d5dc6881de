#include <gtest/gtest.h>

#include "tests/mapping/tools/drafting.h"

namespace haven {
namespace {

using test::draft;

TEST(Draft, DeclaresTheNamespacesOfXml) {
    EXPECT_EQ(draft(xml_shape("<r:Answer xmlns:r='http://answers.example/1' id='7'><r:Reference>7</r:Reference>"
                              "<n:Kind xmlns:n='http://notes.example/1'>accept</n:Kind></r:Answer>"),
                    "referral-answer"),
              R"(dialect    xml root r:Answer
record     referral-answer 1
namespace  r http://answers.example/1
namespace  n http://notes.example/1

@id          ignore "say why"
r:Reference  ->  request/reference   # guess
n:Kind       ->  answer/kind   # guess
)");
}

// As the message does, where it can: a prefix that stands for two, and one of an attribute that has none, get another.
TEST(Draft, CallsNamespacesAsTheMessageDoes) {
    EXPECT_EQ(draft(xml_shape("<Answer xmlns='http://answers.example/1'><Reference>7</Reference>"
                              "<ns2:Kind xmlns:ns2='http://notes.example/1'>accept</ns2:Kind>"
                              "<ns2:More xmlns:ns2='http://more.example/1'/>"
                              "<n:Other xmlns:n='http://n.example/1' xmlns:default='http://d.example/1' default:a='1'/>"
                              "<!-- xmlns:x='http://notes.example/1' --></Answer>"),
                    "referral-answer"),
              R"(dialect    xml root Answer
record     referral-answer 1
namespace  default http://answers.example/1
namespace  ns2 http://notes.example/1
namespace  ns3 http://more.example/1
namespace  n http://n.example/1
namespace  ns5 http://d.example/1

Reference      ->  request/reference   # guess
ns2:Kind       ->  answer/kind   # guess
ns3:More       ignore "say why"
n:Other@ns5:a  ignore "say why"
)");
}

}  // namespace
}  // namespace haven
