#include "entact/answer/simulate_protocol.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"

namespace entact {
namespace {

const std::filesystem::path data = ENTACT_SOURCE_DIR "/data";

const ModelDescription model{.id = "m", .states = {{.id = "gut"}}, .inputs = {{.state = 0}}};

std::string code_of(const std::string& name) {
  try {
    static_cast<void>(read_protocol(data, name, 2));
    return "";
  } catch (const Error& error) {
    return error.code();
  }
}

// Mitchell 2021: 80 mg and 40, then twice 120 mg and 60.
TEST(Protocol, gives_the_sessions_of_an_arm) {
  const Protocol protocol = read_protocol(data, "mapp1:MDMA", 1.5);
  EXPECT_EQ(protocol.name, "MAPP1:mdma");
  EXPECT_TRUE(protocol.notes.empty());
  const std::vector<DoseEvent> doses =
      protocol_events(protocol, 672, {{.session = 3, .dose = 2}}, model);
  ASSERT_EQ(doses.size(), 5U);
  const double hours[]{0, 1.5, 672, 673.5, 1344}, amounts[]{80, 40, 120, 60, 120};
  for (std::size_t i = 0; i < doses.size(); ++i) {
    EXPECT_EQ(doses[i].t_h, hours[i]) << i;
    EXPECT_EQ(doses[i].amount_mg, amounts[i]) << i;
  }
}

TEST(Protocol, says_where_more_was_allowed) {
  const Protocol protocol = read_protocol(data, "MP16:mdma", 2);
  ASSERT_EQ(protocol.notes.size(), 6U);
  EXPECT_EQ(protocol.notes[0],
            "MP16:mdma, session 1 allowed: initial dose up to 120 mg; the lower one is given");
}

TEST(Protocol, refuses_arms_that_it_does_not_know) {
  EXPECT_EQ(code_of("MAPP9:mdma"), "answer.protocol.name");
  EXPECT_EQ(code_of("MAA1:placebo"), "answer.protocol.dose");
}

}  // namespace
}  // namespace entact
