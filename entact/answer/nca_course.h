#pragma once

#include "entact/answer/nca_profiles.h"
#include "entact/pharm/nca.h"

namespace entact {

/// What a course's concentrations say; its reservations also name the samples that are left out,
/// and what stands for the concentration at the dose.
///
/// @param dose  in concentration units x L
/// @return all NaN if the course has no concentration
Nca nca_of_course(const NcaProfile& profile, double dose, const NcaOptions& options);

}  // namespace entact
