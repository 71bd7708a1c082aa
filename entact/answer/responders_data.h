#pragma once

#include <string>
#include <vector>

#include "entact/answer/responders_command.h"
#include "entact/stats/two_by_two.h"

namespace entact {

/// The participants of a responder analysis: one row each, with a response.
struct RespondersData {
  TrialTable rows{};                  ///< with the response as column `response`
  std::string response{};             ///< name of that column
  std::string words{};                ///< for people: "CHG <= -10"
  std::string arm{};                  ///< name of the column
  std::vector<std::string> arm_of{};  ///< of each row
  std::vector<double> responded{};    ///< of each row, 0 or 1
  std::vector<std::string> arms{};    ///< the reference first
  std::vector<double> missing{};      ///< of each arm: rows whose response is missing
  [[nodiscard]] TwoByTwo table(const std::string& arm_level, const std::string& stratum = "",
                               const std::vector<std::string>& strata = {}) const;
};

/// @throws as responders_answer
RespondersData responders_data(const TrialTable& data, const RespondersRequest& request);

}  // namespace entact
