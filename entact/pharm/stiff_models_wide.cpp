#include "entact/pharm/mdma_terminals_model.h"
#include "entact/pharm/serotonin_model.h"
#include "entact/pharm/wide_functions.h"

namespace entact {

template <>
WideModel wide_model<MdmaTerminalsModel, wide_set>() {
  return wide_functions_and_solver<MdmaTerminalsModel, WideMethod::rosenbrock>();
}

template <>
WideModel wide_model<SerotoninModel, wide_set>() {
  return wide_functions_and_solver<SerotoninModel, WideMethod::rosenbrock>();
}

}  // namespace entact
