// One linear model a visit, its least-squares means and contrasts, and how they are written down.
// The arithmetic is stats/linear_model, term_tests and marginal_means.
#include "entact/answer/ancova_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "entact/answer/interaction.h"
#include "entact/answer/json_number.h"
#include "entact/answer/matrix_json.h"
#include "entact/answer/model_document.h"
#include "entact/answer/model_rows.h"
#include "entact/answer/row_conditions.h"
#include "entact/stats/term_tests.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Json = nlohmann::ordered_json;

struct VisitFit {
  std::vector<ModelRow> rows{};
  Json terms = Json::array();
  Json fit{};
  std::vector<std::string> warnings{};
  std::optional<InteractionTest> interaction{};
  std::string interaction_formula{};
};

std::string arm_of(const Design& design, const AncovaRequest& request) {
  const auto among = [&](const std::string& name) {
    return std::any_of(design.factors.begin(), design.factors.end(),
                       [&](const Factor& factor) { return factor.variable == name; });
  };
  if (!request.arm.empty()) {
    require(among(request.arm), "answer.ancova.formula",
            fmt::format("--arm '{}' is no factor of the formula", request.arm), ErrorKind::usage);
    return request.arm;
  }
  for (const std::string& name : arm_names())
    if (among(name)) return name;
  return "";
}

LinearOptions linear_options(const TrialTable& data, const Design& design,
                             const AncovaRequest& request) {
  LinearOptions how;
  const std::string usual = request.cluster.empty()       ? "classical"
                            : request.cluster.size() == 1 ? "cr2"
                                                          : "cr1";
  how.covariance = linear_covariance(request.vcov.empty() ? usual : request.vcov);
  for (const std::string& column : request.cluster) {
    const std::vector<std::string> levels = level_column(data, column);
    how.clusters.emplace_back();
    for (std::size_t row : design.rows) {
      if (levels[row].empty())
        throw Error("answer.ancova.cluster",
                    fmt::format("{} ({}): a row in use belongs to no cluster",
                                place_of(data, row, column), column));
      how.clusters.back().push_back(levels[row]);
    }
  }
  if (!request.weights.empty()) {
    const std::vector<double>& weights = number_column(data, request.weights);
    how.weights.resize(design.y.size());
    for (std::size_t i = 0; i < design.rows.size(); ++i) {
      const double weight = weights[design.rows[i]];
      if (!(weight > 0))
        throw Error(
            "answer.ancova.weight",
            fmt::format("{} ({}): a weight must be positive; saw {}",
                        place_of(data, design.rows[i], request.weights), request.weights, weight));
      how.weights[static_cast<Index>(i)] = weight;
    }
  }
  return how;
}

ModelRow model_row(ModelRow::Kind kind, const std::string& visit, const std::string& label,
                   const LinearTest& t) {
  return {kind, visit, label, t.value, t.se, t.df, t.low, t.high, t.statistic, t.p};
}

/// Participants among the rows; a participant with several rows in one fit is a reservation.
std::optional<int> subjects_of(const TrialTable& data, const Design& design, bool clustered,
                               std::vector<std::string>& warnings) {
  if (!data.table.has("USUBJID")) return std::nullopt;
  const std::vector<std::string> id = level_column(data, "USUBJID");
  std::map<std::string, int> rows;
  for (std::size_t row : design.rows) ++rows[id[row]];
  const auto most = std::max_element(
      rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most->second > 1 && !clustered)
    warnings.push_back(fmt::format(
        "participant {} has {} rows in one fit, which the standard errors take as independent: fit "
        "each visit by itself (--by AVISIT), cluster by USUBJID, or use entact mmrm",
        most->first, most->second));
  return static_cast<int>(rows.size());
}

/// "MDMA" or, with several columns, "MDMA, F".
std::string label_of(const MarginalMean& mean, std::size_t first) {
  std::string label;
  for (std::size_t i = first; i < mean.at.size(); ++i)
    label += (label.empty() ? "" : ", ") + mean.at[i].second;
  return label;
}

void add_means(VisitFit& result, const TrialTable& data, const Design& design, const LinearFit& fit,
               const std::string& arm, const std::string& visit, const AncovaRequest& request) {
  std::vector<std::string> by{arm};
  const bool visit_inside =
      visit.empty() && arm != "AVISIT" &&
      std::any_of(design.factors.begin(), design.factors.end(),
                  [](const Factor& factor) { return factor.variable == "AVISIT"; });
  if (visit_inside) by.push_back("AVISIT");
  const MarginalMeans means =
      marginal_means(design, data.table, by, margin_weights(request.margins));
  std::map<std::string, const MarginalMean*> references;
  const auto visit_of = [&](const MarginalMean& mean) {
    return visit_inside ? label_of(mean, 1) : visit;
  };
  const auto test_of = [&](const VectorXd& contrast) {
    if (contrast.allFinite()) return linear_test(fit, contrast, request.level);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return LinearTest{nan, nan, nan, nan, nan, nan, nan, {}};
  };
  std::string reference;
  for (const MarginalMean& mean : means.means) {
    const std::string level = mean.at[0].second;
    if (reference.empty()) reference = level;
    if (level == reference) references[visit_of(mean)] = &mean;
    result.rows.push_back(model_row(ModelRow::Kind::mean, visit_of(mean), level,
                                    test_of(mean.coefficients.transpose())));
    if (!mean.estimable)
      result.warnings.push_back(fmt::format("the mean of {} {} is not estimable: no data inform it",
                                            level, visit_of(mean)));
  }
  for (const MarginalMean& mean : means.means)
    if (mean.at[0].second != reference) {
      const MarginalMean& other = *references[visit_of(mean)];
      const VectorXd contrast = (mean.coefficients - other.coefficients).transpose();
      const LinearTest test = test_of(contrast);
      const std::string label = mean.at[0].second + " - " + reference;
      result.rows.push_back(model_row(ModelRow::Kind::contrast, visit_of(mean), label, test));
      for (const std::string& reservation : test.reservations)
        result.warnings.push_back(label + ": " + reservation);
    }
  Json held = Json::object();
  for (const auto& [column, value] : means.covariates)
    held[column] = json_number(std::get<double>(value));
  result.fit["covariates"] = held;
  result.fit["weights"] = means.weights;
}

Json test_json(const WaldTest& test) {
  return {{"f", json_number(test.statistic)},
          {"df1", json_number(test.df1)},
          {"df2", json_number(test.df2)},
          {"p", json_number(test.p)}};
}

/// The test, or null with a warning where there is none.
template <typename Contrasts>
Json term_json(VisitFit& result, const LinearFit& fit, const Contrasts& contrasts) {
  try {
    return test_json(linear_wald_test(fit, contrasts()));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unanswerable) throw;
    if (std::find(result.warnings.begin(), result.warnings.end(), error.what()) ==
        result.warnings.end())
      result.warnings.push_back(error.what());
    return nullptr;
  }
}

void add_terms(VisitFit& result, const TrialTable& data, const Design& design, const LinearFit& fit,
               const std::string& visit) {
  for (std::size_t t = 0; t < design.formula.terms.size(); ++t) {
    const int term = static_cast<int>(t);
    if (std::find(design.term_of.begin(), design.term_of.end(), term) == design.term_of.end())
      continue;  // all of its columns were left out
    Json json = Json::object();
    if (!visit.empty()) json["visit"] = visit;
    json["term"] = to_text(design.formula.terms[t]);
    json["type2"] =
        term_json(result, fit, [&] { return type_two_contrasts(design, fit.vcov, term); });
    json["type3"] =
        term_json(result, fit, [&] { return type_three_contrasts(design, data.table, term); });
    result.terms.push_back(json);
  }
}

DesignOptions options_of(const TrialTable& data, const AncovaRequest& request) {
  const std::string arm = request.arm.empty() ? first_column(data.table, arm_names()) : request.arm;
  DesignOptions options = design_options(request.reference, request.factors, arm);
  if (!arm.empty()) options.factors.push_back(arm);  // arms may be coded in numbers
  return options;
}

/// The test of --interaction, in a model of its own; one that cannot be answered is a reservation.
void add_interaction(VisitFit& result, const TrialTable& data, const ModelFormula& formula,
                     const std::string& arm, const std::string& visit,
                     const AncovaRequest& request) {
  const std::string& column = request.interaction;
  if (column.empty()) return;
  const ModelFormula crossed = with_interaction(formula, arm, column);
  result.interaction_formula = crossed.text;
  DesignOptions options = options_of(data, request);
  options.factors.push_back(column);
  try {
    const Design design = make_design(crossed, data.table, options);
    const LinearFit fit = fit_linear(design.x, design.y, linear_options(data, design, request));
    const Eigen::MatrixXd l =
        interaction_contrasts(design, data.table, arm, "", column, margin_weights(request.margins))
            .front()
            .l;
    require(l.allFinite(), "stats.term.aliased", "a subgroup has no data in an arm",
            ErrorKind::unanswerable);
    const WaldTest test = linear_wald_test(fit, l);
    result.interaction = {visit, test.statistic, test.df1, test.df2, test.p};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unanswerable) throw;
    result.warnings.push_back(
        fmt::format("interaction with {}: no test: {}", column, error.what()));
  }
}

VisitFit fit_visit(const TrialTable& data, const ModelFormula& formula, const std::string& visit,
                   const AncovaRequest& request) {
  const Design design = make_design(formula, data.table, options_of(data, request));
  const LinearOptions how = linear_options(data, design, request);
  const LinearFit fit = fit_linear(design.x, design.y, how);
  VisitFit result;
  if (!visit.empty()) result.fit["visit"] = visit;
  result.warnings = fit.fit.reservations;
  for (const std::string& name : design.aliased)
    result.warnings.push_back(
        fmt::format("'{}' follows from the columns before it and was left out", name));
  const auto subjects = subjects_of(data, design, !how.clusters.empty(), result.warnings);
  for (std::size_t j = 0; j < design.columns.size(); ++j) {
    const VectorXd unit = VectorXd::Unit(fit.beta.size(), static_cast<Index>(j));
    result.rows.push_back(model_row(ModelRow::Kind::coefficient, visit, design.columns[j],
                                    linear_test(fit, unit, request.level)));
  }
  result.fit["vcov"] = matrix_json(fit.vcov);
  result.fit["sigma"] = json_number(fit.sigma);
  result.fit["r_squared"] = json_number(fit.r_squared);
  result.fit["df_residual"] = json_number(static_cast<double>(design.y.size() - fit.beta.size()));
  result.fit["n_observations"] = design.y.size();
  result.fit["n_subjects"] = subjects ? Json(*subjects) : Json(nullptr);
  result.fit["clusters"] = fit.clusters;
  result.fit["aliased"] = design.aliased;
  const std::string arm = arm_of(design, request);
  if (arm.empty())
    result.warnings.push_back("no arm among the factors, so no least-squares means: name --arm");
  else
    add_means(result, data, design, fit, arm, visit, request);
  add_interaction(result, data, formula, arm, visit, request);
  add_terms(result, data, design, fit, visit);
  result.fit["fit"] = {{"converged", true}, {"iterations", 1}, {"warnings", result.warnings}};
  return result;
}

std::string model_text(const AncovaRequest& request) {
  const std::string how = request.vcov.empty() ? (request.cluster.empty()       ? "classical"
                                                  : request.cluster.size() == 1 ? "cr2"
                                                                                : "cr1")
                                               : request.vcov;
  return fmt::format("{} least squares, {} standard errors{}",
                     request.weights.empty() ? "ordinary" : "weighted", how,
                     request.cluster.empty()
                         ? ""
                         : fmt::format(" clustered by {}", fmt::join(request.cluster, " and ")));
}

/// The levels of the column to fit by, as far as they were asked for, in the column's order.
std::vector<std::string> visits_of(const TrialTable& data, const AncovaRequest& request) {
  std::vector<std::string> visits;
  for (const std::string& level : factor_values(data.table.column(request.by)).levels)
    if (request.visits.empty() ||
        std::find(request.visits.begin(), request.visits.end(), level) != request.visits.end())
      visits.push_back(level);
  return visits;
}

}  // namespace

DesignOptions design_options(const std::vector<std::string>& reference,
                             const std::vector<std::string>& factors, const std::string& arm) {
  DesignOptions options{.factors = factors};
  for (const std::string& word : reference) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos)
      options.reference[arm] = word;
    else
      options.reference[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return options;
}

MarginWeights margin_weights(const std::string& name) {
  if (name == "equal") return MarginWeights::equal;
  if (name == "observed") return MarginWeights::observed;
  require(name == "counterfactual", "answer.table.margins",
          fmt::format("margins are equal, observed or counterfactual; saw '{}'", name),
          ErrorKind::usage);
  return MarginWeights::counterfactual;
}

Answer ancova_answer(const TrialTable& data, const AncovaRequest& request) {
  const ModelFormula formula = parse_formula(request.formula);
  require(!formula.covariance && !formula.response.empty(), "answer.ancova.formula",
          "write a response and terms, as in 'CHG ~ BASE + ARM'; a covariance of visits is for "
          "entact mmrm",
          ErrorKind::usage);
  for (const std::string& column : names_in(parse_formula_expression(formula.response)))
    static_cast<void>(number_column(data, column));
  std::vector<std::pair<std::string, TrialTable>> parts;
  if (!request.by.empty())
    for (const std::string& visit : visits_of(data, request))
      parts.emplace_back(visit, rows_with(data, request.by, {visit}));
  else if (request.visits.size() == 1)
    parts.emplace_back(request.visits[0], rows_with(data, "AVISIT", request.visits));
  else
    parts.emplace_back("",
                       request.visits.empty() ? data : rows_with(data, "AVISIT", request.visits));
  if (parts.empty()) static_cast<void>(rows_with(data, request.by, request.visits));  // throws
  Json result{{"formula", formula.text},
              {"model", model_text(request)},
              {"level", request.level},
              {"by", request.by.empty() ? Json(nullptr) : Json(request.by)}};
  for (const char* key : {"coefficients", "lsmeans", "contrasts", "terms", "fits"})
    result[key] = Json::array();
  Answer answer;
  std::vector<ModelRow> rows;
  std::vector<InteractionTest> interactions;
  std::string interaction_formula;
  for (const auto& [visit, part] : parts) {
    const VisitFit fit =
        request.by.empty()
            ? fit_visit(part, formula, visit, request)
            : naming_file(request.by + " " + visit, [&, &name = visit, &rows_of = part] {
                return fit_visit(rows_of, formula, name, request);
              });
    for (const ModelRow& row : fit.rows)
      result[row.kind == ModelRow::Kind::coefficient ? "coefficients"
             : row.kind == ModelRow::Kind::mean      ? "lsmeans"
                                                     : "contrasts"]
          .push_back(row_json(row));
    result["terms"].insert(result["terms"].end(), fit.terms.begin(), fit.terms.end());
    result["fits"].push_back(fit.fit);
    if (fit.interaction) interactions.push_back(*fit.interaction);
    interaction_formula = fit.interaction_formula;
    rows.insert(rows.end(), fit.rows.begin(), fit.rows.end());
    for (const std::string& warning : fit.warnings)
      answer.reservations.push_back(visit.empty() ? warning : visit + ": " + warning);
  }
  if (!request.interaction.empty())
    result["interaction"] =
        interaction_json(request.interaction, interaction_formula, interactions);
  answer.result_json = result.dump();
  answer.text = fmt::format("{}\n{}\n", formula.text, model_text(request));
  answer.text += rows_text(rows, ModelRow::Kind::mean, "Least-squares means");
  answer.text += rows_text(rows, ModelRow::Kind::contrast, "Differences");
  if (!interactions.empty()) answer.text += interaction_text(request.interaction, interactions);
  answer.text += rows_text(rows, ModelRow::Kind::coefficient, "Coefficients");
  answer.csv = rows_csv(rows);
  answer.document = model_document({.title = "Analysis of covariance",
                                    .formula = formula.text,
                                    .words = model_text(request),
                                    .outcome = formula.response,
                                    .level = request.level,
                                    .notes = answer.reservations},
                                   rows);
  answer.inputs = {{data.input.first, data.input.second}};
  return answer;
}

Answer ancova_file(const std::string& path, const AncovaRequest& request) {
  const TrialTable data = read_trial_table(path);
  return naming_file(path, [&] { return ancova_answer(file_where(data, request.where), request); });
}

}  // namespace entact
