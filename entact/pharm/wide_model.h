#pragma once

#include "entact/num/lanes.h"

namespace entact {

template <class Stored, class Lane, int n>
struct LanesTask;
struct CourseOptions;

/// Participants side by side, whatever instruction set computes them.
using WideTask = LanesTask<Lanes, double, n_lanes>;

enum class WideMethod { dormand_prince, tsitouras, rosenbrock };

/// Solves a task with the equations of one model as part of the solver's code; false, with nothing
/// done, if the model has no such solver by this method.
using WideSolve = bool (*)(WideTask& task, const CourseOptions& how, WideMethod method);

/// The equations of a compiled model over all lanes, for one instruction set. Plain pointers: a
/// wide file must define no function that another file could define too.
struct WideModel {
  void (*initial)(const Lanes* p, Lanes* x) = nullptr;
  void (*rates)(const Lanes& t_h, const Lanes* x, const Lanes* p, Lanes* dx) = nullptr;
  void (*outputs)(const Lanes& t_h, const Lanes* x, const Lanes* p, Lanes* y) = nullptr;
  WideSolve solve = nullptr;  ///< two to three times as fast as by way of `rates`; may be absent
};

/// Specialised for each model and set in the model's `_wide.cpp`:
///
///     template <> WideModel wide_model<MdmaModel, wide_set>() { return
///     wide_functions<MdmaModel>(); }
template <class Model, InstructionSet set>
WideModel wide_model();

}  // namespace entact
