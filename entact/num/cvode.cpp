#include "entact/num/cvode.h"

#include <algorithm>
#include <memory>
#include <string>

#include "entact/base/error.h"

#if defined ENTACT_CVODE
#include <cvodes/cvodes.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>
#endif

namespace entact {

#if defined ENTACT_CVODE

namespace {

const CvodeSystem& system_of(void* data) { return *static_cast<const CvodeSystem*>(data); }

int call_rates(realtype t, N_Vector x, N_Vector dx, void* data) {
  system_of(data).rates(t, N_VGetArrayPointer(x), N_VGetArrayPointer(dx));
  return 0;
}

int call_jacobian(realtype t, N_Vector x, N_Vector, SUNMatrix j, void* data, N_Vector, N_Vector,
                  N_Vector) {
  system_of(data).jacobian(t, N_VGetArrayPointer(x), SUNDenseMatrix_Data(j));
  return 0;
}

/// What SUNDIALS allocates, freed in the reverse order.
class Solver {
 public:
  Solver(const CvodeSystem& system, std::span<const double> start, double t,
         const CvodeOptions& how) {
    must(SUNContext_Create(nullptr, &context_), "SUNContext_Create");
    x_ = N_VNew_Serial(system.n, context_);
    std::copy(start.begin(), start.end(), N_VGetArrayPointer(x_));
    matrix_ = SUNDenseMatrix(system.n, system.n, context_);
    linear_ = SUNLinSol_Dense(x_, matrix_, context_);
    memory_ = CVodeCreate(CV_BDF, context_);
    must(CVodeInit(memory_, call_rates, t, x_), "CVodeInit");
    must(CVodeSStolerances(memory_, how.relative, how.absolute), "CVodeSStolerances");
    must(CVodeSetUserData(memory_, const_cast<CvodeSystem*>(&system)), "CVodeSetUserData");
    must(CVodeSetLinearSolver(memory_, linear_, matrix_), "CVodeSetLinearSolver");
    must(CVodeSetMaxNumSteps(memory_, how.max_steps), "CVodeSetMaxNumSteps");
    must(CVodeSetErrHandlerFn(
             memory_, [](int, const char*, const char*, char*, void*) {}, nullptr),
         "CVodeSetErrHandlerFn");
    if (system.jacobian) must(CVodeSetJacFn(memory_, call_jacobian), "CVodeSetJacFn");
  }
  Solver(const Solver&) = delete;
  Solver& operator=(const Solver&) = delete;
  ~Solver() {
    CVodeFree(&memory_);
    if (linear_ != nullptr) SUNLinSolFree(linear_);
    if (matrix_ != nullptr) SUNMatDestroy(matrix_);
    if (x_ != nullptr) N_VDestroy(x_);
    SUNContext_Free(&context_);
  }

  std::span<const double> advance(double t) {
    realtype reached = 0;
    must(CVodeSetStopTime(memory_, t), "CVodeSetStopTime");
    const int code = CVode(memory_, t, x_, &reached, CV_NORMAL);
    must(code < 0 ? code : 0, "CVode");
    return {N_VGetArrayPointer(x_), static_cast<std::size_t>(N_VGetLength(x_))};
  }

 private:
  static void must(int code, const char* call) {
    require(code == 0, "num.cvode.failed",
            std::string(call) + " of SUNDIALS failed with code " + std::to_string(code),
            ErrorKind::unanswerable);
  }

  SUNContext context_ = nullptr;
  N_Vector x_ = nullptr;
  SUNMatrix matrix_ = nullptr;
  SUNLinearSolver linear_ = nullptr;
  void* memory_ = nullptr;
};

}  // namespace

bool has_cvode() { return true; }

std::vector<double> solve_cvode(const CvodeSystem& system, std::span<const double> start,
                                std::span<const double> times, const CvodeOptions& how) {
  std::vector<double> rows(start.begin(), start.end());
  if (times.empty()) return {};
  Solver solver(system, start, times[0], how);
  for (std::size_t i = 1; i < times.size(); ++i) {
    const std::span<const double> x = solver.advance(times[i]);
    rows.insert(rows.end(), x.begin(), x.end());
  }
  return rows;
}

#else

bool has_cvode() { return false; }

std::vector<double> solve_cvode(const CvodeSystem&, std::span<const double>,
                                std::span<const double>, const CvodeOptions&) {
  throw Error("num.cvode.missing",
              "this build of Entact has no SUNDIALS; take the Rosenbrock method",
              ErrorKind::unanswerable);
}

#endif

}  // namespace entact
