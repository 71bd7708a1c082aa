// `entact adverse` as a text for people and as CSV.
#include <fmt/format.h>

#include <cmath>

#include "entact/answer/adverse_command.h"
#include "entact/io/csv.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

constexpr int label_width = 44;

std::string cut(const std::string& text, std::size_t width) {
  return text.size() <= width ? text : text.substr(0, width - 3) + "...";
}

std::string count_cell(const AdverseCount& count, int n) {
  if (n == 0) return "none at risk";
  return fmt::format("{} ({}%) {}", count.participants,
                     decimal_text(100.0 * count.participants / n, 1), count.events);
}

std::string difference_cell(const AdverseComparison& c, bool term) {
  return fmt::format("{} [{}, {}]  p {}{}", percent_text(c.risk_difference, 1),
                     percent_text(c.risk_difference_interval.low, 1),
                     percent_text(c.risk_difference_interval.high, 1),
                     p_text(c.p_benjamini_hochberg), term && c.flagged ? " *" : "");
}

std::string padded(const std::string& text, std::size_t width) {
  // Counts characters, not bytes: a minus sign takes three.
  std::size_t shown = 0;
  for (const char c : text) shown += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return text + std::string(shown < width ? width - shown : 1, ' ');
}

std::string line(const AdversePart& part, std::size_t i, const std::string& label) {
  const AdverseRow& row = part.table.rows[i];
  std::string text = padded(cut(label, label_width), label_width + 2);
  for (std::size_t arm = 0; arm < row.arms.size(); ++arm)
    text += padded(count_cell(row.arms[arm], part.table.n[arm]), 20);
  for (std::size_t k = 0; k < part.comparisons.size(); ++k)
    text +=
        padded(part.comparisons[k].empty() ? "not compared"
                                           : difference_cell(part.comparisons[k][i], row.is_term()),
               36);
  return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
}

std::string header(const AdverseAnalysis& all, const AdverseTable& table) {
  std::string text = padded("participants (%) events", label_width + 2);
  for (std::size_t arm = 0; arm < all.people.arms.size(); ++arm)
    text += padded(cut(fmt::format("{} n={}", all.people.arms[arm], table.n[arm]), 19), 20);
  for (const int arm : all.compared) text += padded("difference, " + cut(all.arm(arm), 20), 36);
  return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
}

std::string label_of(const AdverseAnalysis& all, const AdverseRow& row) {
  if (row.any()) return "Any event";
  const bool nested = all.request.by.find("soc") != std::string::npos;
  return row.is_term() ? (nested ? "  " : "") + all.term_name(row) : all.class_name(row);
}

std::string table_text(const AdverseAnalysis& all, const AdversePart& part) {
  std::string text = header(all, part.table);
  for (std::size_t i = 0; i < part.table.rows.size(); ++i)
    if (all.shown(part.table.rows[i], part.table))
      text += line(part, i, label_of(all, part.table.rows[i]));
  return text;
}

std::string severity_text(const AdverseAnalysis& all) {
  const AdverseRow& any = all.main.table.rows.front();
  std::string text = "\nParticipants by maximal severity\n";
  for (std::size_t s = any.total.by_severity.size(); s-- > 0;) {
    text += padded(all.data.severity_words[s], label_width + 2);
    for (std::size_t arm = 0; arm < any.arms.size(); ++arm)
      text +=
          padded(fmt::format(
                     "{} ({}%)", any.arms[arm].by_severity[s],
                     decimal_text(100.0 * any.arms[arm].by_severity[s] / all.main.table.n[arm], 1)),
                 20);
    text += "\n";
  }
  return text;
}

std::string rates_text(const AdverseAnalysis& all) {
  const AdverseTable& table = all.main.table;
  std::string text = "\nRates per participant-year, any event\n";
  for (std::size_t arm = 0; arm < table.n.size(); ++arm) {
    const AdverseIncidence ours =
        adverse_incidence(table.rows.front().arms[arm], table.n[arm], table.exposure_days[arm],
                          all.request.how.level, all.request.how.tails);
    if (std::isnan(ours.rate)) continue;
    text += fmt::format(
        "{:<{}}first event {} [{}, {}], all events {} [{}, {}]\n",
        cut(all.people.arms[arm], label_width), label_width + 2, significant_text(ours.rate, 4),
        significant_text(ours.rate_interval.low, 4), significant_text(ours.rate_interval.high, 4),
        significant_text(ours.event_rate, 4), significant_text(ours.event_rate_interval.low, 4),
        significant_text(ours.event_rate_interval.high, 4));
  }
  return text;
}

std::string sessions_text(const AdverseAnalysis& all) {
  std::string text;
  for (const AdversePart& part : all.around)
    text += fmt::format("\nEvents {} ({} participant-days)\n", part.name,
                        count_text(part.table.exposure_total)) +
            table_text(all, part);
  if (!all.by_session.empty()) text += "\nParticipants with any event, by session\n";
  for (const SessionCount& each : all.by_session) {
    text += padded(fmt::format("session {}, {}", each.session, each.window), label_width + 2);
    for (std::size_t arm = 0; arm < each.table.n.size(); ++arm)
      text += padded(fmt::format("{} of {}", each.table.rows.front().arms[arm].participants,
                                 each.table.n[arm]),
                     20);
    text += "\n";
  }
  return text;
}

std::string cell(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

void add(std::vector<std::string>& row, double value, const Interval& interval) {
  row.insert(row.end(), {cell(value), cell(interval.low), cell(interval.high)});
}

/// One line an arm; the comparison stands with the arm that is compared, the reference has none.
void add_lines(std::vector<std::vector<std::string>>& rows, const AdverseAnalysis& all,
               const AdversePart& part, const std::string& window) {
  for (std::size_t i = 0; i < part.table.rows.size(); ++i)
    for (std::size_t arm = 0; arm < all.people.arms.size(); ++arm) {
      const AdverseRow& row = part.table.rows[i];
      const AdverseCount& count = row.arms[arm];
      std::vector<std::string> line{window,
                                    row.any()       ? "any"
                                    : row.is_term() ? "term"
                                                    : "class",
                                    all.class_name(row),
                                    all.term_name(row),
                                    all.shown(row, part.table) ? "true" : "false",
                                    all.people.arms[arm],
                                    fmt::format("{}", part.table.n[arm]),
                                    fmt::format("{}", count.participants),
                                    fmt::format("{}", count.events)};
      const AdverseIncidence ours =
          part.table.n[arm] == 0
              ? AdverseIncidence{}
              : adverse_incidence(count, part.table.n[arm], part.table.exposure_days[arm],
                                  all.request.how.level, all.request.how.tails);
      add(line, ours.risk, ours.risk_interval);
      add(line, ours.rate, ours.rate_interval);
      add(line, ours.event_rate, ours.event_rate_interval);
      for (const int people : count.by_severity) line.push_back(fmt::format("{}", people));
      const std::size_t own_columns = line.size();
      for (std::size_t k = 0; k < all.compared.size(); ++k) {
        if (all.compared[k] != static_cast<int>(arm) || part.comparisons[k].empty()) continue;
        const AdverseComparison& c = part.comparisons[k][i];
        add(line, c.risk_difference, c.risk_difference_interval);
        add(line, c.risk_ratio, c.risk_ratio_interval);
        add(line, c.rate_ratio, c.rate_ratio_interval);
        line.insert(line.end(), {cell(c.p), cell(c.p_benjamini_hochberg), cell(c.p_holm),
                                 row.is_term() ? (c.flagged ? "true" : "false") : ""});
      }
      line.resize(own_columns + 13);
      rows.push_back(std::move(line));
    }
}

}  // namespace

std::string adverse_text(const AdverseAnalysis& all) {
  const AdverseCompareOptions& how = all.request.how;
  std::string text = fmt::format(
      "Adverse events of {} participants, {} events; days at risk: {}\n"
      "reference arm {} ({}); {}; * flagged by double FDR at {:g}\n\n",
      all.main.table.n_total, all.main.table.rows.front().total.events,
      all.people.exposure_words.empty() ? "not known" : all.people.exposure_words,
      all.arm(all.reference), all.reference_words(), all.method_words(), how.alpha);
  text += header(all, all.main.table);
  for (const AdversePart& part : all.overview) text += line(part, 0, part.name);
  text += "\n" + table_text(all, all.main);
  if (const std::string hidden = all.hidden_words(all.main.table); !hidden.empty())
    text += hidden + "\n";
  return text + severity_text(all) + rates_text(all) + sessions_text(all);
}

std::string adverse_csv(const AdverseAnalysis& all) {
  std::vector<std::vector<std::string>> rows;
  add_lines(rows, all, all.main, "");
  for (const AdversePart& part : all.around) add_lines(rows, all, part, part.name);
  std::vector<std::string> columns{
      "window", "level",        "class",     "term",       "shown",          "arm",
      "n",      "participants", "events",    "risk",       "risk_low",       "risk_high",
      "rate",   "rate_low",     "rate_high", "event_rate", "event_rate_low", "event_rate_high"};
  for (const std::string& word : all.data.severity_words) columns.push_back(word);
  for (const char* compared :
       {"rd", "rd_low", "rd_high", "rr", "rr_low", "rr_high", "rate_ratio", "rate_ratio_low",
        "rate_ratio_high", "p", "p_bh", "p_holm", "flagged"})
    columns.emplace_back(compared);
  return write_csv(columns, rows);
}

}  // namespace entact
