// The conditions of the claims table on arbitrary text: refused with an Error, or parsed into a
// tree that can be evaluated with every quantity unknown, a number or a word.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "entact/base/error.h"
#include "entact/evidence/claim_expression.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const entact::ClaimExpression expression = entact::parse_claim_expression(text);
    for (const entact::ClaimCall& call : expression.calls)
      if (call.name.empty() || call.position < 1 || text.find(call.text) == std::string::npos)
        std::abort();
    entact::evaluate(expression, [](const entact::ClaimCall&) { return entact::ClaimValue(); });
    entact::evaluate(expression, [](const entact::ClaimCall&) { return entact::ClaimValue(1.0); });
    entact::evaluate(expression,
                     [](const entact::ClaimCall& c) { return entact::ClaimValue(c.name); });
  } catch (const entact::Error& error) {
    if (error.code().rfind("evidence.claim.", 0) != 0) std::abort();
  }
  return 0;
}
