#include "entact/pharm/population_values.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Elements = std::vector<std::pair<Index, Index>>;

// Diagonal elements of every effect, and below them those of the blocks.
Elements free_elements(const RandomBlocks& blocks, const std::vector<Index>& effect, Index count,
                       const PopulationModel& model) {
  std::vector<Index> block_of(static_cast<std::size_t>(count), -1);
  for (std::size_t k = 0; k < blocks.size(); ++k)
    for (const std::ptrdiff_t j : blocks[k]) {
      const bool there = j >= 0 && j < static_cast<std::ptrdiff_t>(effect.size());
      require(there && effect[static_cast<std::size_t>(j)] >= 0, "pharm.population.block",
              fmt::format(
                  "a block correlates parameters that vary; saw {}",
                  there ? model.parameters[static_cast<std::size_t>(j)].id : std::to_string(j)));
      Index& mine = block_of[static_cast<std::size_t>(effect[static_cast<std::size_t>(j)])];
      require(mine < 0, "pharm.population.block",
              fmt::format("a parameter belongs to one block only; saw {} twice",
                          model.parameters[static_cast<std::size_t>(j)].id));
      mine = static_cast<Index>(k);
    }
  Elements list;
  for (Index i = 0; i < count; ++i)
    for (Index j = 0; j <= i; ++j) {
      const Index mine = block_of[static_cast<std::size_t>(i)];
      if (i == j || (mine >= 0 && mine == block_of[static_cast<std::size_t>(j)]))
        list.emplace_back(i, j);
    }
  return list;
}

MatrixXd covariance(const Elements& elements, const VectorXd& scale, const VectorXd& u, Index& at) {
  MatrixXd l = MatrixXd::Zero(scale.size(), scale.size());
  for (const auto& [i, j] : elements) l(i, j) = i == j ? std::exp(u[at++]) : scale[i] * u[at++];
  return l * l.transpose();
}

void put_factor(const Elements& elements, const VectorXd& scale, const MatrixXd& covariance,
                VectorXd& u, Index& at) {
  if (covariance.rows() == 0) return;
  MatrixXd own = MatrixXd::Zero(covariance.rows(), covariance.cols());  // what is not free is 0
  for (const auto& [i, j] : elements) own(i, j) = own(j, i) = covariance(i, j);
  const MatrixXd l = own.llt().matrixL();
  for (const auto& [i, j] : elements) u[at++] = i == j ? std::log(l(i, j)) : l(i, j) / scale[i];
}

// One over the largest |c - reference|; 1 where a power makes a logarithm of it.
double coefficient_scale(const PopulationModel& model, const CovariateEffect& effect) {
  double largest = 0;
  if (effect.form == CovariateEffect::Form::power) return 1;
  for (const PopulationSubject& s : model.subjects)
    for (Index k = 0; k < s.covariates.rows() && effect.covariate < s.covariates.cols(); ++k)
      largest = std::max(largest, std::abs(s.covariates(k, effect.covariate) - effect.reference));
  return largest > 0 && std::isfinite(largest) ? 1 / largest : 1;
}

// The spread at the start, unless it is small beside the value; the value itself without one.
double scale_of(const PopulationParameter& p) {
  if (p.form == IndividualForm::lognormal) return 1;
  const double spread = std::max(p.between_sd, p.occasion_sd);
  const double scale = std::max(spread, (spread > 0 ? 0.1 : 1) * std::abs(p.typical));
  return scale > 0 ? scale : 1;
}

// Of the random effects with these standard deviations at the start.
VectorXd random_scale(const PopulationModel& model, double PopulationParameter::*sd) {
  std::vector<double> list;
  for (const PopulationParameter& p : model.parameters)
    if (p.*sd > 0) list.push_back(p.form == IndividualForm::lognormal ? 1 : p.*sd);
  return Eigen::Map<const VectorXd>(list.data(), static_cast<Index>(list.size()));
}

double factor(const CovariateEffect& effect, double b, double c) {
  switch (effect.form) {
    case CovariateEffect::Form::power:
      return std::pow(c / effect.reference, b);
    case CovariateEffect::Form::exponential:
      return std::exp(b * (c - effect.reference));
    case CovariateEffect::Form::proportional:
      return 1 + b * (c - effect.reference);
  }
  return 1;
}

}  // namespace

PopulationLayout::PopulationLayout(const PopulationModel& model) : model_(&model) {
  for (const PopulationParameter& p : model.parameters) {
    require(std::isfinite(p.typical) && (p.form == IndividualForm::normal || p.typical > 0),
            "pharm.population.parameter",
            fmt::format("{}: a lognormal parameter starts above 0; saw {}", p.id, p.typical));
    require(p.between_sd >= 0 && p.occasion_sd >= 0, "pharm.population.parameter",
            fmt::format("{}: a standard deviation is not negative; saw {} and {}", p.id,
                        p.between_sd, p.occasion_sd));
    eta_.push_back(p.between_sd > 0 ? etas_++ : -1);
    kappa_.push_back(p.occasion_sd > 0 ? kappas_++ : -1);
    size_ += p.fixed ? 0 : 1;
  }
  require(
      model.error.additive >= 0 && model.error.proportional >= 0 &&
          model.error.additive + model.error.proportional > 0,
      "pharm.population.error",
      fmt::format("the residual error is additive, proportional or both, above 0; saw {} and {}",
                  model.error.additive, model.error.proportional));
  for (const CovariateEffect& e : model.effects) size_ += e.fixed ? 0 : 1;
  between_ = free_elements(model.between_blocks, eta_, etas_, model);
  occasion_ = free_elements(model.occasion_blocks, kappa_, kappas_, model);
  size_ += static_cast<Index>(between_.size() + occasion_.size());
  size_ += (model.error.additive > 0 ? 1 : 0) + (model.error.proportional > 0 ? 1 : 0);
  typical_scale_.resize(static_cast<Index>(model.parameters.size()));
  coefficient_scale_.resize(static_cast<Index>(model.effects.size()));
  for (std::size_t j = 0; j < model.parameters.size(); ++j)
    typical_scale_[static_cast<Index>(j)] = scale_of(model.parameters[j]);
  for (std::size_t j = 0; j < model.effects.size(); ++j)
    coefficient_scale_[static_cast<Index>(j)] = coefficient_scale(model, model.effects[j]);
  eta_scale_ = random_scale(model, &PopulationParameter::between_sd);
  kappa_scale_ = random_scale(model, &PopulationParameter::occasion_sd);
}

VectorXd PopulationLayout::effect_scale(const PopulationSubject& subject) const {
  VectorXd scale(effects(subject));
  scale << eta_scale_, kappa_scale_.replicate(subject.occasions, 1);
  return scale;
}

VectorXd PopulationLayout::start() const {
  PopulationValues v{.omega = MatrixXd::Zero(etas_, etas_),
                     .occasion = MatrixXd::Zero(kappas_, kappas_),
                     .additive = model_->error.additive,
                     .proportional = model_->error.proportional};
  v.typical.resize(static_cast<Index>(model_->parameters.size()));
  v.coefficients.resize(static_cast<Index>(model_->effects.size()));
  for (std::size_t j = 0; j < model_->parameters.size(); ++j) {
    const PopulationParameter& p = model_->parameters[j];
    v.typical[static_cast<Index>(j)] = p.typical;
    if (eta_[j] >= 0) v.omega(eta_[j], eta_[j]) = p.between_sd * p.between_sd;
    if (kappa_[j] >= 0) v.occasion(kappa_[j], kappa_[j]) = p.occasion_sd * p.occasion_sd;
  }
  for (std::size_t j = 0; j < model_->effects.size(); ++j)
    v.coefficients[static_cast<Index>(j)] = model_->effects[j].coefficient;
  return unconstrained(v);
}

VectorXd PopulationLayout::unconstrained(const PopulationValues& v) const {
  VectorXd u(size_);
  Index at = 0;
  for (std::size_t j = 0; j < model_->parameters.size(); ++j) {
    const PopulationParameter& p = model_->parameters[j];
    const double t = v.typical[static_cast<Index>(j)];
    if (!p.fixed)
      u[at++] = p.form == IndividualForm::lognormal ? std::log(t)
                                                    : t / typical_scale_[static_cast<Index>(j)];
  }
  for (std::size_t j = 0; j < model_->effects.size(); ++j)
    if (!model_->effects[j].fixed) {
      const auto k = static_cast<Index>(j);
      u[at++] = v.coefficients[k] / coefficient_scale_[k];
    }
  put_factor(between_, eta_scale_, v.omega, u, at);
  put_factor(occasion_, kappa_scale_, v.occasion, u, at);
  if (model_->error.additive > 0) u[at++] = std::log(v.additive);
  if (model_->error.proportional > 0) u[at++] = std::log(v.proportional);
  return u;
}

PopulationValues PopulationLayout::values(const VectorXd& u) const {
  PopulationValues v;
  Index at = 0;
  v.typical.resize(static_cast<Index>(model_->parameters.size()));
  v.coefficients.resize(static_cast<Index>(model_->effects.size()));
  for (std::size_t j = 0; j < model_->parameters.size(); ++j) {
    const PopulationParameter& p = model_->parameters[j];
    double& t = v.typical[static_cast<Index>(j)];
    t = p.typical;
    if (!p.fixed)
      t = p.form == IndividualForm::lognormal ? std::exp(u[at])
                                              : typical_scale_[static_cast<Index>(j)] * u[at];
    at += p.fixed ? 0 : 1;
  }
  for (std::size_t j = 0; j < model_->effects.size(); ++j)
    v.coefficients[static_cast<Index>(j)] =
        model_->effects[j].fixed ? model_->effects[j].coefficient
                                 : coefficient_scale_[static_cast<Index>(j)] * u[at++];
  v.omega = covariance(between_, eta_scale_, u, at);
  v.occasion = covariance(occasion_, kappa_scale_, u, at);
  if (model_->error.additive > 0) v.additive = std::exp(u[at++]);
  if (model_->error.proportional > 0) v.proportional = std::exp(u[at++]);
  return v;
}

std::vector<PopulationEstimate> PopulationLayout::estimates(const PopulationValues& v) const {
  using Role = PopulationEstimate::Role;
  std::vector<PopulationEstimate> list;
  const auto& parameters = model_->parameters;
  for (std::size_t j = 0; j < parameters.size(); ++j)
    list.push_back({parameters[j].id, parameters[j].unit, Role::typical,
                    v.typical[static_cast<Index>(j)], parameters[j].fixed});
  for (std::size_t j = 0; j < model_->effects.size(); ++j) {
    const CovariateEffect& e = model_->effects[j];
    list.push_back({e.name + " on " + parameters[static_cast<std::size_t>(e.parameter)].id, "",
                    Role::coefficient, v.coefficients[static_cast<Index>(j)], e.fixed});
  }
  const auto put = [&](const Elements& elements, const std::vector<Index>& effect,
                       const MatrixXd& m, const std::string& what, Role role, Role pair) {
    const auto name = [&](Index e) {
      const auto found = std::find(effect.begin(), effect.end(), e);
      return parameters[static_cast<std::size_t>(found - effect.begin())].id;
    };
    for (const auto& [i, j] : elements)
      list.push_back({i == j ? fmt::format("{} variance of {}", what, name(i))
                             : fmt::format("{} covariance of {}, {}", what, name(j), name(i)),
                      "", i == j ? role : pair, m(i, j), false});
  };
  put(between_, eta_, v.omega, "between-person", Role::between, Role::between_covariance);
  put(occasion_, kappa_, v.occasion, "between-occasion", Role::occasion, Role::occasion);
  if (model_->error.additive > 0)
    list.push_back({"additive error", "", Role::residual, v.additive, false});
  if (model_->error.proportional > 0)
    list.push_back({"proportional error", "", Role::residual, v.proportional, false});
  return list;
}

VectorXd PopulationLayout::natural(const VectorXd& u) const {
  VectorXd list(size_);
  Index at = 0;
  for (const PopulationEstimate& e : estimates(values(u)))
    if (!e.fixed) list[at++] = e.value;
  return list;
}

IndividualParameters individual_parameters(const PopulationLayout& layout,
                                           const PopulationValues& values,
                                           const PopulationSubject& subject, const VectorXd& b) {
  const PopulationModel& model = layout.model();
  const auto p = static_cast<Index>(model.parameters.size());
  IndividualParameters result;
  result.phi.resize(p * subject.occasions);
  for (Index k = 0; k < subject.occasions; ++k) {
    auto phi = result.phi.segment(k * p, p);
    phi = values.typical;
    for (std::size_t e = 0; e < model.effects.size(); ++e) {
      const CovariateEffect& effect = model.effects[e];
      phi[effect.parameter] *= factor(effect, values.coefficients[static_cast<Index>(e)],
                                      subject.covariates(k, effect.covariate));
    }
  }
  result.first = result.second = VectorXd::Zero(result.phi.size());
  for (Index k = 0; k < subject.occasions; ++k)
    for (Index j = 0; j < p; ++j) {
      const Index eta = layout.eta_of()[static_cast<std::size_t>(j)];
      const Index kappa = layout.kappa_of()[static_cast<std::size_t>(j)];
      if (eta < 0 && kappa < 0) continue;
      double sum = eta >= 0 ? b[eta] : 0;
      if (kappa >= 0) sum += b[layout.etas() + k * layout.kappas() + kappa];
      double& phi = result.phi[k * p + j];
      const bool log =
          model.parameters[static_cast<std::size_t>(j)].form == IndividualForm::lognormal;
      phi = log ? phi * std::exp(sum) : phi + sum;
      result.first[k * p + j] = log ? phi : 1;
      result.second[k * p + j] = log ? phi : 0;
    }
  return result;
}

std::vector<std::pair<Index, Index>> moving_effects(const PopulationLayout& layout,
                                                    const PopulationSubject& subject) {
  std::vector<std::pair<Index, Index>> list;
  for (Index k = 0; k < subject.occasions; ++k)
    for (std::size_t j = 0; j < layout.eta_of().size(); ++j) {
      const Index kappa = layout.kappa_of()[j];
      list.emplace_back(layout.eta_of()[j],
                        kappa < 0 ? -1 : layout.etas() + k * layout.kappas() + kappa);
    }
  return list;
}

RandomPrecision random_precision(const PopulationLayout& layout, const PopulationValues& values,
                                 const PopulationSubject& subject) {
  const Index n = layout.effects(subject);
  MatrixXd all = MatrixXd::Zero(n, n);
  all.topLeftCorner(layout.etas(), layout.etas()) = values.omega;
  for (Index k = 0; k < (layout.kappas() > 0 ? subject.occasions : 0); ++k)
    all.block(layout.etas() + k * layout.kappas(), layout.etas() + k * layout.kappas(),
              layout.kappas(), layout.kappas()) = values.occasion;
  RandomPrecision result;
  if (n == 0) return result;
  const Eigen::LLT<MatrixXd> llt(all);
  result.root = llt.matrixL();
  result.inverse = llt.solve(MatrixXd::Identity(n, n));
  result.log_determinant = 2 * result.root.diagonal().array().log().sum();
  return result;
}

}  // namespace entact
