#include "entact/pharm/expression_model.h"

#include <ceres/jet.h>

#include <memory>
#include <utility>

#include "entact/base/error.h"
#include "entact/pharm/run_program.h"
#include "entact/pharm/wide_program.h"

namespace entact {
namespace {

using Code = std::vector<Instruction>;

void append(Code& code, const std::string& what, const std::string& text,
            const ExpressionNames& names, Operation keep, int index) {
  const Code more = at_place(what, [&] { return parse_expression(text, names); });
  code.insert(code.end(), more.begin(), more.end());
  code.push_back({keep, index, 0});
}

struct Programs {
  Code initial{};
  Code rates{};
  Code outputs{};
};

Programs compile(const ModelDescription& description, const ExpressionModel& model) {
  require(model.variables.size() <= most_variables, "pharm.expression.many",
          "a model has at most " + std::to_string(most_variables) + " variables; model " +
              description.id + " has " + std::to_string(model.variables.size()) +
              "; put some into others");
  Programs programs;
  ExpressionNames names;
  for (const ModelParameter& parameter : description.parameters)
    names.parameters.push_back(parameter.id);
  for (std::size_t i = 0; i < model.starts.size(); ++i)
    append(programs.initial, "start of " + description.states[i].id, model.starts[i], names,
           Operation::keep_result, static_cast<int>(i));
  for (const ModelQuantity& state : description.states) names.states.push_back(state.id);
  Code variables;
  for (const NamedExpression& variable : model.variables) {
    append(variables, "variable " + variable.id, variable.value, names, Operation::keep_variable,
           static_cast<int>(names.variables.size()));
    names.variables.push_back(variable.id);
  }
  programs.rates = programs.outputs = variables;
  for (std::size_t i = 0; i < model.rates.size(); ++i)
    append(programs.rates, "rate of " + description.states[i].id, model.rates[i], names,
           Operation::keep_result, static_cast<int>(i));
  for (std::size_t i = 0; i < model.outputs.size(); ++i)
    append(programs.outputs, "output " + description.outputs[i].id, model.outputs[i], names,
           Operation::keep_result, static_cast<int>(i));
  return programs;
}

template <class Real>
void run(const Code& code, const Real& t_h, const Real* x, const Real* p, Real* results) {
  run_program<Real>(code.data(), static_cast<int>(code.size()), t_h,
                    ProgramData<Real>{x, p, results},
                    [](Real& to, const Real& value) { to = value; });
}

template <class Real>
ModelFunctions<Real> functions_over(std::shared_ptr<const Programs> programs) {
  return {
      [programs](const Real* p, Real* x) { run<Real>(programs->initial, Real(0), nullptr, p, x); },
      [programs](const Real& t_h, const Real* x, const Real* p, Real* dx) {
        run<Real>(programs->rates, t_h, x, p, dx);
      },
      [programs](const Real& t_h, const Real* x, const Real* p, Real* y) {
        run<Real>(programs->outputs, t_h, x, p, y);
      }};
}

WideProgram best_wide_program() {
  return with_best_set([]<InstructionSet set> { return wide_program<set>(); });
}

ModelFunctions<Lanes> functions_over_lanes(std::shared_ptr<const Programs> programs) {
  const WideProgram wide = best_wide_program();
  const auto over = [wide](const Code& code, const Lanes& t_h, const Lanes* x, const Lanes* p,
                           Lanes* results) {
    wide(code.data(), static_cast<int>(code.size()), t_h, x, p, results);
  };
  return {[programs, over](const Lanes* p, Lanes* x) {
            over(programs->initial, Lanes{}, nullptr, p, x);
          },
          [programs, over](const Lanes& t_h, const Lanes* x, const Lanes* p, Lanes* dx) {
            over(programs->rates, t_h, x, p, dx);
          },
          [programs, over](const Lanes& t_h, const Lanes* x, const Lanes* p, Lanes* y) {
            over(programs->outputs, t_h, x, p, y);
          }};
}

}  // namespace

PharmModel bind_expressions(ModelDescription description, const ExpressionModel& expressions) {
  require(expressions.starts.size() == expressions.rates.size(), "pharm.model.shape",
          "model " + description.id + ": every state has a start and a rate");
  check_shape(description, static_cast<int>(expressions.rates.size()),
              static_cast<int>(description.parameters.size()),
              static_cast<int>(expressions.outputs.size()));
  // shared by the functions of the model, which only read it
  const auto programs = std::make_shared<const Programs>(compile(description, expressions));
  return {std::move(description), functions_over<double>(programs), functions_over_lanes(programs),
          functions_over<PharmJet>(programs)};
}

}  // namespace entact
