#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace entact {

/// The event column and which of its values mean what.
struct EventColumn {
  std::string column{};
  /// zero_is_event: CDISC's CNSR (0 event, above 0 censored); one_is_event: R's status (1 event, 0
  /// censored); cause: 0 censored, 1..k causes; equals, differs: compared with `value`.
  enum class Rule { one_is_event, zero_is_event, cause, equals, differs };
  Rule rule = Rule::one_is_event;
  double value = 0;
};

/// One covariate term: a main effect or a product of several variables.
struct CovariateTerm {
  std::vector<std::string> variables{};
  bool factor = false;  ///< factor(x): a number taken as a category
};

/// What `Surv(time, status) ~ arm + age + strata(site) + cluster(id) + offset(x)` asks for.
struct SurvivalFormula {
  std::string start{}, stop{};  ///< start empty: all enter at 0
  EventColumn event{};
  std::vector<CovariateTerm> terms{};
  std::vector<std::string> strata{};
  std::string cluster{};
  std::string offset{};
};

/// R's syntax: `Surv(time, event)` or `Surv(start, stop, event)`, event a column, `column ==
/// value`, `column != value` or `1 - column`; terms joined by `+`, products by `:` or `*`;
/// `factor(x)`, `strata(a, b)`, `cluster(id)`, `offset(x)`; `1` for none.
///
/// @throws Error "answer.survival.formula" (usage), which quotes the part that is not understood
SurvivalFormula parse_survival_formula(std::string_view text);

}  // namespace entact
