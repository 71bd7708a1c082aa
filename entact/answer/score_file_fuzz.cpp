// Any text is refused with an Error of io or of scoring, or read into answers that their items can
// have, and totals inside their range or missing. Two thirds of the inputs get the header of a wide
// or a long file, to reach the cells.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "entact/answer/score_file.h"
#include "entact/base/error.h"
#include "entact/scales/score.h"
#include "entact/scales/specimen_instrument.h"

namespace {

constexpr std::array<std::string_view, 3> headers{
    "", "USUBJID,AVISIT,B1,B2,C1,C2,C3,F\n",
    "USUBJID,AVISIT,PARAMCD,AVAL\nP,V,B1,1\nP,V,B2,1\n"
    "P,V,C1,1\nP,V,C2,1\nP,V,C3,1\n"};

void require_true(bool ok) {
  if (!ok) std::abort();
}

void check(const entact::ScoreFile& file, const entact::Instrument& instrument) {
  require_true(entact::answer_faults(instrument, file.answers).empty());
  require_true(file.id.size() == file.answers.rows && file.visit.size() == file.id.size());
  for (const long line : file.line) require_true(line >= 2);
  const entact::Scores scores = entact::score(instrument, file.answers);
  for (const double total : scores.scores[0].value)
    require_true(std::isnan(total) || (total >= 0 && total <= 20));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const entact::Instrument instrument = entact::specimen_instrument();
  std::string text(headers[data[0] % headers.size()]);
  text.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    check(read_score_file(entact::read_csv(text), instrument, {}), instrument);
  } catch (const entact::Error& error) {
    require_true(error.code().starts_with("io.csv.") || error.code().starts_with("answer.score."));
  }
  try {
    entact::expanded_names(text);
  } catch (const entact::Error& error) {
    require_true(error.code() == "answer.score.items");
  }
  return 0;
}
