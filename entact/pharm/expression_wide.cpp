#include "entact/num/pack.h"
#include "entact/pharm/run_program.h"
#include "entact/pharm/wide_program.h"

namespace entact {
namespace {

using WideReal = Pack<WideArch>;

void run(const Instruction* code, int length, const Lanes& t_h, const Lanes* states,
         const Lanes* parameters, Lanes* results) {
  run_program<WideReal>(code, length, WideReal(t_h),
                        ProgramData<Lanes>{states, parameters, results},
                        [](Lanes& to, const WideReal& value) { value.store(to); });
}

}  // namespace

template <>
WideProgram wide_program<wide_set>() {
  return run;
}

}  // namespace entact
