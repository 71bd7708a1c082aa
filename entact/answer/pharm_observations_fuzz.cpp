// Any text as a calibration file is refused with an Error that names its place, or read into rows
// whose parameters, outputs and hours lead somewhere. Two thirds of the inputs are put behind a
// sound head or into a sound row.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "entact/answer/installed_files.h"
#include "entact/answer/pharm_observations.h"
#include "entact/base/error.h"

namespace {

void require_true(bool ok) {
  if (!ok) std::abort();
}

/// The shipped base and model, read once.
struct Shipped {
  entact::EvidenceBase base = entact::load_evidence(entact::find_data("")).base;
  entact::ModelFile file =
      entact::read_model_file(entact::find_model_file("mdma-linear", entact::find_data("")));
};

void check_course(const entact::PharmCourse& course, const entact::ModelFile& file) {
  require_true(!course.regimen.empty() && course.from_h >= 0 && course.to_h > course.from_h &&
               course.to_h <= 1000);
  require_true(course.covariates.size() == file.population.covariates.size());
  for (const auto& [parameter, value] : course.fixed)
    require_true(parameter >= 0 && std::isfinite(value) &&
                 static_cast<std::size_t>(parameter) < file.description.parameters.size());
}

void check(const entact::PharmObservations& all, const entact::ModelFile& file) {
  for (const int parameter : all.fit)
    require_true(parameter >= 0 &&
                 static_cast<std::size_t>(parameter) < file.description.parameters.size());
  for (const entact::PharmObservation& one : all.observations) {
    require_true(one.output >= 0 &&
                 static_cast<std::size_t>(one.output) < file.description.outputs.size());
    require_true(std::isfinite(one.weight) && one.weight >= 0 && std::isfinite(one.share) &&
                 std::isfinite(one.threshold));
    require_true(one.direction.has_value() || !std::isnan(one.observed));
    require_true(!one.courses.empty() &&
                 (one.versus.empty() || one.versus.size() == one.courses.size()));
    for (const auto& course : one.courses) check_course(course, file);
    for (const auto& course : one.versus) check_course(course, file);
  }
}

std::string text_of(const std::uint8_t* data, std::size_t size) {
  const std::string own(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 3 == 0) return own;
  const std::string head = "model = \"mdma-linear\"\nfit = [\"v\", \"cl\"]\n";
  if (data[0] % 3 == 1) return head + own;
  return head +
         "[[observation]]\nfact = \"pk.mas1999.75mg.mdma.cmax_ng_ml\"\nregimens = [\"75@0\"]\n"
         "output = \"concentration\"\nstatistic = \"peak\"\n" +
         own;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 4096)
    return 0;  // toml++ needs time that grows with the square of nesting
  static const Shipped shipped;
  try {
    check(entact::read_observations(text_of(data, size), "C.toml", shipped.file, shipped.base),
          shipped.file);
  } catch (const entact::Error& error) {
    require_true(error.code().starts_with("io."));
  }
  return 0;
}
