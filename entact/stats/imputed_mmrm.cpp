#include "entact/stats/imputed_mmrm.h"

#include <cmath>
#include <memory>
#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

struct RepeatedAnalysis {
  RepeatedDesign design{};
  std::vector<std::string> arms{};
  std::vector<std::size_t> order{};  ///< of the arms, the reference first
  MmrmDf df = MmrmDf::satterthwaite;
  [[nodiscard]] Index m() const { return static_cast<Index>(design.visits.size()); }
};

// Rows of everybody who counts, as often as they do.
struct LongData {
  MmrmData data{};
  VectorXd y{};
};

LongData long_data(const RepeatedAnalysis& a, const MatrixXd& completed, const VectorXd& weights) {
  const Index n = completed.rows(), m = a.m();
  std::vector<Index> copies;
  for (Index i = 0; i < n; ++i)
    for (int k = 0; k < (weights.size() == 0 ? 1 : static_cast<int>(std::lround(weights(i)))); ++k)
      copies.push_back(i);
  const auto rows = static_cast<Index>(copies.size()) * m;
  LongData made{.data = {.x = MatrixXd(rows, a.design.x.cols()), .visits = static_cast<int>(m)},
                .y = VectorXd(rows)};
  for (std::size_t c = 0; c < copies.size(); ++c) {
    const Index i = copies[c], at = static_cast<Index>(c) * m;
    made.data.x.middleRows(at, m) = a.design.x.middleRows(i * m, m);
    made.y.segment(at, m) = completed.row(i).transpose();
    for (Index visit = 0; visit < m; ++visit) {
      made.data.subject.push_back(static_cast<int>(c));
      made.data.visit.push_back(static_cast<int>(visit));
      if (!a.design.group.empty())
        made.data.group.push_back(a.design.group[static_cast<std::size_t>(i)]);
    }
  }
  return made;
}

// Mean row of an arm at a visit over everybody who counts.
RowVectorXd mean_row(const RepeatedAnalysis& a, std::size_t arm, Index visit,
                     const VectorXd& weights) {
  const Index m = a.m(), n = a.design.x.rows() / m;
  RowVectorXd sum = RowVectorXd::Zero(a.design.x.cols());
  double count = 0;
  for (Index i = 0; i < n; ++i) {
    const double weight = weights.size() == 0 ? 1 : weights(i);
    sum += weight * a.design.as_arm[arm].row(i * m + visit);
    count += weight;
  }
  return sum / count;
}

std::vector<AnalysisEstimate> run(const RepeatedAnalysis& a, const MatrixXd& completed,
                                  const VectorXd& weights) {
  const LongData rows = long_data(a, completed, weights);
  Mmrm model(rows.data, {.covariance = a.design.covariance});
  require(model.fit(rows.y).fit.converged, "stats.impute.resample",
          "the mixed model of a completed data set did not converge: choose a simpler covariance",
          ErrorKind::unanswerable);
  const MmrmInference inference(model, a.df);
  std::vector<AnalysisEstimate> estimates;
  const auto add = [&](const RowVectorXd& l) {
    const MmrmContrast contrast = inference.contrast(l.transpose());
    estimates.push_back({contrast.estimate, contrast.se, contrast.df});
  };
  for (Index visit = 0; visit < a.m(); ++visit) {
    std::vector<RowVectorXd> means;
    for (const std::size_t arm : a.order) means.push_back(mean_row(a, arm, visit, weights));
    for (std::size_t k = 1; k < means.size(); ++k) add(means[k] - means[0]);
    for (const RowVectorXd& mean : means) add(mean);
  }
  return estimates;
}

void check(const RepeatedAnalysis& a, int reference) {
  bool ok = reference >= 0 && static_cast<std::size_t>(reference) < a.arms.size() && a.m() > 0 &&
            a.design.x.rows() % a.m() == 0 && a.design.as_arm.size() == a.arms.size();
  for (const MatrixXd& x : a.design.as_arm)
    ok = ok && x.rows() == a.design.x.rows() && x.cols() == a.design.x.cols();
  require(ok, "stats.impute.shape",
          "a mixed model needs a row a participant and visit, and as many for each arm");
}

}  // namespace

ImputedAnalysis mmrm_analysis(RepeatedDesign design, std::vector<std::string> arms, int reference,
                              MmrmDf df) {
  RepeatedAnalysis made{.design = std::move(design), .arms = std::move(arms), .df = df};
  check(made, reference);
  made.order.push_back(static_cast<std::size_t>(reference));
  for (std::size_t arm = 0; arm < made.arms.size(); ++arm)
    if (arm != made.order.front()) made.order.push_back(arm);
  ImputedAnalysis analysis;
  for (const std::string& visit : made.design.visits) {
    for (std::size_t k = 1; k < made.order.size(); ++k)
      analysis.parameters.push_back({visit, made.arms[made.order[k]], made.arms[made.order[0]],
                                     "difference of least-squares means"});
    for (const std::size_t arm : made.order)
      analysis.parameters.push_back({visit, made.arms[arm], "", "least-squares mean"});
  }
  // Shared by the copies of the function; never changed.
  const auto a = std::make_shared<const RepeatedAnalysis>(std::move(made));
  analysis.run = [a](const MatrixXd& completed, const VectorXd& weights) {
    return run(*a, completed, weights);
  };
  return analysis;
}

}  // namespace entact
