#pragma once

#include <string>
#include <vector>

namespace entact {

/// A measured concentration.
struct ConcentrationPoint {
  std::string panel{};   ///< group
  std::string series{};  ///< participant
  double t_h = 0;
  double value = 0;
  std::string number{};  ///< Number id
};

/// The terminal slope of one course, from its first point to its last.
struct TerminalLine {
  std::string panel{}, series{};
  double from_h = 0, to_h = 0;
  double from_value = 0, to_value = 0;
};

/// Concentrations over time on a log axis, one panel a group, with dashed terminal slopes. Points
/// of 0 have no place on the axis and are left out.
std::string concentration_figure(const std::vector<ConcentrationPoint>& points,
                                 const std::vector<TerminalLine>& slopes,
                                 const std::string& y_title);

}  // namespace entact
