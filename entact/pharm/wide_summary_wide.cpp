#include "entact/num/pack.h"
#include "entact/num/quantile_sketch.h"
#include "entact/pharm/wide_summary.h"

namespace entact {
namespace {

using Real = Pack<WideArch>;

template <class Use>
void each_cell(const WideValues& values, const Use& use) {
  std::size_t cell = 0;
  for (std::size_t t = 0; t < values.n_times; ++t) {
    const Lanes* outputs = values.outputs + t * values.n_outputs;
    for (std::size_t j = 0; j < values.n_outputs; ++j) use(outputs[j], cell++);
    const Lanes* states = values.states + t * values.n_states;
    for (std::size_t j = 0; values.states_shown && j < values.n_states; ++j) use(states[j], cell++);
  }
}

void add(const WideValues& values, const Lanes& sound, WideMoments& moments) {
  const Real one(sound), n = Real(moments.n) + one;
  n.store(moments.n);
  const auto counts = one > Real(0.5);
  const Real weight = select(counts, one / larger(n, Real(1.0)), Real(0.0));
  each_cell(values, [&](const Lanes& value, std::size_t cell) {
    const Real mean(moments.mean[cell]), x = select(counts, Real(value), mean);
    const Real apart = x - mean, moved = multiply_add(apart, weight, mean);
    moved.store(moments.mean[cell]);
    multiply_add(apart, x - moved, Real(moments.squares[cell])).store(moments.squares[cell]);
  });
}

/// Always in the same order.
double sum(const Real& x) {
  Lanes v;
  x.store(v);
  for (std::size_t half = n_lanes / 2; half > 0; half /= 2)
    for (std::size_t l = 0; l < half; ++l) v.lane[l] += v.lane[l + half];
  return v.lane[0];
}

double join(const WideMoments& moments, std::size_t n_cells, double* mean, double* squares) {
  const Real n(moments.n);
  const double all = sum(n);
  const Real share = all > 0 ? n / Real(all) : Real(0.0);
  for (std::size_t cell = 0; cell < n_cells; ++cell) {
    const Real means(moments.mean[cell]);
    mean[cell] = sum(share * means);
    const Real apart = means - Real(mean[cell]);
    squares[cell] = sum(multiply_add(n * apart, apart, Real(moments.squares[cell])));
  }
  return all;
}

void intervals(const WideValues& values, std::int16_t* to) {
  each_cell(values, [&](const Lanes& value, std::size_t cell) {
    std::int16_t* lanes = to + cell * n_lanes;
    for (std::size_t l = 0; l < n_lanes; ++l) lanes[l] = QuantileSketch::interval(value.lane[l]);
  });
}

}  // namespace

template <>
WideSummary wide_summary<wide_set>() {
  return {add, join, intervals};
}

}  // namespace entact
