#pragma once

#include <functional>
#include <span>
#include <vector>

namespace entact {

/// A point of the discrete mixture that stands for a posterior in tau: given tau, the mean mu is
/// normal.
struct TauNode {
  double tau = 0;
  double mass = 0;     ///< posterior probability, sum 1 over the nodes
  double mu_mean = 0;  ///< of mu given tau
  double mu_variance = 0;
};

/// log density of tau, up to a constant, with the conditional moments of mu at tau.
struct TauEvaluation {
  double log_density = 0, mu_mean = 0, mu_variance = 0;
};

/// Posterior of a scale parameter on [0, inf) by adaptive Gauss-Legendre quadrature.
///
/// The half-line is mapped by tau = c u/(1 - u), under which tails that fall like a power of tau
/// are smooth. Panels of 20 points double in width away from the mode and are halved until that
/// changes none by more than 1e-14 of the whole: some 1e-12 in what is computed from the nodes.
class TauPosterior {
 public:
  /// @param at     evaluation at tau >= 0; the density must be integrable
  /// @param scale  c > 0, a typical tau
  TauPosterior(std::function<TauEvaluation(double)> at, double scale);

  [[nodiscard]] std::span<const TauNode> nodes() const { return nodes_; }
  /// P(tau <= x), x >= 0.
  [[nodiscard]] double cdf(double x) const;
  /// Normalised density at x >= 0.
  [[nodiscard]] double density(double x) const;
  /// x with P(tau <= x) = p, 0 <= p < 1.
  [[nodiscard]] double quantile(double p) const;
  [[nodiscard]] bool converged() const { return converged_; }

 private:
  struct Panel {
    double from = 0, to = 0, mass = 0;
  };
  double height(double u) const;
  double find_mode();
  std::vector<double> panel_ends(double mode) const;
  double weight_at(double u) const;
  double integrate(double from, double to) const;
  void refine(double from, double to, double mass, int depth);
  void keep(double from, double to, double mass);

  std::function<TauEvaluation(double)> at_;
  double scale_ = 1, top_ = 0, total_ = 1;
  bool converged_ = true;
  std::vector<Panel> panels_{};
  std::vector<TauNode> nodes_{};
};

}  // namespace entact
