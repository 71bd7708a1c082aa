#pragma once

namespace entact {

/// The model of reference/pharm, for tests and benchmarks: absorption, a clearance that the drug
/// itself inactivates, a metabolite, an effect site and a response. Values are illustrative, not
/// estimates.
struct ReferenceModel {
  enum State { gut, central, enzyme, metabolite, site, response, n_states };
  enum Parameter {
    ka,
    v,
    cl_other,
    cl_2d6,
    lag,
    ke0,
    ec50,
    fraction,
    kdeg,
    kinact,
    ki,
    fm,
    kmet,
    emax,
    kout,
    n_parameters
  };
  enum Output { concentration, n_outputs };

  template <class Real>
  static void initial(const Real*, Real* x) {
    for (int i = 0; i < n_states; ++i) x[i] = Real(0.0);
    x[enzyme] = Real(1.0);
    x[response] = Real(1.0);
  }

  template <class Real>
  static void rates(const Real&, const Real* x, const Real* p, Real* dx) {
    const Real c = x[central] / p[v];
    const Real through_2d6 = p[cl_2d6] * x[enzyme] * c;
    dx[gut] = -p[ka] * x[gut];
    dx[central] = p[ka] * x[gut] - p[cl_other] * c - through_2d6;
    dx[enzyme] = p[kdeg] * (1.0 - x[enzyme]) - p[kinact] * c / (p[ki] + c) * x[enzyme];
    dx[metabolite] = p[fm] * through_2d6 - p[kmet] * x[metabolite];
    dx[site] = p[ke0] * (c - x[site]);
    dx[response] =
        p[kout] * (1.0 + p[emax] * x[site] / (p[ec50] + x[site])) - p[kout] * x[response];
  }

  template <class Real>
  static void outputs(const Real&, const Real* x, const Real* p, Real* y) {
    y[concentration] = 1000.0 * x[central] / p[v];
  }
};

/// One compartment with first-order absorption, whose courses are known in closed form.
struct OralModel {
  enum State { depot, central, eliminated, n_states };
  enum Parameter { ka, v, cl, lag, fraction, duration, rate, n_parameters };
  enum Output { concentration, n_outputs };

  template <class Real>
  static void initial(const Real*, Real* x) {
    for (int i = 0; i < n_states; ++i) x[i] = Real(0.0);
  }
  template <class Real>
  static void rates(const Real&, const Real* x, const Real* p, Real* dx) {
    const Real out = p[cl] / p[v] * x[central];
    dx[depot] = -p[ka] * x[depot];
    dx[central] = p[ka] * x[depot] - out;
    dx[eliminated] = out;
  }
  template <class Real>
  static void outputs(const Real&, const Real* x, const Real* p, Real* y) {
    y[concentration] = x[central] / p[v];
  }
};

}  // namespace entact
