#pragma once

#include "entact/num/lanes.h"
#include "entact/pharm/expression.h"

namespace entact {

/// Carries bytecode out over all lanes with one instruction set.
using WideProgram = void (*)(const Instruction* code, int length, const Lanes& t_h,
                             const Lanes* states, const Lanes* parameters, Lanes* results);

/// Specialised in expression_wide.cpp.
template <InstructionSet set>
WideProgram wide_program();

}  // namespace entact
