#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace entact {

/// A combination of means that a user asks for by name.
struct NamedCombination {
  std::string name{};
  std::vector<std::pair<double, std::string>> parts{};  ///< weight, "MDMA@W12"
};

/// Reads "NAME = 0.5 MDMA@W12 + 0.5 MDMA@W18 - PBO@W18"; a name of a mean that holds a blank or a
/// sign stands in braces: {LOW DOSE@WEEK 18}. The weight is 1 unless said, with or without *.
///
/// @throws Error "answer.mmrm.contrast" (usage), with the place, if it cannot be read
NamedCombination parse_combination(std::string_view text);

}  // namespace entact
