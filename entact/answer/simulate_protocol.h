#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "entact/pharm/dose_event.h"
#include "entact/pharm/model_description.h"
#include "entact/pharm/regimen.h"
#include "entact/report/document.h"

namespace entact {

/// What a study's protocol gave an arm: data/doses.csv, a session a row.
struct Protocol {
  std::string name{};                                ///< "MAPP1:mdma"
  std::vector<std::vector<RegimenDose>> sessions{};  ///< each the initial dose, then any second one
  std::vector<std::string> notes{};                  ///< doses of which a range was allowed
  InputFile input{};
};

/// @param name          STUDY:ARM, in any case
/// @param supplement_h  from a session's initial dose to its supplemental one
/// @throws Error "answer.protocol.name" (usage) unless the arm is in the table;
///         "answer.protocol.dose" (unanswerable) if a session has no initial dose
Protocol read_protocol(const std::filesystem::path& data, const std::string& name,
                       double supplement_h);

/// Its dose records for a model's first input, `every_h` from session to session.
/// @throws as regimen_events
std::vector<DoseEvent> protocol_events(const Protocol& protocol, double every_h,
                                       const std::vector<MissedDose>& missed,
                                       const ModelDescription& model);

}  // namespace entact
