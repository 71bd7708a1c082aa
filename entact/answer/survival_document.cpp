// `entact survival` as a page: curves with numbers at risk, medians, hazard or rate ratios.
#include <fmt/format.h>

#include <cmath>

#include "entact/answer/document_builder.h"
#include "entact/answer/survival_results.h"
#include "entact/answer/wording.h"
#include "entact/io/number.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

/// Writes numbers of the JSON result.
struct SurvivalPage {
  const SurvivalResults& results;
  DocumentBuilder builder{};

  std::string number(double value, std::string shown, std::string label, std::string pointer) {
    return builder.number(value, std::move(shown), std::move(label),
                          {.pointer = "/result/" + std::move(pointer)});
  }
  /// Empty where the value is missing.
  Cell number_or(double value, std::string shown, std::string label, std::string pointer,
                 const char* missing = "") {
    if (std::isnan(value)) return cell(missing);
    return number_cell(number(value, std::move(shown), std::move(label), std::move(pointer)));
  }
  [[nodiscard]] std::string percent() const {
    return fmt::format("{:g}%", 100 * results.request.level);
  }
};

/// What the curves are of.
struct CurveWords {
  std::string title{}, caption{};  ///< of the figure
  std::string axis{};
  std::string table{}, column{};  ///< title of the table of the curves, and of its values
  const char* key = "survival";   ///< of the values in the JSON result
};

CurveWords curve_words(const SurvivalPage& page) {
  const SurvivalRequest& request = page.results.request;
  const std::string risk = "; below the axis, how many are at risk.";
  if (request.competing)
    return {"Cumulative incidence",
            "Curves with " + page.percent() + " intervals" + risk,
            fmt::format("With cause {}", request.cause),
            "Incidence over time",
            "With the cause",
            "incidence"};
  if (request.recurrent)
    return {"Mean number of events",
            "Mean cumulative functions (Nelson's estimate) with " + page.percent() +
                " intervals by Lawless and Nadeau's robust variance" + risk,
            "Events a participant",
            "Mean number of events and numbers at risk",
            "Events a participant",
            "mean"};
  return {"Kaplan-Meier curves",
          "Curves with " + page.percent() + " intervals; ticks are censored times" + risk,
          "Without the event",
          "Curves and numbers at risk",
          "Without the event",
          "survival"};
}

/// A share as "83.3 %", a mean number of events as "0.833".
std::string value_text(const SurvivalPage& page, double value) {
  return page.results.request.recurrent ? decimal_text(value, 3) : percent_text(value, 1) + " %";
}

std::string time_text(double value) { return fmt::format("{:.6g}", value); }

std::string shorter(const SurvivalResults& results, const std::string& name) {
  const std::string before = results.by + "=";
  if (name.rfind(before, 0) != 0) return name;
  const std::string level = name.substr(before.size());
  return parse_number(level) ? results.by + " " + level : level;  // "2" alone says nothing
}

SurvivalLine mean_line(const std::string& name, const MeanCumulative& mean) {
  SurvivalLine line{.series = name, .time = {0}, .share = {0}, .low = {0}, .high = {0}};
  const auto append = [](std::vector<double>& to, const std::vector<double>& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(line.time, mean.time);
  append(line.share, mean.mean);
  append(line.low, mean.low);
  append(line.high, mean.high);
  return line;
}

SurvivalLine line_of(const std::string& name, const SurvivalGroup& group, int cause) {
  if (group.mean) return mean_line(name, *group.mean);
  SurvivalLine line{.series = name};
  const auto add = [&](double time, double share, double low, double high, double censored) {
    line.time.push_back(time);
    line.share.push_back(share);
    line.low.push_back(low);
    line.high.push_back(high);
    line.censored.push_back(censored);
  };
  if (!group.incidence) {
    const SurvivalCurve& c = group.curve;
    add(0, 1, 1, 1, 0);
    for (std::size_t i = 0; i < c.time.size(); ++i)
      add(c.time[i], c.survival[i], c.low[i], c.high[i], c.censored[i]);
    return line;
  }
  const IncidenceCurve& f = *group.incidence;
  add(0, 0, 0, 0, 0);
  for (std::size_t i = 0; i < f.time.size(); ++i) {
    const auto at = static_cast<Eigen::Index>(i);
    add(f.time[i], f.incidence(at, cause - 1), f.low(at, cause - 1), f.high(at, cause - 1), 0);
  }
  return line;
}

FigureBlock curves_figure(SurvivalPage& page) {
  const SurvivalResults& results = page.results;
  std::vector<SurvivalLine> lines;
  std::vector<double> times;
  for (std::size_t g = 0; g < results.groups.size(); ++g) {
    const SurvivalGroup& group = results.groups[g];
    lines.push_back(line_of(shorter(results, group.name), group, results.request.cause));
    times.clear();
    for (std::size_t k = 0; k < group.risk.size(); ++k) {
      const CurvePoint& point = group.risk[k];
      times.push_back(point.time);
      lines.back().at_risk.push_back(point.at_risk);
      lines.back().numbers.push_back(
          page.number(point.at_risk, time_text(point.at_risk),
                      fmt::format("{}, at risk at {:g}", lines.back().series, point.time),
                      fmt::format("groups/{}/risk_table/{}/at_risk", g, k)));
    }
  }
  const CurveWords words = curve_words(page);
  return {.id = "curves",
          .title = words.title,
          .caption = words.caption,
          .alt = "Curves of each group over time; the numbers are in the table",
          .vega = survival_figure(
              lines, times,
              {.x = results.time_words, .y = words.axis, .counts = results.request.recurrent}),
          .table = "at-risk"};
}

/// What a list of the groups in the JSON result has of their curves: at round times with how many
/// are at risk, or at the times asked for (of events that recur at the last one too).
TableBlock points_table(SurvivalPage& page, TableBlock table,
                        std::vector<CurvePoint> SurvivalGroup::*points, const std::string& list) {
  const SurvivalResults& results = page.results;
  const CurveWords words = curve_words(page);
  const bool at_risk = points == &SurvivalGroup::risk;
  table.columns = {{"group", "Group", Type::text, at_risk}, {"time", "Time", Type::number}};
  if (at_risk) table.columns.push_back({"at_risk", "At risk", Type::number});
  table.columns.push_back({"share", words.column, Type::number});
  table.columns.push_back({"low", page.percent() + " from", Type::number});
  table.columns.push_back({"high", page.percent() + " to", Type::number});
  for (std::size_t g = 0; g < results.groups.size(); ++g)
    for (std::size_t k = 0; k < (results.groups[g].*points).size(); ++k) {
      const CurvePoint& point = (results.groups[g].*points)[k];
      const std::string name = shorter(results, results.groups[g].name);
      std::vector<Cell> cells{cell(name)};
      const auto put = [&](double value, const std::string& shown, const char* key) {
        cells.push_back(page.number_or(value, shown,
                                       fmt::format("{} at {:g}: {}", name, point.time, key),
                                       fmt::format("groups/{}/{}/{}/{}", g, list, k, key)));
      };
      put(point.time, time_text(point.time), "time");
      if (at_risk) put(point.at_risk, time_text(point.at_risk), "at_risk");
      put(point.survival, value_text(page, point.survival), words.key);
      put(point.low, value_text(page, point.low), "ci_low");
      put(point.high, value_text(page, point.high), "ci_high");
      table.rows.push_back(std::move(cells));
    }
  return table;
}

TableBlock risk_table(SurvivalPage& page) {
  return points_table(page, {.id = "at-risk", .title = curve_words(page).table, .collapsed = true},
                      &SurvivalGroup::risk, "risk_table");
}

TableBlock asked_table(SurvivalPage& page) {
  const bool recurrent = page.results.request.recurrent;
  return points_table(page,
                      {.id = "asked",
                       .title = recurrent ? "Mean number of events by a time"
                                          : "Without the event at the times asked for"},
                      &SurvivalGroup::at, recurrent ? "mean_cumulative" : "at");
}

TableBlock medians_table(SurvivalPage& page) {
  const SurvivalResults& results = page.results;
  TableBlock table{.id = "medians",
                   .title = "Events and median times",
                   .columns = {{"group", "Group", Type::text},
                               {"rows", "Rows", Type::number},
                               {"events", "Events", Type::number},
                               {"median", "Median time", Type::number},
                               {"low", page.percent() + " from", Type::number},
                               {"high", page.percent() + " to", Type::number}}};
  for (std::size_t g = 0; g < results.groups.size(); ++g) {
    const SurvivalGroup& group = results.groups[g];
    const std::string name = shorter(results, group.name);
    const auto count = [&](std::ptrdiff_t n, const char* key) {
      return number_cell(page.number(static_cast<double>(n), count_text(static_cast<double>(n)),
                                     name + ": " + key, fmt::format("groups/{}/{}", g, key)));
    };
    const auto time = [&](double value, const char* key) {
      return page.number_or(value, time_text(value), name + ": median, " + key,
                            fmt::format("groups/{}/quantiles/1/{}", g, key), "not reached");
    };
    const SurvivalQuantile& median = group.quantiles[1];
    table.rows.push_back({cell(name), count(group.rows, "rows"), count(group.events, "events"),
                          time(median.time, "time"), time(median.low, "ci_low"),
                          time(median.high, "ci_high")});
  }
  return table;
}

/// Restricted means by group, then their differences from the first.
TableBlock restricted_table(SurvivalPage& page) {
  const SurvivalResults& results = page.results;
  TableBlock table{
      .id = "rmst",
      .title = fmt::format("Mean time without the event up to {:g}", *results.request.rmst),
      .columns = {{"group", "Group or difference", Type::text},
                  {"mean", "Mean time", Type::number},
                  {"low", page.percent() + " from", Type::number},
                  {"high", page.percent() + " to", Type::number},
                  {"p", "p", Type::number}}};
  const auto line = [&](const std::string& name, const std::string& at, double value, double low,
                        double high, double p) {
    const auto put = [&](double number, const std::string& shown, const char* key) {
      return page.number_or(number, shown, name + ": mean time, " + key, at + "/" + key);
    };
    table.rows.push_back({cell(name), put(value, decimal_text(value, 2), "estimate"),
                          put(low, decimal_text(low, 2), "ci_low"),
                          put(high, decimal_text(high, 2), "ci_high"), put(p, p_text(p), "p")});
  };
  for (std::size_t g = 0; g < results.groups.size(); ++g) {
    const RestrictedMean& mean = *results.groups[g].restricted_mean;
    line(shorter(results, results.groups[g].name), fmt::format("groups/{}/rmst", g), mean.value,
         mean.low, mean.high, std::nan(""));
  }
  for (std::size_t k = 0; k < results.mean_differences.size(); ++k) {
    const MeanDifference& d = results.mean_differences[k];
    line(shorter(results, results.groups[k + 1].name) + " - " +
             shorter(results, results.groups[0].name),
         fmt::format("rmst_differences/{}", k), d.value, d.low, d.high, d.p);
  }
  return table;
}

TableBlock ratios_table(SurvivalPage& page, const std::vector<CoxCoefficient>& coefficients,
                        const std::string& list, const std::string& measure) {
  TableBlock table{.id = "ratios",
                   .title = page.results.request.recurrent
                                ? "Rate ratios of Andersen and Gill's model, robust variance"
                                : measure + "s",
                   .columns = {{"term", "Term", Type::text},
                               {"ratio", measure, Type::number},
                               {"low", page.percent() + " from", Type::number},
                               {"high", page.percent() + " to", Type::number},
                               {"p", "p", Type::number}}};
  const std::string key = list == "cox" ? "hazard_ratio" : "subdistribution_hazard_ratio";
  for (std::size_t j = 0; j < coefficients.size(); ++j) {
    const CoxCoefficient& c = coefficients[j];
    const auto put = [&](double value, const std::string& shown, const std::string& field) {
      return page.number_or(value, shown, c.name + ": " + field,
                            fmt::format("{}/coefficients/{}/{}", list, j, field));
    };
    table.rows.push_back(
        {cell(c.name), put(std::exp(c.value), decimal_text(std::exp(c.value), 3), key),
         put(std::exp(c.low), decimal_text(std::exp(c.low), 3), key + "_ci_low"),
         put(std::exp(c.high), decimal_text(std::exp(c.high), 3), key + "_ci_high"),
         put(c.p, p_text(c.p), "p")});
  }
  return table;
}

/// "log-rank test by ARM: p = 0.02".
Prose test_prose(SurvivalPage& page) {
  const SurvivalResults& results = page.results;
  const auto p = [&](double value, const std::string& what, const std::string& pointer) {
    return number_span(page.number(value, p_text(value), what + ": p", pointer));
  };
  Prose prose;
  if (results.log_rank) {
    const std::string words = capitalised(test_words(results));
    prose = {text(fmt::format("{} of equal hazards by {}: p ", words, results.by)),
             p(results.log_rank->p, words, "test/p")};
    if (results.trend) {
      prose.push_back(text("; for a trend over the groups p "));
      prose.push_back(p(results.trend->p, "trend", "test/trend/p"));
    }
    prose.push_back(text("."));
  }
  for (std::size_t c = 0; c < results.gray.size(); ++c) {
    prose.push_back(text(fmt::format("{}Gray's test of equal incidence of cause {} by {}: p ",
                                     c > 0 ? " " : "", c + 1, results.by)));
    prose.push_back(p(results.gray[c].p, fmt::format("Gray's test of cause {}", c + 1),
                      fmt::format("gray/{}/p", c)));
    prose.push_back(text("."));
  }
  return prose;
}

}  // namespace

Document survival_document(const SurvivalResults& results) {
  SurvivalPage page{.results = results};
  Document& document = page.builder.document;
  const bool recurrent = results.request.recurrent;
  document.title = recurrent ? "Events that recur" : "Time to event";
  document.subtitle =
      fmt::format("{}; event: {}", results.time_words, results.formula.event.column);
  document.notice =
      "For research and review; it gives no medical advice and no dosing advice to individuals.";
  Section section{.id = "times", .title = "Results"};
  for (const std::string& note : results.notes)
    section.blocks.emplace_back(
        ProseBlock{.prose = {text(capitalised(note) + ".")}, .tone = Tone::caution});
  section.blocks.emplace_back(curves_figure(page));
  section.blocks.emplace_back(risk_table(page));
  if (recurrent) section.blocks.emplace_back(asked_table(page));
  if (!results.request.competing && !recurrent) {
    section.blocks.emplace_back(medians_table(page));
    if (!results.groups.front().at.empty()) section.blocks.emplace_back(asked_table(page));
    if (results.request.rmst) section.blocks.emplace_back(restricted_table(page));
  }
  if (Prose tests = test_prose(page); !tests.empty())
    section.blocks.emplace_back(ProseBlock{.prose = std::move(tests)});
  if (results.cox)
    section.blocks.emplace_back(ratios_table(page, results.cox->fit.coefficients, "cox",
                                             recurrent ? "Rate ratio" : "Hazard ratio"));
  if (results.fine_gray)
    section.blocks.emplace_back(ratios_table(page, results.fine_gray->fit.coefficients, "fine_gray",
                                             "Subdistribution hazard ratio"));
  document.sections = {std::move(section)};
  return std::move(page.builder).finish();
}

}  // namespace entact
