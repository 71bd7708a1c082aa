#pragma once

#include <string>

#include "entact/pharm/expression_model.h"

namespace entact {

/// A model as an SBML document has it.
struct ImportedModel {
  ModelDescription description{};
  ExpressionModel expressions{};
  std::string notice{};  ///< what was taken for granted, to stand beside any result
};

/// Reads an SBML document (any level) into expressions.
///
/// Species that reactions or rate rules change become states, held as amounts, so that a dose adds
/// what it says in the species' unit of substance; in formulas, and as outputs, they are what the
/// document takes them for, amounts (hasOnlySubstanceUnits) or amounts divided by the size of their
/// compartment. What else rate rules change becomes a state too, compartments included; what does
/// not change becomes a parameter; assignment rules, and initial assignments of constants, become
/// variables. Every state and variable is an output. Inputs are the species that change, the first
/// by default. Parameters have the status assumed, their value as the whole range, since SBML says
/// nothing of ignorance.
///
/// The document's unit of time becomes the hour. Where level 3 states none, hours are taken; before
/// level 3 it is the second unless "time" is redefined, as the standard has it. The notice says
/// which where the document does not.
///
/// @param file  name for messages
/// @throws Error "pharm.sbml.absent" (unanswerable) if this build has no libsbml,
/// "pharm.sbml.syntax"
///         if the text is no SBML or libsbml finds it inconsistent, "pharm.sbml.time" if the unit
///         of time is no multiple of the second, "pharm.sbml.value" if a value is needed and not
///         given, "pharm.sbml.unsupported" for events, delays, algebraic and fast parts and the
///         like; pharm.expression.* if a formula cannot be read
ImportedModel read_sbml(const std::string& text, const std::string& file = {});

}  // namespace entact
