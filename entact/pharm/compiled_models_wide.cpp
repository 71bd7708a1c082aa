#include "entact/pharm/mdma_linear_model.h"
#include "entact/pharm/mdma_model.h"
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

}  // namespace entact
