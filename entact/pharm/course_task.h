// What a solver of courses is given and where it writes, as plain pointers: packs are compiled for
// several instruction sets (num/pack.h).
#pragma once

#include "entact/num/runge_kutta.h"
#include "entact/num/scalar_type.h"
#include "entact/pharm/timeline.h"

namespace entact {

/// Why a participant's course could not be finished.
enum class CourseFault { none, rate, step, steps, steady_state, superposition };

/// One lane's work. `stops` ends with StopKind::end at the last time.
template <class T>
struct LaneTask {
  const Stop<T>* stops = nullptr;
  const double* times_h = nullptr;
  int n_times = 0;
  int n_done = 0;  ///< times whose states are written
  CourseFault fault = CourseFault::none;
  T fault_h{};
};

/// The equations as plain pointers, over what lies in memory.
template <class Stored>
struct CourseEquations {
  const void* self = nullptr;
  void (*initial)(const void* self, const Stored* p, Stored* x) = nullptr;
  void (*rates)(const void* self, const Stored& t_h, const Stored* x, const Stored* p,
                Stored* dx) = nullptr;
  /// Derivatives of the rates by x (n x n, by columns) and t; methods for stiff models need them.
  void (*jacobian)(const void* self, const Stored& t_h, const Stored* x, const Stored* p, double* j,
                   double* by_time) = nullptr;
};

struct CourseOptions {
  OdeTolerance tolerance{};
  double first_step_h = 0;
  double longest_step_h = 0;
  double max_steps = 200000;
};

/// What a solver is given and where it writes, for n lanes.
template <class Stored, class Lane, int n>
struct LanesTask {
  int n_states = 0;
  CourseEquations<Stored> equations{};
  const Stored* parameters = nullptr;
  LaneTask<Lane> lane[n]{};
  /// The state of endless dosing, written into that lane of x; false if there is none.
  const void* steady_self = nullptr;
  bool (*steady)(const void* self, int lane, const Stop<Lane>& stop, Stored* x) = nullptr;
  /// Gives a lane that has ended or failed other work, in `lane` and `parameters`; false if there
  /// is none. May be absent.
  void* next_self = nullptr;
  bool (*next)(void* self, int lane) = nullptr;
  /// Makes `parameters` what a lane's stop says; only for courses that have such stops.
  void* change_self = nullptr;
  void (*change)(void* self, int lane, const Stop<Lane>& stop) = nullptr;
  /// Where the states of a lane go: as many times as there are lanes lie side by side, [group of
  /// times][column], a group's `n_columns` being the states at least.
  Stored* rows[n]{};
  int n_columns = 0;
  /// The times of all lanes, side by side in the same way. May be absent.
  const Stored* times_aside = nullptr;
  Stored* space = nullptr;  ///< CourseSolver::room * n_states
  Stored steps{}, rejected{};
};
template <class Real>
using CourseTask = LanesTask<typename ScalarType<Real>::Stored, typename ScalarType<Real>::Lane,
                             ScalarType<Real>::n>;

}  // namespace entact
