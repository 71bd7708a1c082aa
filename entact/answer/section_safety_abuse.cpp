// Abuse, tolerance, dependence and craving: what the base holds, and what no record of a trial
// tells.
#include <algorithm>
#include <array>

#include "entact/answer/section_safety.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact::safety {
namespace {

/// Something that a reader wants to know of use outside and after the trials, and the words by
/// which a fact would tell it.
struct Question {
  const char* label;
  std::vector<std::string_view> words;
};

const std::array<Question, 7>& questions() {
  static const std::array<Question, 7> all{
      {{"Abuse-related events during treatment", {"abuse"}},
       {"Craving for MDMA", {"craving"}},
       {"Dependence, or symptoms on stopping", {"dependence", "withdrawal syndrome"}},
       {"Tolerance to repeated doses", {"tolerance"}},
       {"MDMA or ecstasy used before the trial", {"prior_mdma_use"}},
       {"MDMA or ecstasy used after the trial", {"later_mdma_use", "ecstasy use", "mdma use at"}},
       {"Alcohol use after treatment", {"alcohol", "audit"}}}};
  return all;
}

/// Where a fact names what it measured.
struct Place {
  const char* table;
  std::vector<const char*> columns;
  const char* label;  ///< column that says it to people
};

const std::array<Place, 5>& places() {
  static const std::array<Place, 5> all{{{"adverse_events", {"term", "term_group"}, "term"},
                                         {"continuous", {"instrument"}, "instrument"},
                                         {"binary", {"outcome"}, "definition"},
                                         {"contrasts", {"outcome", "instrument"}, "instrument"},
                                         {"pharmacodynamics", {"comparison"}, "comparison"}}};
  return all;
}

/// True for studies of MDMA, and for tables whose studies are not in the studies table.
bool of_mdma(const EvidenceBase& base, const Row& row) {
  if (!row.table().has("study_id")) return true;
  for (const Row& study : base.table("studies").where("study_id", row.text("study_id")))
    return study.text("compound") == "MDMA";
  return false;
}

bool answers(const Row& row, const Place& place, const Question& question) {
  return std::any_of(place.columns.begin(), place.columns.end(), [&](const char* column) {
    return std::any_of(question.words.begin(), question.words.end(),
                       [&](std::string_view word) { return holds_word(row.text(column), word); });
  });
}

struct Found {
  std::vector<std::string> facts{};
  std::vector<std::string> studies{};
  std::vector<std::string> measures{};
};

void add_once(std::vector<std::string>& list, const std::string& word) {
  if (!word.empty() && std::find(list.begin(), list.end(), word) == list.end())
    list.push_back(word);
}

Found on_record(const EvidenceBase& base, const Question& question) {
  Found found;
  for (const Place& place : places())
    for (const Row& row : base.table(place.table).used()) {
      if (!answers(row, place, question) || !of_mdma(base, row)) continue;
      found.facts.push_back(row.id());
      add_once(found.measures, row.text(place.label));
      add_once(found.studies,
               row.table().has("study_id") ? row.text("study_id") : row.text("study"));
    }
  return found;
}

TableBlock collected_table(const Topic& topic) {
  TableBlock table{
      .id = "use-and-dependence",
      .title = "Abuse, tolerance, dependence and craving: what is on record",
      .caption =
          "One row a question. \"Nothing on record\" means that no fact of a study "
          "of MDMA in this base reports it, not that it was looked for and absent.",
      .columns = {{"question", "Question"}, {"record", "What was measured"}, {"studies", "In"}}};
  for (const Question& question : questions()) {
    const Found found = on_record(topic.base, question);
    table.rows.push_back({cell(question.label),
                          found.facts.empty()
                              ? cell("nothing on record")
                              : topic.builder.fact_cell(listed(found.measures), found.facts),
                          cell(listed(study_names(topic.base, found.studies)))});
  }
  return table;
}

/// A finding on how abuse-related events were captured in this study.
bool doubted(const Topic& topic, const std::string& study) {
  for (const Row& row : topic.base.table("conduct").used()) {
    const auto studies = row.list("study_ids");
    if (std::find(studies.begin(), studies.end(), study) != studies.end() &&
        (holds_word(row.text("finding"), "abuse") || holds_word(row.text("detail"), "abuse")))
      return true;
  }
  return false;
}

Prose count_sentence(const Topic& topic, const Row& row) {
  const std::string label = row.text("term") + ", " + row.text("study_id");
  ProseWriter writer;
  writer
      .say(row.text("term") + " (" + study_name(topic.base, row.text("study_id")) + ", " +
           arm_name(topic.base, row) + "): ")
      .add(count_of(topic.builder, row, "participants", "n", label));
  if (doubted(topic, row.text("study_id"))) {
    writer.say(
        ". The finding below says that such events were not captured completely: this count is no "
        "evidence of absence, and no upper bound is given.");
  } else {
    const EffectRequest request{
        .measure = "PR", .xi = {row.number("participants")}, .ni = {row.number("n")}};
    writer.say(", ")
        .add(value_with_interval(
            effect_numbers(topic.builder, completed(request), "risk of " + label, {row.id()})))
        .say(" per 100 (exact 95% interval).");
  }
  return writer.say(" ").add(topic.builder.source(row.citation().source)).done();
}

Blocks counts(const Topic& topic) {
  Blocks blocks;
  const auto add = [&](const Row& row) {
    if (row.text("term_group") == "abuse_related" && row.has("participants") && row.has("n"))
      blocks.emplace_back(ProseBlock{.prose = count_sentence(topic, row), .tone = Tone::caution});
  };
  for (const Harm& harm : topic.harms.compared)
    for (const HarmPair& pair : harm.trials) {
      add(pair.treatment);
      add(pair.control);
    }
  for (const Row& row : topic.harms.alone) add(row);
  return blocks;
}

Prose prior_use(const Topic& topic) {
  ProseWriter writer;
  for (const Row& row : topic.base.table("binary").where("outcome", "prior_mdma_use").used())
    if (row.has("events") && row.has("n"))
      writer.say(writer.empty() ? "MDMA had been used before the trial by " : ", ")
          .add(count_of(topic.builder, row, "events", "n",
                        "prior use of MDMA, " + row.text("study_id")))
          .say(" under " + arm_name(topic.base, row) + " (" +
               study_name(topic.base, row.text("study_id")) + ")");
  if (!writer.empty()) writer.say(".");
  return writer.done();
}

}  // namespace

Blocks abuse_blocks(const Topic& topic) {
  Blocks blocks{ProseBlock{.prose = {strong("Abuse, tolerance, dependence and craving")}}};
  for (Block& block : counts(topic)) blocks.push_back(std::move(block));
  for (Block& block : conduct_cautions(topic, "abuse")) blocks.push_back(std::move(block));
  if (const Prose prose = prior_use(topic); !prose.empty())
    blocks.emplace_back(ProseBlock{.prose = prose});
  for (Block& block : conduct_cautions(topic, "had used MDMA")) blocks.push_back(std::move(block));
  blocks.emplace_back(collected_table(topic));
  return blocks;
}

}  // namespace entact::safety
