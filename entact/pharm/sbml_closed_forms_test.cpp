// Small SBML documents whose courses are known in closed form: units of time, conversion factors,
// doses into concentrations, sizes that change, stoichiometries, starts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "entact/base/error.h"
#include "entact/pharm/sbml_model.h"
#include "entact/pharm/simulate.h"
#include "entact/pharm/timeline.h"

namespace entact {
namespace {

constexpr const char* csymbol_time =
    "<csymbol encoding=\"text\" definitionURL=\"http://www.sbml.org/sbml/symbols/time\">"
    "time</csymbol>";

/// A name, a number, or MathML as it is.
std::string leaf(const std::string& text) {
  if (text[0] == '<') return text;
  const bool is_number = std::isdigit(static_cast<unsigned char>(text[0])) != 0;
  return is_number ? "<cn>" + text + "</cn>" : "<ci>" + text + "</ci>";
}
std::string apply(const std::string& operation, const std::vector<std::string>& to) {
  std::string made = "<apply><" + operation + "/>";
  for (const std::string& each : to) made += leaf(each);
  return made + "</apply>";
}
std::string times(const std::string& a, const std::string& b) { return apply("times", {a, b}); }
std::string math(const std::string& text) {
  return "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">" + leaf(text) + "</math>";
}
std::string list(const std::string& name, const std::string& entries) {
  return entries.empty() ? "" : "<listOf" + name + ">" + entries + "</listOf" + name + ">";
}
std::string compartment(const std::string& size, bool constant = true) {
  return "<compartment id=\"c\" spatialDimensions=\"3\" " + size + " constant=\"" +
         (constant ? "true" : "false") + "\"/>";
}
std::string species(const std::string& id, const std::string& start, bool amount,
                    const std::string& more = "boundaryCondition=\"false\" constant=\"false\"") {
  return "<species id=\"" + id + "\" compartment=\"c\" " + start + " hasOnlySubstanceUnits=\"" +
         (amount ? "true" : "false") + "\" " + more + "/>";
}
std::string parameter(const std::string& id, const std::string& value, bool constant = true) {
  return "<parameter id=\"" + id + "\" " + (value.empty() ? "" : "value=\"" + value + "\"") +
         " constant=\"" + (constant ? "true" : "false") + "\"/>";
}
std::string rate_rule(const std::string& of, const std::string& text) {
  return "<rateRule variable=\"" + of + "\">" + math(text) + "</rateRule>";
}
std::string assignment(const std::string& of, const std::string& text) {
  return "<assignmentRule variable=\"" + of + "\">" + math(text) + "</assignmentRule>";
}
std::string start(const std::string& of, const std::string& text) {
  return "<initialAssignment symbol=\"" + of + "\">" + math(text) + "</initialAssignment>";
}
std::string one(const std::string& of, const std::string& more = "stoichiometry=\"1\"") {
  return "<speciesReference species=\"" + of + "\" " + more + " constant=\"true\"/>";
}
std::string reaction(const std::string& id, const std::string& from, const std::string& to,
                     const std::string& law, const std::string& local = "") {
  return "<reaction id=\"" + id + "\" reversible=\"false\" fast=\"false\">" +
         list("Reactants", from) + list("Products", to) + "<kineticLaw>" + math(law) +
         list("LocalParameters", local) + "</kineticLaw></reaction>";
}

/// Lists of a model in the order that the standard wants.
struct Parts {
  std::string attributes = "";
  std::string functions = "";
  std::string units = "";
  std::string compartments = compartment("size=\"10\"");
  std::string species = "";
  std::string parameters = "";
  std::string starts = "";
  std::string rules = "";
  std::string reactions = "";
};

std::string document(const Parts& of) {
  return "<sbml xmlns=\"http://www.sbml.org/sbml/level3/version1/core\" level=\"3\" version=\"1\">"
         "<model id=\"m\" " +
         of.attributes + ">" + list("FunctionDefinitions", of.functions) +
         list("UnitDefinitions", of.units) + list("Compartments", of.compartments) +
         list("Species", of.species) + list("Parameters", of.parameters) +
         list("InitialAssignments", of.starts) + list("Rules", of.rules) +
         list("Reactions", of.reactions) + "</model></sbml>";
}

/// The output `id` at a time; not a number, and a failure, if there is no such output.
double value_at(const std::string& text, const std::string& id, double t_h,
                const std::vector<DoseEvent>& doses = {}) {
  const ImportedModel made = read_sbml(text, "m.xml");
  const PharmModel model = bind_expressions(made.description, made.expressions);
  check_doses(model.description, doses);
  std::vector<double> p;
  for (const ModelParameter& each : made.description.parameters) p.push_back(each.value);
  const std::vector<double> until{0, t_h};
  const Course course = simulate(model, p, doses, until, {.relative = 1e-11, .absolute = 1e-13});
  const std::vector<ModelQuantity>& outputs = made.description.outputs;
  const auto at = std::find_if(outputs.begin(), outputs.end(),
                               [&](const ModelQuantity& each) { return each.id == id; });
  EXPECT_NE(at, outputs.end()) << id;
  if (at == outputs.end()) return std::nan("");
  return course.outputs[outputs.size() + static_cast<std::size_t>(at - outputs.begin())];
}

std::string refusal(const std::string& text, const std::string& named = "") {
  try {
    value_at(text, "A", 1);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(named), std::string::npos) << error.what();
    return error.code();
  }
  return "";
}

/// Each test is skipped by name where this build has no libsbml.
class SbmlClosedForms : public testing::Test {
 protected:
  void SetUp() override {
    try {
      read_sbml("<notes/>");
    } catch (const Error& error) {
      if (error.code() == "pharm.sbml.absent") GTEST_SKIP() << "libsbml is not part of this build";
    }
  }
};

constexpr double near = 1e-8;  // of values up to 100, by a solver at 1e-11

/// A goes at the rate k A.
Parts decay(const std::string& k, const std::string& unit_of_time = "") {
  return {.attributes = unit_of_time.empty() ? "" : "timeUnits=\"" + unit_of_time + "\"",
          .species = species("A", "initialAmount=\"10\"", true),
          .parameters = parameter("k", k),
          .reactions = reaction("out", one("A"), "", times("k", "A"))};
}

TEST_F(SbmlClosedForms, a_conversion_factor_multiplies_what_reactions_add) {
  Parts of = decay("0.5");
  of.attributes = "conversionFactor=\"three\"";
  of.parameters += parameter("three", "3") + parameter("two", "2");
  EXPECT_NEAR(value_at(document(of), "A", 1), 10 * std::exp(-1.5), near);
  of.species = species("A", "initialAmount=\"10\" conversionFactor=\"two\"", true);
  EXPECT_NEAR(value_at(document(of), "A", 1), 10 * std::exp(-1.0), near);
}

std::string unit(const std::string& id, const std::string& kind, const std::string& multiplier,
                 const std::string& scale) {
  return "<unitDefinition id=\"" + id + "\">" +
         list("Units", "<unit kind=\"" + kind + "\" exponent=\"1\" scale=\"" + scale +
                           "\" multiplier=\"" + multiplier + "\"/>") +
         "</unitDefinition>";
}

TEST_F(SbmlClosedForms, the_unit_of_time_becomes_the_hour) {
  const double expected = 10 * std::exp(-0.5);
  const auto with = [](const std::string& k, const std::string& id, const std::string& definition) {
    Parts of = decay(k, id);
    of.units = definition;
    return value_at(document(of), "A", 1);
  };
  EXPECT_NEAR(with("1.3888888888888889e-4", "second", ""), expected, near);
  EXPECT_NEAR(with("0.00833333333333333333", "min", unit("min", "second", "60", "0")), expected,
              near);
  EXPECT_NEAR(with("0.5", "hour", unit("hour", "second", "3.6", "3")), expected, near);
  EXPECT_NEAR(with("12", "day", unit("day", "second", "86400", "0")), expected, near);
}

TEST_F(SbmlClosedForms, without_a_unit_of_time_hours_are_taken_and_it_is_said) {
  EXPECT_NEAR(value_at(document(decay("0.5")), "A", 1), 10 * std::exp(-0.5), near);
  EXPECT_NE(read_sbml(document(decay("0.5"))).notice.find("per hour"), std::string::npos);
  EXPECT_EQ(read_sbml(document(decay("0.5", "second"))).notice, "");
}

TEST_F(SbmlClosedForms, a_unit_that_is_no_time_is_refused_by_name) {
  EXPECT_EQ(refusal(document(decay("1", "dimensionless")), "'dimensionless'"), "pharm.sbml.time");
  Parts of = decay("1", "odd");
  of.units = unit("odd", "litre", "1", "0");
  const std::string code = refusal(document(of), "odd");
  EXPECT_TRUE(code == "pharm.sbml.time" || code == "pharm.sbml.syntax") << code;
}

/// Level 2: the second unless the document redefines "time"; its stoichiometry may be a formula.
TEST_F(SbmlClosedForms, level_two_counts_seconds_and_has_formulas_for_stoichiometries) {
  const auto text = [](const std::string& units, const std::string& k) {
    return "<sbml xmlns=\"http://www.sbml.org/sbml/level2/version4\" level=\"2\" version=\"4\">"
           "<model id=\"m\">" +
           list("UnitDefinitions", units) +
           "<listOfCompartments><compartment id=\"c\" size=\"10\"/></listOfCompartments>"
           "<listOfSpecies><species id=\"A\" compartment=\"c\" initialAmount=\"10\" "
           "hasOnlySubstanceUnits=\"true\"/></listOfSpecies><listOfParameters>" +
           "<parameter id=\"k\" value=\"" + k + "\"/></listOfParameters>" +
           "<listOfReactions><reaction id=\"out\"><listOfReactants><speciesReference "
           "species=\"A\"><stoichiometryMath>" +
           math(times("k", "4")) +
           "</stoichiometryMath></speciesReference></listOfReactants><kineticLaw>" +
           math(times("k", "A")) + "</kineticLaw></reaction></listOfReactions></model></sbml>";
  };
  EXPECT_NE(read_sbml(text("", "0.01")).notice.find("the second"), std::string::npos);
  EXPECT_NEAR(value_at(text("", "0.01"), "A", 1), 10 * std::exp(-4 * 1e-4 * 3600), near);
  EXPECT_NEAR(value_at(text(unit("time", "second", "3600", "0"), "0.5"), "A", 1),
              10 * std::exp(-1.0), near);
}

TEST_F(SbmlClosedForms, a_dose_raises_a_concentration_by_dose_over_size) {
  Parts of = decay("0.5");
  of.species = species("A", "initialConcentration=\"1\"", false);
  of.reactions = reaction("out", one("A"), "", times("c", times("k", "A")));
  EXPECT_NEAR(value_at(document(of), "A", 2), std::exp(-1.0), near);
  const DoseEvent bolus{.t_h = 1, .amount_mg = 100};
  EXPECT_NEAR(value_at(document(of), "A", 2, {bolus}), std::exp(-1.0) + 10 * std::exp(-0.5), near);
  const DoseEvent infusion{.t_h = 0, .amount_mg = 100, .rate_mg_per_h = 50};  // over two hours
  EXPECT_NEAR(value_at(document(of), "A", 2, {infusion}),
              std::exp(-1.0) + 50 / (10 * 0.5) * (1 - std::exp(-1.0)), near);
}

TEST_F(SbmlClosedForms, doses_go_to_species_that_change) {
  Parts of = decay("0.5");
  of.parameters += parameter("x", "1", false);
  of.species =
      species("S", "initialAmount=\"4\"", true, "boundaryCondition=\"true\" constant=\"true\"") +
      of.species;
  of.rules = rate_rule("x", times("k", "x"));
  const DoseEvent bolus{.t_h = 0, .amount_mg = 100};
  EXPECT_NEAR(value_at(document(of), "A", 1, {bolus}), 110 * std::exp(-0.5), near);
  EXPECT_NEAR(value_at(document(of), "x", 1, {bolus}), std::exp(0.5), near);
}

TEST_F(SbmlClosedForms, a_model_without_species_takes_no_dose_by_default) {
  const Parts of{.parameters = parameter("k", "0.5") + parameter("x", "1", false),
                 .rules = rate_rule("x", times("k", "x"))};
  EXPECT_NEAR(value_at(document(of), "x", 1), std::exp(0.5), near);
  try {
    value_at(document(of), "x", 1, {{.t_h = 0, .amount_mg = 100}});
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "pharm.dose.compartment");
  }
}

TEST_F(SbmlClosedForms, species_that_stay_are_what_formulas_take_them_for) {
  const std::string fixed = "boundaryCondition=\"true\" constant=\"true\"";
  const auto made_in_an_hour = [&](const std::string& source) {
    const Parts of{.species = source + species("A", "initialAmount=\"0\"", true),
                   .parameters = parameter("k", "0.5"),
                   .reactions = reaction("in", one("S"), one("A"), times("k", "S"))};
    return value_at(document(of), "A", 1);
  };
  EXPECT_NEAR(made_in_an_hour(species("S", "initialAmount=\"20\"", false, fixed)), 1, near);
  EXPECT_NEAR(made_in_an_hour(species("S", "initialAmount=\"20\"", true, fixed)), 10, near);
  EXPECT_NEAR(made_in_an_hour(species("S", "initialConcentration=\"2\"", false, fixed)), 1, near);
  EXPECT_NEAR(made_in_an_hour(species("S", "initialConcentration=\"2\"", true, fixed)), 10, near);
  const std::string edge = "boundaryCondition=\"true\" constant=\"false\"";
  EXPECT_NEAR(made_in_an_hour(species("S", "initialAmount=\"20\"", false, edge)), 1, near);
}

TEST_F(SbmlClosedForms, starts_are_amounts_or_concentrations) {
  Parts of = decay("0.5");
  of.species = species("A", "initialConcentration=\"2\"", true);
  EXPECT_NEAR(value_at(document(of), "A", 1), 20 * std::exp(-0.5), near);
  of.species = species("A", "initialAmount=\"20\"", false);  // the amount goes at k A / 10
  EXPECT_NEAR(value_at(document(of), "A", 1), 2 * std::exp(-0.05), near);
}

TEST_F(SbmlClosedForms, initial_assignments_may_name_each_other_and_what_changes) {
  Parts of = decay("0.5");
  of.compartments = compartment("");
  of.species = species("A", "", false);
  of.parameters = parameter("k", "") + parameter("b", "0.25");
  of.starts =
      start("A", times("3", "c")) + start("c", times("8", "k")) + start("k", times("2", "b"));
  // k = 0.5, c = 4, A = 12 as a concentration, which goes at k A / c
  EXPECT_NEAR(value_at(document(of), "A", 1), 12 * std::exp(-0.5 / 4), near);
  of.species += species("B", "initialAmount=\"7\"", true);
  of.starts += start("B", apply("plus", {"A", "1"}));
  of.reactions += reaction("off", one("B"), "", times("k", "B"));
  EXPECT_NEAR(value_at(document(of), "B", 1), 13 * std::exp(-0.5), near);
}

TEST_F(SbmlClosedForms, time_in_formulas_is_that_of_the_document) {
  Parts of{.attributes = "timeUnits=\"min\"",
           .units = unit("min", "second", "60", "0"),
           .parameters = parameter("x", "1", false) + parameter("y", "", false),
           .rules = rate_rule("x", csymbol_time) + assignment("y", times("2", csymbol_time))};
  EXPECT_NEAR(value_at(document(of), "x", 2), 1 + 120.0 * 120 / 2, 1e-6);
  EXPECT_NEAR(value_at(document(of), "y", 2), 240, near);
  of.parameters += parameter("t", "1");
  EXPECT_EQ(refusal(document(of), "id is t"), "pharm.sbml.unsupported");
}

/// The size grows by 1 each hour from 10.
TEST_F(SbmlClosedForms, a_compartment_that_grows_dilutes) {
  Parts of{.compartments = compartment("size=\"10\"", false),
           .species = species("A", "initialConcentration=\"3\"", false) +
                      species("B", "initialAmount=\"5\"", false) +
                      species("S", "initialAmount=\"4\"", false),
           .parameters = parameter("k", "0.5"),
           .rules = rate_rule("c", "1") + rate_rule("B", apply("minus", {times("k", "B")})),
           .reactions = reaction("out", one("A"), "", times("c", times("k", "A")))};
  EXPECT_NEAR(value_at(document(of), "c", 2), 12, near);
  EXPECT_NEAR(value_at(document(of), "A", 2), 30 * std::exp(-1.0) / 12, near);
  EXPECT_NEAR(value_at(document(of), "B", 2), 0.5 * std::exp(-1.0), near);  // as its rule says
  EXPECT_NEAR(value_at(document(of), "S", 2), 4.0 / 12, near);
  const DoseEvent bolus{.t_h = 1, .amount_mg = 22};
  EXPECT_NEAR(value_at(document(of), "A", 2, {bolus}),
              (30 * std::exp(-1.0) + 22 * std::exp(-0.5)) / 12, near);
  of.rules = assignment("c", apply("plus", {"10", csymbol_time}));
  EXPECT_NEAR(value_at(document(of), "A", 2), 30 * std::exp(-1.0) / 12, near);
  of.rules += rate_rule("B", "k");
  EXPECT_EQ(refusal(document(of), "B"), "pharm.sbml.unsupported");
}

TEST_F(SbmlClosedForms, stoichiometries_are_numbers_rules_or_starts) {
  const auto made_in_an_hour = [](const std::string& reference, const std::string& starts,
                                  const std::string& rules, const std::string& law = "k") {
    const Parts of{.species = species("A", "initialAmount=\"0\"", true),
                   .parameters = parameter("k", "0.5"),
                   .starts = starts,
                   .rules = rules,
                   .reactions = reaction("in", "", reference, law)};
    return value_at(document(of), "A", 1);
  };
  const std::string varying = "<speciesReference id=\"n\" species=\"A\" constant=\"false\"/>";
  EXPECT_NEAR(made_in_an_hour(one("A", "stoichiometry=\"2.5\""), "", ""), 1.25, near);
  EXPECT_NEAR(made_in_an_hour(one("A", "id=\"n\" stoichiometry=\"2\""), "", "", times("n", "k")), 2,
              near);
  EXPECT_NEAR(made_in_an_hour(varying, "", assignment("n", times("6", "k"))), 1.5, near);
  EXPECT_NEAR(made_in_an_hour(varying, start("n", times("8", "k")), ""), 2, near);
  EXPECT_NEAR(made_in_an_hour(varying, start("n", "1"), rate_rule("n", "4")), 0.5 * (1 + 2), near);
}

TEST_F(SbmlClosedForms, a_reversible_reaction_comes_to_its_equilibrium) {
  Parts of{.species = species("A", "initialAmount=\"10\"", true) +
                      species("B", "initialAmount=\"0\"", true) + species("all", "", true),
           .parameters = parameter("f", "0.5") + parameter("b", "0.3"),
           .rules = assignment("all", apply("plus", {"A", "B"})),
           .reactions = reaction("ab", one("A"), one("B"),
                                 apply("minus", {times("f", "A"), times("b", "B")}))};
  const double left = 0.5 / 0.8 * std::exp(-0.8 * 3);
  EXPECT_NEAR(value_at(document(of), "A", 3), 10 * (0.3 / 0.8 + left), near);
  EXPECT_NEAR(value_at(document(of), "B", 3), 10 * (0.5 / 0.8 - left), near);
  EXPECT_NEAR(value_at(document(of), "all", 3), 10, near);
}

/// A species under an assignment rule is what the rule says, whatever reactions do with it.
TEST_F(SbmlClosedForms, a_species_by_assignment_drives_a_reaction) {
  Parts of = decay("0.5");
  of.species += species("E", "", false, "boundaryCondition=\"true\" constant=\"false\"");
  of.rules = assignment("E", apply("plus", {"1", csymbol_time}));
  of.reactions = reaction("out", one("A") + one("E"), "", times("E", times("k", "A")));
  EXPECT_NEAR(value_at(document(of), "A", 2), 10 * std::exp(-0.5 * (2 + 2)), near);
}

TEST_F(SbmlClosedForms, local_parameters_hide_global_ones) {
  Parts of = decay("99");
  const auto local = [](const char* value) {
    return std::string("<localParameter id=\"k\" value=\"") + value + "\"/>";
  };
  of.reactions = reaction("one", one("A"), "", times("k", "A"), local("0.25")) +
                 reaction("two", one("A"), "", times("k", "A"), local("0.5"));
  EXPECT_NEAR(value_at(document(of), "A", 1), 10 * std::exp(-0.75), near);
}

/// f(A, B) = A / B, called with B and A in each other's place.
TEST_F(SbmlClosedForms, arguments_of_a_function_may_have_the_names_of_quantities) {
  Parts of = decay("0.5");
  of.functions = "<functionDefinition id=\"f\">" +
                 math("<lambda><bvar><ci>A</ci></bvar><bvar><ci>B</ci></bvar>" +
                      apply("divide", {"A", "B"}) + "</lambda>") +
                 "</functionDefinition>";
  of.parameters += parameter("B", "5") + parameter("y", "", false);
  of.rules = assignment("y", "<apply><ci>f</ci><ci>B</ci><ci>A</ci></apply>");
  EXPECT_NEAR(value_at(document(of), "y", 1), 0.5 * std::exp(0.5), near);
}

TEST_F(SbmlClosedForms, constants_and_rates_of_reactions_stand_in_formulas) {
  Parts of = decay("0.5");
  of.parameters +=
      parameter("y", "", false) + parameter("z", "", false) + parameter("w", "", false);
  of.rules = assignment("y", times("<pi/>", "<exponentiale/>")) +
             assignment("z", times("2", "out")) + assignment("w", "0.12345678901234568");
  EXPECT_DOUBLE_EQ(value_at(document(of), "y", 1), std::numbers::pi * std::numbers::e);
  EXPECT_NEAR(value_at(document(of), "z", 1), 10 * std::exp(-0.5), near);
  EXPECT_EQ(value_at(document(of), "w", 1), 0.12345678901234568);
}

TEST_F(SbmlClosedForms, what_is_left_without_a_value_is_refused_where_it_is_needed) {
  Parts of = decay("0.5");
  of.parameters += parameter("unused", "");
  EXPECT_NEAR(value_at(document(of), "A", 1), 10 * std::exp(-0.5), near);
  of.reactions = reaction("out", one("A"), "", times("unused", "A"));
  EXPECT_EQ(refusal(document(of), "of unused"), "pharm.sbml.value");
  of = decay("0.5");
  of.compartments = compartment("");
  EXPECT_NEAR(value_at(document(of), "A", 1), 10 * std::exp(-0.5), near);  // amounts need no size
  of.species = species("A", "initialAmount=\"10\"", false);
  EXPECT_EQ(refusal(document(of), "of c"), "pharm.sbml.value");
  const std::string fixed = "boundaryCondition=\"true\" constant=\"true\"";
  of = decay("0.5");
  of.compartments = compartment("");
  of.species += species("S", "initialAmount=\"1\"", false, fixed);
  EXPECT_NEAR(value_at(document(of), "A", 1), 10 * std::exp(-0.5), near);
  of.reactions = reaction("out", one("A") + one("S"), "", times("S", "A"));
  EXPECT_EQ(refusal(document(of), "of S"), "pharm.sbml.value");
}

TEST_F(SbmlClosedForms, starts_that_rest_on_themselves_are_refused) {
  Parts of = decay("0.5");
  of.starts = start("k", times("2", "A")) + start("A", times("2", "k"));
  const std::string code = refusal(document(of), "m.xml");
  EXPECT_EQ(code, "pharm.sbml.syntax");  // found by libsbml
}

}  // namespace
}  // namespace entact
