#pragma once

#include <cstddef>
#include <vector>

namespace entact {

/// Values of z for which a trial goes on to its next look: low < z < high.
struct GoOn {
  double low = 0;
  double high = 0;
};

/// The z statistic of a trial at its looks, of those trials that have not stopped before:
///
///     z_k ~ N(effect sqrt(I_k), 1),  cov(z_j, z_k) = sqrt(I_j / I_k),  j <= k
///
/// Starts at the first look; go_on() moves to the next. Copies continue independently.
///
/// The recursive integration over the statistic of the look before uses Gauss-Legendre panels no
/// wider than three standard deviations of what is integrated, which makes it exact to about 1e-14.
///
/// @cost    a move costs O(n^2) exponentials for n of some hundred nodes: 0.1 to 1 ms
/// @source  Armitage, McPherson, Rowe 1969, J R Stat Soc A 132:235 [armitage1969]; Jennison and
///          Turnbull 2000, Group Sequential Methods, ch. 19 [jennison2000]
/// @checked sequential_density_test.cpp (closed forms), reference/group_sequential
class SequentialDensity {
 public:
  /// @param information  of each look, positive and increasing
  /// @param effect       drift: the mean of z at information 1
  /// @throws Error "trial.group_sequential.information" unless the information is as said
  SequentialDensity(std::vector<double> information, double effect);

  /// The present look, from 0.
  [[nodiscard]] std::size_t look() const { return look_; }
  /// P(the present look is reached and its statistic is at least z).
  [[nodiscard]] double above(double z) const;
  /// P(the present look is reached and its statistic is at most z).
  [[nodiscard]] double below(double z) const;
  /// P(the present look is reached).
  [[nodiscard]] double reached() const;

  /// To the next look, with the trials whose statistic lies in one of the intervals.
  /// @param stay  disjoint, each low <= high (ends may be infinite)
  /// @throws Error "trial.group_sequential.looks" if there is no next look
  void go_on(const std::vector<GoOn>& stay);

 private:
  [[nodiscard]] double density(double z) const;

  std::vector<double> information_;
  double effect_;
  std::size_t look_ = 0;
  // Statistics of the look before at which it goes on, as means of the present one in units of
  // its spread given them, and their probabilities.
  std::vector<double> mean_{};
  std::vector<double> weight_{};
  double scale_ = 1;  ///< from z to those units
};

}  // namespace entact
