#pragma once

#include <nlohmann/json_fwd.hpp>

#include "entact/answer/design_command.h"
#include "entact/report/document.h"

namespace entact {

/// The assumed effect: the difference of means, or of proportions.
double effect_of(const DesignRequest& request);

/// The estimate that stands at a bound of look k: z times the standard error there, which the drift
/// of the assumed effect gives.
double effect_at(const DesignRequest& request, const DesignResult& result, std::size_t k, double z);

/// What the design does if the effect is another than assumed: power and mean participants at
/// multiples of it from 0 to 1.5. With one look participants are constant, and power is by n.
nlohmann::ordered_json design_curve(const DesignRequest& request, const DesignResult& result);

/// The page: sizes, the bounds on the scale of z and of the effect, and what is to be expected.
///
/// @param json  of the same command; its numbers are shown
Document design_document(const DesignRequest& request, const DesignResult& result,
                         const nlohmann::ordered_json& json);

}  // namespace entact
