#pragma once

#include <span>
#include <string_view>

#include "entact/pharm/pharm_model.h"

namespace entact {

/// Equations that are part of the program: names in the order of their enumerations, and how a
/// description in that order is bound to them.
struct CompiledModel {
  std::string_view id{};
  std::span<const std::string_view> states{};
  std::span<const std::string_view> parameters{};
  std::span<const std::string_view> outputs{};
  PharmModel (*bind)(ModelDescription description) = nullptr;
};

/// mdma, mdma-linear, mdma-terminals, serotonin-terminal.
std::span<const CompiledModel> compiled_models();

/// The one with this id, or null.
const CompiledModel* compiled_model(std::string_view id);

}  // namespace entact
