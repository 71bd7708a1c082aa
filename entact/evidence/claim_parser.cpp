// The grammar of claim conditions: a recursive descent over tokens that remember their character.
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "entact/base/error.h"
#include "entact/evidence/claim_expression.h"

namespace entact {
namespace {

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct Token {
  enum class Kind { end, name, number, quoted, sign };
  Kind kind = Kind::end;
  std::string text{};
  std::size_t position = 1, after = 1;  ///< 1-based characters: the first, and behind the last
};

[[noreturn]] void fail(std::string_view expression, std::size_t position, const std::string& rule,
                       const std::string& saw) {
  throw Error("evidence.claim.syntax",
              "claim condition, character " + std::to_string(position) + ": " + rule + "; saw " +
                  (saw.empty() ? "the end" : "'" + saw + "'") + " in: " + std::string(expression));
}

/// Cuts the text into names, numbers, quoted texts and signs.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) { advance(); }

  [[nodiscard]] const Token& now() const { return now_; }
  [[nodiscard]] bool sign(std::string_view sign) const {
    return now_.kind == Token::Kind::sign && now_.text == sign;
  }
  [[nodiscard]] bool word(std::string_view word) const {
    return now_.kind == Token::Kind::name && now_.text == word;
  }
  Token take() {
    Token token = now_;
    advance();
    return token;
  }
  void expect(std::string_view wanted, const std::string& where) {
    if (!sign(wanted))
      fail(text_, now_.position, "expected '" + std::string(wanted) + "' " + where, now_.text);
    advance();
  }
  [[noreturn]] void refuse(const std::string& rule) const {
    fail(text_, now_.position, rule, now_.text);
  }
  [[nodiscard]] std::string_view between(std::size_t first, std::size_t after) const {
    return text_.substr(first - 1, after - first);
  }
  [[nodiscard]] std::size_t last() const { return last_; }

 private:
  void advance() {
    last_ = at_ + 1;
    while (at_ < text_.size() && space(text_[at_])) ++at_;
    now_ = {.position = at_ + 1};
    if (at_ == text_.size()) return;
    const char c = text_[at_];
    if (letter(c))
      read(Token::Kind::name, [](char x) { return letter(x) || digit(x) || x == '.'; });
    else if (digit(c) || c == '.')
      read(Token::Kind::number, [](char x) { return digit(x) || x == '.'; });
    else if (c == '\'')
      read_quoted();
    else
      read_sign();
    now_.after = at_ + 1;
  }

  template <typename Belongs>
  void read(Token::Kind kind, const Belongs& belongs) {
    const std::size_t first = at_;
    while (at_ < text_.size() && belongs(text_[at_])) ++at_;
    now_.kind = kind;
    now_.text = std::string(text_.substr(first, at_ - first));
  }

  void read_quoted() {
    const std::size_t end = text_.find('\'', at_ + 1);
    if (end == std::string_view::npos)
      fail(text_, at_ + 1, "a text in single quotes has no end", std::string(text_.substr(at_)));
    now_.kind = Token::Kind::quoted;
    now_.text = std::string(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
  }

  void read_sign() {
    constexpr std::array<std::string_view, 13> signs{"<=", ">=", "!=", "<", ">", "=", "~",
                                                     "(",  ")",  ",",  "+", "-", "|"};
    for (const std::string_view each : signs)
      if (text_.substr(at_, each.size()) == each) {
        now_.kind = Token::Kind::sign;
        now_.text = std::string(each);
        at_ += each.size();
        return;
      }
    fail(text_, at_ + 1, "no condition holds such a character", std::string(1, text_[at_]));
  }

  std::string_view text_;
  std::size_t at_ = 0, last_ = 1;
  Token now_{};
};

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(text) { expression_.text = std::string(text); }

  ClaimExpression run() {
    if (tokens_.now().kind == Token::Kind::end) return std::move(expression_);
    const Part whole = disjunction();
    if (tokens_.now().kind != Token::Kind::end)
      tokens_.refuse("expected 'and', 'or' or the end of the condition");
    demand(whole, true);
    return std::move(expression_);
  }

 private:
  using Kind = ClaimNode::Kind;
  /// A node and whether it is a condition (else a quantity).
  struct Part {
    std::size_t node = 0;
    bool condition = false;
    std::size_t position = 1;
  };

  class Depth {
   public:
    Depth(int& depth, const Tokens& tokens) : depth_(depth) {
      if (++depth_ > 64) tokens.refuse("a condition is nested no deeper than 64");
    }
    ~Depth() { --depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

   private:
    int& depth_;
  };

  std::size_t add(ClaimNode node) {
    if (expression_.nodes.size() == 1000) tokens_.refuse("a condition has no more than 1000 parts");
    expression_.nodes.push_back(std::move(node));
    return expression_.nodes.size() - 1;
  }

  void demand(const Part& part, bool condition) const {
    if (part.condition == condition) return;
    fail(expression_.text, part.position,
         condition ? "a condition compares two quantities, as in studies(x) >= 1"
                   : "a quantity is wanted here, not a condition",
         std::string(tokens_.between(part.position, tokens_.last())));
  }

  Part join(Kind kind, const Part& left, const Part& right, bool condition) {
    demand(left, condition);
    demand(right, condition);
    return {add({.kind = kind, .left = left.node, .right = right.node}), condition, left.position};
  }

  Part disjunction() {
    const Depth depth(depth_, tokens_);
    Part left = conjunction();
    while (tokens_.word("or")) {
      tokens_.take();
      left = join(Kind::either, left, conjunction(), true);
    }
    return left;
  }

  Part conjunction() {
    Part left = negation();
    while (tokens_.word("and")) {
      tokens_.take();
      left = join(Kind::both, left, negation(), true);
    }
    return left;
  }

  Part negation() {
    const Depth depth(depth_, tokens_);
    if (!tokens_.word("not")) return comparison();
    const std::size_t position = tokens_.take().position;
    const Part inner = negation();
    demand(inner, true);
    return {add({.kind = Kind::opposite, .left = inner.node}), true, position};
  }

  [[nodiscard]] bool at_relation() const {
    for (const char* each : {"<", "<=", ">", ">=", "=", "!="})
      if (tokens_.sign(each)) return true;
    return false;
  }

  Part comparison() {
    const Part left = sum();
    if (!at_relation()) return left;
    const std::string relation = tokens_.take().text;
    Part whole = join(Kind::comparison, left, sum(), false);
    expression_.nodes[whole.node].relation = relation;
    whole.condition = true;
    if (at_relation()) tokens_.refuse("a comparison has two sides; join two of them with 'and'");
    return whole;
  }

  Part sum() {
    Part left = term();
    while (tokens_.sign("+") || tokens_.sign("-")) {
      const Kind kind = tokens_.take().text == "+" ? Kind::sum : Kind::difference;
      left = join(kind, left, term(), false);
    }
    return left;
  }

  Part term() {
    const Depth depth(depth_, tokens_);
    const std::size_t position = tokens_.now().position;
    if (tokens_.sign("(")) {
      tokens_.take();
      Part inner = disjunction();
      tokens_.expect(")", "to close the parenthesis");
      inner.position = position;
      return inner;
    }
    if (tokens_.sign("-")) {
      tokens_.take();
      const Part inner = term();
      demand(inner, false);
      return {add({.kind = Kind::negative, .left = inner.node}), false, position};
    }
    switch (tokens_.now().kind) {
      case Token::Kind::number:
        return {add({.value = number(tokens_.take())}), false, position};
      case Token::Kind::quoted:
        return {add({.value = tokens_.take().text}), false, position};
      case Token::Kind::name:
        return {add({.kind = Kind::call, .call = call()}), false, position};
      default:
        tokens_.refuse("expected a number, a text in quotes or a quantity");
    }
  }

  [[nodiscard]] double number(const Token& token) const {
    double value = 0;
    const char* const end = token.text.data() + token.text.size();
    const auto [rest, error] = std::from_chars(token.text.data(), end, value);
    if (error != std::errc() || rest != end || !std::isfinite(value))
      fail(expression_.text, token.position, "that is no number", token.text);
    return value;
  }

  std::size_t call() {
    const Token name = tokens_.take();
    ClaimCall call{.name = name.text, .position = name.position};
    tokens_.expect("(", "behind the quantity '" + name.text + "'");
    while (!tokens_.sign(")")) {
      call.arguments.push_back(argument());
      if (tokens_.sign(",")) {
        tokens_.take();
        if (tokens_.sign(")")) tokens_.refuse("expected an argument behind the comma");
      } else if (!tokens_.sign(")")) {
        tokens_.refuse("expected ',' or ')' in the arguments of '" + name.text + "'");
      }
    }
    const std::size_t after = tokens_.take().after;
    call.text = std::string(tokens_.between(name.position, after));
    expression_.calls.push_back(std::move(call));
    return expression_.calls.size() - 1;
  }

  ClaimArgument argument() {
    ClaimArgument argument{.position = tokens_.now().position};
    std::string first = value();
    for (const char* each : {"<", "<=", ">", ">=", "=", "!=", "~"})
      if (tokens_.sign(each)) {
        argument.column = std::move(first);
        argument.relation = tokens_.take().text;
        first = value();
        break;
      }
    argument.values.push_back(std::move(first));
    while (tokens_.sign("|")) {
      tokens_.take();
      argument.values.push_back(value());
    }
    return argument;
  }

  std::string value() {
    std::string sign;
    if (tokens_.sign("-")) sign = tokens_.take().text;
    const Token::Kind kind = tokens_.now().kind;
    if (kind == Token::Kind::number ||
        (sign.empty() && (kind == Token::Kind::name || kind == Token::Kind::quoted)))
      return sign + tokens_.take().text;
    tokens_.refuse("expected a name, a number or a text in quotes");
  }

  Tokens tokens_;
  ClaimExpression expression_{};
  int depth_ = 0;
};

}  // namespace

ClaimExpression parse_claim_expression(std::string_view text) { return Parser(text).run(); }

}  // namespace entact
