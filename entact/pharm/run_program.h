#pragma once

#include <cmath>

#include "entact/num/select.h"
#include "entact/pharm/expression.h"

namespace entact {

/// What a program reads, as Value (Real itself, or Lanes of a Pack), and where its results go.
template <class Value>
struct ProgramData {
  const Value* states = nullptr;
  const Value* parameters = nullptr;
  Value* results = nullptr;
};

/// Carries bytecode out over any scalar type that models run on. Plain pointers only: wide files
/// include this.
///
/// @param write  (Value&, const Real&)
template <class Real, class Value, class Write>
void run_program(const Instruction* code, int length, const Real& t_h,
                 const ProgramData<Value>& data, Write write) {
  using std::abs;
  using std::cos;
  using std::exp;
  using std::log;
  using std::pow;
  using std::sin;
  using std::sqrt;
  using std::tanh;
  const Real one(1.0), zero(0.0);
  const double ln10 = 2.302585092994046;
  Real stack[most_values + 1];
  Real variables[most_variables];
  int top = -1;
  for (const Instruction* at = code; at != code + length; ++at) {
    Real* a = stack + (top > 0 ? top - 1 : 0);  // the last but one; b is the last
    Real* b = stack + (top > 0 ? top : 0);
    switch (at->operation) {
      case Operation::number:
        stack[++top] = Real(at->number);
        break;
      case Operation::time:
        stack[++top] = t_h;
        break;
      case Operation::state:
        stack[++top] = Real(data.states[at->index]);
        break;
      case Operation::parameter:
        stack[++top] = Real(data.parameters[at->index]);
        break;
      case Operation::variable:
        stack[++top] = variables[at->index];
        break;
      case Operation::add:
        *a = *a + *b, --top;
        break;
      case Operation::subtract:
        *a = *a - *b, --top;
        break;
      case Operation::multiply:
        *a = *a * *b, --top;
        break;
      case Operation::divide:
        *a = *a / *b, --top;
        break;
      case Operation::power:
        *a = pow(*a, *b), --top;
        break;
      case Operation::negate:
        *b = -*b;
        break;
      case Operation::whole_power: {
        Real product = one;
        for (int k = 0; k < at->index; ++k) product = product * *b;
        *b = product;
        break;
      }
      case Operation::exp:
        *b = exp(*b);
        break;
      case Operation::log:
        *b = log(*b);
        break;
      case Operation::log10:
        *b = log(*b) / ln10;
        break;
      case Operation::sqrt:
        *b = sqrt(*b);
        break;
      case Operation::abs:
        *b = abs(*b);
        break;
      case Operation::tanh:
        *b = tanh(*b);
        break;
      case Operation::sin:
        *b = sin(*b);
        break;
      case Operation::cos:
        *b = cos(*b);
        break;
      case Operation::less:
        *a = select(*a < *b, one, zero), --top;
        break;
      case Operation::less_equal:
        *a = select(*a <= *b, one, zero), --top;
        break;
      case Operation::both:
        *a = *a * *b, --top;
        break;
      case Operation::either:
        *a = *a + *b - *a * *b, --top;
        break;
      case Operation::no:
        *b = one - *b;
        break;
      case Operation::choose: {
        Real* condition = stack + top - 2;
        *condition = select(Real(0.5) < *condition, *a, *b);
        top -= 2;
        break;
      }
      case Operation::least:
        *a = select(*a < *b, *a, *b), --top;
        break;
      case Operation::most:
        *a = select(*a < *b, *b, *a), --top;
        break;
      case Operation::keep_variable:
        variables[at->index] = stack[top--];
        break;
      case Operation::keep_result:
        write(data.results[at->index], stack[top--]);
        break;
    }
  }
}

}  // namespace entact
