#include "entact/num/rosenbrock.h"

#include <Eigen/LU>

namespace entact {

struct ShiftedFactor::Factors {
  Eigen::PartialPivLU<Eigen::MatrixXd> lu{};
};

ShiftedFactor::ShiftedFactor() : factors_(std::make_unique<Factors>()) {}
ShiftedFactor::~ShiftedFactor() = default;

void ShiftedFactor::factor(double shift, const Eigen::MatrixXd& jacobian) {
  Eigen::MatrixXd shifted = -jacobian;
  shifted.diagonal().array() += shift;
  factors_->lu.compute(shifted);
}

void ShiftedFactor::solve(Eigen::VectorXd& x) const { x = factors_->lu.solve(x); }

}  // namespace entact
