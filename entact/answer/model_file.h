#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "entact/pharm/covariates.h"
#include "entact/pharm/expression_model.h"
#include "entact/pharm/pharm_model.h"

namespace entact {

/// What a setting makes of one parameter, and what ignorance allows.
struct ParameterChange {
  int parameter = 0;
  double value = 0;
  double low = 0;
  double high = 0;
  ParameterStatus status = ParameterStatus::assumed;
  std::string source{};
};

/// A named circumstance that changes parameters: a genotype, another drug. Of each group at most
/// one holds.
struct ModelSetting {
  std::string group{};  ///< "cyp2d6", "comedication"
  std::string id{};
  std::string label{};
  std::vector<ParameterChange> changes{};
};

/// A model as its TOML file has it: everything but the equations of a compiled model.
struct ModelFile {
  ModelDescription description{};
  PeopleModel population{};
  std::vector<ModelSetting> settings{};
  std::string equations{};  ///< id of compiled equations; empty: `expressions`
  ExpressionModel expressions{};
  std::string notice{};  ///< what must stand beside any result
};

/// Reads a model's TOML text. A file that names compiled `equations` must describe each of their
/// states, parameters and outputs, in any order; the description has them in the order of the
/// equations. `parts` are other models of the folder whose entries come first.
///
/// A file without `equations` has its own as expressions: `start` (of parameters) and `rate` of
/// each state, `value` of each output and of each variable, which comes before what names it.
///
/// Every parameter has unit, label and status; measured and published_fit name a source, derived
/// and assumed a `why`, and assumed a range; a value lies in its range.
///
/// @param folder  where parts stand; messages name `file`
/// @throws Error io.toml.* with file, line and column; "answer.model.equations" if no such
///         equations are compiled, "answer.model.missing" if a state, parameter or output of the
///         equations is not described, "answer.model.unknown" if one is that they do not have or a
///         name leads nowhere, "answer.model.duplicate" if an id is given twice,
///         "answer.model.parts" if parts are nested; pharm.expression.* with the place
ModelFile read_model(std::string_view text, const std::string& file,
                     const std::filesystem::path& folder);

/// read_model of a file; one that ends in .xml or .sbml is imported (pharm/sbml_model.h).
/// @throws as read_model, read_sbml and read_file
ModelFile read_model_file(const std::filesystem::path& path);

/// The model with its equations.
/// @throws as bind_expressions
PharmModel bind_model_file(const ModelFile& file);

/// The file of a model: `name` itself if it ends in .toml, .xml or .sbml, else models/NAME.toml of
/// the data folder.
/// @throws Error "answer.model.none" (usage) if there is no such file; it lists those that are
std::filesystem::path find_model_file(const std::string& name, const std::filesystem::path& data);

/// The model's typical parameters with the settings applied.
///
/// @param wanted  ids of settings, each of another group
/// @throws Error "answer.model.setting" (usage) if there is no such setting, or two of one group
std::vector<double> typical_parameters(const ModelFile& file,
                                       const std::vector<std::string>& wanted = {});

/// The description with values and ranges as under the settings, for what draws from ranges.
/// @throws as typical_parameters
ModelDescription with_settings(const ModelFile& file, const std::vector<std::string>& wanted);

std::string to_text(ParameterStatus status);

}  // namespace entact
