#include "entact/answer/answer.h"

#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/report/document_json.h"

namespace entact {

std::string version() { return ENTACT_VERSION; }

Document document_of(const Answer& answer, const std::string& command) {
  require(answer.document.has_value(), "answer.document.none",
          "this command makes no page; ask for text, json or csv", ErrorKind::usage);
  Document document = *answer.document;
  document.provenance = {.version = version(),
                         .command = command,
                         .inputs = answer.inputs,
                         .evidence_sha256 = answer.evidence_sha256,
                         .as_of = document.provenance.as_of};
  for (Number& number : document.numbers)
    if (number.trail.command.empty() && number.trail.facts.empty() && !number.trail.pointer.empty())
      number.trail.command = command + " --format json";
  return document;
}

std::string envelope(const Answer& answer, const std::string& command) {
  using Json = nlohmann::ordered_json;
  Json inputs = Json::array();
  for (const InputFile& input : answer.inputs)
    inputs.push_back({{"name", input.name}, {"sha256", input.sha256}});
  Json run{{"version", version()}, {"command", command}, {"inputs", inputs}};
  if (!answer.evidence_sha256.empty()) run["evidence_sha256"] = answer.evidence_sha256;
  Json json{{"entact", run},
            {"result", Json::parse(answer.result_json)},
            {"issues", answer.reservations}};
  if (answer.document) json["document"] = Json::parse(to_json(document_of(answer, command)));
  return json.dump(2);
}

}  // namespace entact
