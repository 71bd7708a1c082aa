// What is on record about control arms and about participants' guesses of their treatment.
#include <algorithm>

#include "entact/answer/effectiveness.h"
#include "entact/answer/fact_words.h"
#include "entact/answer/prose_writer.h"
#include "entact/evidence/selection.h"

namespace entact {
namespace {

std::optional<Row> study_row(const EvidenceBase& base, const std::string& study_id) {
  for (const Row& row : base.table("studies").where("study_id", study_id)) return row;
  return {};
}

/// Guesses of treatment in trials of PTSD.
Rows guesses(const EvidenceBase& base) {
  return base.table("binary")
      .where("outcome", "correct_treatment_guess")
      .used()
      .where([&](const Row& row) {
        const auto study = study_row(base, row.text("study_id"));
        return row.has("percent_reported") && study && study->text("condition") == "ptsd";
      });
}

void add_guess(ProseWriter& prose, DocumentBuilder& builder, const Row& row) {
  const std::string arm = arm_name(builder.base(), row);
  prose
      .number(builder.fact_number(row, "percent_reported",
                                  "percent who guessed their treatment, " + arm))
      .say("% in the " + arm);
}

}  // namespace

Prose therapy_in_controls(const EvidenceBase& base, const PooledAnswer& answer) {
  std::vector<std::string> with, without, unknown;
  for (const AnalysisMember& member : answer.input.members) {
    const auto study = study_row(base, member.study_id);
    const std::string said = study ? study->text("comparator_with_therapy") : "";
    auto& list = said == "yes" ? with : said == "no" ? without : unknown;
    list.push_back(study_name(base, member.study_id));
  }
  ProseWriter prose;
  if (!with.empty()) prose.say("The control arm had therapy too in " + listed(with) + "; ");
  if (!without.empty()) prose.say("it had none in " + listed(without) + "; ");
  if (!unknown.empty()) prose.say("no source says so for " + listed(unknown) + "; ");
  if (without.empty() && unknown.empty())
    prose.say("so the effect is that of MDMA on top of therapy.");
  else
    prose.say("so the effect is not everywhere that of MDMA on top of therapy.");
  return prose.done();
}

Prose guesses_on_record(DocumentBuilder& builder, const Findings& findings) {
  const EvidenceBase& base = *findings.base;
  const Rows all = guesses(base);
  const Rows rows = select(base, all, policy_of(findings.options).selection);
  ProseWriter prose;
  if (rows.empty()) {
    prose.say("No admitted source says how many participants could tell their treatment");
  } else {
    prose.say("Treatment was guessed rightly by ");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i > 0) prose.say(", ");
      add_guess(prose, builder, rows[i]);
      const bool last =
          i + 1 == rows.size() || rows[i + 1].text("source") != rows[i].text("source");
      if (last)
        prose.say(" (")
            .add(builder.source(rows[i].text("source")))
            .say(rows[i].has("events") ? ")" : ", percentages without counts)");
    }
    const bool most = std::all_of(rows.begin(), rows.end(), [](const Row& row) {
      return row.number("percent_reported") > 50;
    });
    if (most)
      prose.say(
          ": most could tell in each of these arms, so the difference holds whatever "
          "expectancy adds");
  }
  if (all.size() > rows.size())
    prose.say("; counts that were only recalled and seen in no text are not used");
  prose.say(". The stress tests below show how much expectancy would have to add.");
  return prose.done();
}

}  // namespace entact
