#pragma once

#include <string>
#include <vector>

#include "entact/pharm/expression.h"
#include "entact/pharm/pharm_model.h"

namespace entact {

/// A quantity that other expressions may name, computed before them.
struct NamedExpression {
  std::string id{};
  std::string value{};
};

/// The equations of a model as text. In `starts` only parameters may stand; in a variable only
/// variables before it.
struct ExpressionModel {
  std::vector<NamedExpression> variables{};
  std::vector<std::string> starts{};   ///< a state each
  std::vector<std::string> rates{};    ///< a state each, per hour
  std::vector<std::string> outputs{};  ///< an output each
};

/// Compiles the expressions to bytecode and binds them; the model runs over double, lanes and
/// derivatives as compiled ones do.
///
/// @throws Error "pharm.expression.*" as parse_expression, with the quantity's name in front;
///         "pharm.expression.many" if there are more variables than most_variables;
///         "pharm.model.shape" if numbers of expressions and quantities differ
PharmModel bind_expressions(ModelDescription description, const ExpressionModel& expressions);

}  // namespace entact
