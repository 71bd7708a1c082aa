#pragma once

// A virtual trial as TRIAL.toml says it: designs, the truth, scenarios. Reading checks every word;
// nothing is simulated yet.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "entact/answer/model_file.h"
#include "entact/io/toml.h"
#include "entact/trial/exposure_draw.h"
#include "entact/trial/operating.h"

namespace entact {

/// One design under comparison, and what it takes for granted.
struct TrialVariant {
  std::string name{};
  std::vector<std::string> assumes{};
  TrialDesign design{};
  std::vector<TrialEstimand> estimands{};
};

/// A number of the file that scenarios vary.
struct TrialAxis {
  std::string key{};  ///< "belief.expectancy", "n", "effect"
  std::vector<double> values{};
};

/// A grid of scenarios: every combination of its axes' values.
struct TrialScenario {
  std::string name{};
  std::vector<TrialAxis> axes{};
};

/// How many participants give this power.
struct TrialSearch {
  double power = 0.9;
  int low = 20, high = 1000;
  double precision = 0.01;  ///< standard error of power at the answer
};

/// A prior for the effect, as a pooled analysis predicts it for a new trial.
struct TrialPrior {
  double mean = 0, se = 0, tau = 0, df = 0;
  std::string from{}, sha256{};  ///< the pooled answer's file, if it came from one
};

/// A pool of the evidence base that the trial would join.
struct TrialPool {
  std::string pool{};
  std::string place{};  ///< file, line and column
};

/// Whose exposures the truth's scenario asks for.
struct TrialExposure {
  ModelFile model{};
  ExposureQuestion question{};
  std::string place{};  ///< file, line and column
};

struct TrialFile {
  std::filesystem::path path{};
  std::string sha256{};
  std::string title{};
  std::string notice{};
  std::vector<std::string> notes{};
  std::vector<TrialVariant> variants{};
  TrialTruth truth{};
  std::optional<TrialExposure> exposure{};  ///< what truth.exposure is of, see join_exposures
  std::vector<TrialScenario> scenarios{};
  std::optional<TrialSearch> search{};
  std::optional<TrialPrior> assurance{};
  std::optional<InterimPlan> looks{};
  std::optional<TrialPool> conclusion{};
  std::optional<PublishedPool> published{};  ///< the trials of that pool, see join_published
  std::int64_t replicates = 1000;
  double precision = 0;
  double alpha = 0.05;
  std::uint64_t seed = 1;
  bool null_too = false;  ///< every case once more without any drug effect
  int people = 20000;
  std::map<std::string, std::string> places{};  ///< file, line and column of a code's usual cause
};

/// The file of a trial: `name` itself, or where that is a bare word, trials/NAME.toml of the data
/// folder.
/// @throws as find_data
std::filesystem::path find_trial_file(const std::string& name, const std::string& data = {});

/// Reads a trial, found by find_trial_file.
///
/// @throws Error "io.toml.*" with file, line and column: "io.toml.unknown" for a key that is not
///         known, "io.toml.value" for a number out of its range, a visit or arm that is not there
/// @param data  evidence base, for the items of the instrument where an estimand asks for a
///              diagnosis; empty: the usual places
TrialFile read_trial(const std::filesystem::path& name, const std::string& data = {});

/// One variant under one setting of the scenarios' numbers, ready to run.
struct TrialCase {
  std::size_t variant = 0;
  std::string scenario{};
  std::vector<std::pair<std::string, double>> settings{};
  bool null = false;
  TrialSimulation simulation{};
};

/// Every variant under every setting; the plain file is one setting if it has no scenarios.
/// @throws Error of prepare_trial, with the place in the file
std::vector<TrialCase> trial_cases(const TrialFile& file);

/// A variant with its settings applied.
TrialSimulation trial_simulation(const TrialFile& file, const TrialVariant& variant,
                                 const std::vector<std::pair<std::string, double>>& settings,
                                 bool null = false);

// Parts of the reading.
TrialTruth read_truth(const TomlTable& truth, const TrialDesign& design);
std::vector<TrialEstimand> read_trial_estimands(const TomlTable& document,
                                                const TrialDesign& design, const TrialTruth& truth);

}  // namespace entact
