#pragma once

#include <functional>
#include <span>
#include <vector>

namespace entact {

/// dx/dt = rates(t, x), with its Jacobian.
struct CvodeSystem {
  int n = 0;
  std::function<void(double t, const double* x, double* dx)> rates{};
  /// n x n, by columns; without one CVODE takes differences.
  std::function<void(double t, const double* x, double* j)> jacobian{};
  /// Derivatives of the rates by parameters, n x k by columns; for sensitivities only.
  std::function<void(double t, const double* x, double* by)> by_parameters{};
};

struct CvodeOptions {
  double relative = 1e-6;
  double absolute = 1e-8;
  long max_steps = 100000;  ///< between two times
};

/// Whether this build has SUNDIALS.
bool has_cvode();

/// The states at the times, from the state at the first of them, by the backward differentiation
/// formulas of CVODE with dense linear algebra: a reference for stiff systems.
///
/// @return row by row, n a row
/// @throws Error "num.cvode.missing" (unanswerable) in a build without SUNDIALS; "num.cvode.failed"
///         (unanswerable) with CVODE's own code
/// @source Hindmarsh and others 2005, ACM TOMS 31:363 [hindmarsh2005]
std::vector<double> solve_cvode(const CvodeSystem& system, std::span<const double> start,
                                std::span<const double> times, const CvodeOptions& how = {});

/// The states at the times and their derivatives by k parameters.
struct CvodeSensitivities {
  std::vector<double> states{};       ///< [time][state]
  std::vector<double> derivatives{};  ///< [time][parameter][state]
};

/// As solve_cvode(), with forward sensitivities: s = dx/dp is solved beside x by CVODES, both under
/// the error test.
///
///     ds/dt = J s + df/dp
///
/// @param start_by  derivatives of the start, [parameter][state]; its length says k
/// @throws Error as solve_cvode(), and "num.cvode.system" (usage) without jacobian and
/// by_parameters
CvodeSensitivities solve_cvode_sensitivities(const CvodeSystem& system,
                                             std::span<const double> start,
                                             std::span<const double> start_by,
                                             std::span<const double> times,
                                             const CvodeOptions& how = {});

}  // namespace entact
