#include "entact/answer/simulate_options.h"

#include <fmt/format.h>

#include <cmath>

#include "entact/answer/simulate_columns.h"
#include "entact/base/error.h"
#include "entact/io/number.h"

namespace entact {

void refuse_option(const std::string& option, const std::string& rule, const std::string& value) {
  throw Error("answer.simulate.option", fmt::format("{} {}; saw '{}'", option, rule, value),
              ErrorKind::usage);
}

Assignment assignment(const std::string& option, const std::string& words) {
  const auto equals = words.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == words.size())
    refuse_option(option, "is written NAME=VALUE", words);
  return {words.substr(0, equals), words.substr(equals + 1)};
}

double number_of(const std::string& option, const std::string& words) {
  const auto value = parse_number(words);
  if (!value || !std::isfinite(*value)) refuse_option(option, "needs a number", words);
  return *value;
}

void set_values(ModelDescription& description, const std::vector<std::string>& set) {
  for (const std::string& words : set) {
    const auto [name, value] = assignment("--set", words);
    auto& parameter =
        description
            .parameters[static_cast<std::size_t>(place_of(description.parameters, "--set", name))];
    const double known = number_of("--set " + name, value);
    if (known < 0 && never_negative(parameter))
      refuse_option("--set " + name,
                    fmt::format("is {} of 0 {} or more", parameter.label, parameter.unit), value);
    parameter.value = known;
    parameter.low = parameter.high = parameter.value;
    parameter.status = ParameterStatus::assumed;
    parameter.source = "--set " + words;
  }
}

std::vector<DrawnCovariate> covariates_of(const ModelFile& file,
                                          const std::vector<std::string>& asked) {
  std::vector<DrawnCovariate> drawn;
  for (const ModelCovariate& covariate : file.population.covariates)
    drawn.push_back({covariate.reference, 0});
  for (const std::string& words : asked) {
    const auto [name, value] = assignment("--covariate", words);
    const auto at =
        static_cast<std::size_t>(place_of(file.population.covariates, "--covariate", name));
    const auto wave = value.find('~');
    drawn[at].mean = number_of("--covariate " + name, value.substr(0, wave));
    if (wave != std::string::npos)
      drawn[at].sd = number_of("--covariate " + name, value.substr(wave + 1));
    const ModelCovariate& rule = file.population.covariates[at];
    if (!(drawn[at].mean >= rule.low && drawn[at].mean <= rule.high && drawn[at].sd >= 0))
      refuse_option("--covariate " + name,
                    fmt::format("lies between {:g} and {:g} {}, with a spread of 0 or more",
                                rule.low, rule.high, rule.unit),
                    value);
  }
  return drawn;
}

std::vector<MissedDose> missed_of(const std::vector<std::string>& asked) {
  std::vector<MissedDose> missed;
  for (const std::string& words : asked) {
    const auto dot = words.find('.');
    const auto whole = [&](const std::string& part) {
      const double value = number_of("--missed", part);
      if (value < 1 || value != std::floor(value) || value > 1e6)
        refuse_option("--missed", "is written SESSION.DOSE, both counted from 1", words);
      return static_cast<int>(value);
    };
    if (dot == std::string::npos) refuse_option("--missed", "is written SESSION.DOSE", words);
    missed.push_back({whole(words.substr(0, dot)), whole(words.substr(dot + 1))});
  }
  return missed;
}

}  // namespace entact
