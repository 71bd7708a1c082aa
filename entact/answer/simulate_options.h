#pragma once

#include <string>
#include <vector>

#include "entact/answer/model_file.h"
#include "entact/pharm/draws.h"
#include "entact/pharm/regimen.h"

namespace entact {

/// @throws Error "answer.simulate.option" (usage), as every function here: option, rule, value
[[noreturn]] void refuse_option(const std::string& option, const std::string& rule,
                                const std::string& value);

/// NAME=VALUE.
struct Assignment {
  std::string name{};
  std::string value{};
};
Assignment assignment(const std::string& option, const std::string& words);

double number_of(const std::string& option, const std::string& words);

template <typename Items>
std::string names_of(const Items& items) {
  std::string names;
  for (const auto& item : items) names += (names.empty() ? "" : ", ") + item.id;
  return names;
}

/// Which of the items has the name.
template <typename Items>
int place_of(const Items& items, const std::string& option, const std::string& name) {
  for (std::size_t i = 0; i < items.size(); ++i)
    if (items[i].id == name) return static_cast<int>(i);
  refuse_option(option, "names one of " + names_of(items), name);
}

/// --set: a value that somebody sets is known to them, so its range is that value.
void set_values(ModelDescription& description, const std::vector<std::string>& set);

/// --covariate: ID=VALUE or ID=MEAN~SD; the model's references where nothing is said.
std::vector<DrawnCovariate> covariates_of(const ModelFile& file,
                                          const std::vector<std::string>& asked);

/// --missed: SESSION.DOSE.
std::vector<MissedDose> missed_of(const std::vector<std::string>& asked);

}  // namespace entact
