// What the operators between terms mean: a term is the set of its variables, a formula a list of
// sets. Text becomes a tree in formula_expression.cpp; transforms get values in model_variable.cpp.
#include "entact/stats/model_formula.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "entact/base/error.h"
#include "entact/stats/formula_expression.h"

namespace entact {
namespace {

using Kind = FormulaNode::Kind;
using Term = std::vector<int>;  // sorted indices of variables; empty is the intercept
using Terms = std::vector<Term>;

constexpr std::size_t most_terms = 1000;
constexpr std::array structures{"us", "un",  "cs",   "csh",   "ar1",   "ar1h",
                                "ad", "adh", "toep", "toeph", "sp_exp"};

bool is_structure(const std::string& name) {
  const std::size_t at = name.find('@');
  const auto known = [](const std::string& part) {
    return std::find(structures.begin(), structures.end(), part) != structures.end();
  };
  return at == std::string::npos ? known(name)
                                 : known(name.substr(0, at)) && known(name.substr(at + 1));
}

const FormulaNode& inside(const FormulaNode& node) {
  return node.kind == Kind::group ? inside(node.children[0]) : node;
}

std::string column_name(const FormulaNode& node, const char* what) {
  if (node.kind != Kind::name)
    refuse_formula(node.position, fmt::format("{} must be the name of a column", what),
                   "stats.formula.covariance");
  return node.text;
}

// vc(AVISIT | USUBJID): written as a covariance, but none that exists.
void refuse_unknown_structure(const FormulaNode& node) {
  if (node.kind != Kind::call || node.children.empty()) return;
  const FormulaNode& last = node.children.back();
  if (last.kind != Kind::binary || last.text != "|") return;
  refuse_formula(
      node.position,
      fmt::format("no covariance structure is called '{}'; there are {}, un@ar1 and un@cs. "
                  "They describe the visits of a subject; random effects are not fitted",
                  node.text, fmt::join(structures, ", ")),
      "stats.formula.covariance");
}

CovarianceTerm covariance_term(const FormulaNode& call) {
  CovarianceTerm term{.structure = call.text == "un" ? "us" : call.text};
  const FormulaNode& last = call.children.back();
  if (last.kind != Kind::binary || last.text != "|")
    refuse_formula(
        call.position,
        fmt::format("write {0}(VISIT | SUBJECT) or {0}(VISIT | GROUP / SUBJECT)", call.text),
        "stats.formula.covariance");
  for (std::size_t i = 0; i + 1 < call.children.size(); ++i)
    term.coordinates.push_back(column_name(call.children[i], "what stands before '|'"));
  term.coordinates.push_back(column_name(last.children[0], "what stands before '|'"));
  const FormulaNode& unit = last.children[1];
  const bool grouped = unit.kind == Kind::binary && unit.text == "/";
  if (grouped) term.group = column_name(unit.children[0], "the group");
  term.subject = column_name(grouped ? unit.children[1] : unit, "the subject");
  const bool product = call.text.find('@') != std::string::npos;
  const std::size_t needed = product ? 2 : 1;
  if (call.text != "sp_exp") {
    if (term.coordinates.size() != needed)
      refuse_formula(
          call.position,
          fmt::format("{} takes {} before '|'; saw {}", call.text,
                      product ? "an endpoint and a visit" : "one visit", term.coordinates.size()),
          "stats.formula.covariance");
    term.visit = term.coordinates.back();
  }
  return term;
}

/// Expands a tree into terms; remembers the variables, the intercept and the covariance.
class Expansion {
 public:
  std::vector<std::string> variables{};
  bool intercept = true;
  std::optional<CovarianceTerm> covariance{};

  Terms top(const FormulaNode& node) {
    if (node.kind == Kind::binary && node.text == "+") {
      Terms left = top(node.children[0]);  // first, as it numbers the variables
      return together(std::move(left), top(node.children[1]));
    }
    if (node.kind == Kind::binary && node.text == "-")
      return without(top(node.children[0]), node.children[1]);
    if (node.kind == Kind::unary && node.text == "-") return without({}, node.children[0]);
    if (node.kind == Kind::unary && node.text == "+") return top(node.children[0]);
    if (node.kind == Kind::group) return top(node.children[0]);
    if (node.kind == Kind::number) return constant(node, true);
    if (node.kind == Kind::call && is_structure(node.text)) {
      if (covariance)
        refuse_formula(node.position, "a second covariance term", "stats.formula.covariance");
      covariance = covariance_term(node);
      return {};
    }
    refuse_unknown_structure(node);
    return expand(node);
  }

  int index_of(const std::string& variable) {
    const auto found = std::find(variables.begin(), variables.end(), variable);
    const auto index = static_cast<int>(found - variables.begin());
    if (found == variables.end()) variables.push_back(variable);
    return index;
  }

 private:
  std::size_t made_ = 0;

  Terms constant(const FormulaNode& node, bool added) {
    if (node.number != 0 && node.number != 1)
      refuse_formula(
          node.position,
          fmt::format("the only numbers that can be terms are 0 and 1; saw {}", to_text(node)));
    intercept = (node.number == 1) == added;
    return {};
  }

  Terms expand(const FormulaNode& node) {
    switch (node.kind) {
      case Kind::group: {
        const FormulaNode& within = inside(node);
        const bool sum = within.text == "+" || within.text == "-";
        return sum && within.kind != Kind::call && within.kind != Kind::name ? top(within)
                                                                             : expand(within);
      }
      case Kind::name:
        return {{index_of(quoted_name(node.text))}};
      case Kind::call:
        if (is_structure(node.text))
          refuse_formula(node.position, "a covariance term can only be added",
                         "stats.formula.covariance");
        return {{index_of(to_text(node))}};
      case Kind::binary:
        return binary(node);
      default:
        refuse_formula(node.position, fmt::format("'{}' cannot be part of a term", to_text(node)));
    }
  }

  Terms binary(const FormulaNode& node) {
    if (node.text == "+" || node.text == "-") return top(node);
    if (node.text == "^") return power(expand(node.children[0]), node);
    if (node.text == "~" || node.text == "|")
      refuse_formula(node.position, fmt::format("'{}' has no meaning here", node.text));
    const Terms left = expand(node.children[0]), right = expand(node.children[1]);
    if (node.text == ":") return crossed(left, right, node);
    if (node.text == "*") return together(together(left, right), crossed(left, right, node));
    Term all;  // a / b is a + all of a with each of b
    for (const Term& term : left) all = joined(all, term);
    return together(left, crossed({all}, right, node));
  }

  Terms power(const Terms& base, const FormulaNode& node) {
    const FormulaNode& exponent = inside(node.children[1]);
    const bool whole = exponent.kind == Kind::number && exponent.number >= 1 &&
                       exponent.number <= 100 &&
                       exponent.number == static_cast<int>(exponent.number);
    if (!whole) refuse_formula(exponent.position, "the power of a sum must be a whole number");
    Terms result = base;
    for (int i = 1; i < static_cast<int>(exponent.number); ++i) {
      const std::size_t before = result.size();
      result = together(result, crossed(result, base, node));
      if (result.size() == before) break;
    }
    return result;
  }

  static Term joined(const Term& a, const Term& b) {
    Term both;
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both;
  }

  static Terms together(Terms left, const Terms& right) {
    std::set<Term> seen(left.begin(), left.end());
    for (const Term& term : right)
      if (seen.insert(term).second) left.push_back(term);
    return left;
  }

  Terms crossed(const Terms& left, const Terms& right, const FormulaNode& at) {
    Terms result;
    made_ += left.size() * right.size();
    if (left.size() * right.size() > most_terms * most_terms ||
        made_ > 10 * most_terms * most_terms)
      refuse_formula(at.position, fmt::format("more than {} terms", most_terms),
                     "stats.formula.size");
    std::set<Term> seen;
    for (const Term& a : left)
      for (const Term& b : right)
        if (Term both = joined(a, b); seen.insert(both).second) result.push_back(std::move(both));
    if (result.size() > most_terms)
      refuse_formula(at.position, fmt::format("more than {} terms", most_terms),
                     "stats.formula.size");
    return result;
  }

  Terms without(Terms left, const FormulaNode& node) {
    const FormulaNode& removed = inside(node);
    if (removed.kind == Kind::number) return constant(removed, false), left;
    for (const Term& term : expand(removed)) std::erase(left, term);
    return left;
  }
};

}  // namespace

std::string to_text(const FormulaTerm& term) {
  return fmt::format("{}", fmt::join(term.variables, ":"));
}

std::vector<std::string> columns_of(const ModelFormula& formula) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  };
  const auto add_all = [&](const std::string& text) {
    for (const std::string& name : names_in(parse_formula_expression(text)))
      if (name != "TRUE" && name != "FALSE") add(name);
  };
  if (!formula.response.empty()) add_all(formula.response);
  for (const FormulaTerm& term : formula.terms)
    for (const std::string& variable : term.variables) add_all(variable);
  if (formula.covariance) {
    for (const std::string& name : formula.covariance->coordinates) add(name);
    add(formula.covariance->group);
    add(formula.covariance->subject);
  }
  return names;
}

ModelFormula parse_formula(std::string_view text) {
  const FormulaNode tree = parse_formula_expression(text);
  const bool two_sided = tree.kind == Kind::binary && tree.text == "~";
  if (!two_sided && !(tree.kind == Kind::unary && tree.text == "~"))
    refuse_formula(1, "write the response, '~' and the terms: CHG ~ BASE + ARM",
                   "stats.formula.response");
  ModelFormula formula{.text = std::string(text)};
  Expansion expansion;
  if (two_sided) {
    const FormulaNode& response = inside(tree.children[0]);
    if (response.kind != Kind::name && response.kind != Kind::call)
      refuse_formula(response.position, "the response must be one column or transform",
                     "stats.formula.response");
    formula.response = to_text(response);
    expansion.index_of(formula.response);  // R numbers variables from the response on
  }
  Terms terms = expansion.top(tree.children.back());
  std::stable_sort(terms.begin(), terms.end(),
                   [](const Term& a, const Term& b) { return a.size() < b.size(); });
  for (const Term& term : terms) {
    if (two_sided && std::find(term.begin(), term.end(), 0) != term.end())
      refuse_formula(1, fmt::format("the response '{}' is also a term", formula.response),
                     "stats.formula.response");
    FormulaTerm named;
    for (int variable : term)
      named.variables.push_back(expansion.variables[static_cast<std::size_t>(variable)]);
    formula.terms.push_back(std::move(named));
  }
  if (formula.terms.size() > most_terms)
    refuse_formula(1, fmt::format("more than {} terms", most_terms), "stats.formula.size");
  formula.intercept = expansion.intercept;
  formula.covariance = expansion.covariance;
  return formula;
}

}  // namespace entact
