// Arbitrary text as a formula: refused with an Error of its own, or expanded into terms that, put
// together again, expand into themselves.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "entact/base/error.h"
#include "entact/stats/model_formula.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const entact::ModelFormula formula = entact::parse_formula(text);
    std::string again = formula.response + " ~ " + (formula.intercept ? "1" : "0");
    for (const entact::FormulaTerm& term : formula.terms) again += " + " + entact::to_text(term);
    if (entact::parse_formula(again).terms.size() != formula.terms.size()) std::abort();
  } catch (const entact::Error& error) {
    if (error.code().rfind("stats.formula.", 0) != 0) std::abort();
  }
  return 0;
}
