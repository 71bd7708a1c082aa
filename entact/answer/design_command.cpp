#include "entact/answer/design_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <Eigen/Core>
#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/design_document.h"
#include "entact/answer/design_words.h"
#include "entact/answer/json_number.h"
#include "entact/base/error.h"
#include "entact/report/number_text.h"
#include "entact/trial/mmrm_power.h"
#include "entact/trial/sample_size.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

void asked(bool ok, const std::string& rule) {
  require(ok, "answer.design.request", rule, ErrorKind::usage);
}

TwoArmTest test_of(const DesignRequest& request) {
  return {.alpha = request.alpha, .sides = request.sides, .ratio = request.ratio};
}

MmrmDesign mmrm_of(const DesignRequest& request) {
  const auto visits = static_cast<Eigen::Index>(request.retained.size());
  asked(request.sd.size() == 1 || request.sd.size() == request.retained.size(),
        "--sd takes one number, or one a visit as --retained");
  MmrmArm arm{.covariance = Eigen::MatrixXd(visits, visits), .retained = request.retained};
  const auto sd = [&](Eigen::Index k) {
    return request.sd[request.sd.size() == 1 ? 0 : static_cast<std::size_t>(k)];
  };
  for (Eigen::Index i = 0; i < visits; ++i)
    for (Eigen::Index j = 0; j < visits; ++j)
      arm.covariance(i, j) = sd(i) * sd(j) * (i == j ? 1 : request.correlation);
  MmrmDesign design{.difference = *request.difference};
  design.arm1 = arm;
  design.arm2 = arm;
  return design;
}

TwoMeansDesign means_of(const DesignRequest& request) {
  asked(request.sd.size() == 1, "--sd takes one number for means");
  return {.difference = *request.difference, .sd = request.sd[0]};
}

void check(const DesignRequest& request) {
  const std::string& measure = request.measure;
  asked(measure == "means" || measure == "proportions" || measure == "mmrm",
        "--measure is one of: means, proportions, mmrm; saw '" + measure + "'");
  if (measure == "proportions")
    asked(request.p1 && request.p2, "--measure proportions needs --p1 and --p2");
  else
    asked(request.difference.has_value(), "--measure " + measure + " needs --difference");
  asked(!request.n || request.looks.empty(),
        "--n asks for the power of one look: leave out --looks");
  asked(measure != "mmrm" || request.dropout == 0,
        "--dropout is for one outcome; of repeated measures give --retained");
}

double fixed_size(const DesignRequest& request) {
  if (request.measure == "means")
    return size_for_means(means_of(request), test_of(request), request.power);
  if (request.measure == "mmrm")
    return mmrm_size(mmrm_of(request), test_of(request), request.power);
  return size_for_proportions({*request.p1, *request.p2}, test_of(request), request.power);
}

GroupSequentialDesign looks_of(const DesignRequest& request) {
  GroupSequentialOptions options{.rates = request.looks,
                                 .alpha = request.alpha,
                                 .sides = request.sides,
                                 .binding = request.binding,
                                 .power = request.power};
  if (options.rates.back() < 1) options.rates.push_back(1);
  const auto efficacy = boundary_named(request.efficacy, request.parameter);
  asked(efficacy.has_value(), fmt::format("--efficacy is one of: {}; saw '{}'",
                                          fmt::join(boundary_names(), ", "), request.efficacy));
  options.efficacy = *efficacy;
  if (!request.futility.empty()) {
    options.futility = spending_named(request.futility, request.futility_parameter);
    asked(options.futility.has_value(),
          fmt::format("--futility is one of: {}; saw '{}'", fmt::join(spending_names(), ", "),
                      request.futility));
  }
  return group_sequential(options);
}

Json look_json(const DesignRequest& request, const DesignResult& result, std::size_t k) {
  const GroupSequentialDesign& looks = *result.looks;
  return {{"share", looks.rates[k]},
          {"n", json_number(looks.rates[k] * result.n)},
          {"efficacy_z", json_number(looks.upper[k])},
          {"efficacy_effect", json_number(effect_at(request, result, k, looks.upper[k]))},
          {"futility_z", json_number(looks.lower[k])},
          {"futility_effect", json_number(effect_at(request, result, k, looks.lower[k]))},
          {"alpha_spent", json_number(looks.alpha_spent[k])},
          {"beta_spent", json_number(looks.beta_spent[k])},
          {"rejects", json_number(result.with_effect.efficacy[k])},
          {"gives_up", json_number(result.with_effect.futility[k])},
          {"rejects_without_effect",
           json_number(result.without.efficacy[k] + result.without.opposite[k])},
          {"gives_up_without_effect", json_number(result.without.futility[k])}};
}

Json json_of(const DesignRequest& request, const DesignResult& result) {
  Json json{{"measure", request.measure}, {"alpha", request.alpha},
            {"sides", request.sides},     {"power", json_number(result.power)},
            {"ratio", request.ratio},     {"fixed_n", json_number(result.fixed_n)},
            {"n", json_number(result.n)}, {"enrol", json_number(result.enrol)},
            {"arm1", result.arm1},        {"arm2", result.arm2}};
  json["effect"] = effect_of(request);
  json["curve"] = design_curve(request, result);
  if (!result.looks) return json;
  json["inflation"] = json_number(result.looks->inflation);
  json["drift"] = json_number(result.looks->drift);
  json["expected_n"] = json_number(result.with_effect.expected_information * result.n);
  json["expected_n_without_effect"] = json_number(result.without.expected_information * result.n);
  for (std::size_t k = 0; k < result.looks->rates.size(); ++k)
    json["looks"].push_back(look_json(request, result, k));
  return json;
}

std::string bound_text(double z) { return std::isinf(z) ? "-" : decimal_text(z, 4); }

std::string looks_text(const DesignResult& result) {
  const GroupSequentialDesign& looks = *result.looks;
  std::string text = fmt::format("\n{:>8}{:>10}{:>13}{:>11}{:>14}{:>10}{:>10}\n", "share", "n",
                                 "reject at z", "stop at z", "alpha so far", "rejects", "gives up");
  for (std::size_t k = 0; k < looks.rates.size(); ++k)
    text += fmt::format("{:>8}{:>10}{:>13}{:>11}{:>14}{:>10}{:>10}\n",
                        fmt::format("{:.4g}", looks.rates[k]),
                        decimal_text(looks.rates[k] * result.n, 1), bound_text(looks.upper[k]),
                        bound_text(looks.lower[k]), significant_text(looks.alpha_spent[k], 4),
                        decimal_text(result.with_effect.efficacy[k], 4),
                        decimal_text(result.with_effect.futility[k], 4));
  return text + fmt::format(
                    "\nmean participants {} with the effect, {} without; at most {} times the "
                    "{} of one look\n",
                    decimal_text(result.with_effect.expected_information * result.n, 1),
                    decimal_text(result.without.expected_information * result.n, 1),
                    decimal_text(looks.inflation, 4), decimal_text(result.fixed_n, 1));
}

std::string text_of(const DesignRequest& request, const DesignResult& result) {
  std::string text = fmt::format(
      "{} participants analysed, {} to enrol ({} and {}): power {} at {}-sided alpha {:g}\n",
      decimal_text(result.n, 1), result.arm1 + result.arm2, result.arm1, result.arm2,
      decimal_text(result.power, 4), request.sides == 2 ? "two" : "one", request.alpha);
  return result.looks ? text + looks_text(result) : text;
}

std::string csv_of(const DesignResult& result) {
  std::string csv = "share,n,efficacy_z,futility_z,alpha_spent,rejects,gives_up\n";
  if (!result.looks)
    return csv + fmt::format("1,{},,,,{},{}\n", result.n, result.power, 1 - result.power);
  const auto cell = [](double z) { return std::isinf(z) ? std::string() : fmt::format("{}", z); };
  for (std::size_t k = 0; k < result.looks->rates.size(); ++k)
    csv += fmt::format("{},{},{},{},{},{},{}\n", result.looks->rates[k],
                       result.looks->rates[k] * result.n, cell(result.looks->upper[k]),
                       cell(result.looks->lower[k]), result.looks->alpha_spent[k],
                       result.with_effect.efficacy[k], result.with_effect.futility[k]);
  return csv;
}

}  // namespace

double power_with(const DesignRequest& request, double n) {
  if (request.measure == "means") return power_of_means(means_of(request), test_of(request), n);
  if (request.measure == "mmrm") return mmrm_power(mmrm_of(request), test_of(request), n);
  return power_of_proportions({*request.p1, *request.p2}, test_of(request), n);
}

DesignResult design_of(const DesignRequest& request) {
  check(request);
  DesignResult result{.power = request.power};
  result.fixed_n = request.n ? *request.n : fixed_size(request);
  result.n = result.fixed_n;
  if (request.n) result.power = power_with(request, *request.n);
  if (!request.looks.empty()) {
    result.looks = looks_of(request);
    result.n = result.fixed_n * result.looks->inflation;
    result.with_effect = behaviour(*result.looks, result.looks->drift);
    result.without = behaviour(*result.looks, 0);
  }
  result.enrol = with_dropout(result.n, request.dropout);
  const ArmSizes arms = whole_arms(result.enrol, request.ratio);
  result.arm1 = arms.arm1;
  result.arm2 = arms.arm2;
  return result;
}

Answer design_answer(const DesignRequest& request) {
  const DesignResult result = design_of(request);
  const Json json = json_of(request, result);
  return {.result_json = json.dump(),
          .text = text_of(request, result),
          .csv = csv_of(result),
          .document = design_document(request, result, json)};
}

}  // namespace entact
