// The part of model_file.h that chooses: which file, and what settings make of its parameters.
#include <gtest/gtest.h>

#include "entact/answer/model_file.h"
#include "entact/base/error.h"

namespace entact {
namespace {

const std::filesystem::path data = std::filesystem::path(ENTACT_SOURCE_DIR) / "data";

// Two groups: a and b of the first, c of the second.
ModelFile switchable() {
  ModelFile file;
  file.description.id = "toy";
  for (const char* id : {"x", "y", "z"})
    file.description.parameters.push_back(
        {.id = id, .value = 1, .source = "paper", .low = 0.5, .high = 2});
  const auto change = [](int parameter, double value) {
    return ParameterChange{.parameter = parameter,
                           .value = value,
                           .low = value / 2,
                           .high = value * 2,
                           .status = ParameterStatus::derived,
                           .source = "table 2"};
  };
  file.settings = {
      {.group = "gene", .id = "a", .label = "slow", .changes = {change(0, 3)}},
      {.group = "gene", .id = "b", .label = "fast", .changes = {change(0, 5)}},
      {.group = "drug", .id = "c", .label = "blocker", .changes = {change(0, 7), change(2, 9)}}};
  return file;
}

TEST(ModelSettings, change_only_what_they_name) {
  const ModelFile file = switchable();
  const auto changed = with_settings(file, {"a"}).parameters;
  EXPECT_EQ(changed[0].value, 3);
  EXPECT_EQ(changed[0].low, 1.5);
  EXPECT_EQ(changed[0].high, 6);
  EXPECT_EQ(changed[0].status, ParameterStatus::derived);
  EXPECT_EQ(changed[0].source, "slow: table 2");
  EXPECT_EQ(changed[1].value, 1);
  EXPECT_EQ(changed[1].source, "paper");
  EXPECT_EQ(file.description.parameters[0].value, 1);
}

TEST(ModelSettings, of_two_groups_hold_together_in_the_order_wanted) {
  const ModelFile file = switchable();
  EXPECT_EQ(typical_parameters(file), (std::vector<double>{1, 1, 1}));
  EXPECT_EQ(typical_parameters(file, {"a", "c"}), (std::vector<double>{7, 1, 9}));
  EXPECT_EQ(typical_parameters(file, {"c", "a"}), (std::vector<double>{3, 1, 9}));
}

std::string refusal(const ModelFile& file, const std::vector<std::string>& wanted) {
  try {
    typical_parameters(file, wanted);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "answer.model.setting");
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "not refused";
}

TEST(ModelSettings, refuse_two_of_a_group_and_what_is_not_there) {
  EXPECT_NE(refusal(switchable(), {"a", "b"}).find("a and b are both of the group gene"),
            std::string::npos);
  EXPECT_NE(refusal(switchable(), {"a", "a"}).find("both of the group gene"), std::string::npos);
  EXPECT_NE(refusal(switchable(), {"d"}).find("no setting 'd'; it has a, b, c"), std::string::npos);
  ModelFile plain = switchable();
  plain.settings.clear();
  EXPECT_NE(refusal(plain, {"a"}).find("it has none"), std::string::npos);
}

TEST(ModelSettings, the_calibration_is_no_model) {
  EXPECT_EQ(find_model_file("mdma", data), data / "models/mdma.toml");
  EXPECT_EQ(find_model_file("away/own.sbml", data), "away/own.sbml");
  try {
    find_model_file("calibration", data);
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "answer.model.none");
    EXPECT_NE(std::string(error.what()).find("there are mdma, mdma-linear"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace entact
