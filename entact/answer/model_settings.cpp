#include <fmt/format.h>

#include <map>
#include <set>

#include "entact/answer/model_entries.h"
#include "entact/answer/model_file.h"
#include "entact/base/error.h"

namespace entact {
namespace {

std::vector<const ModelSetting*> chosen(const ModelFile& file,
                                        const std::vector<std::string>& wanted) {
  std::vector<const ModelSetting*> settings;
  std::map<std::string, std::string> taken;
  for (const std::string& id : wanted) {
    const int at = index_of(file.settings, id);
    std::string known;
    for (const ModelSetting& one : file.settings) known += (known.empty() ? "" : ", ") + one.id;
    require(at >= 0, "answer.model.setting",
            fmt::format("model {} has no setting '{}'; it has {}", file.description.id, id,
                        known.empty() ? "none" : known),
            ErrorKind::usage);
    const ModelSetting& setting = file.settings[static_cast<std::size_t>(at)];
    const auto [other, first] = taken.emplace(setting.group, id);
    require(first, "answer.model.setting",
            fmt::format("{} and {} are both of the group {}; choose one", other->second, id,
                        setting.group),
            ErrorKind::usage);
    settings.push_back(&setting);
  }
  return settings;
}

}  // namespace

std::filesystem::path find_model_file(const std::string& name, const std::filesystem::path& data) {
  for (const char* end : {".toml", ".xml", ".sbml"})
    if (name.ends_with(end)) return name;
  const std::filesystem::path folder = data / "models";
  std::set<std::string> known;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    if (entry.path().extension() == ".toml" && entry.path().stem() != "calibration")
      known.insert(entry.path().stem().string());
  require(known.contains(name), "answer.model.none",
          fmt::format("there is no model '{}' in {}; there are {}. A model of your own is a file "
                      "that ends in .toml",
                      name, folder.string(), fmt::join(known, ", ")),
          ErrorKind::usage);
  return folder / (name + ".toml");
}

ModelDescription with_settings(const ModelFile& file, const std::vector<std::string>& wanted) {
  ModelDescription description = file.description;
  for (const ModelSetting* setting : chosen(file, wanted))
    for (const ParameterChange& change : setting->changes) {
      ModelParameter& parameter =
          description.parameters[static_cast<std::size_t>(change.parameter)];
      parameter.value = change.value;
      parameter.low = change.low;
      parameter.high = change.high;
      parameter.status = change.status;
      parameter.source = setting->label + ": " + change.source;
    }
  return description;
}

std::vector<double> typical_parameters(const ModelFile& file,
                                       const std::vector<std::string>& wanted) {
  std::vector<double> values;
  for (const ModelParameter& parameter : with_settings(file, wanted).parameters)
    values.push_back(parameter.value);
  return values;
}

}  // namespace entact
