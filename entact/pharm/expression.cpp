// Recursive descent over the grammar
//   or := and { '||' and }        and := compare { '&&' compare }
//   compare := sum [ (< <= > >= == !=) sum ]
//   sum := product { (+ -) product }        product := signed { (* /) signed }
//   signed := (- + !) signed | power        power := primary [ ^ signed ]
//   primary := number | name | name ( or { , or } ) | ( or )
// that emits instructions as it goes and counts what the stack will hold.
#include "entact/pharm/expression.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <map>
#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

struct Function {
  int arguments;
  Operation operation;
};

const Function* function_named(std::string_view name) {
  static const std::map<std::string_view, Function> functions{
      {"exp", {1, Operation::exp}},   {"log", {1, Operation::log}},
      {"ln", {1, Operation::log}},    {"log10", {1, Operation::log10}},
      {"sqrt", {1, Operation::sqrt}}, {"abs", {1, Operation::abs}},
      {"tanh", {1, Operation::tanh}}, {"sin", {1, Operation::sin}},
      {"cos", {1, Operation::cos}},   {"pow", {2, Operation::power}},
      {"min", {2, Operation::least}}, {"max", {2, Operation::most}},
      {"if", {3, Operation::choose}}};
  const auto at = functions.find(name);
  return at == functions.end() ? nullptr : &at->second;
}

/// How many values an operation takes from the stack.
int taken(Operation operation) {
  switch (operation) {
    case Operation::number:
    case Operation::time:
    case Operation::state:
    case Operation::parameter:
    case Operation::variable:
      return 0;
    case Operation::negate:
    case Operation::whole_power:
    case Operation::exp:
    case Operation::log:
    case Operation::log10:
    case Operation::sqrt:
    case Operation::abs:
    case Operation::tanh:
    case Operation::sin:
    case Operation::cos:
    case Operation::no:
      return 1;
    case Operation::choose:
      return 3;
    default:
      return 2;
  }
}

class Parser {
 public:
  Parser(std::string_view text, const ExpressionNames& names) : text_(text), names_(names) {}

  std::vector<Instruction> parse() {
    either();
    skip_space();
    if (at_ < text_.size()) fail("syntax", "an operator stands between two values", seen());
    check_depth();
    return std::move(code_);
  }

 private:
  [[noreturn]] void fail(const char* reason, const std::string& rule,
                         const std::string& saw) const {
    const std::string code = std::string("pharm.expression.") + reason;
    throw Error(code, "column " + std::to_string(at_ + 1) + " of '" +
                          std::string(text_.substr(0, 200)) + "': " + rule + "; saw " + saw);
  }
  [[nodiscard]] std::string seen() const {
    return at_ < text_.size() ? "'" + std::string(text_.substr(at_, 12)) + "'" : "the end";
  }
  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool accept(std::string_view symbol) {
    skip_space();
    if (text_.substr(at_, symbol.size()) != symbol) return false;
    at_ += symbol.size();
    return true;
  }
  void need(std::string_view symbol) {
    if (!accept(symbol)) fail("syntax", "'" + std::string(symbol) + "' stands here", seen());
  }
  void emit(Operation operation, int index = 0, double number = 0) {
    held_ += 1 - taken(operation);
    if (held_ > most_values)
      fail("depth",
           "an expression holds at most " + std::to_string(most_values) + " values at once",
           "more");
    code_.push_back({operation, index, number});
  }

  /// Pieces change places, so what the whole holds is counted again.
  void check_depth() const {
    int held = 0;
    for (const Instruction& one : code_) {
      held += 1 - taken(one.operation);
      if (held > most_values)
        fail("depth",
             "an expression holds at most " + std::to_string(most_values) + " values at once",
             "more");
    }
  }

  void either() {
    if (++depth_ > 100) fail("depth", "parentheses are nested at most 100 deep", "more");
    both();
    while (accept("||")) both(), emit(Operation::either);
    --depth_;
  }
  void both() {
    compare();
    while (accept("&&")) compare(), emit(Operation::both);
  }
  void compare() {
    sum();
    if (accept("<=")) return sum(), emit(Operation::less_equal);
    if (accept(">=")) return sum(), emit(Operation::less), emit(Operation::no);
    if (accept("==")) return equal(false);
    if (accept("!=")) return equal(true);
    if (accept("<")) return sum(), emit(Operation::less);
    if (accept(">")) return sum(), emit(Operation::less_equal), emit(Operation::no);
  }
  /// a == b as abs(a - b) <= 0.
  void equal(bool denied) {
    sum();
    emit(Operation::subtract);
    emit(Operation::abs);
    emit(Operation::number, 0, 0);
    emit(Operation::less_equal);
    if (denied) emit(Operation::no);
  }
  void sum() {
    product();
    for (;;) {
      if (accept("+"))
        product(), emit(Operation::add);
      else if (accept("-"))
        product(), emit(Operation::subtract);
      else
        return;
    }
  }
  void product() {
    sign();
    for (;;) {
      if (accept("*"))
        sign(), emit(Operation::multiply);
      else if (accept("/"))
        sign(), emit(Operation::divide);
      else
        return;
    }
  }
  void sign() {
    if (++depth_ > 100) fail("depth", "signs and powers are nested at most 100 deep", "more");
    if (accept("-"))
      sign(), emit(Operation::negate);
    else if (accept("+"))
      sign();
    else if (text_.substr(std::min(at_, text_.size()), 2) != "!=" && accept("!"))
      sign(), emit(Operation::no);
    else
      power();
    --depth_;
  }
  void power() {
    primary();
    if (!accept("^")) return;
    const std::size_t exponent = code_.size();
    sign();
    const Instruction& last = code_.back();
    const bool literal = code_.size() == exponent + 1 && last.operation == Operation::number;
    if (!literal || last.number != std::floor(last.number) || std::abs(last.number) > 8)
      return emit(Operation::power);
    const int n = static_cast<int>(last.number);
    code_.pop_back();
    --held_;
    emit(Operation::whole_power, n);
  }
  void primary() {
    skip_space();
    if (accept("(")) {
      either();
      return need(")");
    }
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (std::isdigit(static_cast<unsigned char>(c)) || c == '.') return number();
    if (std::isalpha(static_cast<unsigned char>(c)) || c == '_') return name();
    fail("syntax", "a number, a name or a parenthesis stands here", seen());
  }
  void number() {
    double value = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc{}) fail("syntax", "a number is written as 1.5 or 2e-3", seen());
    at_ += static_cast<std::size_t>(end - begin);
    emit(Operation::number, 0, value);
  }
  void name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_'))
      ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (accept("(")) return call(word, begin);
    if (lookup(names_.variables, word, Operation::variable)) return;
    if (lookup(names_.states, word, Operation::state)) return;
    if (lookup(names_.parameters, word, Operation::parameter)) return;
    if (word == "t") return emit(Operation::time);
    at_ = begin;
    fail("name", "a name is that of a state, a parameter or a variable before this one",
         "'" + std::string(word) + "'");
  }
  bool lookup(const std::vector<std::string>& names, std::string_view word, Operation operation) {
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end()) return false;
    emit(operation, static_cast<int>(found - names.begin()));
    return true;
  }
  void call(std::string_view word, std::size_t begin) {
    if (word == "piecewise") return piecewise();
    const Function* function = function_named(word);
    if (function == nullptr) {
      at_ = begin;
      fail("name",
           "functions are exp, log, ln, log10, sqrt, abs, tanh, sin, cos, pow, min, max, if",
           "'" + std::string(word) + "'");
    }
    for (int k = 0; k < function->arguments; ++k) {
      if (k > 0) need(",");
      either();
    }
    need(")");
    emit(function->operation);
  }
  /// piecewise(a, condition, b, condition, ..., otherwise), as nested if(condition, a, ...).
  void piecewise() {
    if (++depth_ > 100) fail("depth", "pieces are nested at most 100 deep", "more");
    either();
    if (accept(",")) {
      const std::size_t value = code_.size();
      either();
      need(",");
      // if takes the condition first: it changes places with the value, whose code is code_[start,
      // value)
      swap_last_two(value);
      piecewise();
      emit(Operation::choose);
    } else {
      need(")");
    }
    --depth_;
  }
  /// The code of the last value and that of the one before it, which ends at `middle`, change
  /// places.
  void swap_last_two(std::size_t middle) {
    int wanted = 1;
    std::size_t start = middle;
    while (wanted > 0) {
      --start;
      wanted += taken(code_[start].operation) - 1;
    }
    std::rotate(code_.begin() + static_cast<std::ptrdiff_t>(start),
                code_.begin() + static_cast<std::ptrdiff_t>(middle), code_.end());
  }

  std::string_view text_;
  const ExpressionNames& names_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int held_ = 0;
  std::vector<Instruction> code_{};
};

}  // namespace

std::vector<Instruction> parse_expression(std::string_view text, const ExpressionNames& names) {
  return Parser(text, names).parse();
}

}  // namespace entact
