// The JSON result of `entact trial`; its text and CSV are trial_text.cpp.
#include "entact/answer/trial_numbers.h"

#include "entact/answer/json_number.h"
#include "entact/answer/simulated_value.h"
#include "entact/answer/trial_conclusion.h"
#include "entact/answer/trial_exposure.h"
#include "entact/answer/trial_looks.h"
#include "entact/answer/trial_ranking.h"
#include "entact/answer/trial_settings.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;
using Layout = ResultLayout;

std::string method_word(TrialMethod method) {
  switch (method) {
    case TrialMethod::mmrm:
      return "mmrm";
    case TrialMethod::ancova:
      return "ancova";
    case TrialMethod::responders:
      return "responders";
    case TrialMethod::jump_to_reference:
      return "jump to reference";
  }
  return "";
}

Json mean_json(const SimulatedMean& mean) {
  return {{"mean", json_number(mean.value)},
          {"mc_se", json_number(mean.mc_se)},
          {"sd", json_number(mean.sd)}};
}

Json estimand_json(const TrialEstimand& estimand, const EstimandCharacteristics& found,
                   const TrialDesign& design) {
  Json json{{"id", found.id},
            {"method", method_word(estimand.method)},
            {"visit", design.visit_names[static_cast<std::size_t>(estimand.visit)]}};
  add_simulated(json, "truth", found.truth);
  json["estimate"] = json_number(found.estimate.value);
  json["estimate_mc_se"] = json_number(found.estimate.mc_se);
  json["empirical_se"] = json_number(found.estimate.sd);
  json["model_se"] = json_number(found.se.value);
  add_simulated(json, "bias", found.bias);
  add_simulated(json, "power", found.power);
  add_simulated(json, "rejection", found.rejection);
  add_simulated(json, "coverage", found.coverage);
  add_simulated(json, "half_width", found.half_width);
  json["treatment"] = json_number(found.treatment.value);
  json["control"] = json_number(found.control.value);
  json["failed"] = found.failed;
  json["reserved"] = found.reserved;
  return json;
}

Json arm_json(const TrialCaseResult& one, std::size_t arm) {
  const TrialDesign& design = one.setup.simulation.trial.design;
  const Layout layout(one.setup.simulation);
  const auto value = [&](std::int64_t place) {
    return mean_json(one.found.values[static_cast<std::size_t>(place)]);
  };
  Json json{{"arm", design.arms[arm].name},
            {"n", value(layout.of(arm, Layout::n))},
            {"stopped", value(layout.of(arm, Layout::stopped))},
            {"believe_active", value(layout.of(arm, Layout::believe_active))},
            {"believe_inactive", value(layout.of(arm, Layout::believe_inactive))},
            {"visits", Json::array()}};
  for (std::size_t k = 0; k < design.visit_names.size(); ++k)
    json["visits"].push_back({{"visit", design.visit_names[k]},
                              {"seen", value(layout.of(arm, k, Layout::seen))},
                              {"mean", value(layout.of(arm, k, Layout::mean))},
                              {"sd", value(layout.of(arm, k, Layout::sd))},
                              {"mean_change", value(layout.of(arm, k, Layout::mean_change))},
                              {"sd_change", value(layout.of(arm, k, Layout::sd_change))},
                              {"responders", value(layout.of(arm, k, Layout::responders))}});
  const auto& harms = one.setup.simulation.trial.truth.harms;
  for (std::size_t t = 0; t < harms.size(); ++t)
    json["harms"][harms[t].term] = value(layout.harm(arm, t));
  return json;
}

Json case_json(const TrialFile& file, const TrialCaseResult& one) {
  const TrialCase& setup = one.setup;
  const TrialDesign& design = setup.simulation.trial.design;
  const Layout layout(setup.simulation);
  const auto value = [&](Layout::Blinding what) {
    return mean_json(one.found.values[static_cast<std::size_t>(layout.of(what))]);
  };
  Json settings = Json::object();
  for (const auto& [key, number] : setup.settings) settings[key] = number;
  Json json{{"design", file.variants[setup.variant].name},
            {"scenario", setup.scenario},
            {"settings", settings},
            {"no_effect", setup.null},
            {"n", design.n},
            {"replicates", one.found.replicates},
            {"estimands", Json::array()},
            {"blinding",
             {{"bang_treatment", value(Layout::bang_treatment)},
              {"bang_control", value(Layout::bang_control)},
              {"james", value(Layout::james)}}},
            {"screened", value(Layout::screened)},
            {"arms", Json::array()},
            {"failed_replicates", one.found.failed}};
  for (std::size_t e = 0; e < one.found.estimands.size(); ++e)
    json["estimands"].push_back(
        estimand_json(setup.simulation.estimands[e], one.found.estimands[e], design));
  for (std::size_t a = 0; a < design.arms.size(); ++a) json["arms"].push_back(arm_json(one, a));
  if (one.found.looks) json["looks"] = looks_json(*one.found.looks, setup.simulation.estimands);
  if (one.found.conclusion) json["conclusion"] = conclusion_json(*one.found.conclusion);
  return json;
}

Json ranking_json(const TrialFile& file, const TrialRanking& ranking) {
  Json json{{"settings", Json::array()}, {"best", Json::array()}};
  for (const SettingMarks& setting : ranking.settings) {
    Json designs = Json::array();
    for (const DesignMark& mark : setting.marks)
      designs.push_back({{"design", file.variants[mark.variant].name},
                         {"case", mark.at},
                         {"off_question", json_number(mark.off_question)},
                         {"off_question_mc_se", json_number(mark.off_question_mc_se)},
                         {"power", json_number(mark.power)},
                         {"false_claims", json_number(mark.false_claims)},
                         {"unblinding", json_number(mark.unblinding)},
                         {"participants", json_number(mark.participants)}});
    Json keys = Json::object();
    for (const auto& [key, value] : setting.settings) keys[key] = value;
    json["settings"].push_back(
        {{"setting", settings_words(setting.settings)}, {"keys", keys}, {"designs", designs}});
  }
  for (const BestDesign& best : ranking.best) {
    Json names = Json::array();
    for (const std::size_t v : best.variant) names.push_back(file.variants[v].name);
    json["best"].push_back(
        {{"criterion", best.criterion}, {"design", names}, {"clear", best.clear}});
  }
  return json;
}

Json size_json(const SampleSize& size) {
  Json json{{"n", size.bracketed ? Json(size.n) : Json(nullptr)},
            {"ci_low", size.bracketed ? Json(size.low) : Json(nullptr)},
            {"ci_high", size.bracketed ? Json(size.high) : Json(nullptr)}};
  add_simulated(json, "power", size.power);
  for (const TriedSize& tried : size.tried)
    json["tried"].push_back({{"n", tried.n},
                             {"replicates", tried.replicates},
                             {"power", tried.power.value},
                             {"power_mc_se", tried.power.mc_se}});
  return json;
}

}  // namespace

std::string trial_json(const TrialFile& file, const TrialOutcome& outcome) {
  Json json{{"title", file.title}, {"alpha", file.alpha}, {"seed", file.seed}};
  for (const TrialVariant& variant : file.variants)
    json["designs"].push_back({{"name", variant.name}, {"assumes", variant.assumes}});
  if (file.truth.exposure) json["exposure"] = exposure_json(*file.truth.exposure);
  if (file.published) json["published"] = published_json(*file.published);
  json["cases"] = Json::array();
  for (const TrialCaseResult& one : outcome.cases) json["cases"].push_back(case_json(file, one));
  const TrialRanking ranking = rank_designs(file, outcome);
  if (!ranking.settings.empty()) json["ranking"] = ranking_json(file, ranking);
  for (const SampleSize& size : outcome.sizes) json["sample_sizes"].push_back(size_json(size));
  for (const TrialAssurance& each : outcome.assurances) {
    Json one{{"mean", each.prior.mean},
             {"se", each.prior.se},
             {"tau", each.prior.tau},
             {"df", each.prior.df > 0 ? json_number(each.prior.df) : Json("inf")}};
    if (!each.prior.from.empty()) one["from"] = each.prior.from;
    add_simulated(one, "assurance", each.assurance);
    add_simulated(one, "power", each.power);
    json["assurances"].push_back(one);
  }
  return json.dump();
}

}  // namespace entact
