#include "entact/answer/trial_replication.h"

#include <fmt/format.h>

#include <algorithm>

#include "entact/answer/checkpoint.h"
#include "entact/answer/document_builder.h"
#include "entact/answer/json_number.h"
#include "entact/answer/opened_evidence.h"
#include "entact/evidence/replication.h"
#include "entact/io/csv.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

const char* kind_of(const ReplicatedNumber& number) {
  return number.held_out ? "held out" : "calibrated";
}

std::string replication_json(const Replication& made) {
  Json json{{"study", made.study}, {"replicates", made.replicates}, {"failed", made.failed}};
  for (const ReplicatedNumber& n : made.numbers)
    json["numbers"].push_back({{"name", n.name},
                               {"kind", kind_of(n)},
                               {"published", json_number(n.published)},
                               {"simulated", json_number(n.simulated)},
                               {"mc_se", json_number(n.mc_se)},
                               {"prediction_low", json_number(n.low)},
                               {"prediction_high", json_number(n.high)},
                               {"inside", n.inside},
                               {"facts", n.facts}});
  json["kept_as_ranges"] = made.kept_as_ranges;
  return json.dump();
}

std::string replication_csv(const Replication& made) {
  std::string csv = "name,kind,published,simulated,mc_se,prediction_low,prediction_high,inside\n";
  for (const ReplicatedNumber& n : made.numbers)
    csv += fmt::format("{},{},{},{},{},{},{},{}\n", csv_field(n.name), kind_of(n), n.published,
                       n.simulated, n.mc_se, n.low, n.high, n.inside ? "yes" : "no");
  return csv;
}

int decimals_of(const ReplicatedNumber& number) {
  return number.name.find("share") != std::string::npos ? 3 : 2;
}

std::string line_of(const ReplicatedNumber& n) {
  const int decimals = decimals_of(n);
  return fmt::format("  {:<58}{:>8} {:>9} ({}) [{}, {}]{}\n", n.name,
                     decimal_text(n.published, decimals), decimal_text(n.simulated, decimals),
                     decimal_text(n.mc_se, decimals + 1), decimal_text(n.low, decimals),
                     decimal_text(n.high, decimals), n.inside ? "" : " outside");
}

std::string replication_text(const Replication& made) {
  std::string text = fmt::format(
      "{} simulated {} times from part of what it published\n\npublished, simulated (Monte Carlo "
      "standard error) [95% of the simulated trials]\n",
      made.study, made.replicates);
  for (const bool held_out : {true, false}) {
    text += held_out ? "\nHeld out: the calibration never saw these\n" : "\nCalibrated\n";
    for (const ReplicatedNumber& n : made.numbers)
      if (n.held_out == held_out) text += line_of(n);
  }
  text += "\nKept as ranges, since no published number identifies them:\n";
  for (const std::string& each : made.kept_as_ranges) text += "  " + each + "\n";
  return text;
}

class Page {
 public:
  Page(const Replication& made, DocumentBuilder& builder) : made_(made), builder_(builder) {}

  Section section(bool held_out) {
    Section section{.id = held_out ? "held_out" : "calibrated",
                    .title = held_out ? "Held out" : "Calibrated"};
    std::size_t count = 0, inside = 0;
    for (const ReplicatedNumber& n : made_.numbers)
      if (n.held_out == held_out) ++count, inside += n.inside ? 1U : 0U;
    section.opening.push_back(
        {text(held_out ? "The calibration never saw these numbers. " : "These went in. "),
         text(
             fmt::format("Of {} published numbers, {} lie between the ends of 95% of the simulated "
                         "trials.",
                         count, inside))});
    section.blocks.emplace_back(figure(held_out));
    section.blocks.emplace_back(table(held_out));
    return section;
  }

 private:
  [[nodiscard]] std::string number(std::size_t i, const char* key, double value, int decimals) {
    const ReplicatedNumber& n = made_.numbers[i];
    NumberTrail trail{.pointer = fmt::format("/result/numbers/{}/{}", i, key),
                      .model = "simulation, Monte Carlo"};
    if (std::string(key) == "published") {
      trail.facts = n.facts;
      trail.model = "as published, or the difference of published means";
    }
    return builder_.number(value, decimal_text(value, decimals), n.name + ": " + key, trail);
  }

  // Shares and points do not share an axis: each row by its distance from the simulated mean.
  FigureBlock figure(bool held_out) {
    std::vector<ForestRow> rows;
    for (std::size_t i = 0; i < made_.numbers.size(); ++i) {
      const ReplicatedNumber& n = made_.numbers[i];
      if (n.held_out != held_out) continue;
      const double half = std::max((n.high - n.low) / 2, 1e-12);
      const int decimals = decimals_of(n);
      rows.push_back({.label = n.name,
                      .estimate = (n.published - n.simulated) / half,
                      .low = (n.low - n.simulated) / half,
                      .high = (n.high - n.simulated) / half,
                      .number = number(i, "published", n.published, decimals),
                      .annotation = fmt::format("{} [{}, {}]", decimal_text(n.published, decimals),
                                                decimal_text(n.low, decimals),
                                                decimal_text(n.high, decimals))});
    }
    return {
        .id = held_out ? "held_out_figure" : "calibrated_figure",
        .title = "Published numbers in the range of the simulated trials",
        .caption =
            "Each line is where 95% of the simulated trials lie, scaled to one length "
            "and centred at their mean; the square is the published number.",
        .alt = "Published numbers beside the simulated ranges; the numbers are in the table",
        .vega = forest_figure(rows, {.title = "Distance from the simulated mean, in half widths"}),
        .table = held_out ? "held_out_numbers" : "calibrated_numbers"};
  }

  TableBlock table(bool held_out) {
    using Type = TableColumn::Type;
    TableBlock table{.id = held_out ? "held_out_numbers" : "calibrated_numbers",
                     .title = held_out ? "Held out" : "Calibrated",
                     .columns = {{"name", "Number", Type::text},
                                 {"published", "Published", Type::number},
                                 {"simulated", "Simulated mean", Type::number},
                                 {"mc_se", "Monte Carlo error", Type::number},
                                 {"low", "95% of trials from", Type::number},
                                 {"high", "to", Type::number},
                                 {"inside", "Inside", Type::text, true}}};
    for (std::size_t i = 0; i < made_.numbers.size(); ++i) {
      const ReplicatedNumber& n = made_.numbers[i];
      if (n.held_out != held_out) continue;
      const int d = decimals_of(n);
      table.rows.push_back({cell(n.name), number_cell(number(i, "published", n.published, d)),
                            number_cell(number(i, "simulated", n.simulated, d)),
                            number_cell(number(i, "mc_se", n.mc_se, d + 1)),
                            number_cell(number(i, "prediction_low", n.low, d)),
                            number_cell(number(i, "prediction_high", n.high, d)),
                            cell(n.inside ? "yes" : "no")});
    }
    return table;
  }

  const Replication& made_;
  DocumentBuilder& builder_;
};

Document replication_document(const Replication& made, const EvidenceBase& base) {
  DocumentBuilder builder(base);
  builder.document.title = "Replication of " + made.study + " by simulation";
  builder.document.subtitle = "Published numbers beside virtual trials";
  builder.document.notice =
      "Simulated data. For research and review; it gives no medical advice and no dosing advice to "
      "individuals.";
  Page page(made, builder);
  builder.document.sections = {page.section(true), page.section(false)};
  Section ranges{.id = "ranges", .title = "What the published numbers do not say"};
  for (const std::string& each : made.kept_as_ranges)
    ranges.blocks.emplace_back(
        ProseBlock{.prose = {text("Kept as a range: " + each + ".")}, .tone = Tone::caution});
  builder.document.sections.push_back(std::move(ranges));
  return std::move(builder).finish();
}

}  // namespace

Answer replication_answer(const ReplicationRequest& request) {
  const OpenedEvidence evidence = open_evidence(request.data);
  ReplicationOptions how{.replicates = request.replicates,
                         .seed = request.seed,
                         .how = {.compute = request.machinery.compute},
                         .wrap = request.machinery.wrap};
  if (!request.checkpoint.empty())
    how.wrap = kept_in(request.checkpoint,
                       fmt::format("replicate {} of {} seed {}", request.study,
                                   evidence.base.sha256, request.seed),
                       request.rank);
  if (request.machinery.progress)
    how.how.progress = [&](std::int64_t done) {
      request.machinery.progress(done, request.replicates);
      return true;
    };
  const Replication made = replicate_trial(evidence.base, request.study, how);
  return with_notes({.result_json = replication_json(made),
                     .text = replication_text(made),
                     .csv = replication_csv(made),
                     .evidence_sha256 = evidence.base.sha256,
                     .document = replication_document(made, evidence.base)},
                    evidence);
}

}  // namespace entact
