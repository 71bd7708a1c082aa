#include "entact/answer/survival_formula.h"

#include <algorithm>

#include "entact/answer/split_at.h"
#include "entact/base/error.h"
#include "entact/io/number.h"

namespace entact {
namespace {

[[noreturn]] void refuse(std::string_view part, const std::string& rule) {
  throw Error("answer.survival.formula",
              "in the formula, \"" + std::string(part) + "\": " + rule +
                  ". An example is 'Surv(AVAL, CNSR == 0) ~ ARM + AGE + strata(SITE)'",
              ErrorKind::usage);
}

/// What stands in the brackets of `name(...)`; false if the text is no such call.
bool call_of(const std::string& text, const std::string& name, std::string& inside) {
  if (text.rfind(name + "(", 0) != 0 || text.back() != ')') return false;
  inside = text.substr(name.size() + 1, text.size() - name.size() - 2);
  return true;
}

std::string column_name(const std::string& text) {
  if (text.empty() || text.find_first_of("()+-*/^,~ \"'") != std::string::npos)
    refuse(text, "a column is named by its name alone");
  return text;
}

/// A number, bare or in quotes.
double value_of(const std::string& text) {
  const auto number = parse_number(text);
  if (!number) refuse(text, "an event column is compared with a number");
  return *number;
}

EventColumn event_of(const std::string& text) {
  using Rule = EventColumn::Rule;
  for (const auto& [sign, rule] : {std::pair{"==", Rule::equals}, std::pair{"!=", Rule::differs}})
    if (const auto at = text.find(sign); at != std::string::npos)
      return {column_name(trimmed(text.substr(0, at))), rule,
              value_of(trimmed(text.substr(at + 2)))};
  if (text.rfind("1", 0) == 0 && text.find('-') != std::string::npos)
    return {column_name(trimmed(text.substr(text.find('-') + 1))), Rule::zero_is_event, 0};
  return {column_name(text), Rule::one_is_event, 0};
}

void read_response(const std::string& text, SurvivalFormula& formula) {
  std::string inside;
  if (!call_of(text, "Surv", inside)) refuse(text, "the left side is Surv(time, event)");
  const std::vector<std::string> parts = split_at(inside, ',');
  if (parts.size() != 2 && parts.size() != 3)
    refuse(text, "Surv takes time and event, or start, stop and event");
  if (parts.size() == 3) formula.start = column_name(parts.front());
  formula.stop = column_name(parts[parts.size() - 2]);
  formula.event = event_of(parts.back());
}

CovariateTerm variable_of(const std::string& text) {
  std::string inside;
  if (call_of(text, "factor", inside)) return {{column_name(inside)}, true};
  return {{column_name(text)}, false};
}

void add_product(const std::string& text, SurvivalFormula& formula) {
  const bool crossed = text.find('*') != std::string::npos;
  CovariateTerm product;
  for (const std::string& part : split_at(text, crossed ? '*' : ':')) {
    const CovariateTerm variable = variable_of(part);
    if (variable.factor) refuse(text, "factor(x) stands alone; make the column text instead");
    if (crossed) formula.terms.push_back(variable);
    product.variables.push_back(variable.variables.front());
  }
  formula.terms.push_back(product);
}

void read_term(const std::string& text, SurvivalFormula& formula) {
  std::string inside;
  if (text == "1" || text == "0") return;
  if (call_of(text, "strata", inside)) {
    for (const std::string& name : split_at(inside, ','))
      formula.strata.push_back(column_name(name));
  } else if (call_of(text, "cluster", inside) || call_of(text, "id", inside)) {
    formula.cluster = column_name(trimmed(inside));
  } else if (call_of(text, "offset", inside)) {
    formula.offset = column_name(trimmed(inside));
  } else if (text.find_first_of(":*") != std::string::npos) {
    add_product(text, formula);
  } else {
    formula.terms.push_back(variable_of(text));
  }
}

}  // namespace

SurvivalFormula parse_survival_formula(std::string_view text) {
  const auto tilde = text.find('~');
  if (tilde == std::string_view::npos || text.find('~', tilde + 1) != std::string_view::npos)
    refuse(text, "it needs one ~ between Surv(...) and the covariates");
  SurvivalFormula formula;
  read_response(trimmed(text.substr(0, tilde)), formula);
  for (const std::string& term : split_at(text.substr(tilde + 1), '+')) {
    if (term.empty()) refuse(text, "a term is missing beside a +");
    read_term(term, formula);
  }
  return formula;
}

}  // namespace entact
