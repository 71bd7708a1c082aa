// A fit as a page: estimates, predictive check, residuals, people.
#include <fmt/format.h>

#include <cmath>

#include "entact/answer/document_builder.h"
#include "entact/answer/fit_result.h"
#include "entact/report/number_text.h"
#include "entact/report/predictive_figure.h"

namespace entact {
namespace {

using Eigen::Index;
using Type = TableColumn::Type;

struct Page {
  const FitResult& r;
  DocumentBuilder builder{};
  Cell number(double value, const std::string& words, const std::string& label,
              const std::string& pointer, const std::string& unit = {}) {
    if (std::isnan(value)) return {};
    return number_cell(builder.number(value, words, label,
                                      {.pointer = "/result" + pointer, .model = r.method}, unit));
  }
};

TableBlock estimates_table(Page& page) {
  const std::string percent = fmt::format("{:g}%", 100 * page.r.request.level);
  TableBlock table{
      .id = "estimates",
      .title = "Estimates",
      .caption = fmt::format("Intervals of positive quantities are made on the log scale; standard "
                             "errors by {}.",
                             page.r.covariance == "r"   ? "the second derivative (R)"
                             : page.r.covariance == "s" ? "the cross product of gradients (S)"
                                                        : "the sandwich of both"),
      .columns = {{"name", "Quantity", Type::text},
                  {"unit", "Unit", Type::text},
                  {"estimate", "Estimate", Type::number},
                  {"se", "Standard error", Type::number},
                  {"low", percent + " from", Type::number},
                  {"high", percent + " to", Type::number}}};
  for (std::size_t i = 0; i < page.r.rows.size(); ++i) {
    const FitRow& row = page.r.rows[i];
    const PopulationEstimate& e = row.estimate;
    const std::string at = fmt::format("/estimates/{}/", i);
    table.rows.push_back(
        {cell(e.fixed ? e.name + " (fixed)" : e.name), cell(e.unit),
         page.number(e.value, significant_text(e.value, 4), e.name, at + "estimate", e.unit),
         page.number(row.se, significant_text(row.se, 3), e.name + ", se", at + "se"),
         page.number(row.low, significant_text(row.low, 3), e.name + ", from", at + "ci_low"),
         page.number(row.high, significant_text(row.high, 3), e.name + ", to", at + "ci_high")});
  }
  return table;
}

std::vector<Block> check_blocks(Page& page) {
  const double hours = page.r.model.hours_per_time_unit;
  std::vector<PredictiveRow> rows;
  std::vector<PredictivePoint> points;
  TableBlock table{.id = "vpc",
                   .title = "Predictive check",
                   .columns = {{"time", "Time (" + page.r.model.time_unit + ")", Type::number},
                               {"quantile", "Quantile", Type::text},
                               {"observed", "Observed", Type::number},
                               {"simulated", "Simulated, median", Type::number},
                               {"low", "5%", Type::number},
                               {"high", "95%", Type::number}},
                   .collapsed = true};
  std::size_t at = 0;
  for (const PredictiveBin& bin : page.r.check.bins)
    for (const PredictiveBin::Quantile& q : bin.quantiles) {
      const std::string name = fmt::format("{:g}%", 100 * q.probability);
      rows.push_back({name, bin.time_h / hours, q.observed, q.simulated, q.low, q.high});
      const std::string pointer = fmt::format("/vpc/{}/", at++);
      const auto number = [&](double value, const char* key) {
        return page.number(value, significant_text(value, 3),
                           fmt::format("{} quantile, {}", name, key), pointer + key);
      };
      table.rows.push_back({number(bin.time_h / hours, "time"), cell(name),
                            number(q.observed, "observed"), number(q.simulated, "simulated"),
                            number(q.low, "low"), number(q.high, "high")});
    }
  if (!page.r.request.prediction_corrected)
    for (const PopulationSubject& s : page.r.model.population.subjects)
      for (Index j = 0; j < s.observed.size(); ++j)
        points.push_back({s.time_h[static_cast<std::size_t>(j)] / hours, s.observed[j]});
  FigureBlock figure{
      .id = "vpc_figure",
      .title = "Visual predictive check",
      .caption = fmt::format(
          "Bands: 90% interval of the simulated 5%, 50% and 95% quantiles in {} replicates of the "
          "design{}; solid lines: the observed quantiles.",
          page.r.request.replicates,
          page.r.request.prediction_corrected ? ", prediction-corrected" : ""),
      .alt =
          "Observed quantiles over time with bands of simulated ones; the numbers are in the "
          "table",
      .vega = predictive_figure(rows, points, "Time (" + page.r.model.time_unit + ")",
                                "Concentration (" + page.r.model.concentration_unit + ")"),
      .table = "vpc"};
  std::vector<Block> blocks;
  blocks.emplace_back(std::move(figure));
  blocks.emplace_back(std::move(table));
  return blocks;
}

std::vector<Block> residual_blocks(Page& page) {
  std::vector<PredictivePoint> points;
  TableBlock table{.id = "residuals",
                   .title = "Predictions and residuals",
                   .columns = {{"id", "Participant", Type::text},
                               {"time", "Time (" + page.r.model.time_unit + ")", Type::number},
                               {"dv", "Observed", Type::number},
                               {"pred", "PRED", Type::number},
                               {"ipred", "IPRED", Type::number},
                               {"cwres", "CWRES", Type::number}},
                   .collapsed = true};
  std::size_t at = 0;
  for (std::size_t i = 0; i < page.r.fit.modes.size(); ++i) {
    const PopulationSubject& s = page.r.model.population.subjects[i];
    const SubjectDiagnostics& d = page.r.diagnostics.subjects[i];
    for (Index j = 0; j < s.observed.size(); ++j) {
      const double time = s.time_h[static_cast<std::size_t>(j)] / page.r.model.hours_per_time_unit;
      const std::string pointer = fmt::format("/residuals/{}/", at++);
      const std::string who = fmt::format("participant {}, time {:g}", s.id, time);
      if (std::isfinite(d.cwres[j])) points.push_back({time, d.cwres[j]});
      const auto number = [&](double value, int decimals, const char* key) {
        return page.number(value, decimal_text(value, decimals), who + ", " + key, pointer + key);
      };
      table.rows.push_back({cell(s.id), number(time, 2, "time"), number(s.observed[j], 3, "dv"),
                            number(d.pred[j], 3, "pred"), number(d.ipred[j], 3, "ipred"),
                            number(d.cwres[j], 2, "cwres")});
    }
  }
  FigureBlock figure{
      .id = "residual_figure",
      .title = "Conditional weighted residuals",
      .caption = "A sound model scatters them evenly around 0, most within 2.",
      .alt = "Residuals over time; the numbers are in the table",
      .vega = predictive_figure({}, points, "Time (" + page.r.model.time_unit + ")", "CWRES"),
      .table = "residuals"};
  std::vector<Block> blocks;
  blocks.emplace_back(std::move(figure));
  blocks.emplace_back(std::move(table));
  return blocks;
}

}  // namespace

Document fit_document(const FitResult& r) {
  Page page{r};
  Document& document = page.builder.document;
  document.title = r.model.title;
  document.subtitle = r.method;
  document.notice =
      "It describes populations in trials; it gives no medical advice and no dosing advice to "
      "individuals.";
  Section section{.id = "fit", .title = "Results"};
  const auto number = [&](double value, const std::string& words, const std::string& label,
                          const std::string& pointer) {
    const Cell known = page.number(value, words, label, pointer);
    return known.prose.empty() ? text("not known") : known.prose[0];
  };
  section.opening = {
      {text("The model was fitted to "),
       number(r.observations(), count_text(r.observations()), "observations", "/n_observations"),
       text(fmt::format(" observations of {} participants by {}. The objective (without n log "
                        "2\u03c0) is ",
                        r.fit.modes.size(), r.method)),
       number(r.fit.objective, decimal_text(r.fit.objective, 3), "objective", "/objective"),
       text(r.fit.fit.converged ? "; the search converged." : "; the search did not converge.")}};
  for (const std::string& note : r.warnings)
    section.blocks.emplace_back(ProseBlock{.prose = {text(note + ".")}, .tone = Tone::caution});
  section.blocks.emplace_back(estimates_table(page));
  if (!r.check.bins.empty())
    for (Block& block : check_blocks(page)) section.blocks.push_back(std::move(block));
  for (Block& block : residual_blocks(page)) section.blocks.push_back(std::move(block));
  document.sections = {std::move(section)};
  return std::move(page.builder).finish();
}

}  // namespace entact
