#pragma once

#include <Eigen/Core>

namespace entact {

/// The sum of a_i b_i' over many rows, taken in blocks so that it runs as a matrix product.
class CrossProducts {
 public:
  explicit CrossProducts(Eigen::Index p)
      : a_(block, p), b_(block, p), total_(Eigen::MatrixXd::Zero(p, p)) {}

  template <typename A, typename B>
  void add(const A& a, const B& b) {
    a_.row(filled_) = a;
    b_.row(filled_) = b;
    if (++filled_ == block) flush();
  }
  Eigen::MatrixXd total() {
    flush();
    return total_;
  }

 private:
  static constexpr Eigen::Index block = 256;
  void flush() {
    total_.noalias() += a_.topRows(filled_).transpose() * b_.topRows(filled_);
    filled_ = 0;
  }
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> a_, b_;
  Eigen::MatrixXd total_;
  Eigen::Index filled_ = 0;
};

}  // namespace entact
