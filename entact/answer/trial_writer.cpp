#include "entact/answer/trial_writer.h"

#include <fmt/format.h>

#include "entact/answer/trial_numbers.h"
#include "entact/report/number_text.h"

namespace entact {
std::string TrialWriter::own(double value, int decimals, const std::string& label,
                             const std::string& pointer) const {
  return builder_.number(value, decimal_text(value, decimals), label,
                         {.command = page_.command,
                          .pointer = "/result" + pointer,
                          .model = "simulation, Monte Carlo"});
}

std::string TrialWriter::estimand(std::size_t at, std::size_t e, const std::string& key,
                                  double value, int decimals) const {
  const TrialCaseResult& one = page_.outcome.cases[at];
  return own(
      value, decimals,
      fmt::format("{}, {}: {}", case_words(page_.file, one.setup), one.found.estimands[e].id, key),
      fmt::format("/cases/{}/estimands/{}/{}", at, e, key));
}

Cell TrialWriter::with_error(std::size_t at, std::size_t e, const std::string& key,
                             const SimulatedValue& value, int decimals) const {
  return {.prose = {number_span(estimand(at, e, key, value.value, decimals)), text(" ("),
                    number_span(estimand(at, e, key + "_mc_se", value.mc_se, decimals + 1)),
                    text(")")}};
}

std::string variant_name(const TrialFile& file, std::size_t v) {
  return file.variants[v].name.empty() ? "the design" : file.variants[v].name;
}

}  // namespace entact
