#pragma once

#include "entact/answer/fit_model.h"
#include "entact/answer/trial_table.h"

namespace entact {

/// Puts the people of a dataset into the model, and how their observations are predicted.
///
/// Columns as in NONMEM, whatever their case: ID, TIME, DV; AMT, EVID (absent: 1 where AMT is above
/// 0), MDV, CMT, RATE, ADDL, II, SS; OCC if a parameter varies between occasions; CENS or BLQ: 1
/// where LLOQ (or DV, where that is absent or empty) is the limit that the observation lies below;
/// DVID or YTYPE, of one value; covariates. Rows of a person stand together in the order of time.
/// Covariates may change in time (constant within an occasion, if a parameter varies between
/// occasions): as in NONMEM, a row's values hold from the row before it up to it; an empty cell
/// carries on what was before. People without observations are left out.
///
/// @return sentences about what was left out or may be meant otherwise
/// @throws Error "answer.fit.column" (usage) for a column that is needed or there twice;
/// "answer.fit.row" for a row without meaning, "answer.fit.censored" for an observation without its
/// limit, "answer.fit.kinds" for observations of several kinds, "answer.fit.covariate" for one that
/// is missing at first, changes within an occasion or has no meaning for its effect, each with
/// file, line, column and participant; those of check_doses()
std::vector<std::string> put_fit_data(const TrialTable& data, FitModel& model);

}  // namespace entact
