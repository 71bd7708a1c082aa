#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/json_number.h"
#include "entact/answer/study_calibration.h"
#include "entact/report/number_text.h"

namespace entact {

using Json = nlohmann::ordered_json;

namespace {

std::string spread_text(const AggregateFit& fit) {
  return fmt::format("{} ({} to {})", decimal_text(fit.tau, 3), decimal_text(fit.tau_low, 3),
                     std::isfinite(fit.tau_high) ? decimal_text(fit.tau_high, 3) : "no limit");
}

}  // namespace

std::string study_calibration_text(const ModelFile& file, const StudyCalibration& by_study) {
  std::string words = fmt::format("by study, log scale\n  {:<28}{:>26}{:>26}\n", "",
                                  "without study effects", "with study effects");
  for (std::size_t k = 0; k < by_study.parameters.size(); ++k) {
    const auto& p = file.description.parameters[static_cast<std::size_t>(by_study.parameters[k])];
    const auto side = [&](const AggregateFit& fit) {
      const auto at = static_cast<Eigen::Index>(k);
      return fmt::format("{} (relative se {})", significant_text(std::exp(fit.x[at]), 4),
                         decimal_text(fit.se[at], 2));
    };
    words += fmt::format("  {:<28}{:>26}{:>26}\n", fmt::format("{} ({})", p.id, p.unit),
                         side(by_study.without), side(by_study.with));
  }
  words +=
      fmt::format("  {:<28}{:>26}{:>26}\n", "spread of a row of weight 1",
                  decimal_text(by_study.without.sigma, 3), decimal_text(by_study.with.sigma, 3));
  words += fmt::format("  {:<28}{:>26}{:>26}\n", "spread between studies", "none",
                       spread_text(by_study.with));
  words += fmt::format(
      "  likelihood ratio of the spread {}, p {} (half of chi-square with one degree)\n",
      decimal_text(by_study.likelihood_ratio, 2), decimal_text(by_study.p, 3));
  for (std::size_t j = 0; j < by_study.studies.size(); ++j)
    words += fmt::format(
        "  study {:<28} factor {} ({} levels)\n", by_study.studies[j],
        decimal_text(std::exp(by_study.with.study_effect[static_cast<Eigen::Index>(j)]), 2),
        by_study.levels[j]);
  return words;
}

nlohmann::ordered_json study_calibration_json(const ModelFile& file,
                                              const StudyCalibration& by_study) {
  const auto fit = [&](const AggregateFit& one) {
    Json parameters = Json::array();
    for (std::size_t k = 0; k < by_study.parameters.size(); ++k) {
      const auto& p = file.description.parameters[static_cast<std::size_t>(by_study.parameters[k])];
      const auto at = static_cast<Eigen::Index>(k);
      parameters.push_back({{"id", p.id},
                            {"fitted", std::exp(one.x[at])},
                            {"relative_se", json_number(one.se[at])}});
    }
    return Json{{"parameters", std::move(parameters)},
                {"sigma", one.sigma},
                {"tau", one.tau},
                {"tau_low", one.tau_low},
                {"tau_high", json_number(one.tau_high)},
                {"criterion", one.criterion},
                {"converged", one.converged}};
  };
  Json studies = Json::array();
  for (std::size_t j = 0; j < by_study.studies.size(); ++j)
    studies.push_back(
        {{"study", by_study.studies[j]},
         {"levels", by_study.levels[j]},
         {"factor", std::exp(by_study.with.study_effect[static_cast<Eigen::Index>(j)])}});
  return Json{{"with", fit(by_study.with)},
              {"without", fit(by_study.without)},
              {"likelihood_ratio", by_study.likelihood_ratio},
              {"p", by_study.p},
              {"studies", std::move(studies)}};
}

}  // namespace entact
