// Any text is refused with an Error of pharm, or read into a model whose names lead somewhere and
// whose rates can be evaluated. Most inputs stand inside a sound document; the byte before says
// where. Without libsbml every text is refused.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "entact/base/error.h"
#include "entact/pharm/sbml_model.h"

namespace {

void require_true(bool ok) {
  if (!ok) std::abort();
}

constexpr const char* head =
    "<sbml xmlns=\"http://www.sbml.org/sbml/level3/version1/core\" level=\"3\" version=\"1\">"
    "<model id=\"m\"><listOfCompartments><compartment id=\"c\" size=\"2\" constant=\"true\"/>"
    "</listOfCompartments><listOfSpecies><species id=\"A\" compartment=\"c\" "
    "initialConcentration=\"3\" hasOnlySubstanceUnits=\"false\" boundaryCondition=\"false\" "
    "constant=\"false\"/></listOfSpecies>";
constexpr const char* rule =
    "<listOfRules><rateRule variable=\"A\"><math "
    "xmlns=\"http://www.w3.org/1998/Math/MathML\">";

std::string document_of(std::uint8_t kind, const std::string& inside) {
  const std::string end = "</model></sbml>";
  if (kind % 4 == 0) return inside;
  if (kind % 4 == 1) return head + inside + end;
  if (kind % 4 == 2) return head + (rule + inside) + "</math></rateRule></listOfRules>" + end;
  return std::string(head) + "<listOfParameters>" + inside + "</listOfParameters>" + rule +
         "<ci>k</ci></math></rateRule></listOfRules>" + end;
}

void check(const entact::ImportedModel& made) {
  const entact::PharmModel model = bind_expressions(made.description, made.expressions);
  std::vector<double> p, x(model.description.states.size()), dx(x.size());
  for (const entact::ModelParameter& each : model.description.parameters) p.push_back(each.value);
  for (const entact::DoseInput& input : model.description.inputs)
    require_true(input.state >= 0 && static_cast<std::size_t>(input.state) < x.size());
  model.scalar.initial(p.data(), x.data());
  model.scalar.rates(0.5, x.data(), p.data(), dx.data());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 4096) return 0;
  const std::string inside(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    check(entact::read_sbml(document_of(data[0], inside), "M.xml"));
  } catch (const entact::Error& error) {
    require_true(error.code().starts_with("pharm."));
  }
  return 0;
}
