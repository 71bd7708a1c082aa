// Text to tree and back: a recursive-descent parser with R's precedences. What the operators mean
// is said in model_formula.cpp (between terms) and model_variable.cpp (inside a call).
#include "entact/stats/formula_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "entact/base/error.h"

namespace entact {
namespace {

constexpr int deepest = 100;  // nesting; keeps recursion off the end of the stack

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 128;
}
bool in_name(char c) { return starts_name(c) || is_digit(c) || c == '_' || c == '.'; }

int precedence(char op) {
  switch (op) {
    case '~':
      return 1;
    case '|':
      return 2;
    case '+':
    case '-':
      return 3;
    case '*':
    case '/':
      return 4;
    case ':':
      return 5;
    case '^':
      return 7;
    default:
      return 0;
  }
}
constexpr int unary_precedence = 6;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  FormulaNode whole() {
    FormulaNode node = expression(1);
    if (!done()) refuse("expected an operator or the end");
    return node;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;

  bool done() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
      ++at_;
    return at_ == text_.size();
  }
  char next() { return done() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  [[noreturn]] void refuse(const std::string& expected) {
    refuse_formula(at_ + 1, expected + (done() ? "; the formula ends here"
                                               : fmt::format("; saw '{}'", text_.substr(at_, 12))));
  }

  FormulaNode expression(int least) {
    if (++depth_ > deepest) refuse(fmt::format("at most {} levels of nesting", deepest));
    FormulaNode left = operand();
    for (int level = precedence(next()); level >= least && level > 0; level = precedence(next())) {
      FormulaNode node{
          .kind = FormulaNode::Kind::binary, .text = std::string(1, next()), .position = at_ + 1};
      ++at_;
      // ^ associates to the right, the others to the left
      FormulaNode right = expression(node.text == "^" ? level : level + 1);
      node.children = {std::move(left), std::move(right)};
      left = std::move(node);
    }
    --depth_;
    return left;
  }

  FormulaNode operand() {
    const char c = next();
    const std::size_t position = at_ + 1;
    if (c == '-' || c == '+' || c == '~') {
      ++at_;
      FormulaNode child = expression(c == '~' ? 2 : unary_precedence);
      return {FormulaNode::Kind::unary, std::string(1, c), 0, {std::move(child)}, {}, position};
    }
    if (take('(')) {
      FormulaNode child = expression(1);
      if (!take(')')) refuse("expected ')'");
      return {FormulaNode::Kind::group, "", 0, {std::move(child)}, {}, position};
    }
    if (c == '`') return quoted();
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
      return number();
    if (starts_name(c) || (c == '.' && at_ + 1 < text_.size() && in_name(text_[at_ + 1])))
      return name_or_call();
    if (c == '.') refuse("'.' for all other columns is not available: name the columns");
    refuse("expected a column, a number or '('");
  }

  FormulaNode quoted() {
    const std::size_t position = at_ + 1;
    const std::size_t end = text_.find('`', at_ + 1);
    if (end == std::string_view::npos || end == at_ + 1)
      refuse("expected a name and a closing backquote");
    FormulaNode node{FormulaNode::Kind::name,
                     std::string(text_.substr(at_ + 1, end - at_ - 1)),
                     0,
                     {},
                     {},
                     position};
    at_ = end + 1;
    return node;
  }

  FormulaNode number() {
    FormulaNode node{.kind = FormulaNode::Kind::number, .position = at_ + 1};
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), node.number);
    if (error != std::errc()) refuse("expected a number");
    at_ = static_cast<std::size_t>(end - text_.data());
    if (at_ < text_.size() && in_name(text_[at_])) refuse("expected an operator after a number");
    return node;
  }

  std::string_view word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && in_name(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  FormulaNode name_or_call() {
    FormulaNode node{.kind = FormulaNode::Kind::name, .position = at_ + 1};
    node.text = word();
    if (at_ + 1 < text_.size() && text_[at_] == '@' && starts_name(text_[at_ + 1])) {
      ++at_;
      node.text += "@" + std::string(word());
      if (next() != '(') refuse("expected '(' after a direct product of covariances");
    }
    if (!take('(')) return node;
    node.kind = FormulaNode::Kind::call;
    do argument(node);
    while (take(','));
    if (!take(')')) refuse("expected ',' or ')'");
    return node;
  }

  void argument(FormulaNode& call) {
    std::string name;
    next();
    const std::size_t begin = at_;
    if (at_ < text_.size() && starts_name(text_[at_])) {
      name = word();
      if (!take('=')) {
        at_ = begin;
        name.clear();
      }
    }
    call.names.push_back(name);
    call.children.push_back(expression(1));
  }
};

}  // namespace

void refuse_formula(std::size_t position, const std::string& message, const std::string& code) {
  throw Error(code, fmt::format("formula, character {}: {}", position, message), ErrorKind::usage);
}

FormulaNode parse_formula_expression(std::string_view text) { return Parser(text).whole(); }

std::string quoted_name(const std::string& name) {
  const bool plain = !name.empty() && (starts_name(name[0]) || name[0] == '.') &&
                     std::all_of(name.begin(), name.end(), in_name) &&
                     !(name.size() > 1 && name[0] == '.' && is_digit(name[1])) && name != ".";
  return plain ? name : "`" + name + "`";
}

std::string to_text(const FormulaNode& node) {
  using Kind = FormulaNode::Kind;
  switch (node.kind) {
    case Kind::number:
      return fmt::format("{:.15g}", node.number);
    case Kind::name:
      return quoted_name(node.text);
    case Kind::group:
      return "(" + to_text(node.children[0]) + ")";
    case Kind::unary:
      return node.text + to_text(node.children[0]);
    case Kind::binary: {
      const bool tight = node.text == "^" || node.text == ":" || node.text == "/";
      const std::string op = tight ? node.text : " " + node.text + " ";
      return to_text(node.children[0]) + op + to_text(node.children[1]);
    }
    case Kind::call:
      break;
  }
  std::string text = node.text + "(";
  for (std::size_t i = 0; i < node.children.size(); ++i)
    text += (i > 0 ? ", " : "") + (node.names[i].empty() ? "" : node.names[i] + " = ") +
            to_text(node.children[i]);
  return text + ")";
}

std::vector<std::string> names_in(const FormulaNode& node) {
  std::vector<std::string> names;
  const std::function<void(const FormulaNode&)> visit = [&](const FormulaNode& at) {
    if (at.kind == FormulaNode::Kind::name &&
        std::find(names.begin(), names.end(), at.text) == names.end())
      names.push_back(at.text);
    for (const FormulaNode& child : at.children) visit(child);
  };
  visit(node);
  return names;
}

}  // namespace entact
