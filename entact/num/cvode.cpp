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

// J s + df/dp for each parameter.
int call_sensitivities(int k, realtype t, N_Vector x, N_Vector, N_Vector* s, N_Vector* ds,
                       void* data, N_Vector, N_Vector) {
  const CvodeSystem& system = system_of(data);
  const auto n = static_cast<std::size_t>(system.n);
  std::vector<double> j(n * n, 0.0), by(n * static_cast<std::size_t>(k), 0.0);
  system.jacobian(t, N_VGetArrayPointer(x), j.data());
  system.by_parameters(t, N_VGetArrayPointer(x), by.data());
  for (int m = 0; m < k; ++m) {
    const double* from = N_VGetArrayPointer(s[m]);
    double* to = N_VGetArrayPointer(ds[m]);
    for (std::size_t row = 0; row < n; ++row) {
      to[row] = by[static_cast<std::size_t>(m) * n + row];
      for (std::size_t column = 0; column < n; ++column)
        to[row] += j[column * n + row] * from[column];
    }
  }
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
    if (s_ != nullptr) N_VDestroyVectorArray(s_, k_);
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

  /// Derivatives by parameters are solved too from now on.
  void add_sensitivities(std::span<const double> start_by, const CvodeOptions& how) {
    const auto n = static_cast<std::size_t>(N_VGetLength(x_));
    k_ = static_cast<int>(start_by.size() / n);
    s_ = N_VCloneVectorArray(k_, x_);
    for (int m = 0; m < k_; ++m)
      std::copy_n(start_by.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(m) * n),
                  n, N_VGetArrayPointer(s_[m]));
    must(CVodeSensInit(memory_, k_, CV_SIMULTANEOUS, call_sensitivities, s_), "CVodeSensInit");
    std::vector<double> absolute(static_cast<std::size_t>(k_), how.absolute);
    must(CVodeSensSStolerances(memory_, how.relative, absolute.data()), "CVodeSensSStolerances");
    must(CVodeSetSensErrCon(memory_, SUNTRUE), "CVodeSetSensErrCon");
  }

  /// Of the time that was reached last, [parameter][state].
  std::vector<double> sensitivities() {
    realtype t = 0;
    must(CVodeGetSens(memory_, &t, s_), "CVodeGetSens");
    std::vector<double> all;
    for (int m = 0; m < k_; ++m) {
      const double* own = N_VGetArrayPointer(s_[m]);
      all.insert(all.end(), own, own + N_VGetLength(s_[m]));
    }
    return all;
  }

 private:
  static void must(int code, const char* call) {
    require(code == 0, "num.cvode.failed",
            std::string(call) + " of SUNDIALS failed with code " + std::to_string(code),
            ErrorKind::unanswerable);
  }

  SUNContext context_ = nullptr;
  N_Vector x_ = nullptr;
  N_Vector* s_ = nullptr;
  int k_ = 0;
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

CvodeSensitivities solve_cvode_sensitivities(const CvodeSystem& system,
                                             std::span<const double> start,
                                             std::span<const double> start_by,
                                             std::span<const double> times,
                                             const CvodeOptions& how) {
  require(system.jacobian && system.by_parameters && !start_by.empty() &&
              start_by.size() % start.size() == 0,
          "num.cvode.system",
          "sensitivities need the Jacobian, the derivatives by parameters, and those of the start "
          "for each parameter",
          ErrorKind::usage);
  if (times.empty()) return {};
  CvodeSensitivities found{.states = {start.begin(), start.end()},
                           .derivatives = {start_by.begin(), start_by.end()}};
  Solver solver(system, start, times[0], how);
  solver.add_sensitivities(start_by, how);
  for (std::size_t i = 1; i < times.size(); ++i) {
    const std::span<const double> x = solver.advance(times[i]);
    found.states.insert(found.states.end(), x.begin(), x.end());
    const std::vector<double> s = solver.sensitivities();
    found.derivatives.insert(found.derivatives.end(), s.begin(), s.end());
  }
  return found;
}

#else

bool has_cvode() { return false; }

std::vector<double> solve_cvode(const CvodeSystem&, std::span<const double>,
                                std::span<const double>, const CvodeOptions&) {
  throw Error("num.cvode.missing",
              "this build of Entact has no SUNDIALS; take the Rosenbrock method",
              ErrorKind::unanswerable);
}

CvodeSensitivities solve_cvode_sensitivities(const CvodeSystem&, std::span<const double>,
                                             std::span<const double>, std::span<const double>,
                                             const CvodeOptions&) {
  throw Error("num.cvode.missing",
              "this build of Entact has no SUNDIALS; take derivatives through the solver",
              ErrorKind::unanswerable);
}

#endif

}  // namespace entact
