#include "entact/trial/exposure_draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/pharm/ensemble.h"
#include "entact/pharm/regimen.h"

namespace entact {
namespace {

constexpr double step_h = 0.25;

double metric_of(ExposureMetricKind kind, const std::vector<double>& y) {
  if (kind == ExposureMetricKind::peak) return *std::max_element(y.begin(), y.end());
  double area = 0;
  for (std::size_t i = 1; i < y.size(); ++i) area += step_h * (y[i - 1] + y[i]) / 2;
  return area;
}

std::vector<double> times_of(const ExposureQuestion& question) {
  std::vector<double> times;
  for (int i = 0; i * step_h <= question.hours; ++i) times.push_back(i * step_h);
  return times;
}

std::vector<DoseEvent> one_dose(const PharmModel& model, double dose_mg) {
  Regimen regimen;
  regimen.doses.push_back({.amount_mg = dose_mg});
  return regimen_events(regimen, model.description);
}

// The genotype of each person: by chance, a function of seed and number.
std::vector<std::size_t> genotypes_of(const ExposureQuestion& question) {
  std::vector<std::size_t> all;
  for (int i = 0; i < question.people; ++i) {
    RandomStream random(
        {question.seed, RandomPurpose::sampling, static_cast<std::uint32_t>(i), 0xFFFFFFFFU});
    double left = random.uniform();
    std::size_t at = 0;
    while (at + 1 < question.genotypes.size() && left >= question.genotypes[at].share)
      left -= question.genotypes[at++].share;
    all.push_back(at);
  }
  return all;
}

class Draw {
 public:
  Draw(const PharmModel& model, const PeopleModel& population, const ExposureQuestion& question)
      : model_(model),
        question_(question),
        times_(times_of(question)),
        genotype_(genotypes_of(question)) {
    for (const ExposureGenotype& each : question.genotypes)
      draws_.emplace_back(each.description, population, question.covariates, question.seed);
    typical_ =
        ParameterDraws(model.description, population, question.covariates, question.seed).typical();
  }

  [[nodiscard]] double typical(double dose_mg) const {
    const Course course = simulate(model_, typical_, one_dose(model_, dose_mg), times_);
    const std::size_t outputs = model_.description.outputs.size();
    std::vector<double> y;
    for (std::size_t i = 0; i < times_.size(); ++i)
      y.push_back(course.outputs[i * outputs + static_cast<std::size_t>(question_.output)]);
    return metric_of(question_.metric, y);
  }

  [[nodiscard]] std::vector<double> people(double dose_mg) const {
    Population population{.n = question_.people, .doses = one_dose(model_, dose_mg)};
    population.parameters = [this](std::ptrdiff_t i, std::span<double> parameters) {
      const ParameterDraws& draws = draws_[genotype_[static_cast<std::size_t>(i)]];
      const std::vector<double> values = draws.person(static_cast<std::uint32_t>(i));
      std::copy(values.begin(), values.end(), parameters.begin());
    };
    std::vector<double> exposure;
    EnsembleOptions how{.threads = question_.threads, .probabilities = {}, .states = false};
    how.sink = [&](const EnsembleBlock& block) {
      std::vector<double> y(block.n_times);
      for (std::size_t person = 0; person < static_cast<std::size_t>(block.n); ++person) {
        for (std::size_t i = 0; i < y.size(); ++i)
          y[i] = block.at(person, i, static_cast<std::size_t>(question_.output));
        exposure.push_back(metric_of(question_.metric, y));
      }
    };
    const EnsembleSummary summary = simulate_ensemble(model_, population, times_, how);
    require(
        summary.faults.empty(), "trial.exposure.course",
        summary.faults.empty()
            ? ""
            : fmt::format("the course of person {} after {:g} mg cannot be finished: {}",
                          summary.faults[0].participant + 1, dose_mg, summary.faults[0].message),
        ErrorKind::unanswerable);
    return exposure;
  }

 private:
  const PharmModel& model_;
  const ExposureQuestion& question_;
  std::vector<double> times_;
  std::vector<std::size_t> genotype_;
  std::vector<ParameterDraws> draws_{};
  std::vector<double> typical_{};
};

}  // namespace

ExposureTable draw_exposures(const PharmModel& model, const PeopleModel& population,
                             const ExposureQuestion& question) {
  double shares = 0;
  for (const ExposureGenotype& each : question.genotypes) shares += each.share;
  require(std::abs(shares - 1) < 1e-6, "trial.exposure.shares",
          fmt::format("the shares of the genotypes add up to 1; saw {:g}", shares),
          ErrorKind::usage);
  const Draw draw(model, population, question);
  const ModelQuantity& output =
      model.description.outputs[static_cast<std::size_t>(question.output)];
  ExposureTable table{.metric = question.metric == ExposureMetricKind::peak
                                    ? fmt::format("peak of {} ({})", output.label, output.unit)
                                    : fmt::format("area under {}, 0 to {:g} h ({} h)", output.label,
                                                  question.hours, output.unit),
                      .reference_mg = question.reference_mg,
                      .reference = draw.typical(question.reference_mg)};
  for (const double dose_mg : question.doses_mg) {
    table.doses_mg.push_back(dose_mg);
    table.exposure.push_back(draw.people(dose_mg));
  }
  return table;
}

}  // namespace entact
