#pragma once

// One answer of `entact mmrm` as it grows from a fitted model. For the mmrm_*.cpp files.

#include <Eigen/Core>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "entact/answer/interaction.h"
#include "entact/answer/mmrm_command.h"
#include "entact/answer/model_rows.h"
#include "entact/stats/mmrm_inference.h"

namespace entact {

/// What is asked of one fit, and what it answered so far.
struct Answering {
  const MmrmRows& rows;
  const MmrmRequest& request;
  const FittedMmrm& fitted;
  const MmrmInference& inference;
  std::vector<ModelRow> answers{};
  std::vector<std::string> warnings{};
  nlohmann::ordered_json result{};
};

/// Estimate, interval and test of a linear combination; empty where it is not estimable.
ModelRow tested(const Answering& a, ModelRow::Kind kind, const std::string& visit,
                const std::string& label, const Eigen::VectorXd& l);

/// The column of visits among the factors: that of the covariance; "" if it is not there.
std::string visit_column(const Answering& a);

/// Least-squares means, their differences and the contrasts asked for; then slopes by arm and their
/// differences, at the mean of the column (mmrm_means.cpp).
void add_means(Answering& a);
void add_slopes(Answering& a);
/// "Slopes per unit of WEEK, from 4 on"; "" where none are asked for.
std::string slope_title(const MmrmRequest& request);

/// The tests of --interaction in a model of its own, one that cannot be answered as a reservation;
/// and type III tests of the terms (mmrm_terms.cpp).
void add_interaction(Answering& a, std::vector<InteractionTest>& tests);
void add_terms(Answering& a);

/// The name of a group of the covariance; "" where all share one.
std::string group_name(const FittedMmrm& fitted, std::size_t g);

/// The covariance and its parameters; likelihoods of other structures on the same rows, with ratio
/// tests against the first; residuals made independent by each participant's Cholesky factor, with
/// Blom's normal scores (mmrm_structure.cpp).
void add_covariance(Answering& a);
nlohmann::ordered_json comparison(const MmrmRows& rows, const ModelFormula& formula,
                                  const MmrmRequest& request, const FittedMmrm& first);
nlohmann::ordered_json residuals(const Answering& a);

/// "mixed model for repeated measures, us covariance, REML, Kenward-Roger degrees of freedom"
/// (mmrm_text.cpp).
std::string mmrm_words(const FittedMmrm& fitted, const MmrmRequest& request);
/// The whole answer for people.
std::string mmrm_text(const Answering& a, const std::vector<InteractionTest>& tests);

}  // namespace entact
