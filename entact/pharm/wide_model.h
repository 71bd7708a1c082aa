#pragma once

#include "entact/num/lanes.h"

namespace entact {

/// The equations of a compiled model over eight lanes, for one instruction set. Plain pointers: a
/// wide file must define no function that another file could define too.
struct WideModel {
  void (*initial)(const Lanes* p, Lanes* x) = nullptr;
  void (*rates)(const Lanes& t_h, const Lanes* x, const Lanes* p, Lanes* dx) = nullptr;
  void (*outputs)(const Lanes& t_h, const Lanes* x, const Lanes* p, Lanes* y) = nullptr;
};

/// Specialised for each model and set in the model's `_wide.cpp`:
///
///     template <> WideModel wide_model<MdmaModel, wide_set>() { return
///     wide_functions<MdmaModel>(); }
template <class Model, InstructionSet set>
WideModel wide_model();

}  // namespace entact
