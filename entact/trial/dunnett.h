#pragma once

#include <span>
#include <vector>

namespace entact {

/// P(max of m statistics >= x) if no arm differs from the control they share:
///
///     z_i = sqrt(l_i) c + sqrt(1 - l_i) e_i,  l_i = n_i / (n_i + n_0),  c, e_i independent N(0, 1)
///
/// @param x       finite
/// @param shares  l_i in [0, 1), one an arm, at least one; n_i of the arm, n_0 of the control
/// @return exact to about 1e-13; accurate in the far tail
/// @throws Error "trial.dunnett.shares" (usage)
/// @cost   some m microseconds
/// @source Dunnett 1955, J Am Stat Assoc 50:1096 [dunnett1955]
/// @checked reference/group_sequential (R mvtnorm), dunnett_test.cpp (closed forms)
double dunnett_upper(double x, std::span<const double> shares);

/// P(z_i >= x_i for at least one arm), as dunnett_upper(), each with a limit of its own.
/// @param x  one an arm; may be infinite
/// @throws Error "trial.dunnett.shares" (usage)
double dunnett_any(std::span<const double> x, std::span<const double> shares);

/// The x at which dunnett_upper() is alpha.
/// @param alpha  in (0, 1)
/// @throws as dunnett_upper()
double dunnett_critical(double alpha, std::span<const double> shares);

/// The largest of m statistics with one share as a z at the same level, from a table; for
/// simulations.
///
/// @cost  10 ms to make, 5 ns a look-up, exact to 1e-9 in [-6, 9]
class DunnettZ {
 public:
  DunnettZ(int arms, double share);
  [[nodiscard]] double operator()(double x) const;

 private:
  std::vector<double> z_{};      ///< at the knots
  std::vector<double> slope_{};  ///< times the distance of the knots
};

}  // namespace entact
