#include "entact/pharm/one_compartment.h"

#include <ceres/jet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/pharm/given_doses.h"

namespace entact {
namespace {

using Jet = ceres::Jet<double, 4>;

double scalar(double x) { return x; }
double scalar(const Jet& x) { return x.a; }

// (1 - exp(-x)) / x
template <class Real>
Real exponential_mean(const Real& x) {
  using std::exp;
  if (std::abs(scalar(x)) > 0.05) return (1.0 - exp(-x)) / x;
  Real sum(1.0);
  for (int k = 9; k >= 2; --k) sum = 1.0 - x / static_cast<double>(k) * sum;
  return sum;
}

template <class Real>
struct Rates {
  Real ka, k, v, lag, fraction;
};

template <class Real>
Rates<Real> rates(const OneCompartment& form, const Real* phi) {
  const auto get = [&](std::ptrdiff_t at, double absent) {
    return at < 0 ? Real(absent) : phi[at];
  };
  Rates<Real> r{get(form.absorption, 1), Real(0), Real(0), get(form.lag, 0), get(form.fraction, 1)};
  r.v = form.volume >= 0 ? phi[form.volume] : phi[form.clearance] / phi[form.elimination];
  r.k = form.elimination >= 0 ? phi[form.elimination] : phi[form.clearance] / phi[form.volume];
  return r;
}

// Amounts in depot and centre, and what is being infused into each.
template <class Real>
struct Amounts {
  Real depot{0.0}, centre{0.0};
  double into_depot = 0, into_centre = 0;

  void advance(const Real& dt, const Rates<Real>& r, bool oral) {
    using std::exp;
    if (scalar(dt) <= 0) return;
    const Real e2 = exp(-r.k * dt), m2 = dt * exponential_mean(Real(r.k * dt));
    Real in(0.0);
    if (oral) {
      const Real e1 = exp(-r.ka * dt), x = (r.ka - r.k) * dt;
      const Real g = e2 * dt * exponential_mean(x);
      in = depot * r.ka * g;
      depot = depot * e1;
      if (into_depot != 0) {
        in += into_depot * (m2 - g);
        depot += into_depot * dt * exponential_mean(Real(r.ka * dt));
      }
    }
    centre = centre * e2 + in;
    if (into_centre != 0) centre += into_centre * m2;
  }
};

// What happens at one instant.
template <class Real>
struct Instant {
  enum class Kind { record, dose, infusion_end } kind = Kind::record;
  double time = 0;  // decides the order
  Real at{0.0};     // carries derivatives
  std::size_t record = 0;
};

template <class Real>
class ClosedCourse {
 public:
  ClosedCourse(const OneCompartment& form, const std::vector<CompartmentRecord>& records,
               std::ptrdiff_t parameters, const Real* phi)
      : form_(form), records_(records), oral_(form.absorption >= 0) {
    std::ptrdiff_t occasions = 1;
    for (const CompartmentRecord& r : records) occasions = std::max(occasions, r.occasion + 1);
    for (std::ptrdiff_t k = 0; k < occasions; ++k)
      rates_.push_back(rates(form, phi + k * parameters));
    plan();
  }

  // Calls out(concentration) at each observation in order.
  template <class Out>
  void run(const Out& out) {
    Real now = instants_.empty() ? Real(0.0) : Real(instants_.front().time);
    for (std::size_t i = 0; i < instants_.size(); ++i) {
      const Instant<Real>& instant = instants_[i];
      const Rates<Real>& r = rates_[static_cast<std::size_t>(occasion_[i])];
      amounts_.advance(Real(instant.at - now), r, oral_);
      now = instant.at;
      if (cancelled(instant)) continue;
      const CompartmentRecord& record = records_[instant.record];
      if (instant.kind == Instant<Real>::Kind::dose) give(record);
      if (instant.kind == Instant<Real>::Kind::infusion_end) infuse(record, -1);
      if (instant.kind != Instant<Real>::Kind::record) continue;
      if (record.reset) amounts_ = {};
      if (record.reset || record.steady_state) cleared_ = instant.record;
      if (record.steady_state) reach_steady_state(record, r);
      if (record.amount_mg > 0 && immediate(record)) give(record);
      if (record.observed) out(Real(amounts_.centre / r.v * form_.units_per_mg_l));
    }
  }

 private:
  [[nodiscard]] bool depot(const CompartmentRecord& r) const { return oral_ && r.compartment == 1; }
  [[nodiscard]] const Rates<Real>& own(const CompartmentRecord& r) const {
    return rates_[static_cast<std::size_t>(r.occasion)];
  }
  [[nodiscard]] Real lag(const CompartmentRecord& r) const {
    return r.compartment == 1 ? own(r).lag : Real(0.0);
  }
  /// Whether it belongs to a dose before the last reset or steady state: those end it.
  [[nodiscard]] bool cancelled(const Instant<Real>& instant) const {
    return instant.kind != Instant<Real>::Kind::record && instant.record < cleared_;
  }
  [[nodiscard]] bool immediate(const CompartmentRecord& r) const { return scalar(lag(r)) <= 0; }

  void add(double time, const Real& at, typename Instant<Real>::Kind kind, std::size_t record) {
    instants_.push_back({kind, time, at, record});
  }

  void plan() {
    using Kind = typename Instant<Real>::Kind;
    for (std::size_t i = 0; i < records_.size(); ++i)
      add(records_[i].time_h, Real(records_[i].time_h), Kind::record, i);
    for (std::size_t i = 0; i < records_.size(); ++i) {
      const CompartmentRecord& r = records_[i];
      if (r.amount_mg <= 0) continue;
      for (int n = 0; n <= r.additional; ++n) {
        const Real at = additional_dose_h(r.time_h, n, r.interval_h) + lag(r);
        if (n > 0 || !immediate(r)) add(scalar(at), at, Kind::dose, i);
        if (r.rate_mg_h > 0) {
          Real end = at + own(r).fraction * (r.amount_mg / r.rate_mg_h);
          if (r.compartment != 1) end = at + r.amount_mg / r.rate_mg_h;
          add(scalar(end), end, Kind::infusion_end, i);
        }
      }
    }
    std::stable_sort(instants_.begin(), instants_.end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    occasion_.resize(instants_.size());
    std::ptrdiff_t next = records_.empty() ? 0 : records_.back().occasion;
    for (std::size_t i = instants_.size(); i-- > 0;) {
      if (instants_[i].kind == Kind::record) next = records_[instants_[i].record].occasion;
      occasion_[i] = next;
    }
  }

  void infuse(const CompartmentRecord& r, int sign) {
    (depot(r) ? amounts_.into_depot : amounts_.into_centre) += sign * r.rate_mg_h;
  }

  void give(const CompartmentRecord& r) {
    if (r.rate_mg_h > 0) return infuse(r, 1);
    const Real amount =
        r.compartment == 1 ? Real(own(r).fraction * r.amount_mg) : Real(r.amount_mg);
    (depot(r) ? amounts_.depot : amounts_.centre) += amount;
  }

  // The amounts are an affine map of those one interval before: its fixed point.
  void reach_steady_state(const CompartmentRecord& r, const Rates<Real>& rate) {
    const Real interval(r.interval_h);
    const auto one_interval = [&](Real depot_amount, Real centre_amount, bool dose) {
      amounts_ = {};
      amounts_.depot = depot_amount, amounts_.centre = centre_amount;
      Real rest = interval;
      if (dose) {
        give(r);
        if (r.rate_mg_h > 0) {
          Real duration(r.amount_mg / r.rate_mg_h);
          if (r.compartment == 1) duration = duration * own(r).fraction;
          amounts_.advance(duration, rate, oral_);
          infuse(r, -1);
          rest = interval - duration;
        }
      }
      amounts_.advance(rest, rate, oral_);
      return std::pair<Real, Real>(amounts_.depot, amounts_.centre);
    };
    const auto given = one_interval(Real(0.0), Real(0.0), true);
    const auto by_depot = one_interval(Real(1.0), Real(0.0), false);
    const auto by_centre = one_interval(Real(0.0), Real(1.0), false);
    amounts_ = {};
    // Without absorption there is no depot, and what one held would stay.
    if (oral_) amounts_.depot = given.first / (1.0 - by_depot.first);
    amounts_.centre = (given.second + by_depot.second * amounts_.depot) / (1.0 - by_centre.second);
  }

  const OneCompartment& form_;
  const std::vector<CompartmentRecord>& records_;
  bool oral_;
  std::vector<Rates<Real>> rates_{};
  std::vector<Instant<Real>> instants_{};
  std::vector<std::ptrdiff_t> occasion_{};
  Amounts<Real> amounts_{};
  std::size_t cleared_ = 0;  // the record of the last reset or steady state
};

void check(const OneCompartment& form, const std::vector<CompartmentRecord>& records) {
  const int last = form.absorption >= 0 ? 2 : 1;
  double before = records.empty() ? 0 : records.front().time_h;
  for (const CompartmentRecord& r : records) {
    const auto refuse = [&](const std::string& rule) {
      throw Error("pharm.compartment.record", fmt::format("time {} h: {}", r.time_h, rule));
    };
    if (!(r.time_h >= before)) refuse(fmt::format("records follow in time; saw {} before", before));
    if (!(r.amount_mg >= 0 && r.rate_mg_h >= 0)) refuse("an amount or rate is not negative");
    if (r.amount_mg > 0 && (r.compartment < 1 || r.compartment > last))
      refuse(fmt::format("the compartments are 1 to {}; saw {}", last, r.compartment));
    if ((r.steady_state || r.additional > 0) && !(r.interval_h > 0))
      refuse("additional doses and a steady state need an interval above 0");
    if (r.steady_state && form.lag >= 0 && r.compartment == 1)
      refuse("a steady state with a lag is not offered; write the doses out");
    if (r.steady_state && r.rate_mg_h > 0 && r.amount_mg / r.rate_mg_h > r.interval_h)
      refuse("an infusion of a steady state is not longer than its interval");
    before = r.time_h;
  }
}

}  // namespace

PredictSubject one_compartment(const OneCompartment& form, std::ptrdiff_t parameters,
                               std::vector<std::vector<CompartmentRecord>> records) {
  const int given =
      (form.clearance >= 0 ? 1 : 0) + (form.volume >= 0 ? 1 : 0) + (form.elimination >= 0 ? 1 : 0);
  require(
      given == 2, "pharm.compartment.parameters",
      fmt::format("one compartment has two of clearance, volume and rate constant; saw {}", given));
  for (const auto& list : records) check(form, list);
  return [form, parameters, records = std::move(records)](
             std::ptrdiff_t subject, const Eigen::VectorXd& phi, bool derivatives,
             Prediction& prediction) {
    const auto& list = records[static_cast<std::size_t>(subject)];
    Eigen::Index n = 0;
    for (const CompartmentRecord& r : list) n += r.observed ? 1 : 0;
    prediction.value.resize(n);
    Eigen::Index at = 0;
    if (!derivatives)
      return ClosedCourse<double>(form, list, parameters, phi.data()).run([&](double c) {
        prediction.value[at++] = c;
      });
    prediction.jacobian.resize(n, phi.size());
    std::vector<Jet> jets(phi.begin(), phi.end());
    for (Eigen::Index chunk = 0; chunk < phi.size(); chunk += 4) {
      const Eigen::Index width = std::min<Eigen::Index>(4, phi.size() - chunk);
      for (Eigen::Index m = 0; m < phi.size(); ++m) {
        Jet& jet = jets[static_cast<std::size_t>(m)];
        jet.v.setZero();
        if (m >= chunk && m < chunk + width) jet.v[m - chunk] = 1;
      }
      at = 0;
      ClosedCourse<Jet>(form, list, parameters, jets.data()).run([&](const Jet& c) {
        prediction.value[at] = c.a;
        prediction.jacobian.row(at++).segment(chunk, width) = c.v.head(width).transpose();
      });
    }
  };
}

}  // namespace entact
