#include "entact/pharm/compiled_models.h"

#include <ceres/jet.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace entact {
namespace {

PharmModel bound(const CompiledModel& compiled) {
  ModelDescription description{.id = std::string(compiled.id)};
  description.states.resize(compiled.states.size());
  description.parameters.resize(compiled.parameters.size());
  description.outputs.resize(compiled.outputs.size());
  return compiled.bind(description);
}

/// Values that differ between quantities and lanes, around 1.
double value(std::size_t i, std::size_t lane) {
  return 0.6 +
         0.8 * std::fmod(0.618034 * static_cast<double>(i + 1) + 0.1 * static_cast<double>(lane),
                         1.0);
}

std::vector<double> values(std::size_t n, std::size_t lane, std::size_t from) {
  std::vector<double> all(n);
  for (std::size_t i = 0; i < n; ++i) all[i] = value(i + from, lane);
  return all;
}

std::vector<Lanes> lanes(std::size_t n, std::size_t from) {
  std::vector<Lanes> all(n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t l = 0; l < n_lanes; ++l) all[i].lane[l] = value(i + from, l);
  return all;
}

/// Rates, then outputs, of one lane by the plain instance.
std::vector<double> scalar(const PharmModel& model, std::size_t lane) {
  const ModelDescription& d = model.description;
  const std::vector<double> x = values(d.states.size(), lane, 0),
                            p = values(d.parameters.size(), lane, 7);
  std::vector<double> all(d.states.size() + d.outputs.size());
  model.scalar.rates(0.0, x.data(), p.data(), all.data());
  model.scalar.outputs(0.0, x.data(), p.data(), all.data() + d.states.size());
  return all;
}

void expect_near(double seen, double wanted, const std::string& what) {
  EXPECT_NEAR(seen, wanted, 1e-13 * (1 + std::abs(wanted)))
      << what;  // pow differs in its last bits
}

TEST(CompiledModels, give_the_same_on_lanes_as_one_by_one) {
  for (const CompiledModel& compiled : compiled_models()) {
    const PharmModel model = bound(compiled);
    const std::size_t n_x = compiled.states.size(), n_y = compiled.outputs.size();
    const std::vector<Lanes> x = lanes(n_x, 0), p = lanes(compiled.parameters.size(), 7);
    std::vector<Lanes> dx(n_x), y(n_y);
    model.wide.rates(Lanes{}, x.data(), p.data(), dx.data());
    model.wide.outputs(Lanes{}, x.data(), p.data(), y.data());
    for (std::size_t l = 0; l < n_lanes; ++l) {
      const std::vector<double> wanted = scalar(model, l);
      for (std::size_t i = 0; i < n_x; ++i)
        expect_near(dx[i].lane[l], wanted[i], std::string(compiled.states[i]));
      for (std::size_t i = 0; i < n_y; ++i)
        expect_near(y[i].lane[l], wanted[n_x + i], std::string(compiled.outputs[i]));
    }
  }
}

TEST(CompiledModels, derivatives_are_those_by_differences) {
  for (const CompiledModel& compiled : compiled_models()) {
    const PharmModel model = bound(compiled);
    const std::size_t n_x = compiled.states.size();
    const std::vector<double> x = values(n_x, 0, 0), p = values(compiled.parameters.size(), 0, 7);
    for (std::size_t k = 0; k < n_x; ++k) {
      std::vector<PharmJet> jx(n_x), jp(p.size()), jdx(n_x);
      for (std::size_t i = 0; i < n_x; ++i) jx[i] = PharmJet(x[i]);
      for (std::size_t i = 0; i < p.size(); ++i) jp[i] = PharmJet(p[i]);
      jx[k].v[0] = 1;
      model.jet.rates(PharmJet(0), jx.data(), jp.data(), jdx.data());
      const double h = 1e-6;
      std::vector<double> up = x, down = x, d_up(n_x), d_down(n_x);
      up[k] += h;
      down[k] -= h;
      model.scalar.rates(0.0, up.data(), p.data(), d_up.data());
      model.scalar.rates(0.0, down.data(), p.data(), d_down.data());
      for (std::size_t i = 0; i < n_x; ++i) {
        const double difference = (d_up[i] - d_down[i]) / (2 * h);
        // central differences: h^2 and rounding 1e-16 / h
        EXPECT_NEAR(jdx[i].v[0], difference, 1e-7 * (1 + std::abs(difference)))
            << compiled.id << ": " << compiled.states[i] << " by " << compiled.states[k];
      }
    }
  }
}

TEST(CompiledModels, names_are_unique_and_found) {
  EXPECT_EQ(compiled_model("magic"), nullptr);
  for (const CompiledModel& compiled : compiled_models()) {
    EXPECT_EQ(compiled_model(compiled.id)->id, compiled.id);
    for (const auto& names : {compiled.states, compiled.parameters, compiled.outputs})
      for (std::size_t i = 0; i < names.size(); ++i) {
        EXPECT_FALSE(names[i].empty());
        for (std::size_t j = 0; j < i; ++j) EXPECT_NE(names[i], names[j]) << compiled.id;
      }
  }
}

}  // namespace
}  // namespace entact
