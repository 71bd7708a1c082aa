#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "entact/answer/trial_table.h"
#include "entact/stats/design_matrix.h"
#include "entact/stats/mmrm.h"
#include "entact/stats/mmrm_inference.h"

namespace entact {

/// `entact mmrm`: a mixed model for repeated measures of a trial's outcome.
struct MmrmRequest {
  std::string formula{};             ///< 'CHG ~ BASE*AVISIT + ARM*AVISIT + us(AVISIT | USUBJID)'
  std::string parameter{};           ///< PARAMCD, if the dataset holds several
  std::vector<std::string> where{};  ///< further conditions: FASFL=Y
  std::string arm{};                 ///< empty: the first of arm_names() in the formula
  std::vector<std::string> reference{};  ///< "PLACEBO" for the arm, "SEX=F" for another factor
  std::vector<std::string> factors{};    ///< numeric columns to treat as factors
  std::string df = "satterthwaite";      ///< R mmrm's default; kenward-roger, ...
  std::string vcov = "model";            ///< model, cr0, cr2, cr3
  bool ml = false;                       ///< maximum likelihood instead of REML
  std::string weights{};                 ///< column of weights
  std::string margins = "equal";        ///< of least-squares means: equal, observed, counterfactual
  std::vector<std::string> fallback{};  ///< structures to try in this order if the first fails
  std::vector<std::string> compare{};   ///< structures to compare by likelihood
  std::vector<std::string> contrasts{};  ///< "NAME = 0.5 MDMA@W12 + 0.5 MDMA@W18 - PBO@W18"
  std::string interaction{};             ///< column: do the differences between arms depend on it?
  std::string slope{};  ///< numeric column of the terms, whose slopes by arm are wanted
  std::optional<double> slope_from{};  ///< only rows at or after this value of it
  bool residuals = false;              ///< list residuals with their normal scores
  double level = 0.95;
};

/// A fitted model with what names its parts.
struct FittedMmrm {
  Design design{};
  std::vector<std::string> visits{};  ///< names of the covariance's rows
  std::vector<std::string> groups{};  ///< names of the covariance's groups; empty: one for all
  std::unique_ptr<Mmrm> model{};
  std::vector<std::pair<std::string, std::string>> tried{};  ///< structure, why not ("" taken)
};

/// Rows of the analysis (parameter, flags, conditions) with the orders of visits and arms.
struct MmrmRows {
  TrialTable data{};
  DesignOptions design{};
  std::string arm{};  ///< may be empty
};
MmrmRows mmrm_rows(const TrialTable& data, const MmrmRequest& request, const ModelFormula& formula);

/// Fits the formula's structure, or the first of the fallback order that converges.
///
/// @throws Error "answer.mmrm.formula" (usage) without a covariance term; "answer.mmrm.twice" if a
/// participant has a visit twice; "answer.mmrm.weight" for a weight that is not positive; as
/// select_adam, make_design and Mmrm. With a fallback order, what cannot be answered by one
/// structure passes on to the next.
FittedMmrm fit_mmrm_rows(const MmrmRows& rows, const ModelFormula& formula,
                         const MmrmRequest& request);

}  // namespace entact
