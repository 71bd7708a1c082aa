#include "entact/answer/model_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>

#include "entact/base/error.h"
#include "entact/evidence/evidence_base.h"
#include "entact/io/file.h"
#include "entact/pharm/compiled_models.h"
#include "entact/pharm/simulate.h"

namespace entact {
namespace {

const std::filesystem::path data = std::filesystem::path(ENTACT_SOURCE_DIR) / "data";

ModelFile shipped(const std::string& name) { return read_model_file(find_model_file(name, data)); }

/// The shipped linear model with one piece of its text replaced.
std::string edited(const std::string& from, const std::string& to) {
  std::string text = read_file(data / "models/mdma-linear.toml");
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

Error refused(const std::string& text) {
  try {
    read_model(text, "M.toml", data / "models");
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "not refused";
  return {"", ""};
}

void expect_refused(const std::string& from, const std::string& to, const std::string& code,
                    const std::string& says) {
  const Error error = refused(edited(from, to));
  EXPECT_EQ(error.code(), code) << error.what();
  EXPECT_NE(std::string(error.what()).find("M.toml:"), std::string::npos) << error.what();
  EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
}

TEST(ModelFile, every_shipped_model_reads_and_binds) {
  for (const CompiledModel& compiled : compiled_models()) {
    const ModelFile file = shipped(std::string(compiled.id));
    const PharmModel model = compiled.bind(file.description);
    EXPECT_EQ(model.description.states.size(), compiled.states.size());
    EXPECT_FALSE(file.description.inputs.empty()) << compiled.id;
    EXPECT_NE(file.notice.find("not for choosing a dose"), std::string::npos) << compiled.id;
  }
}

TEST(ModelFile, parameters_stand_in_the_order_of_the_equations) {
  const ModelFile file = shipped("mdma");
  const CompiledModel& equations = *compiled_model("mdma");
  for (std::size_t k = 0; k < equations.parameters.size(); ++k)
    EXPECT_EQ(file.description.parameters[k].id, equations.parameters[k]);
  EXPECT_EQ(file.description.parameters[3].value, 399);
  EXPECT_EQ(file.description.parameters[3].unit, "L");
  EXPECT_EQ(to_text(file.description.parameters[3].status), "derived");
}

TEST(ModelFile, parts_come_before_the_files_own_entries) {
  const ModelFile whole = shipped("mdma-terminals");
  EXPECT_TRUE(whole.description.stiff);
  EXPECT_FALSE(shipped("mdma").description.stiff);
  EXPECT_EQ(whole.population.covariates.size(), shipped("mdma").population.covariates.size());
  EXPECT_EQ(whole.settings.size(), shipped("mdma").settings.size());
  EXPECT_EQ(whole.description.inputs.size(), 1U);  // the bath of the terminal alone is gone
}

TEST(ModelFile, every_source_is_a_row_of_the_evidence_base) {
  const EvidenceBase base = load_evidence(data).base;
  for (const CompiledModel& compiled : compiled_models()) {
    const ModelFile file = shipped(std::string(compiled.id));
    for (const ModelParameter& parameter : file.description.parameters) {
      if (parameter.status == ParameterStatus::derived ||
          parameter.status == ParameterStatus::assumed)
        continue;
      const std::string id = parameter.source.substr(0, parameter.source.find_first_of(":; ("));
      EXPECT_NE(base.source(id), nullptr) << compiled.id << ": " << parameter.id << ": " << id;
    }
  }
}

TEST(ModelFile, what_is_a_hypothesis_says_so) {
  const std::map<std::string, bool> wanted{
      {"concentration", false}, {"cyp2d6", false},  {"heart_rate", false},
      {"effect", true},         {"oxytocin", true}, {"cortisol", true},
      {"serotonin", true},      {"dopamine", true}, {"sert_occupancy", true}};
  std::size_t seen = 0;
  for (const ModelQuantity& output : shipped("mdma-terminals").description.outputs)
    if (const auto at = wanted.find(output.id); at != wanted.end()) {
      EXPECT_EQ(output.hypothesis, at->second) << output.id;
      ++seen;
    }
  EXPECT_EQ(seen, wanted.size());
}

TEST(ModelFile, settings_change_values_and_ranges) {
  const ModelFile file = shipped("mdma");
  const ModelDescription plain = with_settings(file, {});
  const ModelDescription changed = with_settings(file, {"PM", "paroxetine"});
  const auto of = [](const ModelDescription& description, const std::string& id) {
    for (const ModelParameter& parameter : description.parameters)
      if (parameter.id == id) return parameter;
    return ModelParameter{};
  };
  EXPECT_EQ(of(plain, "activity").value, 1);
  EXPECT_EQ(of(changed, "activity").value, 0);
  EXPECT_EQ(of(changed, "i_sert").value, 4);
  EXPECT_EQ(of(changed, "i_sert").high, 15);
  EXPECT_EQ(typical_parameters(file, {"PM"}).size(), plain.parameters.size());
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"PM", "UM"}, {"aspirin"}}) {
    try {
      typical_parameters(file, wrong);
      FAIL() << "not refused";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "answer.model.setting");
      EXPECT_EQ(error.kind(), ErrorKind::usage);
    }
  }
}

TEST(ModelFile, refuses_what_breaks_a_rule_and_says_where) {
  expect_refused("value = 41.5", "value = 80", "io.toml.value", "low to high");
  expect_refused("unit = \"L/h\"", "unit = \"\"", "io.toml.value", "unit");
  expect_refused("unit = \"L/h\", ", "", "io.toml.missing", "unit");
  expect_refused("status = \"published_fit\"", "status = \"guessed\"", "io.toml.value",
                 "measured, published_fit");
  expect_refused("source = \"pharmlib_docs\", ", "", "io.toml.value", "names its source");
  expect_refused("between_sd = 0.3", "between_sd = -1", "io.toml.value", "log scale");
  expect_refused("label = \"absorption rate\"", "label = \"absorption rate\", colour = 1",
                 "io.toml.unknown", "colour");
  expect_refused("id = \"ka\"", "id = \"lag\"", "answer.model.duplicate", "lag");
  expect_refused("state = \"gut\"", "state = \"stomach\"", "answer.model.unknown", "stomach");
  expect_refused("form = \"power\"", "form = \"linear\"", "io.toml.value", "power, proportional");
  expect_refused("equations = \"mdma-linear\"", "equations = \"mdma-magic\"",
                 "answer.model.equations", "mdma-terminals");
  expect_refused("value = 0.67", "value = 1", "io.toml.value", "-1 and 1");
  expect_refused("reference = 77.0", "reference = 7", "io.toml.value", "low to high");
}

TEST(ModelFile, refuses_a_parameter_too_many_or_too_few) {
  EXPECT_EQ(refused(edited("id = \"ka\"", "id = \"kb\"")).code(), "answer.model.missing");
  EXPECT_EQ(
      refused(edited("parameter = [\n",
                     "parameter = [\n  { id = \"extra\", value = 1, unit = \"1\", label = \"x\", "
                     "status = \"assumed\", low = 0, high = 2, why = \"x\" },\n"))
          .code(),
      "answer.model.unknown");
  EXPECT_EQ(refused("parts = [\"mdma-terminals\"]\n" + edited("id", "id")).code(),
            "answer.model.parts");
}

/// A model of someone's own: absorption and one compartment.
const std::string own = R"(id = "oral"
title = "One compartment"
[[state]]
id = "depot"
unit = "mg"
label = "depot"
start = "0"
rate = "-ka * depot"
[[state]]
id = "body"
unit = "mg"
label = "body"
start = "0"
rate = "ka * depot - k * body"
[[variable]]
id = "k"
value = "cl / v"
[[output]]
id = "concentration"
unit = "ng/mL"
label = "concentration"
value = "1000 * body / v"
[[input]]
state = "depot"
[[parameter]]
id = "ka"
value = 1.2
unit = "1/h"
label = "absorption"
status = "assumed"
low = 1
high = 2
why = "example"
[[parameter]]
id = "cl"
value = 40
unit = "L/h"
label = "clearance"
status = "derived"
why = "example"
[[parameter]]
id = "v"
value = 400
unit = "L"
label = "volume"
status = "derived"
why = "example"
)";

TEST(ModelFile, a_model_of_ones_own_runs_without_a_compiler) {
  const ModelFile file = read_model(own, "OWN.toml", ".");
  const PharmModel model = bind_model_file(file);
  const std::vector<DoseEvent> dose{{.amount_mg = 100}};
  const std::vector<double> times{1, 6, 24};
  const Course course = simulate(model, typical_parameters(file), dose, times,
                                 {.relative = 1e-10, .absolute = 1e-12});
  for (std::size_t k = 0; k < times.size(); ++k)
    EXPECT_NEAR(
        course.outputs[k],
        1000 * 100 / 400.0 * 1.2 / 1.1 * (std::exp(-0.1 * times[k]) - std::exp(-1.2 * times[k])),
        1e-6);
}

TEST(ModelFile, faults_of_expressions_have_their_place) {
  const auto expect = [](const std::string& from, const std::string& to, const std::string& code,
                         const std::string& says) {
    std::string text = own;
    const Error error = refused(text.replace(text.find(from), from.size(), to));
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string(error.what()).find("M.toml:"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
  };
  expect("-ka * depot", "-ka * dpot", "pharm.expression.name",
         "M.toml:8:8 (state[1].rate): column 7");
  expect("cl / v", "cl / / v", "pharm.expression.syntax", "column 6");
  expect("start = \"0\"", "start = \"body\"", "pharm.expression.name", "start");
  expect("[[input]]", "[[variable]]\nid = \"depot\"\nvalue = \"1\"\n[[input]]",
         "answer.model.duplicate", "depot");
  expect("rate = \"-ka * depot\"\n", "", "io.toml.missing", "rate");
  expect("status = \"derived\"", "status = \"derived\"\nparts = 1", "io.toml.unknown", "parts");
}

TEST(ModelFile, the_document_says_what_the_file_says) {
  const std::string document =
      read_file(std::filesystem::path(ENTACT_SOURCE_DIR) / "docs/pharmacology.md");
  for (const ModelParameter& one : shipped("mdma").description.parameters) {
    std::string status = to_text(one.status);
    std::replace(status.begin(), status.end(), '_', ' ');
    const std::string start = fmt::format("\n| `{}` | {:g} | {} | {} | {} |", one.id, one.value,
                                          one.unit, one.label, status);
    EXPECT_NE(document.find(start), std::string::npos) << start;
  }
  const std::size_t example = document.find("```toml\n") + 8;
  const ModelFile own_model =
      read_model(document.substr(example, document.find("```", example) - example), "docs", ".");
  EXPECT_EQ(bind_model_file(own_model).description.parameters.size(), 3U);
}

TEST(ModelFile, finds_models_by_name_and_lists_them) {
  EXPECT_EQ(find_model_file("own.toml", data), "own.toml");
  EXPECT_EQ(find_model_file("own.xml", data), "own.xml");
  try {
    find_model_file("mdna", data);
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "answer.model.none");
    EXPECT_NE(std::string(error.what()).find("mdma-linear"), std::string::npos);
  }
}

}  // namespace
}  // namespace entact
