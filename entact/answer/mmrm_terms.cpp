// Tests of a fitted mixed model: of interaction with a subgroup, and of each term (type III).
#include "entact/answer/mmrm_answering.h"

#include <fmt/format.h>

#include "entact/answer/ancova_command.h"
#include "entact/answer/json_number.h"
#include "entact/base/error.h"
#include "entact/stats/marginal_means.h"
#include "entact/stats/term_tests.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

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

}  // namespace entact
