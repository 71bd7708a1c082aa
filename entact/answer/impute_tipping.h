#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "entact/answer/impute_run.h"
#include "entact/stats/tipping_point.h"

namespace entact {

/// What a tipping-point grid changes: imputed values, the log odds of imputed outcomes, or later
/// rates of events, whose estimates are logs of ratios.
enum class TippingKind { values, log_odds, rates };

/// What a tipping-point grid is about.
struct TippingWords {
  std::string label{};   ///< "MDMA - PBO"
  std::string visit{};   ///< empty of counts
  std::string x{}, y{};  ///< the arms; y empty: one axis
  TippingKind kind = TippingKind::values;
};
/// {label, visit, x, y, kind, axis, cells[{x, y, estimate, se, df, ci_low, ci_high, p,
/// significant}], contour[{x, y}], figure}; of ratios a cell also has ratio, ratio_low and
/// ratio_high.
nlohmann::ordered_json tipping_json(const TippingPoint& found, const TippingWords& words);

/// The grid that the request asks for: one axis, or two.
/// @throws Error "answer.impute.tipping" (usage) on more; as tipping_axis()
nlohmann::ordered_json impute_tipping(const ImputeRun& run);

/// "Tipping point of MDMA - PBO at W18: the interval touches 0 at" and where, for people; "" of a
/// result without a grid.
std::string tipping_text(const nlohmann::ordered_json& result);

}  // namespace entact
