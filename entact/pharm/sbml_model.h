#pragma once

#include <string>

#include "entact/pharm/expression_model.h"

namespace entact {

/// A model as an SBML document has it.
struct ImportedModel {
  ModelDescription description{};
  ExpressionModel expressions{};
};

/// Reads an SBML document (any level) into expressions.
///
/// Species that reactions or rate rules change become states, as concentrations or, with
/// hasOnlySubstanceUnits, as amounts; compartments, parameters and other species become parameters;
/// assignment rules become variables. Every state and variable is an output too. The model's unit
/// of time is taken as the hour, and a dose adds to a state in the state's own unit. Parameters
/// have the status assumed, their value as the whole range, since SBML says nothing of ignorance.
///
/// @param file  name for messages
/// @throws Error "pharm.sbml.absent" (unanswerable) if this build has no libsbml,
/// "pharm.sbml.syntax"
///         if the text is no SBML, "pharm.sbml.unsupported" for events, delays, algebraic and
///         fast parts, compartments that change and stoichiometries that are no number;
///         pharm.expression.* if a formula cannot be read
ImportedModel read_sbml(const std::string& text, const std::string& file = {});

}  // namespace entact
