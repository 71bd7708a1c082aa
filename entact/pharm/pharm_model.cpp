#include "entact/pharm/pharm_model.h"

#include <string>

#include "entact/base/error.h"

namespace entact {

void check_shape(const ModelDescription& description, int states, int parameters, int outputs) {
  const auto must = [&](std::size_t seen, int wanted, const char* what) {
    require(seen == static_cast<std::size_t>(wanted), "pharm.model.shape",
            "model " + description.id + ": its equations have " + std::to_string(wanted) + " " +
                what + ", its description " + std::to_string(seen) + "; describe each once");
  };
  must(description.states.size(), states, "states");
  must(description.parameters.size(), parameters, "parameters");
  must(description.outputs.size(), outputs, "outputs");
  for (const DoseInput& input : description.inputs)
    require(input.state >= 0 && input.state < states, "pharm.model.shape",
            "model " + description.id + ": an input names state " + std::to_string(input.state) +
                "; the states are 0 to " + std::to_string(states - 1));
}

}  // namespace entact
