// Any text is refused with an Error, or compiled to code that leaves one value and never reaches
// past its stack.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "entact/base/error.h"
#include "entact/pharm/expression.h"
#include "entact/pharm/run_program.h"

namespace {

void check(std::vector<entact::Instruction> code) {
  code.push_back({entact::Operation::keep_result, 0, 0});
  const double states[] = {1, 2}, parameters[] = {3, 4};
  double result = -12345;
  bool kept = false;
  entact::run_program<double>(code.data(), static_cast<int>(code.size()), 1.0,
                              entact::ProgramData<double>{states, parameters, &result},
                              [&](double& to, double value) { to = value, kept = true; });
  if (!kept) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const entact::ExpressionNames names{.states = {"x", "y"}, .parameters = {"k", "v"}};
  try {
    check(parse_expression({reinterpret_cast<const char*>(data), size}, names));
  } catch (const entact::Error& error) {
    if (!error.code().starts_with("pharm.expression.")) std::abort();
  }
  return 0;
}
