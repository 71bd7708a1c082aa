#include "entact/answer/trial_writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "entact/answer/trial_numbers.h"
#include "entact/report/number_text.h"

namespace entact {

std::string TrialWriter::own(double value, int decimals, const std::string& label,
                             const std::string& pointer) const {
  return builder_.number(value, decimal_text(value, decimals), label,
                         {.command = page_.command,
                          .pointer = "/result" + pointer,
                          .model = "simulation, Monte Carlo"});
}

std::string TrialWriter::estimand(std::size_t at, std::size_t e, const std::string& key,
                                  double value, int decimals) const {
  const TrialCaseResult& one = page_.outcome.cases[at];
  return own(value, decimals,
             fmt::format("{}, {}: {}{}", case_words(page_.file, one.setup),
                         one.found.estimands[e].id, key, keys_in_brackets(one.setup.settings)),
             fmt::format("/cases/{}/estimands/{}/{}", at, e, key));
}

Cell TrialWriter::with_error(std::size_t at, std::size_t e, const std::string& key,
                             const SimulatedValue& value, int decimals) const {
  return {.prose = {number_span(estimand(at, e, key, value.value, decimals)), text(" ("),
                    number_span(estimand(at, e, key + "_mc_se", value.mc_se, decimals + 1)),
                    text(")")}};
}

Cell TrialWriter::conclusion_changes(std::size_t at) const {
  const TrialCaseResult& one = page_.outcome.cases[at];
  if (!one.found.conclusion) return cell("");
  const SimulatedValue& changes = one.found.conclusion->changes;
  const auto number = [&](const std::string& key, double value, int decimals) {
    return number_span(own(value, decimals,
                           fmt::format("{}: conclusion {}{}", case_words(page_.file, one.setup),
                                       key, keys_in_brackets(one.setup.settings)),
                           fmt::format("/cases/{}/conclusion/{}", at, key)));
  };
  return {.prose = {number("changes", changes.value, 3), text(" ("),
                    number("changes_mc_se", changes.mc_se, 4), text(")")}};
}

Prose conclusion_words(const TrialWriter& writer, const TrialPage& page) {
  const PublishedPool& published = *page.file.published;
  const PooledConclusion today = conclusion_today(published);
  const auto own = [&](const char* key, double value) {
    return number_span(writer.own(value, 2, fmt::format("{}, today: {}", published.id, key),
                                  fmt::format("/published/{}", key)));
  };
  std::size_t least = 0, most = 0;
  const auto changes = [&](std::size_t at) {
    return page.outcome.cases[at].found.conclusion->changes.value;
  };
  for (std::size_t at = 0; at < page.outcome.cases.size(); ++at) {
    if (changes(at) < changes(least)) least = at;
    if (changes(at) > changes(most)) most = at;
  }
  const auto chance = [&](std::size_t at) {
    return number_span(
        writer.own(changes(at), 3,
                   case_words(page.file, page.outcome.cases[at].setup) + ": conclusion changes",
                   fmt::format("/cases/{}/conclusion/changes", at)));
  };
  return {text(fmt::format("The published trials pooled ({}) say today: {}, mean ", published.title,
                           to_text(today.says))),
          own("estimate", today.estimate),
          text(" ["),
          own("ci_low", today.low),
          text(", "),
          own("ci_high", today.high),
          text("]. Pooled again with one simulated trial they say something else with a "
               "probability of "),
          chance(least),
          text(fmt::format(" ({}) to ", case_words(page.file, page.outcome.cases[least].setup))),
          chance(most),
          text(fmt::format(" ({}). The rule: benefit or harm is shown where the 95% interval of "
                           "the mean excludes no effect.",
                           case_words(page.file, page.outcome.cases[most].setup)))};
}

std::string keys_in_brackets(const std::vector<TrialSetting>& settings) {
  return settings.empty() ? "" : " (" + settings_trail(settings) + ")";
}

TableBlock settings_table(const TrialFile& file) {
  TableBlock table{.id = "settings",
                   .title = "What was varied",
                   .columns = {{"assumption", "Assumption", TableColumn::Type::text},
                               {"key", "Key in the file", TableColumn::Type::text},
                               {"values", "Values", TableColumn::Type::text}}};
  for (const TrialScenario& scenario : file.scenarios)
    for (const TrialAxis& axis : scenario.axes) {
      std::vector<std::string> values;
      for (const double value : axis.values) values.push_back(setting_value({axis.key, value}));
      table.rows.push_back({cell(setting_label(axis.key)), cell(axis.key),
                            cell(fmt::format("{}", fmt::join(values, ", ")))});
    }
  return table;
}

std::string variant_name(const TrialFile& file, std::size_t v) {
  return file.variants[v].name.empty() ? "the design" : file.variants[v].name;
}

}  // namespace entact
