// What a fitted mixed model says: coefficients, least-squares means, contrasts, tests, comparison
// of structures, residuals; and how it is written down. The arithmetic is stats/mmrm.
#include "entact/answer/mmrm_command.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "entact/answer/ancova_command.h"
#include "entact/answer/interaction.h"
#include "entact/answer/json_number.h"
#include "entact/answer/mmrm_contrast.h"
#include "entact/answer/model_document.h"
#include "entact/answer/model_rows.h"
#include "entact/num/distributions.h"
#include "entact/report/number_text.h"
#include "entact/stats/marginal_means.h"
#include "entact/stats/mmrm_whiten.h"
#include "entact/stats/term_tests.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Json = nlohmann::ordered_json;

// What is asked of one fit, and what it answered so far.
struct Answering {
  const MmrmRows& rows;
  const MmrmRequest& request;
  const FittedMmrm& fitted;
  const MmrmInference& inference;
  std::vector<ModelRow> answers{};
  std::vector<std::string> warnings{};
  Json result{};
};

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

Json matrix_json(const Eigen::MatrixXd& m) {
  Json rows = Json::array();
  for (Index i = 0; i < m.rows(); ++i) {
    rows.push_back(Json::array());
    for (Index j = 0; j < m.cols(); ++j) rows.back().push_back(json_number(m(i, j)));
  }
  return rows;
}

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

// The column of visits among the factors: that of the covariance.
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

std::string visit_of(const MarginalMean& mean) {
  return mean.at.size() > 1 ? mean.at[1].second : "";
}

void add_asked_contrasts(Answering& a, const MarginalMeans& means) {
  std::map<std::string, VectorXd> known;
  for (const MarginalMean& mean : means.means) {
    const std::string visit = visit_of(mean);
    known[mean.at[0].second + (visit.empty() ? "" : "@" + visit)] = mean.coefficients.transpose();
  }
  for (const std::string& text : a.request.contrasts) {
    const NamedCombination asked = parse_combination(text);
    VectorXd l = VectorXd::Zero(static_cast<Index>(a.fitted.design.columns.size()));
    for (const auto& [weight, name] : asked.parts) {
      const auto found = known.find(name);
      std::vector<std::string> names;
      for (const auto& [there, unused] : known) names.push_back(there);
      require(
          found != known.end(), "answer.mmrm.contrast",
          fmt::format("a contrast is made of the means {}; saw '{}'", fmt::join(names, ", "), name),
          ErrorKind::usage);
      l += weight * found->second;
    }
    a.answers.push_back(tested(a, ModelRow::Kind::contrast, "", asked.name, l));
  }
}

void add_means(Answering& a) {
  if (a.rows.arm.empty()) {
    a.warnings.emplace_back("no arm among the factors, so no least-squares means: name --arm");
    return;
  }
  std::vector<std::string> by{a.rows.arm};
  const std::string visit = visit_column(a);
  if (!visit.empty()) by.push_back(visit);
  const MarginalMeans means =
      marginal_means(a.fitted.design, a.rows.data.table, by, margin_weights(a.request.margins));
  std::map<std::string, const MarginalMean*> references;
  const std::string reference = means.means.front().at[0].second;
  for (const MarginalMean& mean : means.means) {
    if (mean.at[0].second == reference) references[visit_of(mean)] = &mean;
    a.answers.push_back(tested(a, ModelRow::Kind::mean, visit_of(mean), mean.at[0].second,
                               mean.coefficients.transpose()));
    if (!mean.estimable)
      a.warnings.push_back(fmt::format("the mean of {} {} is not estimable: no data inform it",
                                       mean.at[0].second, visit_of(mean)));
  }
  for (const MarginalMean& mean : means.means)
    if (mean.at[0].second != reference)
      a.answers.push_back(
          tested(a, ModelRow::Kind::contrast, visit_of(mean), mean.at[0].second + " - " + reference,
                 (mean.coefficients - references[visit_of(mean)]->coefficients).transpose()));
  add_asked_contrasts(a, means);
  Json held = Json::object();
  for (const auto& [column, value] : means.covariates)
    held[column] = json_number(std::get<double>(value));
  a.result["margins"] = {{"weights", means.weights}, {"covariates", held}};
}

// Slopes by arm and their differences, at the mean of the column.
void add_slopes(Answering& a) {
  if (a.request.slope.empty()) return;
  require(!a.rows.arm.empty(), "answer.mmrm.slope",
          "--slope gives slopes by arm: name --arm, a factor of the formula", ErrorKind::usage);
  const MarginalMeans slopes = marginal_slopes(a.fitted.design, a.rows.data.table, {a.rows.arm},
                                               a.request.slope, margin_weights(a.request.margins));
  const MarginalMean& first = slopes.means.front();
  for (const MarginalMean& slope : slopes.means)
    a.answers.push_back(
        tested(a, ModelRow::Kind::slope, "", slope.at[0].second, slope.coefficients.transpose()));
  for (const MarginalMean& slope : slopes.means) {
    if (&slope == &first) continue;
    require(
        !(slope.coefficients - first.coefficients).isZero(0), "answer.mmrm.slope",
        fmt::format("the slope of {0} is the same in all arms of this model: multiply it by the "
                    "arm, as in {1}*{0}",
                    a.request.slope, a.rows.arm),
        ErrorKind::usage);
    a.answers.push_back(tested(a, ModelRow::Kind::slope, "",
                               slope.at[0].second + " - " + first.at[0].second,
                               (slope.coefficients - first.coefficients).transpose()));
  }
  a.result["slope"] = {
      {"column", a.request.slope},
      {"from", a.request.slope_from ? Json(*a.request.slope_from) : Json(nullptr)},
      {"at", json_number(std::get<double>(slopes.covariates.at(a.request.slope)))}};
}

std::string slope_title(const MmrmRequest& request) {
  if (request.slope.empty()) return "";
  return fmt::format("Slopes per unit of {}{}", request.slope,
                     request.slope_from ? fmt::format(", from {:g} on", *request.slope_from) : "");
}

// The tests of --interaction in a model of its own; one that cannot be answered is a reservation.
void add_interaction(Answering& a, std::vector<InteractionTest>& tests) {
  const std::string& column = a.request.interaction;
  if (column.empty()) return;
  const ModelFormula formula = with_interaction(a.fitted.design.formula, a.rows.arm, column);
  MmrmRows rows = a.rows;
  rows.design.factors.push_back(column);
  try {
    const FittedMmrm fitted = fit_mmrm_rows(rows, formula, a.request);
    for (const auto& [tried, reason] : fitted.tried)
      if (!reason.empty())
        a.warnings.push_back(
            fmt::format("interaction with {}: covariance {} was given up for the next in order: {}",
                        column, tried, reason));
    const MmrmInference inference(*fitted.model, df_named(a.request.df),
                                  vcov_named(a.request.vcov));
    for (const auto& [visit, l] :
         interaction_contrasts(fitted.design, rows.data.table, rows.arm, visit_column(a), column,
                               margin_weights(a.request.margins))) {
      if (!l.allFinite()) {
        a.warnings.push_back(
            fmt::format("interaction with {}{}: no test, a subgroup has no data in an arm", column,
                        visit.empty() ? "" : " at " + visit));
        continue;
      }
      const MmrmTest test = inference.test(l);
      tests.push_back(
          {visit, test.f, static_cast<double>(test.numerator_df), test.denominator_df, test.p});
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unanswerable) throw;
    a.warnings.push_back(fmt::format("interaction with {}: no test: {}", column, error.what()));
  }
  a.result["interaction"] = interaction_json(column, formula.text, tests);
}

void add_terms(Answering& a) {
  const Design& design = a.fitted.design;
  a.result["terms"] = Json::array();
  for (std::size_t t = 0; t < design.formula.terms.size(); ++t) {
    try {
      const MmrmTest test =
          a.inference.test(type_three_contrasts(design, a.rows.data.table, static_cast<int>(t)));
      a.result["terms"].push_back({{"term", to_text(design.formula.terms[t])},
                                   {"f", json_number(test.f)},
                                   {"df1", test.numerator_df},
                                   {"df2", json_number(test.denominator_df)},
                                   {"p", json_number(test.p)}});
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unanswerable) throw;
      a.warnings.emplace_back(error.what());
      return;
    }
  }
}

std::string group_name(const FittedMmrm& fitted, std::size_t g) {
  return fitted.groups.empty() ? "" : fitted.groups[g];
}

void add_covariance(Answering& a) {
  const MmrmFit& fit = a.fitted.model->last();
  const Covariance& structure = a.fitted.model->covariance();
  // Where nobody shares his times there is no matrix over them: the parameters say it all.
  const bool common = !a.fitted.model->free_times();
  a.result["visits"] = common ? Json(a.fitted.visits) : Json::array();
  a.result["covariance"] = Json::array();
  a.result["parameters"] = Json::array();
  const auto names = parameter_names(structure);
  const auto each = static_cast<Index>(names.size());
  for (int g = 0; g < a.fitted.model->sums().groups; ++g) {
    const std::string group = group_name(a.fitted, static_cast<std::size_t>(g));
    const Json label = group.empty() ? Json(nullptr) : Json(group);
    if (common)
      a.result["covariance"].push_back(
          {{"group", label}, {"matrix", matrix_json(fit.covariance[static_cast<std::size_t>(g)])}});
    const NaturalCovariance natural =
        natural_covariance(structure, fit.theta.segment(g * each, each));
    for (Index k = 0; k < each; ++k)
      a.result["parameters"].push_back({{"group", label},
                                        {"name", names[static_cast<std::size_t>(k)]},
                                        {"value", json_number(natural.value[k])}});
  }
}

// Likelihoods of other structures on the same rows; ratio tests against the first.
Json comparison(const MmrmRows& rows, const ModelFormula& formula, const MmrmRequest& request,
                const FittedMmrm& first) {
  Json list = Json::array();
  const MmrmFit base = first.model->last();
  const std::string name = name_of(first.model->options().covariance);
  const auto entry = [&](const std::string& structure, const MmrmFit& fit) {
    Json json{{"structure", structure},
              {"log_likelihood", json_number(fit.log_likelihood)},
              {"parameters", fit.parameters},
              {"aic", json_number(fit.aic)},
              {"bic", json_number(fit.bic)},
              {"converged", fit.fit.converged},
              {"lr", nullptr},
              {"lr_df", nullptr},
              {"lr_p", nullptr}};
    const int df = base.parameters - fit.parameters;
    const double lr = 2 * (base.log_likelihood - fit.log_likelihood);
    if (structure != name && df > 0 && name == "us") {  // all structures are nested in us
      json["lr"] = json_number(lr);
      json["lr_df"] = df;
      json["lr_p"] = json_number(chi_squared_upper(std::max(lr, 0.0), df));
    }
    list.push_back(json);
  };
  entry(name, base);
  for (const std::string& structure : request.compare) {
    ModelFormula other = formula;
    other.covariance->structure = structure;
    MmrmRequest one = request;
    one.fallback.clear();
    try {
      entry(structure, fit_mmrm_rows(rows, other, one).model->last());
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unanswerable) throw;
      list.push_back({{"structure", structure}, {"reason", error.what()}});
    }
  }
  return list;
}

// Residuals made independent by each participant's Cholesky factor, and Blom's normal scores.
Json residuals(const Answering& a) {
  const Design& design = a.fitted.design;
  const Mmrm& model = *a.fitted.model;
  const MmrmSums& sums = model.sums();
  VectorXd raw = design.y - design.x * model.last().beta;
  if (sums.root_weight.size() > 0) raw = raw.cwiseProduct(sums.root_weight);
  const VectorXd white = whitened(model, raw);
  std::vector<int> order(static_cast<std::size_t>(raw.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int x, int y) { return white[x] < white[y]; });
  VectorXd score(raw.size());
  for (std::size_t k = 0; k < order.size(); ++k)
    score[order[k]] = normal_quantile((static_cast<double>(k) + 1 - 0.375) /
                                      (static_cast<double>(order.size()) + 0.25));
  const auto subject = level_column(a.rows.data, design.formula.covariance->subject);
  Json list = Json::array();
  for (Index i = 0; i < raw.size(); ++i)
    list.push_back(
        {{"subject", subject[design.rows[static_cast<std::size_t>(i)]]},
         {"visit",
          a.fitted.visits[static_cast<std::size_t>(sums.visit[static_cast<std::size_t>(i)])]},
         {"residual", json_number(design.y[i] - design.x.row(i).dot(model.last().beta))},
         {"normalized", json_number(white[i])},
         {"normal_score", json_number(score[i])}});
  return list;
}

std::string model_words(const FittedMmrm& fitted, const MmrmRequest& request) {
  const std::string vcov =
      request.vcov == "model" ? "" : fmt::format(", {} covariance", request.vcov);
  return fmt::format(
      "mixed model for repeated measures, {} covariance{}, {}, {} degrees of freedom{}",
      name_of(fitted.model->options().covariance),
      fitted.groups.empty() ? "" : " by " + fitted.design.formula.covariance->group,
      request.ml ? "ML" : "REML", request.df, vcov);
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

// Where nobody shares his times: "Variance 41.3, range 53.7".
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

std::string answer_text(const Answering& a, const std::vector<InteractionTest>& tests) {
  const MmrmFit& fit = a.fitted.model->last();
  std::string text = fmt::format(
      "{}\n{}\n{} observations of {} participants; log likelihood {}, AIC {}, BIC {}\n{} after {} "
      "iterations, largest gradient {:.1e}\n",
      a.fitted.design.formula.text, model_words(a.fitted, a.request), fit.rows, fit.subjects,
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

}  // namespace

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
  a.result = {{"formula", formula.text}, {"model", model_words(fitted, request)},
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
  answer.text = answer_text(a, tests);
  answer.csv = rows_csv(a.answers);
  answer.reservations = a.warnings;
  answer.inputs = {{data.input.first, data.input.second}};
  answer.result_json = a.result.dump();
  answer.document = model_document({.title = "Mixed model for repeated measures",
                                    .formula = formula.text,
                                    .words = model_words(fitted, request),
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
