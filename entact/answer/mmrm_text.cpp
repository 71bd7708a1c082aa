// A fitted mixed model for people.
#include "entact/answer/mmrm_answering.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "entact/report/number_text.h"

namespace entact {
namespace {

using Eigen::Index;
using Json = nlohmann::ordered_json;

// The option's value as a name in a sentence.
std::string_view df_words(std::string_view option) {
  if (option == "satterthwaite") return "Satterthwaite";
  if (option == "kenward-roger") return "Kenward-Roger";
  return option == "kenward-roger-linear" ? "linear Kenward-Roger" : option;
}

// With free times (stats/mmrm.h), whose visits have no matrix in common: a parameter a line.
std::string parameters_text(const Json& parameters) {
  std::string text = "\nCovariance between times of each participant's own\n";
  for (const Json& p : parameters)
    text += fmt::format("  {:<34}{}\n",
                        (p["group"].is_null() ? "" : p["group"].get<std::string>() + " ") +
                            p["name"].get<std::string>(),
                        decimal_text(p["value"].get<double>(), 3));
  return text;
}

std::string covariance_text(const Answering& a) {
  const FittedMmrm& fitted = a.fitted;
  if (fitted.model->free_times()) return parameters_text(a.result["parameters"]);
  std::string text;
  const MmrmFit& fit = fitted.model->last();
  for (std::size_t g = 0; g < fit.covariance.size(); ++g) {
    const Eigen::MatrixXd& sigma = fit.covariance[g];
    if (sigma.rows() > 12) continue;
    text += fmt::format("\nStandard deviations (diagonal) and correlations{}\n",
                        group_name(fitted, g).empty() ? "" : " of " + group_name(fitted, g));
    for (Index i = 0; i < sigma.rows(); ++i) {
      text += fmt::format("  {:<12}", fitted.visits[static_cast<std::size_t>(i)]);
      for (Index j = 0; j <= i; ++j)
        text += fmt::format(
            "{:>9}", decimal_text(i == j ? std::sqrt(sigma(i, i))
                                         : sigma(i, j) / std::sqrt(sigma(i, i) * sigma(j, j)),
                                  3));
      text += "\n";
    }
  }
  return text;
}

std::string terms_text(const Json& terms) {
  if (terms.empty()) return "";
  std::string text = "\nTests of terms (type III)\n";
  for (const Json& t : terms)
    text += fmt::format("  {:<34}F {} on {} and {} df, p {}\n", t["term"].get<std::string>(),
                        decimal_text(t["f"].get<double>(), 3), t["df1"].get<int>(),
                        t["df2"].is_number() ? decimal_text(t["df2"].get<double>(), 1) : "inf",
                        p_text(t["p"].get<double>()));
  return text;
}

}  // namespace

std::string mmrm_words(const FittedMmrm& fitted, const MmrmRequest& request) {
  const std::string vcov =
      request.vcov == "model" ? "" : fmt::format(", {} covariance", request.vcov);
  return fmt::format(
      "mixed model for repeated measures, {} covariance{}, {}, {} degrees of freedom{}",
      name_of(fitted.model->options().covariance),
      fitted.groups.empty() ? "" : " by " + fitted.design.formula.covariance->group,
      request.ml ? "ML" : "REML", df_words(request.df), vcov);
}

std::string mmrm_text(const Answering& a, const std::vector<InteractionTest>& tests) {
  const MmrmFit& fit = a.fitted.model->last();
  std::string text = fmt::format(
      "{}\n{}\n{} observations of {} participants; log likelihood {}, AIC {}, BIC {}\n{} after {} "
      "iterations, largest gradient {:.1e}\n",
      a.fitted.design.formula.text, mmrm_words(a.fitted, a.request), fit.rows, fit.subjects,
      decimal_text(fit.log_likelihood, 3), decimal_text(fit.aic, 2), decimal_text(fit.bic, 2),
      fit.fit.converged ? "converged" : "not converged", fit.fit.iterations, fit.gradient);
  text += rows_text(a.answers, ModelRow::Kind::mean, "Least-squares means");
  text += rows_text(a.answers, ModelRow::Kind::contrast, "Differences");
  text += rows_text(a.answers, ModelRow::Kind::slope, slope_title(a.request));
  if (!tests.empty()) text += interaction_text(a.request.interaction, tests);
  text += rows_text(a.answers, ModelRow::Kind::coefficient, "Coefficients");
  text += terms_text(a.result["terms"]);
  return text + covariance_text(a);
}

}  // namespace entact
