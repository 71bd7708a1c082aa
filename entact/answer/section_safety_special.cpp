// Suicidality, and heart and circulation: each event with its counts, and what is missing beside
// it.
#include <algorithm>

#include "entact/answer/section_safety.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact::safety {
namespace {

std::vector<Harm> of_group(const Topic& topic, std::string_view group) {
  std::vector<Harm> harms;
  for (const Harm& harm : topic.harms.compared)
    if (harm.term_group == group) harms.push_back(harm);
  return harms;
}

ProseBlock plain(Prose prose) { return {.prose = std::move(prose)}; }

/// Counts of one arm whose other arm has none, with the exact interval.
Blocks one_arm_counts(const Topic& topic, std::string_view group) {
  Blocks blocks;
  for (const Row& row : topic.harms.alone) {
    if (row.text("term_group") != group) continue;
    const std::string label = row.text("term") + ", " + row.text("study_id");
    ProseWriter writer;
    writer.say(row.text("term") + " (" + study_name(topic.base, row.text("study_id")) + ", " +
               arm_name(topic.base, row) + "): ");
    if (row.has("participants") && row.has("n")) {
      const EffectRequest request{
          .measure = "PR", .xi = {row.number("participants")}, .ni = {row.number("n")}};
      writer.add(count_of(topic.builder, row, "participants", "n", label))
          .say(", ")
          .add(value_with_interval(
              effect_numbers(topic.builder, completed(request), "risk of " + label, {row.id()})))
          .say(" per 100; no count of another arm.");
    } else if (row.has("percent_reported")) {
      writer.number(topic.builder.fact_number(row, "percent_reported", label))
          .say(" percent of persons, " + row.text("window_detail") + ".");
    } else {
      continue;
    }
    writer.say(" ").add(topic.builder.source(row.citation().source));
    blocks.emplace_back(plain(writer.done()));
  }
  return blocks;
}

/// How many counts of a group stay out, with their reason; nothing where none does.
Blocks left_out_of(const Topic& topic, std::string_view group) {
  std::vector<std::string> counts;
  for (const Harms::LeftOut& each : topic.harms.left_out)
    if (each.row.text("term_group") == group && each.row.used())
      counts.push_back(uncapitalised(each.row.text("term")) + " (" +
                       study_name(topic.base, each.row.text("study_id")) + ", " +
                       arm_name(topic.base, each.row) + ")");
  if (counts.empty()) return {};
  return {ProseBlock{.prose = {text("Left out as unverified or as a zero that nobody stated: " +
                                    listed(counts) + ".")},
                     .tone = Tone::notice}};
}

void append(Blocks& blocks, Blocks more) {
  std::move(more.begin(), more.end(), std::back_inserter(blocks));
}

std::vector<std::string> different_terms(const std::vector<Harm>& harms) {
  std::vector<std::string> terms;
  for (const Harm& harm : harms)
    if (std::find(terms.begin(), terms.end(), harm.term) == terms.end()) terms.push_back(harm.term);
  return terms;
}

/// A history of suicidal thoughts in the arms of the trials, where it is on record.
Blocks history(const Topic& topic) {
  ProseWriter writer;
  for (const Row& row : topic.base.table("binary").where("outcome", "lifetime_si").used())
    if (row.has("events") && row.has("n"))
      writer
          .say(writer.empty() ? "Before treatment a history of suicidal ideation was reported by "
                              : ", ")
          .add(count_of(topic.builder, row, "events", "n",
                        "history of suicidal ideation, " + row.text("study_id")))
          .say(" under " + arm_name(topic.base, row) + " (" +
               study_name(topic.base, row.text("study_id")) + ")");
  if (writer.empty()) return {};
  return {plain(writer.say(".").done())};
}

/// Whether any study of MDMA on record has scores of this instrument.
bool has_scores(const EvidenceBase& base, std::string_view instrument) {
  for (const char* table : {"continuous", "contrasts"})
    for (const Row& row : base.table(table).where("instrument", instrument).used())
      for (const Row& study : base.table("studies").where("study_id", row.text("study_id")))
        if (study.text("compound") == "MDMA") return true;
  return false;
}

Blocks suicidality(const Topic& topic) {
  const std::vector<Harm> harms = of_group(topic, "suicidality");
  Blocks blocks;
  for (const Harm& harm : harms) blocks.emplace_back(plain(harm_sentence(topic, harm)));
  append(blocks, one_arm_counts(topic, "suicidality"));
  if (const auto terms = different_terms(harms); terms.size() > 1)
    blocks.emplace_back(ProseBlock{.prose = {text("The trials count different things (" +
                                                  listed(terms) + "), so they are not pooled.")},
                                   .tone = Tone::notice});
  append(blocks, history(topic));
  if (!has_scores(topic.base, "C-SSRS"))
    blocks.emplace_back(ProseBlock{
        .prose = {text("No scores of the Columbia-Suicide Severity Rating Scale by arm are on "
                       "record for any trial of MDMA.")},
        .tone = Tone::notice});
  append(blocks, left_out_of(topic, "suicidality"));
  return blocks;
}

Blocks circulation(const Topic& topic) {
  Blocks blocks;
  for (const Harm& harm : of_group(topic, "cardiovascular"))
    blocks.emplace_back(plain(harm_sentence(topic, harm)));
  append(blocks, one_arm_counts(topic, "cardiovascular"));
  append(blocks, left_out_of(topic, "cardiovascular"));
  append(blocks, conduct_cautions(topic, "cardiac"));
  return blocks;
}

void add_topic(Blocks& blocks, const char* heading, Blocks more) {
  if (more.empty()) return;
  blocks.emplace_back(ProseBlock{.prose = {strong(heading)}});
  append(blocks, std::move(more));
}

}  // namespace

Blocks special_blocks(const Topic& topic) {
  Blocks blocks;
  add_topic(blocks, "Suicidal thoughts and acts", suicidality(topic));
  add_topic(blocks, "Heart and circulation", circulation(topic));
  return blocks;
}

}  // namespace entact::safety
