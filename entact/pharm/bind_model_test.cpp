#include "entact/pharm/bind_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "entact/base/error.h"
#include "entact/pharm/reference_specimen.h"

namespace entact {
namespace {

constexpr int n_x = ReferenceModel::n_states, n_p = ReferenceModel::n_parameters;

ModelDescription description() {
  ModelDescription made{.id = "reference"};
  made.states.resize(n_x);
  made.parameters.resize(n_p);
  made.outputs.resize(ReferenceModel::n_outputs);
  return made;
}

/// Lane l: everything a little larger than in the lane before.
double parameter(int i, int l) { return (1.0 + 0.1 * i) * (1 + 0.01 * l); }
double state(int i, int l) { return (0.3 + 0.2 * i) * (1 + 0.02 * l); }

std::vector<double> scalar_rates(int l) {
  std::vector<double> x(n_x), p(n_p), dx(n_x);
  for (int i = 0; i < n_x; ++i) x[static_cast<std::size_t>(i)] = state(i, l);
  for (int i = 0; i < n_p; ++i) p[static_cast<std::size_t>(i)] = parameter(i, l);
  bind_model<ReferenceModel>(description()).scalar.rates(0, x.data(), p.data(), dx.data());
  return dx;
}

void expect_lanes_as_scalar(const WideModel& wide) {
  std::vector<Lanes> x(n_x), p(n_p), dx(n_x);
  for (std::size_t l = 0; l < n_lanes; ++l) {
    for (std::size_t i = 0; i < n_x; ++i)
      x[i].lane[l] = state(static_cast<int>(i), static_cast<int>(l));
    for (std::size_t i = 0; i < n_p; ++i)
      p[i].lane[l] = parameter(static_cast<int>(i), static_cast<int>(l));
  }
  wide.rates(Lanes{}, x.data(), p.data(), dx.data());
  for (std::size_t l = 0; l < n_lanes; ++l) {
    const std::vector<double> expected = scalar_rates(static_cast<int>(l));
    for (std::size_t i = 0; i < n_x;
         ++i)  // plain arithmetic: the same operations, so the same bits
      EXPECT_EQ(dx[i].lane[l], expected[i]) << "state " << i << " lane " << l;
  }
}

TEST(BindModel, gives_the_same_rates_on_every_instruction_set) {
  expect_lanes_as_scalar(wide_model<ReferenceModel, InstructionSet::sse2>());
  if (best_instruction_set() >= InstructionSet::avx2)
    expect_lanes_as_scalar(wide_model<ReferenceModel, InstructionSet::avx2>());
  if (best_instruction_set() >= InstructionSet::avx512)
    expect_lanes_as_scalar(wide_model<ReferenceModel, InstructionSet::avx512>());
}

TEST(BindModel, gives_the_same_rates_with_derivatives) {
  const PharmModel model = bind_model<ReferenceModel>(description());
  std::vector<PharmJet> x(n_x), p(n_p), dx(n_x);
  for (int i = 0; i < n_x; ++i) x[static_cast<std::size_t>(i)] = PharmJet(state(i, 0), i);
  for (int i = 0; i < n_p; ++i) p[static_cast<std::size_t>(i)] = PharmJet(parameter(i, 0));
  model.jet.rates(PharmJet(0), x.data(), p.data(), dx.data());
  for (std::size_t i = 0; i < n_x; ++i)  // a Jet divides by multiplying with the reciprocal
    EXPECT_NEAR(dx[i].a, scalar_rates(0)[i], 1e-14);
  EXPECT_EQ(dx[ReferenceModel::gut].v[ReferenceModel::gut], -parameter(ReferenceModel::ka, 0));
}

TEST(BindModel, refuses_a_description_of_another_shape) {
  ModelDescription other = description();
  other.parameters.pop_back();
  try {
    bind_model<ReferenceModel>(other);
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "pharm.model.shape");
    EXPECT_NE(std::string(error.what()).find("15 parameters"), std::string::npos);
  }
  other = description();
  other.inputs = {{.state = n_x}};
  EXPECT_THROW(bind_model<ReferenceModel>(other), Error);
}

}  // namespace
}  // namespace entact
