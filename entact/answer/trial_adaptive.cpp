#include "entact/answer/trial_adaptive.h"

#include <fmt/format.h>

#include <cmath>

#include "entact/answer/json_number.h"
#include "entact/answer/simulated_value.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

Json numbers_json(const std::vector<double>& values) {
  Json json = Json::array();
  for (const double value : values) json.push_back(json_number(value));
  return json;
}

}  // namespace

Json adaptive_json(const AdaptiveCharacteristics& found) {
  Json json{{"grown", value_json(found.grown)}};
  for (const ArmCharacteristics& arm : found.arms)
    json["arms"].push_back({{"arm", arm.arm},
                            {"truth", json_number(arm.truth)},
                            {"in_trial", numbers_json(arm.kept)},
                            {"rejected", value_json(arm.rejected)},
                            {"leads", value_json(arm.leads)},
                            {"bias", value_json(arm.bias)}});
  for (const AllocatedArm& arm : found.allocated)
    json["allocated"].push_back({{"arm", arm.arm},
                                 {"participants", value_json(arm.participants)},
                                 {"participants_5", arm.low},
                                 {"participants_50", arm.median},
                                 {"participants_95", arm.high}});
  if (found.inferior) json["not_in_best_arm"] = value_json(*found.inferior);
  return json;
}

std::string adaptive_text(const AdaptiveCharacteristics& found) {
  std::string text;
  for (const ArmCharacteristics& arm : found.arms) {
    text += fmt::format(
        "  {:<24}true {}, rejected {}, leads {}, bias of its estimate then {}; "
        "in the trial",
        arm.arm, decimal_text(arm.truth, 3), with_error(arm.rejected, 3), with_error(arm.leads, 3),
        with_error(arm.bias, 3));
    for (const double share : arm.kept) text += " " + decimal_text(share, 3);
    text += "\n";
  }
  for (const AllocatedArm& arm : found.allocated)
    text += fmt::format("  {:<24}participants {} ({} to {} in 90%)\n", arm.arm,
                        with_error(arm.participants, 1), arm.low, arm.high);
  if (found.inferior)
    text += fmt::format("  not in the best arm: {} participants\n", with_error(*found.inferior, 1));
  if (found.grown.value > 0)
    text += fmt::format("  larger than planned: {}\n", with_error(found.grown, 3));
  return text;
}

Json adapted_json(const AdaptedTrial& made, const TrialDesign& design) {
  const AdaptiveLayout layout{design.arms.size(), made.looks.front().z.size()};
  Json json{{"looks", Json::array()},
            {"rejects", made.fields[interim_outcome] > 0},
            {"participants", made.fields[interim_enrolled]},
            {"estimate", json_number(made.fields[interim_estimate])},
            {"allocated", Json::object()}};
  for (const LookRecord& look : made.looks)
    json["looks"].push_back({{"followed", look.followed},
                             {"z", numbers_json(look.z)},
                             {"ratio_after", numbers_json(look.ratio_after)},
                             {"planned_after", look.size_after}});
  for (std::size_t a = 0; a < layout.arms; ++a)
    json["allocated"][design.arms[a].name] = made.fields[layout.allocated(a)];
  return json;
}

std::string adapted_text(const AdaptedTrial& made, const TrialDesign& design) {
  std::string text;
  for (std::size_t k = 0; k < made.looks.size(); ++k) {
    const LookRecord& look = made.looks[k];
    text += fmt::format("  look {}: {} followed, z", k + 1, look.followed);
    for (const double z : look.z) text += " " + decimal_text(z, 3);
    text += ", then";
    for (std::size_t a = 0; a < design.arms.size(); ++a)
      text += fmt::format(" {} {}", design.arms[a].name, decimal_text(look.ratio_after[a], 2));
    text += fmt::format(", {} planned\n", look.size_after);
  }
  return text + fmt::format("  with looks: {}, {} participants, estimate {}\n",
                            made.fields[interim_outcome] > 0 ? "rejects" : "does not reject",
                            made.fields[interim_enrolled],
                            decimal_text(made.fields[interim_estimate], 3));
}

}  // namespace entact
