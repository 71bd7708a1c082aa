#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace entact {

/// A formula as written, before its operators get a meaning: what model_formula.h expands into
/// terms and model_variable.h evaluates.
struct FormulaNode {
  enum class Kind {
    number,
    name,    ///< a column; text without backquotes
    call,    ///< text is the function: "log", "us", "un@ar1"
    unary,   ///< text is "+", "-" or "~"
    binary,  ///< text is the operator
    group,   ///< parentheses
  };
  Kind kind = Kind::number;
  std::string text{};
  double number = 0;
  std::vector<FormulaNode> children{};
  std::vector<std::string> names{};  ///< of a call's arguments, "" if not named; as children
  std::size_t position = 1;          ///< 1-based character in the text
};

/// The tree of a text in R's formula syntax: + - * / : ^ ~ | ( ), numbers, names, `quoted names`,
/// calls with commas and named arguments; precedence as in R.
///
/// @throws Error "stats.formula.syntax" (usage) with the position
/// @cost   O(length)
/// @checked reference/design (R)
FormulaNode parse_formula_expression(std::string_view text);

/// The text as R's deparse() writes it: "log(x)", "I(x^2)", "poly(x, 2)", "`my column`".
std::string to_text(const FormulaNode& node);

/// The name as it stands in a formula: backquoted unless it is a plain name.
std::string quoted_name(const std::string& name);

/// Names of the columns in a tree, in order of appearance, each once.
std::vector<std::string> names_in(const FormulaNode& node);

/// @throws Error(code, message with the position, usage)
[[noreturn]] void refuse_formula(std::size_t position, const std::string& message,
                                 const std::string& code = "stats.formula.syntax");

}  // namespace entact
