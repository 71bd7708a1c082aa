#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace entact {

/// Kleene's three truth values: what is not on record is unknown, which is neither yes nor no.
enum class Truth { no, unknown, yes };

Truth both(Truth a, Truth b);
Truth either(Truth a, Truth b);
Truth opposite(Truth a);
/// "yes", "no", "unknown".
std::string_view to_text(Truth truth);

/// What a quantity is worth: a number, a word, or unknown. A number that is NaN counts as unknown.
using ClaimValue = std::variant<std::monostate, double, std::string>;

/// One argument of a quantity: a name (`ptsd_caps_smd`), or a condition on a column
/// (`week >= 52`, `condition = ptsd|depression`, `comparison ~ 'paroxetine'`).
struct ClaimArgument {
  std::string column{};               ///< empty for a name
  std::string relation{};             ///< = != < <= > >= ~ (contains, letter case ignored)
  std::vector<std::string> values{};  ///< alternatives, at least one
  std::size_t position = 0;           ///< 1-based character of the expression
};

/// One quantity that an expression asks for: `upper(ptsd_caps_smd, without = high_risk)`.
struct ClaimCall {
  std::string name{};
  std::vector<ClaimArgument> arguments{};
  std::size_t position = 0;  ///< 1-based character of the expression
  std::string text{};        ///< as written
};

/// One node of the tree; children are indices of nodes.
struct ClaimNode {
  enum class Kind { either, both, opposite, comparison, sum, difference, negative, value, call };
  Kind kind = Kind::value;
  std::size_t left = 0, right = 0;
  std::string relation{};  ///< of a comparison
  ClaimValue value{};
  std::size_t call = 0;  ///< index into ClaimExpression::calls
};

/// A condition of the claims table, parsed; see parse_claim_expression.
struct ClaimExpression {
  std::string text{};
  std::vector<ClaimNode> nodes{};  ///< the root last; none if the text was empty
  std::vector<ClaimCall> calls{};  ///< in the order of the text
  [[nodiscard]] bool empty() const { return nodes.empty(); }
};

/// Reads one condition of data/claims.csv.
///
///     condition  = and-part { "or" and-part }
///     and-part   = not-part { "and" not-part }
///     not-part   = "not" not-part | "(" condition ")" | comparison
///     comparison = sum ( "<" | "<=" | ">" | ">=" | "=" | "!=" ) sum
///     sum        = term { ( "+" | "-" ) term }
///     term       = number | 'text' | "-" term | "(" sum ")" | quantity
///     quantity   = name "(" [ argument { "," argument } ] ")"
///     argument   = name | column relation value { "|" value }
///
/// Names hold letters, digits, `_` and `.`; anything else stands between single quotes. What the
/// quantities mean is the caller's business: `calls` lists them, so that they can be checked
/// without being computed.
///
/// @return an empty expression for an empty text
/// @throws Error "evidence.claim.syntax" with the character where the text stops making sense
/// @cost   linear; nesting deeper than 64 and more than 1000 parts are refused
ClaimExpression parse_claim_expression(std::string_view text);

/// Says what a quantity is worth.
using ClaimQuantities = std::function<ClaimValue(const ClaimCall&)>;

/// Whether the condition holds. Every quantity is asked for, also where the outcome is already
/// clear. A comparison with an unknown quantity is unknown, and so is a sum with one.
///
/// @return unknown for an empty expression: a condition that nobody wrote never holds
/// @throws Error "evidence.claim.type" if a number is compared with a text, or texts by size or sum
Truth evaluate(const ClaimExpression& expression, const ClaimQuantities& quantities);

}  // namespace entact
