// libsbml expands function definitions and local parameters, and checks the document; what is left
// is put into our own expressions. The only file that includes libsbml, hence its length.
//
// A species that changes is a state held as an amount, whatever its formulas take it for: a dose
// then adds what it says, a conversion factor multiplies what reactions add, and a compartment may
// change its size. In formulas and outputs a concentration stands as amount / size.
//
// Starts are written out down to constants, since initial assignments may name what changes later.
#include "entact/pharm/sbml_model.h"

#include "entact/base/error.h"

#ifdef ENTACT_HAS_SBML

#include <sbml/SBMLTypes.h>
#include <sbml/conversion/ConversionProperties.h>
#include <sbml/extension/SBasePlugin.h>

#include <cctype>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <numbers>
#include <set>

LIBSBML_CPP_NAMESPACE_USE

namespace entact {
namespace {

constexpr std::size_t longest_formula = 100000;

std::string number(double value) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return value < 0 ? "(" + std::string(text, end) + ")" : std::string(text, end);
}

/// The unit of the document's time; empty: it states none. Before level 3 it is the second where
/// nothing else is said.
std::string unit_of_time(const ::Model& model) {
  if (model.getLevel() > 2) return model.getTimeUnits();
  return model.getUnitDefinition("time") != nullptr ? "time" : "second";
}

/// Seconds of a unit that is a multiple of the second; else 0.
double seconds_of(const ::Model& model, const std::string& unit) {
  if (unit == "second") return 1;
  const ::UnitDefinition* definition = model.getUnitDefinition(unit);
  if (definition == nullptr || !definition->isVariantOfTime()) return 0;
  double seconds = 1;
  for (unsigned k = 0; k < definition->getNumUnits(); ++k) {
    const ::Unit& each = *definition->getUnit(k);
    seconds *= std::pow(each.getMultiplier() * std::pow(10.0, each.getScale()),
                        each.getExponentAsDouble());
  }
  return std::isfinite(seconds) && seconds > 0 ? seconds : 0;
}

/// How many of the document's units of time make an hour.
double units_in_an_hour(const ::Model& model, const std::string& file) {
  const std::string unit = unit_of_time(model);
  if (unit.empty()) return 1;
  const double seconds = seconds_of(model, unit);
  require(seconds > 0, "pharm.sbml.time",
          file + ": the unit of time is the second or a multiple of it; saw '" + unit +
              "'. Give timeUnits second, or a unit definition of the kind second with a multiplier "
              "(3600 makes an hour)");
  return 3600 / seconds;
}

class Import {
 public:
  Import(::Model& model, std::string file)
      : model_(model), file_(std::move(file)), in_an_hour_(units_in_an_hour(model, file_)) {}

  ImportedModel all() {
    refuse_what_is_left_out();
    made_.description.id = model_.isSetId() ? model_.getId() : "sbml";
    made_.description.title = model_.isSetName() ? model_.getName() : made_.description.id;
    made_.notice = notice_of_time();
    collect_rules();
    collect_changes();
    collect_values();
    add_constants();
    add_states();
    order_variables();
    require(!made_.description.states.empty(), "pharm.sbml.unsupported",
            file_ + ": nothing in the model changes with time");
    return std::move(made_);
  }

 private:
  [[nodiscard]] std::string notice_of_time() const {
    if (unit_of_time(model_).empty())
      return "The document states no unit of time: its rates are taken as per hour.";
    if (unit_of_time(model_) == "second" && model_.getLevel() < 3)
      return "The document states no unit of time: at its level of SBML that is the second.";
    return "";
  }

  enum class Moment { start, now };
  /// What a species becomes.
  enum class Kept { by_rule, state, by_start, constant };
  struct Change {
    const ::Reaction* reaction;
    const ::SpeciesReference* species;
    const char* sign;
  };

  void unsupported(bool ok, const std::string& what) const {
    require(ok, "pharm.sbml.unsupported",
            file_ + ": " + what + " cannot be imported; write the model as TOML, with expressions");
  }
  [[noreturn]] void refuse_missing(const std::string& id, const std::string& needed) const {
    throw Error("pharm.sbml.value", file_ + ": a formula needs " + needed + " of " + id +
                                        ", and the document has none; give a number, an initial "
                                        "assignment or a rule");
  }
  void refuse_what_is_left_out() const {
    unsupported(model_.getNumEvents() == 0, "a model with events");
    for (unsigned k = 0; k < model_.getNumRules(); ++k)
      unsupported(!model_.getRule(k)->isAlgebraic(), "an algebraic rule");
    for (unsigned k = 0; k < model_.getNumReactions(); ++k) {
      const ::Reaction& reaction = *model_.getReaction(k);
      unsupported(!(reaction.isSetFast() && reaction.getFast()), "a fast reaction");
      unsupported(reaction.isSetKineticLaw(), "a reaction without kinetic law");
      unsupported(!reaction.getKineticLaw()->isSetTimeUnits() &&
                      !reaction.getKineticLaw()->isSetSubstanceUnits(),
                  "a kinetic law with units of its own");
    }
  }
  void collect_rules() {
    for (unsigned k = 0; k < model_.getNumRules(); ++k) {
      const ::Rule& rule = *model_.getRule(k);
      (rule.isRate() ? rates_ : assigned_)[rule.getVariable()] = rule.getMath();
    }
    for (unsigned k = 0; k < model_.getNumInitialAssignments(); ++k)
      starts_[model_.getInitialAssignment(k)->getSymbol()] =
          model_.getInitialAssignment(k)->getMath();
  }
  void collect_changes() {
    for (unsigned k = 0; k < model_.getNumReactions(); ++k) {
      const ::Reaction& reaction = *model_.getReaction(k);
      for (unsigned i = 0; i < reaction.getNumReactants(); ++i)
        add_change({&reaction, reaction.getReactant(i), " - "});
      for (unsigned i = 0; i < reaction.getNumProducts(); ++i)
        add_change({&reaction, reaction.getProduct(i), " + "});
    }
  }
  void add_change(const Change& change) {
    changes_[change.species->getSpecies()].push_back(change);
    if (change.species->isSetId()) stoichiometries_[change.species->getId()] = change.species;
  }
  void collect_values() {
    const auto keep = [this](const std::string& id, bool is_set, double value) {
      if (is_set && std::isfinite(value)) values_[id] = value;
    };
    for (unsigned k = 0; k < model_.getNumCompartments(); ++k) {
      const ::Compartment& each = *model_.getCompartment(k);
      keep(each.getId(), each.isSetSize(), each.getSize());
    }
    for (unsigned k = 0; k < model_.getNumParameters(); ++k) {
      const ::Parameter& each = *model_.getParameter(k);
      keep(each.getId(), each.isSetValue(), each.getValue());
    }
    for (const auto& [id, each] : stoichiometries_) keep(id, true, stoichiometry(*each));
  }
  [[nodiscard]] double stoichiometry(const ::SpeciesReference& of) const {
    if (model_.getLevel() > 2 && !of.isSetStoichiometry())
      return std::numeric_limits<double>::quiet_NaN();
    return of.getStoichiometry() / of.getDenominator();
  }

  // What stands in formulas.

  [[nodiscard]] bool changes_by_rule(const std::string& id) const {
    return rates_.contains(id) || assigned_.contains(id);
  }
  /// What a formula means by a name, once time runs.
  std::string now(const std::string& id) {
    if (concentrations_.contains(id))
      return "(" + id + " / " + now(model_.getSpecies(id)->getCompartment()) + ")";
    if (model_.getReaction(id) != nullptr)
      return guarded(id, [&] { return formula(law_of(id), Moment::now); });
    if (stoichiometries_.contains(id) && !changes_by_rule(id) && !starts_.contains(id))
      return constant_stoichiometry(id);
    if (!is_known(id)) refuse_missing(id, "the value");
    return id;
  }
  /// ... and at the start, of constants alone.
  std::string at_start(const std::string& id) {
    if (constants_.contains(id)) return id;
    return guarded(id, [&]() -> std::string {
      if (starts_.contains(id)) return formula(starts_[id], Moment::start);
      if (assigned_.contains(id)) return formula(assigned_[id], Moment::start);
      if (const ::Species* species = model_.getSpecies(id)) return start_of(*species);
      if (model_.getReaction(id) != nullptr) return formula(law_of(id), Moment::start);
      if (!values_.contains(id)) refuse_missing(id, "the value");
      return number(values_[id]);
    });
  }
  template <class Text>
  std::string guarded(const std::string& id, Text text) {
    unsupported(open_.insert(id).second, "a value of " + id + " that rests on itself");
    std::string made = "(" + text() + ")";
    open_.erase(id);
    unsupported(made.size() <= longest_formula, "a formula as long as that of " + id);
    return made;
  }
  [[nodiscard]] bool is_known(const std::string& id) const {
    return constants_.contains(id) || by_start_.contains(id) || states_.contains(id) ||
           assigned_.contains(id);
  }
  std::string constant_stoichiometry(const std::string& id) {
    if (!values_.contains(id)) refuse_missing(id, "the value");
    return number(values_[id]);
  }
  const ::ASTNode* law_of(const std::string& reaction) const {
    return model_.getReaction(reaction)->getKineticLaw()->getMath();
  }
  std::string formula(const ::ASTNode* math, Moment moment) {
    unsupported(math != nullptr, "a rule or law without a formula");
    const std::unique_ptr<::ASTNode> copy(math->deepCopy());
    put_in(*copy, moment);
    ::L3ParserSettings without_units;
    without_units.setParseUnits(false);
    const std::unique_ptr<char, decltype(&std::free)> text(
        ::SBML_formulaToL3StringWithSettings(copy.get(), &without_units), &std::free);
    unsupported(text != nullptr, "a formula that libsbml cannot write");
    return text.get();
  }
  /// Names, constants and numbers become names that are the text wanted.
  void put_in(::ASTNode& node, Moment moment) {
    const std::string text = text_of(node, moment);
    if (!text.empty()) {
      node.setType(::AST_NAME);
      node.setName(text.c_str());
    }
    for (unsigned k = 0; k < node.getNumChildren(); ++k) put_in(*node.getChild(k), moment);
  }
  std::string text_of(const ::ASTNode& node, Moment moment) {
    if (node.isReal()) return number(node.getValue());
    switch (node.getType()) {
      case ::AST_NAME:
        return moment == Moment::start ? at_start(node.getName()) : now(node.getName());
      case ::AST_NAME_TIME:
        return moment == Moment::start ? "0" : time_now();
      case ::AST_NAME_AVOGADRO:
        return "6.02214179e23";  // as SBML has it
      case ::AST_CONSTANT_PI:
        return number(std::numbers::pi);
      case ::AST_CONSTANT_E:
        return number(std::numbers::e);
      case ::AST_CONSTANT_TRUE:
        return "1";
      case ::AST_CONSTANT_FALSE:
        return "0";
      case ::AST_FUNCTION_DELAY:
      case ::AST_FUNCTION_RATE_OF:
        unsupported(false, "a delay or a rate of change in a formula");
        return "";
      default:
        return "";
    }
  }
  std::string time_now() {
    unsupported(model_.getElementBySId("t") == nullptr,
                "the time in a formula beside a quantity whose id is t (another id will do)");
    return timed("t");
  }
  /// Per unit of the document's time, as per hour.
  [[nodiscard]] std::string timed(const std::string& rate) const {
    return in_an_hour_ == 1 ? rate : "((" + rate + ") * " + number(in_an_hour_) + ")";
  }

  // Species.

  [[nodiscard]] bool is_concentration(const ::Species& species) const {
    const ::Compartment* in = model_.getCompartment(species.getCompartment());
    return !species.getHasOnlySubstanceUnits() && in != nullptr &&
           in->getSpatialDimensionsAsDouble() != 0;
  }
  [[nodiscard]] bool moves(const ::Species& species) const {
    return rates_.contains(species.getId()) ||
           (changes_.contains(species.getId()) && !species.getBoundaryCondition() &&
            !species.getConstant());
  }
  [[nodiscard]] Kept kept(const ::Species& species) const {
    const std::string &id = species.getId(), &size = species.getCompartment();
    const bool as_said = is_concentration(species) == species.isSetInitialConcentration();
    if (assigned_.contains(id)) return Kept::by_rule;
    if (moves(species) || (is_concentration(species) && changes_by_rule(size))) return Kept::state;
    if (starts_.contains(id) || (!as_said && (changes_by_rule(size) || starts_.contains(size))))
      return Kept::by_start;
    return Kept::constant;
  }
  /// As formulas take it: a concentration or an amount.
  std::string start_of(const ::Species& species) {
    const bool concentration = is_concentration(species);
    const std::string& size = species.getCompartment();
    if (has_concentration(species))
      return number(species.getInitialConcentration()) +
             (concentration ? "" : " * " + at_start(size));
    if (!has_amount(species)) refuse_missing(species.getId(), "the start");
    return number(species.getInitialAmount()) + (concentration ? " / " + at_start(size) : "");
  }
  std::string amount_at_start(const ::Species& species) {
    const bool given = !starts_.contains(species.getId());
    if (given && has_amount(species)) return number(species.getInitialAmount());
    const std::string start = at_start(species.getId());
    return is_concentration(species) ? start + " * " + at_start(species.getCompartment()) : start;
  }
  static bool has_amount(const ::Species& species) {
    return species.isSetInitialAmount() && std::isfinite(species.getInitialAmount());
  }
  static bool has_concentration(const ::Species& species) {
    return species.isSetInitialConcentration() && std::isfinite(species.getInitialConcentration());
  }
  std::string rate_of(const ::Species& species) {
    const std::string& id = species.getId();
    if (rates_.contains(id)) return rate_by_rule(species);
    if (!moves(species)) return "0";
    std::string sum = "0";
    for (const Change& change : changes_[id])
      sum += change.sign + times(*change.species) + guarded(change.reaction->getId(), [&] {
               return formula(change.reaction->getKineticLaw()->getMath(), Moment::now);
             });
    const std::string& factor = species.isSetConversionFactor() ? species.getConversionFactor()
                                                                : model_.getConversionFactor();
    return factor.empty() ? sum : now(factor) + " * (" + sum + ")";
  }
  /// The rule is for the concentration c = amount / size: amount' = c' size + c size'.
  std::string rate_by_rule(const ::Species& species) {
    const std::string &id = species.getId(), &size = species.getCompartment();
    const std::string rate = formula(rates_[id], Moment::now);
    if (!is_concentration(species)) return rate;
    unsupported(!assigned_.contains(size), "a rate rule for a concentration (" + id +
                                               ") in a compartment with an assignment "
                                               "rule (" +
                                               size + ")");
    return "(" + rate + ") * " + now(size) +
           (rates_.contains(size)
                ? " + " + now(id) + " * (" + formula(rates_[size], Moment::now) + ")"
                : "");
  }
  std::string times(const ::SpeciesReference& of) {
    if (of.isSetStoichiometryMath())
      return "(" + formula(of.getStoichiometryMath()->getMath(), Moment::now) + ") * ";
    if (of.isSetId()) {
      const std::string value = now(of.getId());
      return value == "1" ? "" : value + " * ";
    }
    const double value = stoichiometry(of);
    if (!std::isfinite(value)) refuse_missing(of.getSpecies(), "the stoichiometry");
    return value == 1 ? "" : number(value) + " * ";
  }

  // Parameters, states and variables.

  void add_constants() {
    for (unsigned k = 0; k < model_.getNumCompartments(); ++k) {
      const ::Compartment& each = *model_.getCompartment(k);
      add_constant_or_start(each.getId(), each.getName(), "compartment");
    }
    for (unsigned k = 0; k < model_.getNumParameters(); ++k) {
      const ::Parameter& each = *model_.getParameter(k);
      add_constant_or_start(each.getId(), each.getName(), each.getUnits());
    }
    for (unsigned k = 0; k < model_.getNumSpecies(); ++k)
      add_constant_species(*model_.getSpecies(k));
    for (const auto& [id, each] : stoichiometries_)
      if (starts_.contains(id) && !changes_by_rule(id)) by_start_.insert(id);
  }
  void add_constant_or_start(const std::string& id, const std::string& name,
                             const std::string& unit) {
    if (changes_by_rule(id)) return;
    if (starts_.contains(id))
      by_start_.insert(id);
    else if (values_.contains(id))
      add_constant(id, name, unit, values_[id]);
  }
  void add_constant_species(const ::Species& species) {
    const std::string& id = species.getId();
    const Kept how = kept(species);
    if (how == Kept::by_start) by_start_.insert(id);
    if (how != Kept::constant || !(has_amount(species) || has_concentration(species))) return;
    const std::string& size = species.getCompartment();
    double value =
        has_concentration(species) ? species.getInitialConcentration() : species.getInitialAmount();
    if (is_concentration(species) != has_concentration(species)) {
      if (!values_.contains(size)) return;  // refused where a formula needs the species
      value = has_concentration(species) ? value * values_[size] : value / sound_size(species);
    }
    add_constant(id, species.getName(), unit_of(species), value);
  }
  double sound_size(const ::Species& species) {
    const double size = values_[species.getCompartment()];
    require(size > 0, "pharm.sbml.value",
            file_ + ": the concentration of " + species.getId() + " needs a size above 0 of " +
                species.getCompartment() + "; saw " + number(size) + ". Mend the size");
    return size;
  }
  void add_constant(const std::string& id, const std::string& name, const std::string& unit,
                    double value) {
    constants_.insert(id);
    made_.description.parameters.push_back(
        {.id = id,
         .unit = unit.empty() ? "1" : unit,
         .label = name.empty() ? id : name,
         .value = value,
         .source = "as in " + (file_.empty() ? "the SBML document" : file_),
         .low = value,
         .high = value});
  }
  /// Species first, so that compartment 1 of an event table is one.
  void add_states() {
    for (unsigned k = 0; k < model_.getNumSpecies(); ++k) {
      const ::Species& species = *model_.getSpecies(k);
      if (kept(species) != Kept::state) continue;
      states_.insert(species.getId());
      if (!is_concentration(species)) continue;
      concentrations_.insert(species.getId());
      if (constants_.contains(species.getCompartment())) sound_size(species);
    }
    for (const auto& [id, rate] : rates_) states_.insert(id);
    for (unsigned k = 0; k < model_.getNumSpecies(); ++k)
      if (kept(*model_.getSpecies(k)) == Kept::state) add_species(*model_.getSpecies(k));
    for (const auto& [id, rate] : rates_)
      if (model_.getSpecies(id) == nullptr)
        add_state({id, "1", id}, at_start(id), timed(formula(rate, Moment::now)));
  }
  void add_species(const ::Species& species) {
    const std::string& id = species.getId();
    if (moves(species))
      made_.description.inputs.push_back(
          {.state = static_cast<int>(made_.description.states.size())});
    add_state({id, amount_unit(species), species.isSetName() ? species.getName() : id},
              amount_at_start(species), timed(rate_of(species)));
    made_.description.outputs.back().unit = unit_of(species);
  }
  [[nodiscard]] std::string amount_unit(const ::Species& species) const {
    const std::string& unit =
        species.isSetSubstanceUnits() ? species.getSubstanceUnits() : model_.getSubstanceUnits();
    return unit.empty() ? "1" : unit;
  }
  [[nodiscard]] std::string unit_of(const ::Species& species) const {
    if (!is_concentration(species)) return amount_unit(species);
    const ::Compartment& in = *model_.getCompartment(species.getCompartment());
    const std::string& size = in.isSetUnits() ? in.getUnits() : model_.getVolumeUnits();
    if (size.empty() && amount_unit(species) == "1") return "1";
    return amount_unit(species) + "/" + (size.empty() ? "size" : size);
  }
  void add_state(const ModelQuantity& state, const std::string& start, const std::string& rate) {
    made_.description.states.push_back(state);
    made_.description.outputs.push_back(state);
    made_.expressions.starts.push_back(start);
    made_.expressions.rates.push_back(rate);
    made_.expressions.outputs.push_back(now(state.id));
  }
  /// SBML lets rules stand in any order: each is taken once all that it names is there.
  void order_variables() {
    std::map<std::string, std::string> left;
    for (const auto& [id, math] : assigned_) left[id] = formula(math, Moment::now);
    for (const std::string& id : by_start_) left[id] = at_start(id);
    ExpressionNames names;
    for (const ModelQuantity& state : made_.description.states) names.states.push_back(state.id);
    for (const ModelParameter& parameter : made_.description.parameters)
      names.parameters.push_back(parameter.id);
    while (!left.empty()) {
      const std::size_t before = left.size();
      for (auto at = left.begin(); at != left.end();)
        at = takes(at->first, at->second, names, left.size() == 1) ? left.erase(at) : std::next(at);
      if (left.size() == before) takes(left.begin()->first, left.begin()->second, names, true);
    }
  }
  bool takes(const std::string& id, const std::string& text, ExpressionNames& names, bool last) {
    try {
      parse_expression(text, names);
    } catch (const Error& error) {
      if (last || error.code() != "pharm.expression.name")
        throw Error(error.code(), file_ + ": rule for " + id + ": " + error.what());
      return false;
    }
    names.variables.push_back(id);
    made_.expressions.variables.push_back({id, text});
    made_.description.outputs.push_back({id, "1", id});
    made_.expressions.outputs.push_back(id);
    return true;
  }

  ::Model& model_;
  std::string file_;
  double in_an_hour_;
  ImportedModel made_{};
  std::map<std::string, const ::ASTNode*> rates_{}, assigned_{}, starts_{};
  std::map<std::string, std::vector<Change>> changes_{};                ///< by species
  std::map<std::string, const ::SpeciesReference*> stoichiometries_{};  ///< those with an id
  std::map<std::string, double> values_{};  ///< as the document gives them, species apart
  std::set<std::string> constants_{};       ///< parameters
  std::set<std::string> by_start_{};        ///< constants that an initial assignment gives
  std::set<std::string> states_{}, concentrations_{};
  std::set<std::string> open_{};  ///< being written out
};

/// libsbml puts a function's arguments in one after the other: f(y, x) of a function of x and y
/// would take y for x. Names that nothing else has prevent it.
void rename_arguments(::Model& model) {
  for (unsigned k = 0; k < model.getNumFunctionDefinitions(); ++k) {
    ::FunctionDefinition& function = *model.getFunctionDefinition(k);
    if (function.getMath() == nullptr) continue;
    const std::unique_ptr<::ASTNode> math(function.getMath()->deepCopy());
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      math->renameSIdRefs(function.getArgument(i)->getName(),
                          "argument_" + std::to_string(i) + "_of_" + function.getId());
    function.setMath(math.get());
  }
}

void convert(::SBMLDocument& document, const char* option, const std::string& file) {
  ::ConversionProperties properties;
  properties.addOption(option, true);
  require(document.convert(properties) == ::LIBSBML_OPERATION_SUCCESS, "pharm.sbml.unsupported",
          file + ": libsbml cannot " + option);
}

/// libsbml's messages have several lines, and the rule's number in the standard.
std::string in_one_line(const std::string& text) {
  std::string made;
  for (const char each : text) {
    const bool blank = std::isspace(static_cast<unsigned char>(each)) != 0;
    if (!blank || (!made.empty() && made.back() != ' ')) made += blank ? ' ' : each;
  }
  while (!made.empty() && made.back() == ' ') made.pop_back();
  return made;
}

void refuse_errors(const ::SBMLDocument& document, const std::string& file) {
  for (unsigned k = 0; k < document.getNumErrors(); ++k) {
    const ::SBMLError& error = *document.getError(k);
    if (!error.isError() && !error.isFatal()) continue;
    throw Error("pharm.sbml.syntax", file + ": this is no sound SBML document, line " +
                                         std::to_string(error.getLine()) + ": " +
                                         in_one_line(error.getMessage()));
  }
  require(document.getModel() != nullptr, "pharm.sbml.syntax",
          file + ": this SBML document has no model; put one into it");
}

/// Everything but units and style.
void check(::SBMLDocument& document, const std::string& file) {
  refuse_errors(document, file);
  for (const auto category : {::LIBSBML_CAT_UNITS_CONSISTENCY, ::LIBSBML_CAT_MODELING_PRACTICE,
                              ::LIBSBML_CAT_SBO_CONSISTENCY})
    document.setConsistencyChecks(category, false);
  document.checkConsistency();
  refuse_errors(document, file);
}

/// A package that must be understood changes what the model means.
void refuse_packages(::SBMLDocument& document, const std::string& file) {
  for (unsigned k = 0; document.getLevel() > 2 && k < document.getNumPlugins(); ++k) {
    const std::string& name = document.getPlugin(k)->getPackageName();
    require(name == "l3v2extendedmath" || !document.getPackageRequired(name),
            "pharm.sbml.unsupported",
            file + ": the package " + name + " cannot be imported; write the model without it");
  }
}

}  // namespace

ImportedModel read_sbml(const std::string& text, const std::string& file) {
  const std::unique_ptr<::SBMLDocument> document(::readSBMLFromString(text.c_str()));
  require(document != nullptr, "pharm.sbml.syntax", file + ": this is no SBML document");
  check(*document, file);
  refuse_packages(*document, file);
  rename_arguments(*document->getModel());
  convert(*document, "expandFunctionDefinitions", file);
  convert(*document, "promoteLocalParameters", file);
  return Import(*document->getModel(), file).all();
}

}  // namespace entact

#else

namespace entact {

ImportedModel read_sbml(const std::string&, const std::string& file) {
  throw Error("pharm.sbml.absent",
              file + ": this build has no libsbml; install libsbml5-dev and build again",
              ErrorKind::unanswerable);
}

}  // namespace entact

#endif
