// The page of `entact trial`. Every number points into the JSON result of the same command.
#include "entact/answer/trial_document.h"

namespace entact {

Document trial_document(const TrialFile& file, const TrialOutcome& outcome) {
  DocumentBuilder builder;
  const TrialPage page{file, outcome};
  builder.document.title = file.title;
  builder.document.subtitle = "Virtual trials";
  builder.document.notice =
      (file.notice.empty() ? std::string("Simulated data. ") : file.notice + " ") +
      "For research and review; it gives no medical advice and no dosing advice to individuals.";
  if (file.variants.size() > 1)
    builder.document.sections.push_back(trial_comparison_section(builder, page));
  builder.document.sections.push_back(trial_characteristics_section(builder, page));
  builder.document.sections.push_back(trial_course_section(builder, page));
  if (file.variants.size() == 1 && !file.notes.empty())
    for (const std::string& note : file.notes)
      builder.document.sections.front().blocks.emplace_back(
          ProseBlock{.prose = {text(note)}, .tone = Tone::caution});
  return std::move(builder).finish();
}

}  // namespace entact
