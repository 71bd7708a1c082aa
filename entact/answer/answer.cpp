#include "entact/answer/answer.h"

#include <nlohmann/json.hpp>

namespace entact {

std::string version() { return ENTACT_VERSION; }

std::string envelope(const Answer& answer, const std::string& command) {
  using Json = nlohmann::ordered_json;
  Json inputs = Json::array();
  for (const InputFile& input : answer.inputs)
    inputs.push_back({{"name", input.name}, {"sha256", input.sha256}});
  Json run{{"version", version()}, {"command", command}, {"inputs", inputs}};
  if (!answer.evidence_sha256.empty()) run["evidence_sha256"] = answer.evidence_sha256;
  const Json json{{"entact", run},
                  {"result", Json::parse(answer.result_json)},
                  {"issues", answer.reservations}};
  return json.dump(2);
}

}  // namespace entact
