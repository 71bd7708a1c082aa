#include "entact/pharm/reference_specimen.h"
#include "entact/pharm/wide_functions.h"

namespace entact {

template <>
WideModel wide_model<ReferenceModel, wide_set>() {
  return wide_functions_and_solver<ReferenceModel, WideMethod::tsitouras, WideMethod::rosenbrock>();
}

template <>
WideModel wide_model<OralModel, wide_set>() {
  return wide_functions_and_solver<OralModel, WideMethod::tsitouras, WideMethod::rosenbrock>();
}

}  // namespace entact
