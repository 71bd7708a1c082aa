// What the living report says under "What would settle it".
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/trial_exposure.h"
#include "entact/answer/trial_writer.h"
#include "entact/report/figure.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

std::string mark_pointer(std::size_t setting, std::size_t design, const char* key) {
  return fmt::format("/ranking/settings/{}/designs/{}/{}", setting, design, key);
}

// "By power, best is A at share 0; B at share 0.3 and share 0.6. The ranking flips ..."
Prose flip_words(const TrialFile& file, const TrialRanking& ranking, const BestDesign& best) {
  std::vector<std::size_t> winners;
  for (const std::size_t v : best.variant)
    if (std::find(winners.begin(), winners.end(), v) == winners.end()) winners.push_back(v);
  Prose prose{text(fmt::format("By {}, best is ", best.criterion))};
  for (const std::size_t winner : winners) {
    std::vector<std::string> where;
    for (std::size_t s = 0; s < best.variant.size(); ++s)
      if (best.variant[s] == winner && !ranking.settings[s].settings.empty())
        where.push_back(settings_brief(ranking.settings[s].settings) + (best.clear[s] ? "" : "*"));
    if (winner != winners.front()) prose.push_back(text("; "));
    prose.push_back(strong(variant_name(file, winner)));
    if (winners.size() > 1 || where.size() == 1)
      prose.push_back(text(fmt::format(" at {}", fmt::join(where, " and at "))));
    else if (!where.empty())
      prose.push_back(text(" throughout"));
  }
  const bool close =
      std::any_of(best.clear.begin(), best.clear.end(), [](bool clear) { return !clear; });
  prose.push_back(text(winners.size() > 1 ? ". The ranking flips within the stated ranges." : "."));
  if (close)
    prose.push_back(
        text(winners.size() > 1
                 ? " With *, the next design is within two Monte Carlo standard errors."
                 : " Somewhere the next design is within two Monte Carlo standard errors."));
  return prose;
}

TableBlock ranking_table(const TrialWriter& writer, const TrialPage& page,
                         const TrialRanking& ranking) {
  TableBlock table{.id = "designs",
                   .title = "Designs under each assumption",
                   .caption =
                       "Off the question: mean estimate less the true value of the first "
                       "design's estimand, so that what another design estimates instead "
                       "counts. Unblinding: mean of Bang's two indices, 0 chance, 1 all "
                       "guess right. False claims: benefit shown although the drug does "
                       "nothing.",
                   .columns = {{"setting", "Assumption", Type::text, true},
                               {"design", "Design", Type::text, true},
                               {"truth", "True value of its own estimand", Type::number},
                               {"bias", "Bias of that", Type::number},
                               {"off", "Off the question", Type::number},
                               {"power", "Power", Type::number},
                               {"false", "False claims", Type::number},
                               {"bang", "Unblinding", Type::number},
                               {"n", "Participants", Type::number}}};
  if (page.file.published) table.columns.push_back({"changes", "Conclusion changes", Type::number});
  for (std::size_t s = 0; s < ranking.settings.size(); ++s)
    for (std::size_t d = 0; d < ranking.settings[s].marks.size(); ++d) {
      const SettingMarks& setting = ranking.settings[s];
      const DesignMark& mark = setting.marks[d];
      const EstimandCharacteristics& e = page.outcome.cases[mark.at].found.estimands.front();
      const std::string words = settings_words(setting.settings);
      const std::string who =
          variant_name(page.file, mark.variant) + ", " + words + keys_in_brackets(setting.settings);
      const auto own = [&](double value, int decimals, const char* key) {
        return std::isnan(value) ? cell("")
                                 : number_cell(writer.own(value, decimals, who + ": " + key,
                                                          mark_pointer(s, d, key)));
      };
      table.rows.push_back({cell(words), cell(variant_name(page.file, mark.variant)),
                            number_cell(writer.estimand(mark.at, 0, "truth", e.truth.value, 2)),
                            writer.with_error(mark.at, 0, "bias", e.bias, 2),
                            own(mark.off_question, 2, "off_question"),
                            writer.with_error(mark.at, 0, "power", e.power, 2),
                            own(mark.false_claims, 2, "false_claims"),
                            own(mark.unblinding, 2, "unblinding"),
                            own(mark.participants, 0, "participants")});
      if (page.file.published) table.rows.back().push_back(writer.conclusion_changes(mark.at));
    }
  return table;
}

FigureBlock design_heat(const TrialWriter& writer, const TrialFile& file,
                        const TrialRanking& ranking, bool bias) {
  std::vector<HeatRow> cells;
  const char* const key = bias ? "off_question" : "power";
  for (std::size_t s = 0; s < ranking.settings.size(); ++s)
    for (std::size_t d = 0; d < ranking.settings[s].marks.size(); ++d) {
      const SettingMarks& setting = ranking.settings[s];
      const DesignMark& mark = setting.marks[d];
      const std::string name = variant_name(file, mark.variant);
      const double value = bias ? mark.off_question : mark.power;
      cells.push_back({.row = name,
                       .column = setting.settings.empty() ? "as the file says"
                                                          : settings_brief(setting.settings),
                       .value = value,
                       .number = writer.own(value, 2,
                                            name + ", " + settings_words(setting.settings) +
                                                keys_in_brackets(setting.settings) + ": " + key,
                                            mark_pointer(s, d, key))});
    }
  const std::string what = bias ? "Off the question (points)" : "Power";
  return {.id = bias ? "bias_heat" : "power_heat",
          .title = bias ? "How far each design is off" : "Power of each design",
          .caption = bias ? "Mean estimate less the true effect that the question is about; 0 is "
                            "right, negative flatters the drug."
                          : "Chance of showing benefit, belief included.",
          .alt = what + " by design and assumption; the numbers are in the table",
          .vega = heat_figure(
              cells, {.rows = "Design", .columns = "Assumption", .value = what, .around_0 = bias}),
          .table = "designs"};
}

TableBlock assumptions_table(const TrialFile& file) {
  TableBlock table{
      .id = "assumptions",
      .title = "What each design takes for granted",
      .columns = {{"design", "Design", Type::text}, {"assumes", "Assumes", Type::text}}};
  for (std::size_t v = 0; v < file.variants.size(); ++v)
    for (const std::string& each : file.variants[v].assumes)
      table.rows.push_back({cell(variant_name(file, v)), cell(each)});
  return table;
}

}  // namespace

Section trial_comparison_section(DocumentBuilder& builder, const TrialPage& page) {
  const TrialWriter writer(builder, page);
  const TrialRanking ranking = rank_designs(page.file, page.outcome);
  Section section{.id = "settle", .title = "What would settle it"};
  for (const BestDesign& best : ranking.best)
    section.opening.push_back(flip_words(page.file, ranking, best));
  if (page.file.published)
    section.blocks.emplace_back(ProseBlock{.prose = conclusion_words(writer, page)});
  if (page.file.truth.exposure)
    section.blocks.emplace_back(ProseBlock{
        .prose = {text(exposure_words(*page.file.truth.exposure))}, .tone = Tone::caution});
  for (const std::string& note : page.file.notes)
    section.blocks.emplace_back(ProseBlock{.prose = {text(note)}, .tone = Tone::caution});
  section.blocks.emplace_back(design_heat(writer, page.file, ranking, true));
  section.blocks.emplace_back(design_heat(writer, page.file, ranking, false));
  section.blocks.emplace_back(ranking_table(writer, page, ranking));
  section.blocks.emplace_back(assumptions_table(page.file));
  if (!page.file.scenarios.empty()) section.blocks.emplace_back(settings_table(page.file));
  return section;
}

}  // namespace entact
