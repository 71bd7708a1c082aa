#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace entact {

/// One main effect or interaction. Variables in the order in which the formula first names them;
/// transforms are kept as text: "log(x)", "I(x^2)", "poly(x, 2)"; names that need it are
/// backquoted.
struct FormulaTerm {
  std::vector<std::string> variables{};
};

/// How the observations of one subject depend on one another: us(AVISIT | ARM / USUBJID).
struct CovarianceTerm {
  std::string structure{};  ///< as R's mmrm names it; direct products as "un@ar1"
  std::string visit{};      ///< empty for sp_exp
  std::string subject{};
  std::string group{};                     ///< empty if all subjects share one
  std::vector<std::string> coordinates{};  ///< all columns before the bar
};

/// A model in R's formula syntax, expanded: CHG ~ BASE * AVISIT + ARM * AVISIT + us(AVISIT | ID).
struct ModelFormula {
  std::string response{};  ///< as text, may be a transform; empty for ~ x
  bool intercept = true;
  std::vector<FormulaTerm> terms{};  ///< by degree, then as written, as R orders them
  std::optional<CovarianceTerm> covariance{};
  std::string text{};  ///< as typed
};

/// "ARM:AVISIT".
std::string to_text(const FormulaTerm& term);

/// The column names that the formula needs, in order of appearance, those of the covariance last.
std::vector<std::string> columns_of(const ModelFormula& formula);

/// Reads R's formula syntax: + - * / : ^ ( ), 1, 0 and -1, names and `quoted names`, the transforms
/// of model_variable.h, and one covariance term of R's mmrm (us, cs, csh, ar1, ar1h, toep, toeph,
/// ad, adh, sp_exp, or a product such as un@ar1).
///
/// @throws Error (usage), with the position in the text: "stats.formula.syntax" if it cannot be
///         read; "stats.formula.response" if there is none or it is also a term;
///         "stats.formula.covariance" if a covariance term is wrong; "stats.formula.size" over
///         1,000 terms
/// @cost   O(terms^2)
/// @source Wilkinson and Rogers 1973, Appl Stat 22:392 [wilkinson1973]
/// @checked reference/design (R's terms())
ModelFormula parse_formula(std::string_view text);

}  // namespace entact
