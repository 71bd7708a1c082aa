#include "entact/pharm/mdma_linear_model.h"
#include "entact/pharm/mdma_model.h"
#include "entact/pharm/mdma_terminals_model.h"
#include "entact/pharm/serotonin_model.h"
#include "entact/pharm/wide_functions.h"

namespace entact {

template <>
WideModel wide_model<MdmaModel, wide_set>() {
  return wide_functions_and_solver<MdmaModel, WideMethod::tsitouras>();
}

template <>
WideModel wide_model<MdmaLinearModel, wide_set>() {
  return wide_functions_and_solver<MdmaLinearModel, WideMethod::tsitouras>();
}

template <>
WideModel wide_model<MdmaTerminalsModel, wide_set>() {
  return wide_functions_and_solver<MdmaTerminalsModel, WideMethod::rosenbrock>();
}

template <>
WideModel wide_model<SerotoninModel, wide_set>() {
  return wide_functions_and_solver<SerotoninModel, WideMethod::rosenbrock>();
}

}  // namespace entact
