#include "entact/pharm/sbml_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "entact/base/error.h"
#include "entact/pharm/simulate.h"

namespace entact {
namespace {

/// A in 2 L goes to B by k A with a function definition, B is lost by Michaelis-Menten with a
/// local parameter; rules out of order; a piecewise rule.
const std::string document = R"(<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1">
 <model id="chain" name="Chain">
  <listOfFunctionDefinitions><functionDefinition id="linear"><math xmlns="http://www.w3.org/1998/Math/MathML">
   <lambda><bvar><ci>a</ci></bvar><bvar><ci>b</ci></bvar><apply><times/><ci>a</ci><ci>b</ci></apply></lambda></math></functionDefinition></listOfFunctionDefinitions>
  <listOfCompartments><compartment id="c" size="2" constant="true"/></listOfCompartments>
  <listOfSpecies>
   <species id="A" compartment="c" initialConcentration="3" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/>
   <species id="B" compartment="c" initialAmount="1" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/>
  </listOfSpecies>
  <listOfParameters><parameter id="k" value="0.5" constant="true"/><parameter id="late" constant="false"/><parameter id="early" constant="false"/></listOfParameters>
  <listOfRules>
   <assignmentRule variable="early"><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><plus/><ci>late</ci><cn>1</cn></apply></math></assignmentRule>
   <assignmentRule variable="late"><math xmlns="http://www.w3.org/1998/Math/MathML"><piecewise><piece><cn>10</cn><apply><lt/><ci>A</ci><cn>2</cn></apply></piece><otherwise><cn>20</cn></otherwise></piecewise></math></assignmentRule>
  </listOfRules>
  <listOfReactions>
   <reaction id="go" reversible="false" fast="false"><listOfReactants><speciesReference species="A" stoichiometry="1" constant="true"/></listOfReactants>
    <listOfProducts><speciesReference species="B" stoichiometry="2" constant="true"/></listOfProducts>
    <kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><ci>c</ci><apply><ci>linear</ci><ci>k</ci><ci>A</ci></apply></apply></math></kineticLaw></reaction>
   <reaction id="out" reversible="false" fast="false"><listOfReactants><speciesReference species="B" stoichiometry="1" constant="true"/></listOfReactants>
    <kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><divide/><apply><times/><ci>vmax</ci><ci>B</ci></apply><apply><plus/><cn>4</cn><ci>B</ci></apply></apply></math>
     <listOfLocalParameters><localParameter id="vmax" value="1.5"/></listOfLocalParameters></kineticLaw></reaction>
  </listOfReactions>
 </model>
</sbml>)";

ImportedModel imported(const std::string& text) {
  try {
    return read_sbml(text, "chain.xml");
  } catch (const Error& error) {
    if (error.code() != "pharm.sbml.absent") throw;
    return {};
  }
}

std::string edited(const std::string& from, const std::string& to) {
  std::string text = document;
  return text.replace(text.find(from), from.size(), to);
}

TEST(SbmlModel, becomes_states_parameters_and_variables) {
  const ImportedModel model = imported(document);
  if (model.description.states.empty()) GTEST_SKIP() << "libsbml is not part of this build";
  ASSERT_EQ(model.description.states.size(), 2U);
  EXPECT_EQ(model.description.states[0].id, "A");
  EXPECT_EQ(model.description.title, "Chain");
  ASSERT_EQ(model.description.parameters.size(), 3U);  // c, k, the local vmax
  ASSERT_EQ(model.expressions.variables.size(), 2U);
  EXPECT_EQ(model.expressions.variables[0].id, "late");  // before what names it
  const PharmModel bound = bind_expressions(model.description, model.expressions);
  std::vector<double> p, x(2), dx(2), y(4);
  for (const ModelParameter& parameter : model.description.parameters) p.push_back(parameter.value);
  bound.scalar.initial(p.data(), x.data());
  bound.scalar.rates(0.0, x.data(), p.data(), dx.data());
  bound.scalar.outputs(0.0, x.data(), p.data(), y.data());
  EXPECT_DOUBLE_EQ(x[0], 3 * 2);  // the amount behind the concentration
  EXPECT_DOUBLE_EQ(x[1], 1);
  EXPECT_DOUBLE_EQ(dx[0], -2 * 0.5 * 3);               // c k A
  EXPECT_DOUBLE_EQ(dx[1], 2 * 2 * 0.5 * 3 - 1.5 / 5);  // an amount, made twofold
  EXPECT_DOUBLE_EQ(y[0], 3);
  EXPECT_EQ(y[2], 20);
  EXPECT_EQ(y[3], 21);
}

TEST(SbmlModel, runs_as_other_models_do) {
  const ImportedModel model = imported(document);
  if (model.description.states.empty()) GTEST_SKIP() << "libsbml is not part of this build";
  const PharmModel bound = bind_expressions(model.description, model.expressions);
  std::vector<double> p;
  for (const ModelParameter& parameter : model.description.parameters) p.push_back(parameter.value);
  const std::vector<double> times{0, 1, 4};
  const Course course = simulate(bound, p, {}, times, {.relative = 1e-10, .absolute = 1e-12});
  for (std::size_t k = 0; k < times.size(); ++k)
    EXPECT_NEAR(course.outputs[4 * k], 3 * std::exp(-0.5 * times[k]), 1e-8);
}

TEST(SbmlModel, refuses_what_it_cannot_carry_over) {
  if (imported(document).description.states.empty())
    GTEST_SKIP() << "libsbml is not part of this build";
  const auto code = [](const std::string& text) -> std::string {
    try {
      read_sbml(text, "chain.xml");
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("chain.xml"), std::string::npos);
      return error.code();
    }
    return "";
  };
  EXPECT_EQ(code("<notes/>"), "pharm.sbml.syntax");
  EXPECT_EQ(code(edited("</model>", "")), "pharm.sbml.syntax");
  EXPECT_EQ(code(edited("</listOfReactions>", R"(</listOfReactions><listOfEvents>
      <event id="e" useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true">
      <math xmlns="http://www.w3.org/1998/Math/MathML"><true/></math></trigger></event></listOfEvents>)")),
            "pharm.sbml.unsupported");
  EXPECT_EQ(code(edited("<lt/>", "<root/>")), "pharm.sbml.syntax");  // a condition is no number
  EXPECT_EQ(code(edited("id=\"k\" value=\"0.5\"", "id=\"k\"")), "pharm.sbml.value");
  EXPECT_EQ(code(edited("size=\"2\"", "size=\"0\"")), "pharm.sbml.value");
  EXPECT_EQ(code(edited("initialAmount=\"1\"", "")), "pharm.sbml.value");
  EXPECT_EQ(code(edited("stoichiometry=\"2\"", "")), "pharm.sbml.value");
}

}  // namespace
}  // namespace entact
