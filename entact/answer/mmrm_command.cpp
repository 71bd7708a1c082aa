// What a fitted mixed model says, in its order. Means and slopes are mmrm_means.cpp, tests
// mmrm_terms.cpp, covariance and residuals mmrm_structure.cpp, text mmrm_text.cpp; the arithmetic
// is stats/mmrm.
#include "entact/answer/mmrm_command.h"
#include "entact/answer/matrix_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "entact/answer/json_number.h"
#include "entact/answer/mmrm_answering.h"
#include "entact/answer/model_document.h"
#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Json = nlohmann::ordered_json;

void add_coefficients(Answering& a) {
  const Design& design = a.fitted.design;
  for (std::size_t j = 0; j < design.columns.size(); ++j)
    a.answers.push_back(
        tested(a, ModelRow::Kind::coefficient, "", design.columns[j],
               VectorXd::Unit(static_cast<Index>(design.columns.size()), static_cast<Index>(j))));
  for (const std::string& name : design.aliased)
    a.warnings.push_back(
        fmt::format("'{}' follows from the columns before it and was left out", name));
}

void add_fit(Answering& a) {
  const MmrmFit& fit = a.fitted.model->last();
  a.result["log_likelihood"] = json_number(fit.log_likelihood);
  a.result["aic"] = json_number(fit.aic);
  a.result["bic"] = json_number(fit.bic);
  a.result["n_subjects"] = fit.subjects;
  a.result["n_observations"] = fit.rows;
  a.result["fit"] = {{"converged", fit.fit.converged},
                     {"iterations", fit.fit.iterations},
                     {"gradient", json_number(fit.gradient)},
                     {"warnings", a.warnings}};
}

}  // namespace

ModelRow tested(const Answering& a, ModelRow::Kind kind, const std::string& visit,
                const std::string& label, const VectorXd& l) {
  ModelRow row{.kind = kind, .visit = visit, .label = label};
  if (!l.allFinite()) return row;
  const MmrmContrast c = a.inference.contrast(l);
  const double half = t_quantile((1 + a.request.level) / 2, c.df) * c.se;
  row.estimate = c.estimate, row.se = c.se, row.df = c.df;
  row.low = c.estimate - half, row.high = c.estimate + half;
  row.statistic = c.t, row.p = c.p;
  return row;
}

std::string visit_column(const Answering& a) {
  const CovarianceTerm& term = *a.fitted.design.formula.covariance;
  const std::string name =
      term.coordinates.size() == 2 && term.structure.find('@') != std::string::npos
          ? term.coordinates[1]
          : term.visit;
  const auto& factors = a.fitted.design.factors;
  const bool there = std::any_of(factors.begin(), factors.end(),
                                 [&](const Factor& f) { return f.variable == name; });
  return there ? name : "";
}

Answer mmrm_answer(const TrialTable& data, const MmrmRequest& request) {
  require(request.level > 0 && request.level < 1, "answer.mmrm.level",
          fmt::format("the level of an interval lies between 0 and 1; saw {}", request.level),
          ErrorKind::usage);
  const ModelFormula formula = parse_formula(request.formula);
  const MmrmRows rows = mmrm_rows(data, request, formula);
  const FittedMmrm fitted = fit_mmrm_rows(rows, formula, request);
  const MmrmInference inference(*fitted.model, df_named(request.df), vcov_named(request.vcov));
  Answering a{rows, request, fitted, inference};
  a.warnings = fitted.model->last().fit.reservations;
  const std::string structure = name_of(fitted.model->options().covariance);
  a.result = {{"formula", formula.text}, {"model", mmrm_words(fitted, request)},
              {"structure", structure},  {"tried", Json::array()},
              {"df", request.df},        {"vcov_type", request.vcov},
              {"level", request.level}};
  for (const auto& [tried, reason] : fitted.tried) {
    a.result["tried"].push_back({{"structure", tried}, {"reason", reason}});
    if (!reason.empty())
      a.warnings.push_back(
          fmt::format("covariance {} was given up for the next in order: {}", tried, reason));
  }
  add_coefficients(a);
  add_means(a);
  add_slopes(a);
  std::vector<InteractionTest> tests;
  add_interaction(a, tests);
  add_terms(a);
  for (const auto& [kind, key] : {std::pair{ModelRow::Kind::coefficient, "coefficients"},
                                  {ModelRow::Kind::mean, "lsmeans"},
                                  {ModelRow::Kind::contrast, "contrasts"},
                                  {ModelRow::Kind::slope, "slopes"}}) {
    if (kind == ModelRow::Kind::slope && request.slope.empty()) continue;
    a.result[key] = Json::array();
    for (const ModelRow& row : a.answers)
      if (row.kind == kind) a.result[key].push_back(row_json(row));
  }
  a.result["aliased"] = fitted.design.aliased;
  a.result["vcov"] = matrix_json(inference.vcov());
  add_covariance(a);
  if (!request.compare.empty()) a.result["compare"] = comparison(rows, formula, request, fitted);
  if (request.residuals) a.result["residuals"] = residuals(a);
  add_fit(a);
  Answer answer;
  answer.text = mmrm_text(a, tests);
  answer.csv = rows_csv(a.answers);
  answer.reservations = a.warnings;
  answer.inputs = {{data.input.first, data.input.second}};
  answer.result_json = a.result.dump();
  answer.document = model_document({.title = "Mixed model for repeated measures",
                                    .formula = formula.text,
                                    .words = mmrm_words(fitted, request),
                                    .outcome = formula.response,
                                    .slope = slope_title(request),
                                    .level = request.level,
                                    .notes = a.warnings},
                                   a.answers);
  return answer;
}

Answer mmrm_file(const std::string& path, const MmrmRequest& request) {
  const TrialTable data = read_trial_table(path);
  return naming_file(path, [&] { return mmrm_answer(data, request); });
}

}  // namespace entact
