#include "entact/evidence/claim_expression.h"

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

[[noreturn]] void mixed(const ClaimExpression& expression, const std::string& what) {
  throw Error("evidence.claim.type", "claim condition: " + what + " in: " + expression.text);
}

template <typename T>
bool holds(const std::string& relation, const T& left, const T& right) {
  if (relation == "=") return left == right;
  if (relation == "!=") return left != right;
  if (relation == "<") return left < right;
  if (relation == "<=") return left <= right;
  if (relation == ">") return left > right;
  return left >= right;
}

Truth truth_of(bool value) { return value ? Truth::yes : Truth::no; }

/// Walks the tree once; `quantities` is asked for every call.
class Evaluation {
 public:
  Evaluation(const ClaimExpression& expression, const ClaimQuantities& quantities)
      : expression_(expression), quantities_(quantities) {}

  [[nodiscard]] Truth truth(std::size_t index) const {
    const ClaimNode& node = expression_.nodes[index];
    if (node.kind == ClaimNode::Kind::opposite) return opposite(truth(node.left));
    if (node.kind == ClaimNode::Kind::comparison) return compared(node);
    const Truth left = truth(node.left);
    const Truth right = truth(node.right);
    return node.kind == ClaimNode::Kind::both ? both(left, right) : either(left, right);
  }

 private:
  [[nodiscard]] ClaimValue value(std::size_t index) const {
    const ClaimNode& node = expression_.nodes[index];
    if (node.kind == ClaimNode::Kind::value) return node.value;
    if (node.kind == ClaimNode::Kind::call) return asked(expression_.calls[node.call]);
    const ClaimValue left = value(node.left);
    if (node.kind == ClaimNode::Kind::negative) return sum(ClaimValue(0.0), left, -1);
    const ClaimValue right = value(node.right);
    return sum(left, right, node.kind == ClaimNode::Kind::sum ? 1 : -1);
  }

  [[nodiscard]] ClaimValue asked(const ClaimCall& call) const {
    ClaimValue value = quantities_(call);
    const double* number = std::get_if<double>(&value);
    return number && std::isnan(*number) ? ClaimValue() : value;
  }

  [[nodiscard]] ClaimValue sum(const ClaimValue& left, const ClaimValue& right, double sign) const {
    for (const ClaimValue* each : {&left, &right})
      if (std::holds_alternative<std::string>(*each)) mixed(expression_, "a text in a sum");
    const double* a = std::get_if<double>(&left);
    const double* b = std::get_if<double>(&right);
    return a && b ? ClaimValue(*a + sign * *b) : ClaimValue();
  }

  [[nodiscard]] Truth compared(const ClaimNode& node) const {
    const ClaimValue left = value(node.left);
    const ClaimValue right = value(node.right);
    if (left.index() == 0 || right.index() == 0) return Truth::unknown;
    if (left.index() != right.index()) mixed(expression_, "a number compared with a text");
    if (const double* a = std::get_if<double>(&left))
      return truth_of(holds(node.relation, *a, std::get<double>(right)));
    if (node.relation != "=" && node.relation != "!=")
      mixed(expression_, "texts are compared with = and != only");
    return truth_of(
        holds(node.relation, std::get<std::string>(left), std::get<std::string>(right)));
  }

  const ClaimExpression& expression_;
  const ClaimQuantities& quantities_;
};

}  // namespace

Truth both(Truth a, Truth b) { return std::min(a, b); }
Truth either(Truth a, Truth b) { return std::max(a, b); }
Truth opposite(Truth a) {
  return a == Truth::yes ? Truth::no : a == Truth::no ? Truth::yes : Truth::unknown;
}

std::string_view to_text(Truth truth) {
  return truth == Truth::yes ? "yes" : truth == Truth::no ? "no" : "unknown";
}

Truth evaluate(const ClaimExpression& expression, const ClaimQuantities& quantities) {
  if (expression.empty()) return Truth::unknown;
  return Evaluation(expression, quantities).truth(expression.nodes.size() - 1);
}

}  // namespace entact
