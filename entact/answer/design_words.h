#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/trial/group_sequential.h"

namespace entact {

// Names of group-sequential bounds as files and the command line write them.

/// "obrien-fleming", "pocock", "hwang-shih-decani", "kim-demets": spending functions.
std::optional<Spending> spending_named(const std::string& name, double parameter);

/// Those, as alpha spending, and bounds of a shape: "obrien-fleming-shape", "pocock-shape",
/// "wang-tsiatis", "haybittle-peto".
std::optional<Boundary> boundary_named(const std::string& name, double parameter);

std::vector<std::string> spending_names();
std::vector<std::string> boundary_names();

}  // namespace entact
