// The covariance of a fitted mixed model: its parameters, other structures, residuals.
#include "entact/answer/matrix_json.h"
#include "entact/answer/mmrm_answering.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <numeric>

#include "entact/answer/json_number.h"
#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/mmrm_whiten.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Json = nlohmann::ordered_json;

}  // namespace

std::string group_name(const FittedMmrm& fitted, std::size_t g) {
  return fitted.groups.empty() ? "" : fitted.groups[g];
}

void add_covariance(Answering& a) {
  const MmrmFit& fit = a.fitted.model->last();
  const Covariance& structure = a.fitted.model->covariance();
  // Free times have no matrix in common: the parameters say it all.
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

}  // namespace entact
