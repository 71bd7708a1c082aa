// Any text is refused with an Error of io, or read into one row for each of the file's whose
// numbers are missing or within their range. Half of the inputs get a valid header, to reach the
// cells.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "entact/base/error.h"
#include "entact/io/metapsy.h"

namespace {

constexpr std::string_view header =
    "study;condition_arm1;condition_arm2;outcome_type;instrument;drug_arm2;dose_arm2;mean_arm1;"
    "sd_arm1;event_arm1;totaln_arm1;percent_women;post_crossover;.id\n";

void require_true(bool ok) {
  if (!ok) std::abort();
}

bool missing_or_positive(double value) { return std::isnan(value) || value >= 0; }

void check(const entact::MetapsyReading& reading) {
  for (const entact::MetapsyRow& row : reading.rows) {
    require_true(row.line >= 2);
    require_true(missing_or_positive(row.arm1.sd) && missing_or_positive(row.arm1.events));
    require_true(!std::isinf(row.arm1.mean));
    require_true(missing_or_positive(row.proportion_women) && !(row.proportion_women > 1));
  }
  for (const entact::Issue& issue : reading.issues)
    require_true(issue.line >= 2 && issue.code.rfind("io.metapsy.", 0) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string text(data[0] % 2 == 0 ? header : std::string_view());
  text.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    check(entact::read_metapsy(text, "fuzz"));
  } catch (const entact::Error& error) {
    require_true(error.code().rfind("io.csv.", 0) == 0 || error.code() == "io.metapsy.columns");
  }
  return 0;
}
