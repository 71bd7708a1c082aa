#pragma once

#include "entact/num/lanes.h"
#include "entact/pharm/course_solver.h"
#include "entact/pharm/wide_model.h"

namespace entact {

/// Numbers of Lanes that a task's space must hold for each state.
inline constexpr int wide_room = n_stages + 4 + 5;

/// Solves the task with the packs of one instruction set, by an explicit method.
template <InstructionSet set>
void solve_wide(WideTask& task, const CourseOptions& how, WideMethod method);

}  // namespace entact
