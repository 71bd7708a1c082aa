// libsbml expands function definitions and local parameters; what is left is put into our own
// expressions. The only file that includes libsbml.
#include "entact/pharm/sbml_model.h"

#include "entact/base/error.h"

#ifdef ENTACT_HAS_SBML

#include <sbml/SBMLTypes.h>
#include <sbml/conversion/ConversionProperties.h>

#include <charconv>
#include <map>
#include <memory>
#include <set>

LIBSBML_CPP_NAMESPACE_USE

namespace entact {
namespace {

std::string number(double value) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return value < 0 ? "(" + std::string(text, end) + ")" : std::string(text, end);
}

std::string formula(const ::ASTNode* math) {
  if (math == nullptr) return "0";
  const std::unique_ptr<char, decltype(&std::free)> text(::SBML_formulaToL3String(math),
                                                         &std::free);
  return text ? std::string(text.get()) : std::string();
}

class Import {
 public:
  Import(const ::Model& model, std::string file) : model_(model), file_(std::move(file)) {}

  ImportedModel all() {
    refuse_what_is_left_out();
    made_.description.id = model_.isSetId() ? model_.getId() : "sbml";
    made_.description.title = model_.isSetName() ? model_.getName() : made_.description.id;
    collect_rules();
    collect_changes();
    for (unsigned k = 0; k < model_.getNumCompartments(); ++k)
      add_compartment(*model_.getCompartment(k));
    for (unsigned k = 0; k < model_.getNumParameters(); ++k) add_parameter(*model_.getParameter(k));
    for (unsigned k = 0; k < model_.getNumSpecies(); ++k) add_species(*model_.getSpecies(k));
    order_variables();
    for (std::size_t k = 0; k < made_.description.states.size(); ++k)
      made_.description.inputs.push_back({.state = static_cast<int>(k)});
    require(!made_.description.states.empty(), "pharm.sbml.unsupported",
            file_ + ": nothing in the model changes with time");
    return std::move(made_);
  }

 private:
  void unsupported(bool ok, const std::string& what) const {
    require(ok, "pharm.sbml.unsupported",
            file_ + ": " + what + " cannot be imported; write the model as TOML, with expressions");
  }
  void refuse_what_is_left_out() const {
    unsupported(model_.getNumEvents() == 0, "a model with events");
    for (unsigned k = 0; k < model_.getNumRules(); ++k)
      unsupported(!model_.getRule(k)->isAlgebraic(), "an algebraic rule");
    for (unsigned k = 0; k < model_.getNumReactions(); ++k) {
      unsupported(!(model_.getReaction(k)->isSetFast() && model_.getReaction(k)->getFast()),
                  "a fast reaction");
      unsupported(model_.getReaction(k)->isSetKineticLaw(), "a reaction without kinetic law");
    }
  }
  void collect_rules() {
    for (unsigned k = 0; k < model_.getNumRules(); ++k) {
      const ::Rule& rule = *model_.getRule(k);
      (rule.isRate() ? rates_ : assigned_)[rule.getVariable()] = formula(rule.getMath());
    }
    for (unsigned k = 0; k < model_.getNumInitialAssignments(); ++k) {
      const ::InitialAssignment& start = *model_.getInitialAssignment(k);
      starts_[start.getSymbol()] = formula(start.getMath());
    }
  }
  /// What reactions add to each species, as amounts.
  void collect_changes() {
    for (unsigned k = 0; k < model_.getNumReactions(); ++k) {
      const ::Reaction& reaction = *model_.getReaction(k);
      const std::string law = "(" + formula(reaction.getKineticLaw()->getMath()) + ")";
      for (unsigned i = 0; i < reaction.getNumReactants(); ++i)
        add_change(*reaction.getReactant(i), " - ", law);
      for (unsigned i = 0; i < reaction.getNumProducts(); ++i)
        add_change(*reaction.getProduct(i), " + ", law);
    }
  }
  void add_change(const ::SpeciesReference& of, const char* sign, const std::string& law) {
    unsupported(!of.isSetStoichiometryMath() && !(of.isSetId() && (assigned_.contains(of.getId()) ||
                                                                   rates_.contains(of.getId()))),
                "a stoichiometry that changes");
    const double times = of.isSetStoichiometry() ? of.getStoichiometry() : 1;
    changes_[of.getSpecies()] += sign + (times == 1 ? "" : number(times) + " * ") + law;
  }
  void add_compartment(const ::Compartment& compartment) {
    unsupported(!rates_.contains(compartment.getId()) && !assigned_.contains(compartment.getId()),
                "a compartment that changes");
    add_constant(compartment.getId(), compartment.getName(), "compartment",
                 compartment.isSetSize() ? compartment.getSize() : 1);
  }
  void add_parameter(const ::Parameter& parameter) {
    const std::string& id = parameter.getId();
    if (assigned_.contains(id)) return;
    const double value = parameter.isSetValue() ? parameter.getValue() : 0;
    if (rates_.contains(id))
      add_state(id, parameter.getName(), parameter.getUnits(), number(value), rates_[id]);
    else
      add_constant(id, parameter.getName(), parameter.getUnits(), value);
  }
  void add_species(const ::Species& species) {
    const std::string& id = species.getId();
    if (assigned_.contains(id)) return;
    const bool amount = species.getHasOnlySubstanceUnits();
    const std::string size = species.getCompartment();
    const std::string start = start_of(species, amount, size);
    const bool reacts =
        changes_.contains(id) && !species.getBoundaryCondition() && !species.getConstant();
    if (rates_.contains(id))
      add_state(id, species.getName(), species.getSubstanceUnits(), start, rates_[id]);
    else if (reacts)
      add_state(id, species.getName(), species.getSubstanceUnits(), start,
                amount ? "0" + changes_[id] : "(0" + changes_[id] + ") / " + size);
    else
      add_constant(id, species.getName(), species.getSubstanceUnits(),
                   amount ? species.getInitialAmount() : species.getInitialConcentration());
  }
  [[nodiscard]] static std::string start_of(const ::Species& species, bool amount,
                                            const std::string& size) {
    if (species.isSetInitialConcentration())
      return number(species.getInitialConcentration()) + (amount ? " * " + size : "");
    const double mass = species.isSetInitialAmount() ? species.getInitialAmount() : 0;
    return number(mass) + (amount ? "" : " / " + size);
  }
  void add_constant(const std::string& id, const std::string& name, const std::string& unit,
                    double value) {
    unsupported(!starts_.contains(id), "a parameter with an initial assignment");
    made_.description.parameters.push_back(
        {.id = id,
         .unit = unit.empty() ? "1" : unit,
         .label = name.empty() ? id : name,
         .value = value,
         .source = "as in " + (file_.empty() ? "the SBML document" : file_),
         .low = value,
         .high = value});
  }
  void add_state(const std::string& id, const std::string& name, const std::string& unit,
                 const std::string& start, const std::string& rate) {
    const ModelQuantity state{id, unit.empty() ? "1" : unit, name.empty() ? id : name};
    made_.description.states.push_back(state);
    made_.description.outputs.push_back(state);
    made_.expressions.starts.push_back(starts_.contains(id) ? starts_[id] : start);
    made_.expressions.rates.push_back(rate);
    made_.expressions.outputs.push_back(id);
  }
  /// SBML lets rules stand in any order: each is taken once all that it names is there.
  void order_variables() {
    std::map<std::string, std::string> left = assigned_;
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

  const ::Model& model_;
  std::string file_;
  ImportedModel made_{};
  std::map<std::string, std::string> rates_{}, assigned_{}, starts_{}, changes_{};
};

void convert(::SBMLDocument& document, const char* option, const std::string& file) {
  ::ConversionProperties properties;
  properties.addOption(option, true);
  require(document.convert(properties) == ::LIBSBML_OPERATION_SUCCESS, "pharm.sbml.unsupported",
          file + ": libsbml cannot " + option);
}

}  // namespace

ImportedModel read_sbml(const std::string& text, const std::string& file) {
  const std::unique_ptr<::SBMLDocument> document(::readSBMLFromString(text.c_str()));
  require(document != nullptr &&
              document->getNumErrors(::LIBSBML_SEV_ERROR) +
                      document->getNumErrors(::LIBSBML_SEV_FATAL) ==
                  0 &&
              document->getModel() != nullptr,
          "pharm.sbml.syntax",
          file + ": this is no SBML document" +
              (document != nullptr && document->getNumErrors() > 0
                   ? ", line " + std::to_string(document->getError(0)->getLine()) + ": " +
                         document->getError(0)->getShortMessage()
                   : std::string()));
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
