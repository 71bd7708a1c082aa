// One solver for a participant (double), a participant with derivatives (Jet) and sixteen
// participants (pack): each lane has its own time, step, stops and times to report, so that what a
// participant gets depends on nobody beside them. A lane whose step is rejected stands still while
// the others go on; a lane that has failed or is done keeps a step of zero. Plain pointers only,
// since packs are compiled for several instruction sets (num/pack.h).
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "entact/num/runge_kutta.h"
#include "entact/pharm/course_task.h"

namespace entact {

/// Equations that are known only at run time, called through their pointers.
struct AnyModel {
  static constexpr int n_states = 0;
  template <class Stored, class Real>
  static void rates(const CourseEquations<Stored>& equations, const Real& t, const Stored* x,
                    const Stored* p, Stored* dx) {
    Stored t_h;
    put(t, t_h);
    equations.rates(equations.self, t_h, x, p, dx);
  }
  template <class Stored, class Real>
  static void jacobian(const CourseEquations<Stored>& equations, const Real& t, const Stored* x,
                       const Stored* p, double* j, double* by_time) {
    equations.jacobian(equations.self, t, x, p, j, by_time);
  }
};

/// @tparam Model  AnyModel, or what makes a model's own rates part of the solver's code
template <class Method, class Real, class Model = AnyModel>
class CourseSolver {
 public:
  using Type = ScalarType<Real>;
  using Stored = typename Type::Stored;
  using Lane = typename Type::Lane;
  using Control = typename Type::Control;
  using Mask = typename Type::Mask;
  static constexpr int room = Method::room + 5;

  CourseSolver(CourseTask<Real>& task, const CourseOptions& how)
      : task_(task),
        how_(how),
        any_n_(task.n_states),
        method_(any_n_, task.space),
        x_(task.space + Method::room * any_n_),
        to_(x_ + any_n_),
        infusion_(to_ + any_n_),
        running_(infusion_ + any_n_),
        scratch_(running_ + any_n_) {}

  void run() {
    begin();
    while (active_ != 0) {
      step();
      if (vacant_ != 0) refill();
    }
  }
  /// Where the lanes ended.
  const Stored* state() const { return x_; }

 private:
  [[nodiscard]] int n() const { return Model::n_states > 0 ? Model::n_states : any_n_; }

  /// The rates of the model and of the infusions.
  struct Rates {
    CourseSolver& solver;
    void operator()(const Real& t, const Stored* x, Stored* dx) const {
      const CourseTask<Real>& task = solver.task_;
      Model::rates(task.equations, t, x, task.parameters, dx);
      if (!solver.infusing_) return;
      for (int i = 0; i < solver.n(); ++i) put(loaded(dx[i]) + loaded(solver.infusion_[i]), dx[i]);
    }
    /// @tparam Number  double; Lanes for a model that is part of the solver's code
    template <class Number>
    void jacobian(const Real& t, const Stored* x, Number* j, Number* by_time) const {
      const CourseTask<Real>& task = solver.task_;
      Model::jacobian(task.equations, t, x, task.parameters, j, by_time);
    }
  };
  Rates rates() { return {*this}; }

  [[gnu::noinline]] void begin() {
    put(Real(0.0), h_), put(Real(0.0), task_.steps), put(Real(0.0), task_.rejected);
    put(Real(0.0), since_stop_), put(Real(0.0), alive_);
    put(Control(0.0), last_error_);
    for (int i = 0; i < n(); ++i) put(Real(0.0), infusion_[i]), put(Real(0.0), running_[i]);
    put(Real(0.0), t_), put(Real(0.0), until_), put(Real(never), next_time_);
    put(Real(never), before_);
    task_.equations.initial(task_.equations.self, task_.parameters, x_);
    unsigned lanes = 0;
    for (int l = 0; l < Type::n; ++l)
      if (task_.lane[l].stops != nullptr) lanes |= 1U << l;
    enter(lanes);
    if (vacant_ != 0) refill();
  }

  /// The lanes begin their work.
  void enter(unsigned lanes) {
    task_.equations.initial(task_.equations.self, task_.parameters, scratch_);
    for (int l = 0; l < Type::n; ++l)
      if ((lanes & (1U << l)) != 0) enter_one(l);
    restart(lanes);
  }
  void enter_one(int l) {
    const LaneTask<Lane>& lane = task_.lane[l];
    active_ |= 1U << l;
    for (int i = 0; i < n(); ++i) {
      set_lane(x_[i], l, get_lane(scratch_[i], l));
      set_lane(infusion_[i], l, Lane(0.0)), set_lane(running_[i], l, Lane(0.0));
    }
    set_lane(task_.steps, l, Lane(0.0)), set_lane(task_.rejected, l, Lane(0.0));
    set_lane(alive_, l, Lane(1.0));
    Lane start = lane.stops[0].t_h;
    if (lane.n_times > 0 && lane.times_h[0] <= value_of(start)) start = Lane(lane.times_h[0]);
    set_lane(t_, l, start), set_lane(until_, l, start);
    set_lane(before_, l, shown_after(l));
    find_next_time(l);
    while (is_due(l)) report(l, x_);
    apply_stops(l);
  }

  /// Lanes that have become free take up other work, so that none waits for the slowest.
  [[gnu::noinline]] void refill() {
    while (vacant_ != 0) {
      unsigned lanes = 0;
      for (int l = 0; l < Type::n; ++l)
        if ((vacant_ & (1U << l)) != 0 && task_.next(task_.next_self, l)) lanes |= 1U << l;
      vacant_ = 0;
      if (lanes != 0) enter(lanes);
    }
  }

  void step() {
    const Real t = loaded(t_), left = loaded(until_) - t;
    const Control longest = value_of(loaded(h_)), whole = value_of(left);
    // The last step to a stop is shared with the one before, rather than left to be a tiny one.
    const Mask last = longest * 1.0000001 >= whole;
    const Control half = select(longest * 1.9 >= whole, whole * 0.5, longest);
    const Real h = select(last, left, Real(half));
    const Control error = finite(method_.attempt(rates(), t, h, x_, to_, how_.tolerance));
    const Mask accepted = error <= Control(1.0);
    const Real reached = select(last, loaded(until_), t + h);
    report_between(accepted, t, h, reached);
    const unsigned settled = advance(accepted, h) & active_;
    method_.take(accepted);
    put(select(accepted, reached, t), t_);
    if (settled != 0) renew_slopes(settled);
    choose_step(accepted, last, error, value_of(h));
    count(accepted);
    finish(lane_bits(accepted) & lane_bits(last) & active_, ~lane_bits(accepted) & active_);
  }

  /// States of the lanes that are accepted move on. One that dies away below a hundredth of what a
  /// step may be wrong by becomes zero: an explicit step would else stay short for its sake, long
  /// after it has ceased to matter. So does one below half of that which the step carries through
  /// zero: steps at the edge of stability would keep it there. Numbers with derivatives keep it.
  /// @return lanes in which a state has become zero
  unsigned advance(const Mask& accepted, const Real& h) {
    if constexpr (Method::settles && std::is_same_v<Real, Control>) {
      const Control zero(0.0), half(0.5 * how_.tolerance.absolute);
      const Control negligible(0.01 * how_.tolerance.absolute);
      unsigned settled = 0;
      for (int i = 0; i < n(); ++i) {
        const Control now = loaded(to_[i]), before = loaded(x_[i]);
        // The tangent alone leads through zero within the step.
        const auto swings = before * multiply_add(h, loaded(method_.slope()[i]), before) < zero;
        const Control bound = select(swings, half, smaller(negligible, size_of(before)));
        const Mask gone = both(accepted, size_of(now) < bound);
        put(select(gone, zero, select(accepted, now, before)), x_[i]);
        settled |= lane_bits(gone);
      }
      return settled;
    } else {
      for (int i = 0; i < n(); ++i) put(select(accepted, loaded(to_[i]), loaded(x_[i])), x_[i]);
      return 0;
    }
  }

  [[gnu::noinline]] void renew_slopes(unsigned lanes) {
    rates()(loaded(t_), x_, scratch_);
    for (int l = 0; l < Type::n; ++l)
      if ((lanes & (1U << l)) != 0) method_.put_slope(l, scratch_);
  }

  static Control finite(const Control& error) {
    return select(error < Control(1e30), error, Control(1e30));
  }

  /// Proportional and integral control of the step. A step cut short by a stop teaches nothing
  /// unless it was rejected.
  /// @source Hairer and Wanner 1996, Solving ODEs II, IV.2 [hairer1996]
  void choose_step(const Mask& accepted, const Mask& last, const Control& error, const Control& h) {
    constexpr double k = 1.0 / Method::order, integral = 0.4 * k,
                     proportional = k - 0.75 * integral;
    const Control log_error = rough_log(larger(error, Control(1e-10)));
    const Control before = loaded(last_error_);
    const Control wanted = log_error * -proportional + before * integral - 0.105;
    const Control shrunk = smaller(log_error * -k - 0.105, Control(-0.105));
    const Control change = select(accepted, wanted, shrunk);
    const Control factor = rough_exp(smaller(larger(change, Control(-1.6)), Control(1.6)));
    Control next = h * factor;
    next = select(both(accepted, last), larger(next, value_of(loaded(h_))), next);
    if (how_.longest_step_h > 0) next = smaller(next, Control(how_.longest_step_h));
    put(Real(next), h_);
    put(select(accepted, larger(log_error, Control(-4.0)), before), last_error_);
  }

  void count(const Mask& accepted) {
    const Real one = loaded(alive_);
    put(loaded(task_.steps) + select(accepted, one, Real(0.0)), task_.steps);
    put(loaded(task_.rejected) + select(accepted, Real(0.0), one), task_.rejected);
    put(loaded(since_stop_) + Real(1.0), since_stop_);
  }

  /// Lanes at a stop do what it says; lanes that cannot go on end.
  [[gnu::noinline]] void finish(unsigned at_stop, unsigned rejected) {
    if ((at_stop | rejected) == 0 && ++unlooked_ < 64) return;
    unlooked_ = 0;
    unsigned changed = 0;
    for (int l = 0; l < Type::n; ++l) {
      const unsigned bit = 1U << l;
      const double h = value_of(get_lane(h_, l)), t = value_of(get_lane(t_, l));
      if ((active_ & bit) == 0) continue;
      if ((at_stop & bit) != 0) {
        apply_stops(l);
        changed |= bit & active_;
      } else if ((rejected & bit) != 0 && !(h > 1e-14 * std::abs(t) + 1e-300)) {
        fail(l, CourseFault::step);
      } else if (value_of(get_lane(since_stop_, l)) > how_.max_steps) {
        fail(l, CourseFault::steps);
      }
    }
    if (changed != 0) restart(changed);
  }

  void fail(int l, CourseFault why) {
    task_.lane[l].fault = why;
    task_.lane[l].fault_h = get_lane(t_, l);
    rest(l);
  }
  /// Nothing more is to be done: a step of zero from here to here.
  void rest(int l) {
    active_ &= ~(1U << l);
    if (task_.next != nullptr) vacant_ |= 1U << l;
    set_lane(until_, l, get_lane(t_, l));
    set_lane(next_time_, l, Lane(never));
    set_lane(h_, l, Lane(0.0)), set_lane(alive_, l, Lane(0.0));
    for (int i = 0; i < n(); ++i) set_lane(infusion_[i], l, Lane(0.0));
  }

  void apply_stops(int l) {
    LaneTask<Lane>& lane = task_.lane[l];
    set_lane(since_stop_, l, Lane(0.0));
    for (; same_instant(lane.stops->t_h, get_lane(t_, l)); ++lane.stops) {
      if (lane.stops->kind == StopKind::end) return rest(l);
      apply(l, *lane.stops);
      if (task_.lane[l].fault != CourseFault::none) return;
      if (lane.stops->kind != StopKind::steady_state) continue;
      set_lane(before_, l, Lane(never));
      while (is_due(l)) report(l, x_);
    }
    set_lane(until_, l, lane.stops->t_h);
    set_lane(before_, l, shown_after(l));
    infusing_ = false;
    for (int i = 0; i < n(); ++i)
      for (int m = 0; m < Type::n; ++m)
        infusing_ = infusing_ || value_of(get_lane(running_[i], m)) > 0;
  }

  /// The instant of the next stops if a steady state is among them, else never. One that is added
  /// after a dose of the same instant is shown with that dose, later.
  Lane shown_after(int l) const {
    const Stop<Lane>* next = task_.lane[l].stops;
    const Lane t_h = next->t_h;
    bool dosed = false;
    for (; next->kind != StopKind::end && same_instant(next->t_h, t_h); ++next) {
      if (next->kind == StopKind::steady_state) return next->add && dosed ? Lane(never) : t_h;
      dosed = dosed || next->kind == StopKind::bolus;
    }
    return Lane(never);
  }

  /// A time that falls on a stop shows what is there before it; on a steady state, which stands for
  /// the past, what is there after it and before its dose.
  bool is_due(int l) const {
    const double next = value_of(get_lane(next_time_, l));
    return next <= value_of(get_lane(t_, l)) && next < value_of(get_lane(before_, l));
  }

  void apply(int l, const Stop<Lane>& stop) {
    const int i = stop.state;
    const auto add = [&](Stored& to, const Lane& what) { set_lane(to, l, get_lane(to, l) + what); };
    switch (stop.kind) {
      case StopKind::bolus:
        return add(x_[i], stop.amount);
      case StopKind::infusion_on:
        add(infusion_[i], stop.amount);
        return add(running_[i], Lane(1.0));
      case StopKind::infusion_off:
        add(infusion_[i], -stop.amount);
        add(running_[i], Lane(-1.0));
        // What rounding has left of a rate would go on for ever.
        if (value_of(get_lane(running_[i], l)) == 0) set_lane(infusion_[i], l, Lane(0.0));
        return;
      case StopKind::reset:
        return start_again(l);
      case StopKind::steady_state:
        return to_steady_state(l, stop);
      case StopKind::parameters:
        return task_.change(task_.change_self, l, stop);
      case StopKind::end:
        return;
    }
  }

  void start_again(int l) {
    task_.equations.initial(task_.equations.self, task_.parameters, scratch_);
    for (int i = 0; i < n(); ++i) {
      set_lane(x_[i], l, get_lane(scratch_[i], l));
      set_lane(infusion_[i], l, Lane(0.0));
      set_lane(running_[i], l, Lane(0.0));
    }
  }

  /// Replaces, or adds how far the steady state lies from the start values: models that rest at
  /// other values than zero would otherwise count these twice.
  void to_steady_state(int l, const Stop<Lane>& stop) {
    if (!stop.add) {
      start_again(l);
      if (!task_.steady(task_.steady_self, l, stop, x_)) fail(l, CourseFault::steady_state);
      return;
    }
    const std::uint64_t before = negative_states(l, x_);
    task_.equations.initial(task_.equations.self, task_.parameters, scratch_);
    for (int i = 0; i < n(); ++i) set_lane(x_[i], l, get_lane(x_[i], l) - get_lane(scratch_[i], l));
    if (!task_.steady(task_.steady_self, l, stop, scratch_)) fail(l, CourseFault::steady_state);
    for (int i = 0; i < n(); ++i) set_lane(x_[i], l, get_lane(x_[i], l) + get_lane(scratch_[i], l));
    if ((negative_states(l, x_) & ~before & ~negative_states(l, scratch_)) != 0)
      fail(l, CourseFault::superposition);
  }

  /// Which of the first 64 states lie below zero, beyond the tolerance.
  std::uint64_t negative_states(int l, const Stored* x) const {
    std::uint64_t found = 0;
    for (int i = 0; i < n() && i < 64; ++i)
      if (value_of(get_lane(x[i], l)) < -how_.tolerance.absolute) found |= std::uint64_t{1} << i;
    return found;
  }

  /// The rates after a jump, and a step to go on with.
  /// @source Hairer, Norsett, Wanner 1993, Solving ODEs I, II.4 [hairer1993]
  void restart(unsigned lanes) {
    method_.start(rates(), loaded(t_), x_);
    const Stored* slope = method_.slope();
    const auto per_unit = [&](int i) {
      return Control(1.0) /
             (how_.tolerance.absolute + how_.tolerance.relative * size_of(value_of(loaded(x_[i]))));
    };
    Control size(0.0), speed(0.0), bend(0.0), not_finite(0.0);
    for (int i = 0; i < n(); ++i) {
      const Control rate = size_of(value_of(loaded(slope[i]))), per = per_unit(i);
      size = larger(size_of(value_of(loaded(x_[i]))) * per, size);
      speed = larger(rate * per, speed);
      not_finite = multiply_add(0.0, rate, not_finite);
    }
    refuse_infinite(lanes, not_finite + 0.0 * size);
    const Mask still = smaller(size, speed) < Control(1e-5);
    const Control guess = select(still, Control(1e-6), size * 0.01 / speed);
    for (int i = 0; i < n(); ++i) put(loaded(x_[i]) + Real(guess) * loaded(slope[i]), to_[i]);
    rates()(loaded(t_) + Real(guess), to_, scratch_);
    for (int i = 0; i < n(); ++i) {
      const Real change = loaded(scratch_[i]) - loaded(slope[i]);
      bend = larger(size_of(value_of(change)) * per_unit(i), bend);
    }
    const Control fastest = larger(larger(bend / guess, speed), Control(1e-12));
    Control first = rough_exp(rough_log(Control(0.01) / fastest) * (1.0 / Method::order));
    first = smaller(select(still, Control(1e6), guess * 100.0), first);
    if (how_.first_step_h > 0) first = Control(how_.first_step_h);
    if (how_.longest_step_h > 0) first = smaller(first, Control(how_.longest_step_h));
    Stored chosen;
    put(Real(first), chosen);
    for (int l = 0; l < Type::n; ++l)
      if ((lanes & active_ & (1U << l)) != 0) {
        set_lane(h_, l, get_lane(chosen, l));
        set_lane(last_error_, l, typename ScalarType<Control>::Lane(0.0));
      }
  }

  void refuse_infinite(unsigned lanes, const Control& not_finite) {
    const unsigned sound = lane_bits(not_finite <= Control(0.0));
    for (int l = 0; l < Type::n; ++l)
      if ((lanes & active_ & ~sound & (1U << l)) != 0) fail(l, CourseFault::rate);
  }

  void find_next_time(int l) {
    const LaneTask<Lane>& lane = task_.lane[l];
    set_lane(next_time_, l, Lane(lane.n_done < lane.n_times ? lane.times_h[lane.n_done] : never));
  }

  Stored* group_of(int l, int group) { return task_.rows[l] + group * task_.n_columns; }

  /// The states of a lane at one time, of what lies in `from`.
  void report(int l, const Stored* from) {
    LaneTask<Lane>& lane = task_.lane[l];
    Stored* group = group_of(l, lane.n_done / Type::n);
    const int place = lane.n_done % Type::n;
    for (int i = 0; i < n(); ++i) set_lane(group[i], place, get_lane(from[i], l));
    ++lane.n_done;
    find_next_time(l);
  }

  /// The times that lie within an accepted step: one of every lane that has any, and what remains
  /// lane by lane, where times are known side by side.
  void report_between(const Mask& accepted, const Real& t, const Real& h, const Real& reached) {
    unsigned lanes = due(accepted, reached);
    if (lanes == 0) return;
    method_.prepare_dense(h, x_, to_);
    const Real per_h = Real(1.0) / h;
    do {
      const Real theta = (loaded(next_time_) - t) * per_h;
      for (int i = 0; i < n(); ++i) put(method_.dense(i, theta, x_, to_), scratch_[i]);
      for (; lanes != 0; lanes &= lanes - 1) report(std::countr_zero(lanes), scratch_);
      lanes = due(accepted, reached);
    } while (lanes != 0 && (Type::n == 1 || task_.times_aside == nullptr));
    if constexpr (Type::n > 1) {
      if (lanes != 0) report_aside(lanes, per_h, reached);
    }
  }

  /// The times of some lanes that lie within a step, by groups.
  void report_aside(unsigned lanes, const Real& per_h, const Real& reached) {
    Stored lengths, ends;
    put(per_h, lengths), put(reached, ends);
    for (; lanes != 0; lanes &= lanes - 1) {
      const int l = std::countr_zero(lanes);
      LaneTask<Lane>& lane = task_.lane[l];
      const Real end(get_lane(ends, l)), before(get_lane(before_, l));
      int n_new = 0;
      do {
        const int group = lane.n_done / Type::n;
        const Real times = loaded(task_.times_aside[group]);
        const Real theta = (times - Real(get_lane(t_, l))) * Real(get_lane(lengths, l));
        const Real place = numbered_lanes(times);
        const Mask open = both(Real(lane.n_done % Type::n) <= place,
                               place < Real(lane.n_times - group * Type::n));
        const Mask which = both(open, both(times <= end, times < before));
        report_group(l, group, which, theta);
        n_new = std::popcount(lane_bits(which));
        lane.n_done += n_new;
      } while (n_new > 0 && lane.n_done % Type::n == 0 && lane.n_done < lane.n_times);
      find_next_time(l);
    }
  }
  void report_group(int l, int group, const Mask& which, const Real& theta) {
    Stored* row = group_of(l, group);
    for (int i = 0; i < n(); ++i)
      put(select(which, method_.dense_of_lane(i, l, theta, x_, to_), loaded(row[i])), row[i]);
  }

  unsigned due(const Mask& accepted, const Real& reached) const {
    const Control next = value_of(loaded(next_time_));
    const Mask inside = both(next <= value_of(reached), next < value_of(loaded(before_)));
    return lane_bits(both(accepted, inside)) & active_;
  }

  static constexpr double never = 1e300;
  CourseTask<Real>& task_;
  const CourseOptions& how_;
  int any_n_;
  Method method_;
  Stored *x_, *to_, *infusion_, *running_, *scratch_;
  Stored t_{}, until_{}, h_{}, next_time_{}, before_{}, since_stop_{}, alive_{};
  typename ScalarType<Control>::Stored last_error_{};
  unsigned active_ = 0;
  unsigned vacant_ = 0;  ///< lanes that may be given other work
  bool infusing_ = false;
  int unlooked_ = 0;  ///< steps since the lanes were last looked at one by one
};

}  // namespace entact
