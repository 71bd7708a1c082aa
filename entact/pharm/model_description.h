#pragma once

#include <limits>
#include <string>
#include <vector>

namespace entact {

/// A state or an output of a model.
struct ModelQuantity {
  std::string id{};  ///< as commands and event tables name it: "gut", "concentration"
  std::string unit{};
  std::string label{};
  bool hypothesis = false;  ///< no human observation anchors it
};

/// What a parameter's value rests on.
enum class ParameterStatus { measured, published_fit, derived, assumed };

/// A parameter of a model: typical value, and what is known of its spread.
struct ModelParameter {
  std::string id{};
  std::string unit{};
  std::string label{};
  double value = std::numeric_limits<double>::quiet_NaN();
  ParameterStatus status = ParameterStatus::assumed;
  std::string source{};                                   ///< source id and locator
  double low = -std::numeric_limits<double>::infinity();  ///< what ignorance allows; as the unit
  double high = std::numeric_limits<double>::infinity();
  double between_sd = 0;  ///< standard deviation between people on the log scale; 0: none
};

/// How doses enter one state. An index is that of a parameter; -1: there is none.
struct DoseInput {
  int state = 0;
  int lag_parameter = -1;       ///< hours; without one: 0
  int fraction_parameter = -1;  ///< of the labelled amount that enters; without one: 1
  int duration_parameter = -1;  ///< hours of zero-order entry where RATE is -2
  int rate_parameter = -1;      ///< mg/h where RATE is -1
};

/// What a model is made of, apart from its equations; read from data/models/*.toml.
///
/// The order of states, parameters and outputs is that of the model's enumerations. The first
/// input is where a dose goes that names no compartment.
struct ModelDescription {
  std::string id{};
  std::string title{};
  std::vector<ModelQuantity> states{};
  std::vector<ModelParameter> parameters{};
  std::vector<ModelQuantity> outputs{};
  std::vector<DoseInput> inputs{};
  bool stiff = false;  ///< explicit steps would be far smaller than its course asks for
};

}  // namespace entact
