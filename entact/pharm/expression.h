#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace entact {

/// What one instruction of an expression's bytecode does with the stack.
enum class Operation {
  number,     ///< push `number`
  time,       ///< push the time in hours
  state,      ///< push state `index`
  parameter,  ///< push parameter `index`
  variable,   ///< push variable `index`
  add,
  subtract,
  multiply,
  divide,
  power,
  negate,
  whole_power,  ///< to the power `index`
  exp,
  log,
  log10,
  sqrt,
  abs,
  tanh,
  sin,
  cos,
  less,
  less_equal,
  both,
  either,
  no,      ///< 1 or 0
  choose,  ///< if(condition, then, else)
  least,
  most,           ///< min, max
  keep_variable,  ///< pop into variable `index`
  keep_result,    ///< pop into result `index`
};

struct Instruction {
  Operation operation = Operation::number;
  int index = 0;
  double number = 0;
};

/// Most values that an expression may hold at once, and most variables of a program.
inline constexpr int most_values = 32;
inline constexpr int most_variables = 128;

/// What names in expressions stand for.
struct ExpressionNames {
  std::vector<std::string> states{};
  std::vector<std::string> parameters{};
  std::vector<std::string> variables{};  ///< those computed before
};

/// Bytecode of an expression: numbers, names, `t`, + - * / ^, comparisons, && || !, parentheses,
/// if(c, a, b), min, max and the functions above; `ln` is log, `pow(a, b)` is a ^ b, `piecewise` as
/// in SBML. ^ binds to the right and tighter than a sign before it.
///
/// @return leaves one value on the stack
/// @throws Error "pharm.expression.syntax", "pharm.expression.name" or "pharm.expression.depth"
/// with the text, the column in it, the rule and what was seen
std::vector<Instruction> parse_expression(std::string_view text, const ExpressionNames& names);

}  // namespace entact
