// A model's TOML file: entries are read one by one with their places, parts first, and put into the
// order of the compiled equations. What a file may say of a parameter stands in model_entries.cpp.
#include "entact/answer/model_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "entact/answer/model_entries.h"
#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/io/toml.h"
#include "entact/pharm/compiled_models.h"
#include "entact/pharm/sbml_model.h"

namespace entact {
namespace {

// Of a model whose file has none of its own.
constexpr const char* usual_notice =
    "Describes populations in trials. It is not for choosing a dose for anyone.";

/// Entries by id as the file has them; a part's come first and count where ids repeat.
template <class Entry>
struct Entries {
  std::vector<Entry> all{};
  std::set<std::string> own{};  ///< ids of this file, not of its parts

  void add(const TomlTable& table, Entry entry) {
    if (!own.insert(entry.id).second)
      refuse_entry(table, "id", "answer.model.duplicate", "an id stands once", entry.id,
                   "Rename or remove one");
    if (!find(entry.id)) all.push_back(std::move(entry));
  }
  [[nodiscard]] const Entry* find(std::string_view id) const {
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const Entry& one) { return one.id == id; });
    return at == all.end() ? nullptr : &*at;
  }
};

/// Index of the entry that a key names.
template <class Entry>
int named(const TomlTable& table, std::string_view key, const std::vector<Entry>& entries,
          const char* what) {
  const std::string id = table.text(key);
  const int at = index_of(entries, id);
  if (at < 0)
    refuse_entry(table, key, "answer.model.unknown",
                 fmt::format("this names a {} of the model", what), id, "Check the spelling");
  return at;
}

template <class Entry>
std::vector<Entry> in_order(const Entries<Entry>& entries, std::span<const std::string_view> names,
                            const std::string& file, const char* what) {
  std::vector<Entry> ordered;
  for (const std::string_view name : names) {
    const Entry* entry = entries.find(name);
    require(
        entry != nullptr, "answer.model.missing",
        fmt::format("{}: the equations have a {} '{}', which the file does not describe; add it",
                    file, what, name));
    ordered.push_back(*entry);
  }
  for (const std::string& id : entries.own)
    require(std::find(names.begin(), names.end(), id) != names.end(), "answer.model.unknown",
            fmt::format("{}: the equations have no {} '{}'; remove it or check the spelling", file,
                        what, id));
  return ordered;
}

/// Reads the tables of one file after another into one model.
class Reader {
 public:
  Reader(std::string file, std::filesystem::path folder)
      : file_(std::move(file)), folder_(std::move(folder)) {}

  ModelFile read(std::string_view text) {
    const TomlTable root = read_toml(text, file_);
    read_parts(root);
    read_head(root);
    read_entries(root);
    if (model_.equations.empty())
      read_expressions(root);
    else
      order();
    read_people(root);
    read_inputs(root);
    read_settings(root);
    root.refuse_unknown();
    return std::move(model_);
  }

 private:
  void read_parts(const TomlTable& root) {
    for (const std::string& part : root.texts("parts", {})) {
      const bool plain = part.find_first_of("/\\.") == std::string::npos && !part.empty();
      if (!plain)
        refuse_entry(root, "parts", "answer.model.parts",
                     "a part is the name of a model beside this file", part,
                     "Write its name alone");
      parts_.push_back(read_toml_file(folder_ / (part + ".toml")));
      if (parts_.back().has("parts"))
        refuse_entry(root, "parts", "answer.model.parts", "a part has no parts", part,
                     "Name all parts here");
      read_entries(parts_.back());
      states_.own.clear();
      parameters_.own.clear();
      outputs_.own.clear();
    }
  }
  void read_head(const TomlTable& root) {
    ModelDescription& description = model_.description;
    description.id = filled(root, "id");
    description.title = filled(root, "title");
    model_.notice = root.text("notice", usual_notice);
    description.stiff = root.flag("stiff", false);
    if (!root.has("equations")) return;
    model_.equations = filled(root, "equations");
    if (compiled_model(model_.equations) != nullptr) return;
    std::string known;
    for (const CompiledModel& one : compiled_models())
      known += (known.empty() ? "" : ", ") + std::string(one.id);
    refuse_entry(root, "equations", "answer.model.equations", "equations are " + known,
                 model_.equations, "Name one of these, or give each state a start and a rate");
  }
  void read_entries(const TomlTable& table) {
    for (const TomlTable& one : table.tables("state")) states_.add(one, read_quantity(one));
    for (const TomlTable& one : table.tables("output")) outputs_.add(one, read_quantity(one));
    for (const TomlTable& one : table.tables("parameter"))
      parameters_.add(one, read_parameter(one));
  }
  /// The equations of a file that has its own, each tried at once for the place of its faults.
  void read_expressions(const TomlTable& root) {
    if (!parts_.empty())
      refuse_entry(root, "parts", "answer.model.parts", "only compiled equations have parts",
                   "parts", "Describe everything here");
    ModelDescription& description = model_.description;
    description.states = states_.all;
    description.parameters = parameters_.all;
    description.outputs = outputs_.all;
    ExpressionModel& own = model_.expressions;
    ExpressionNames names;
    for (const ModelParameter& one : parameters_.all) names.parameters.push_back(one.id);
    for (const TomlTable& one : root.tables("state"))
      own.starts.push_back(tried(one, "start", names));
    for (const ModelQuantity& one : states_.all) names.states.push_back(one.id);
    for (const TomlTable& one : root.tables("variable")) {
      own.variables.push_back({filled(one, "id"), tried(one, "value", names)});
      names.variables.push_back(own.variables.back().id);
    }
    for (const TomlTable& one : root.tables("state"))
      own.rates.push_back(tried(one, "rate", names));
    for (const TomlTable& one : root.tables("output"))
      own.outputs.push_back(tried(one, "value", names));
    if (own.rates.empty())
      refuse_entry(root, "state", "answer.model.missing", "a model has states", "none",
                   "Add [[state]]");
    refuse_shared_names(root, names);
  }
  /// Text of an expression that can be read.
  static std::string tried(const TomlTable& table, std::string_view key,
                           const ExpressionNames& names) {
    std::string text = filled(table, key);
    try {
      parse_expression(text, names);
    } catch (const Error& error) {
      throw Error(error.code(),
                  fmt::format("{} ({}): {}", table.place(key), table.path(key), error.what()));
    }
    return text;
  }
  static void refuse_shared_names(const TomlTable& root, const ExpressionNames& names) {
    std::set<std::string> seen{"t"};
    for (const auto* list : {&names.states, &names.parameters, &names.variables})
      for (const std::string& name : *list)
        if (!seen.insert(name).second)
          refuse_entry(root, "state", "answer.model.duplicate",
                       "a name stands for one of time, state, parameter and variable", name,
                       "Rename one");
  }
  void order() {
    const CompiledModel& equations = *compiled_model(model_.equations);
    model_.description.states = in_order(states_, equations.states, file_, "state");
    model_.description.parameters = in_order(parameters_, equations.parameters, file_, "parameter");
    model_.description.outputs = in_order(outputs_, equations.outputs, file_, "output");
  }
  void read_people(const TomlTable& root) {
    for (const TomlTable& part : parts_) read_people_of(part);
    read_people_of(root);
  }
  void read_people_of(const TomlTable& table) {
    const std::vector<ModelParameter>& parameters = model_.description.parameters;
    PeopleModel& people = model_.population;
    for (const TomlTable& one : table.tables("covariate"))
      people.covariates.push_back(read_covariate(one));
    for (const TomlTable& one : table.tables("effect"))
      people.effects.push_back({named(one, "parameter", parameters, "parameter"),
                                named(one, "covariate", people.covariates, "covariate"),
                                read_form(one),
                                named(one, "coefficient", parameters, "parameter")});
    for (const TomlTable& one : table.tables("correlation"))
      people.correlations.push_back(read_correlation(one));
  }
  ModelCovariate read_covariate(const TomlTable& table) const {
    ModelCovariate covariate{filled(table, "id"),    filled(table, "unit"),
                             filled(table, "label"), table.number("reference"),
                             table.number("low"),    table.number("high")};
    static_cast<void>(table.text("why", ""));  // for people
    if (!(covariate.low <= covariate.reference && covariate.reference <= covariate.high))
      throw table.fault("reference", "the reference lies from low to high",
                        "Mend one of the three");
    if (index_of(model_.population.covariates, covariate.id) >= 0)
      refuse_entry(table, "id", "answer.model.duplicate", "an id stands once", covariate.id,
                   "Rename or remove one");
    return covariate;
  }
  static CovariateForm read_form(const TomlTable& table) {
    const std::string form = table.text("form");
    if (form == "power") return CovariateForm::power;
    if (form == "proportional") return CovariateForm::proportional;
    if (form == "exponential") return CovariateForm::exponential;
    throw table.fault("form", "a form is power, proportional or exponential", "Choose one");
  }
  ParameterCorrelation read_correlation(const TomlTable& table) const {
    const std::vector<std::string> between = table.texts("between");
    if (between.size() != 2 || between[0] == between[1])
      throw table.fault("between", "a correlation is between two parameters", "Name two");
    ParameterCorrelation correlation{.value = table.number("value")};
    for (const char* key : {"source", "locator"})  // for people
      static_cast<void>(table.text(key, ""));
    int* ends[] = {&correlation.first, &correlation.second};
    for (std::size_t k = 0; k < 2; ++k) {
      *ends[k] = index_of(model_.description.parameters, between[k]);
      if (*ends[k] < 0)
        refuse_entry(table, "between", "answer.model.unknown", "this names parameters of the model",
                     between[k], "Check the spelling");
    }
    if (!(correlation.value > -1 && correlation.value < 1))
      throw table.fault("value", "a correlation lies between -1 and 1", "Mend it");
    return correlation;
  }
  void read_inputs(const TomlTable& root) {
    for (const TomlTable& part : parts_)
      for (const TomlTable& one : part.tables("input"))
        if (index_of(model_.description.states, one.text("state")) >= 0)
          model_.description.inputs.push_back(read_input(one));
    for (const TomlTable& one : root.tables("input"))
      model_.description.inputs.push_back(read_input(one));
  }
  DoseInput read_input(const TomlTable& table) const {
    const std::vector<ModelParameter>& parameters = model_.description.parameters;
    const auto optional = [&](std::string_view key) {
      return table.has(key) ? named(table, key, parameters, "parameter") : -1;
    };
    return {.state = named(table, "state", model_.description.states, "state"),
            .lag_parameter = optional("lag"),
            .fraction_parameter = optional("fraction"),
            .duration_parameter = optional("duration"),
            .rate_parameter = optional("rate")};
  }
  void read_settings(const TomlTable& root) {
    for (const TomlTable& part : parts_) read_settings_of(part);
    read_settings_of(root);
  }
  void read_settings_of(const TomlTable& table) {
    for (const TomlTable& one : table.tables("setting")) {
      ModelSetting setting{filled(one, "group"), filled(one, "id"), filled(one, "label")};
      if (index_of(model_.settings, setting.id) >= 0)
        refuse_entry(one, "id", "answer.model.duplicate", "an id stands once", setting.id,
                     "Rename or remove one");
      for (const TomlTable& change : one.tables("changes")) {
        setting.changes.push_back(read_change(change));
        setting.changes.back().parameter =
            named(change, "parameter", model_.description.parameters, "parameter");
      }
      model_.settings.push_back(std::move(setting));
    }
  }

  std::string file_;
  std::filesystem::path folder_;
  ModelFile model_{};
  std::vector<TomlTable> parts_{};
  Entries<ModelQuantity> states_{}, outputs_{};
  Entries<ModelParameter> parameters_{};
};

}  // namespace

PharmModel bind_model_file(const ModelFile& file) {
  if (file.equations.empty()) return bind_expressions(file.description, file.expressions);
  const CompiledModel* equations = compiled_model(file.equations);
  require(equations != nullptr, "answer.model.equations",
          "no equations '" + file.equations + "' are compiled");
  return equations->bind(file.description);
}

ModelFile read_model(std::string_view text, const std::string& file,
                     const std::filesystem::path& folder) {
  return Reader(file, folder).read(text);
}

ModelFile read_model_file(const std::filesystem::path& path) {
  if (path.extension() != ".xml" && path.extension() != ".sbml")
    return read_model(read_file(path), path.string(), path.parent_path());
  ImportedModel imported = read_sbml(read_file(path), path.string());
  ModelFile file{.description = std::move(imported.description)};
  file.expressions = std::move(imported.expressions);
  file.notice = std::string(usual_notice) + (imported.notice.empty() ? "" : " ") + imported.notice;
  return file;
}

}  // namespace entact
