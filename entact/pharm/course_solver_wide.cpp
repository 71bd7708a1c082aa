#include "entact/num/pack.h"
#include "entact/pharm/wide_solver.h"

namespace entact {

template <>
void solve_wide<wide_set>(WideTask& task, const CourseOptions& how, WideMethod method) {
  using Real = Pack<WideArch>;
  using First = CourseSolver<ExplicitStep<DormandPrince, Real>, Real>;
  using Second = CourseSolver<ExplicitStep<Tsitouras, Real>, Real>;
  static_assert(First::room == wide_room && Second::room == wide_room);
  if (method == WideMethod::tsitouras)
    Second(task, how).run();
  else
    First(task, how).run();
}

}  // namespace entact
