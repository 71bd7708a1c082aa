// From rows to an Instrument. What a cell of a rule may say is decided here, and a row that says
// something else is refused with its place; what the rules then do is entact/scales.
#include "entact/evidence/instrument_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "entact/base/error.h"
#include "entact/evidence/cell_checks.h"

namespace entact {
namespace {

[[noreturn]] void refuse(const Row& row, const char* column, std::string rule) {
  throw Error("evidence.instrument.rule",
              to_text(issue_at(row, column, Issue::Severity::error, "evidence.instrument.rule",
                               std::move(rule), "Mend the row")));
}

double number_in(const Row& row, const char* column, std::string_view text) {
  const std::optional<double> value = parse_number(text);
  if (!value) refuse(row, column, "a number stands after the sign");
  return *value;
}

std::size_t item_named(const Row& row, const char* column, const Instrument& instrument,
                       std::string_view code) {
  const std::optional<std::size_t> item = instrument.find(code);
  if (!item) refuse(row, column, fmt::format("'{}' is an item of {}", code, instrument.name));
  return *item;
}

/// The items of a rule: those of the total, or the codes and clusters that it lists.
std::vector<std::size_t> items_of(const Row& row, const Instrument& instrument) {
  std::vector<std::size_t> places;
  const std::vector<std::string> names = row.list("items");
  for (std::size_t i = 0; names.empty() && i < instrument.items.size(); ++i)
    if (instrument.items[i].in_total) places.push_back(i);
  for (const std::string& name : names) {
    const std::size_t before = places.size();
    for (std::size_t i = 0; i < instrument.items.size(); ++i)
      if (instrument.items[i].cluster == name) places.push_back(i);
    if (places.size() == before) places.push_back(item_named(row, "items", instrument, name));
  }
  if (places.empty()) refuse(row, "items", "a rule has items");
  return places;
}

ScaleItem read_item(const Row& row) {
  ScaleItem item{.code = row.text("item_code"),
                 .label = row.text("label"),
                 .cluster = row.text("cluster"),
                 .number = static_cast<int>(row.number("item_no")),
                 .min = row.number("min"),
                 .max = row.number("max"),
                 .in_total = row.yes("in_total"),
                 .reversed = row.yes("reversed")};
  for (const std::string& value : row.list("values"))
    item.values.push_back(number_in(row, "values", value));
  return item;
}

/// `>=2`, or `>=2 and B1f>=1` where a partner must be present too.
Presence read_presence(const Row& row, const Instrument& instrument) {
  const std::string& text = row.text("counts_if");
  const std::size_t joint = std::min(text.find(" and "), text.size());
  if (!text.starts_with(">=")) refuse(row, "counts_if", "`>=N` or `>=N and CODE>=N`");
  Presence presence{.at_least = number_in(row, "counts_if", text.substr(2, joint - 2))};
  if (joint == text.size()) return presence;
  const std::string other = text.substr(joint + 5);
  const std::size_t sign = other.find(">=");
  if (sign == std::string::npos) refuse(row, "counts_if", "`>=N` or `>=N and CODE>=N`");
  presence.partner = item_named(row, "counts_if", instrument, other.substr(0, sign));
  presence.partner_at_least = number_in(row, "counts_if", other.substr(sign + 2));
  return presence;
}

/// Items with a range; rows without one (the onset of symptoms, rules in words) are not scored.
void read_items(const EvidenceBase& base, InstrumentOnRecord& record) {
  Instrument& instrument = record.instrument;
  std::vector<Row> rows;
  for (const Row& row : base.table("instrument_items").where("instrument", instrument.name).used())
    if (row.has("item_no") && row.has("min") && row.has("max")) rows.push_back(row);
  for (const Row& row : rows) {
    record.facts.push_back({row.id(), {instrument.items.size()}});
    instrument.items.push_back(read_item(row));
  }
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].has("counts_if")) instrument.items[i].present = read_presence(rows[i], instrument);
}

/// Steps of scoring.csv, each by its word.
class StepReader {
 public:
  explicit StepReader(InstrumentOnRecord& record)
      : record_(record), instrument_(record.instrument) {}

  void read(const Row& row) {
    const std::string& step = row.text("step");
    if (step == "sum") read_score(row, ScoreMethod::sum);
    if (step == "mean") read_score(row, ScoreMethod::mean);
    if (step == "highest") read_score(row, ScoreMethod::highest);
    if (step == "profile") read_score(row, ScoreMethod::profile);
    if (step == "prorate") read_prorate(row);
    if (step == "count") add_count(row.text("name"), items_of(row, instrument_));
    if (step == "criterion") read_criterion(row);
    if (step == "skip") read_skip(row);
    if (step == "reliability")
      record_.reliabilities.push_back({row.id(), row.text("name"), row.number("value")});
    else
      record_.facts.push_back({row.id(), items_of(row, instrument_)});
    if (row.has("why")) record_.cautions.push_back(row.text("why"));
  }

 private:
  void read_score(const Row& row, ScoreMethod method) {
    instrument_.scores.push_back({.name = row.text("name"),
                                  .method = method,
                                  .items = items_of(row, instrument_),
                                  .higher_better = row.text("direction") == "higher_better"});
  }

  void read_prorate(const Row& row) {
    const std::optional<std::size_t> at = instrument_.find_score(row.text("name"));
    if (!at) refuse(row, "name", "a score that stands in a row above");
    ScoreRule& score = instrument_.scores[*at];
    if (!row.has("value")) refuse(row, "value", "the items that may be missing");
    score.prorate_up_to = static_cast<int>(row.number("value"));
    score.round_up = row.text("rounding") == "up";
  }

  void add_count(const std::string& name, std::vector<std::size_t> items) {
    const auto same = [&](const CountRule& rule) { return rule.name == name; };
    if (std::none_of(instrument_.counts.begin(), instrument_.counts.end(), same))
      instrument_.counts.push_back({name, std::move(items)});
  }

  [[nodiscard]] std::optional<std::size_t> diagnosis(const std::string& name) const {
    for (std::size_t d = 0; d < instrument_.diagnoses.size(); ++d)
      if (instrument_.diagnoses[d].name == name) return d;
    return {};
  }

  void read_criterion(const Row& row) {
    const std::string& name = row.text("name");
    if (!diagnosis(name)) instrument_.diagnoses.push_back({.name = name});
    DiagnosisRule& rule = instrument_.diagnoses[*diagnosis(name)];
    Criterion criterion{.items = items_of(row, instrument_), .if_given = row.yes("if_given")};
    if (!row.has("at_least")) refuse(row, "at_least", "the items that must be present");
    criterion.at_least = static_cast<int>(row.number("at_least"));
    if (row.has("at_most")) criterion.at_most = static_cast<int>(row.number("at_most"));
    if (row.has("requires")) {
      rule.requires_diagnosis = diagnosis(row.text("requires"));
      if (!rule.requires_diagnosis) refuse(row, "requires", "a diagnosis of a row above");
    }
    const std::vector<std::string> names = row.list("items");
    if (criterion.items.size() > 1 && names.size() < 2)
      add_count(names.empty() ? "present" : names[0], criterion.items);
    rule.criteria.push_back(std::move(criterion));
  }

  void read_skip(const Row& row) {
    const std::string& text = row.text("requires");
    const std::size_t sign = text.find('=');
    if (sign == std::string::npos) refuse(row, "requires", "`CODE=N`, the answer that skips");
    instrument_.skips.push_back(
        {.asked = item_named(row, "requires", instrument_, text.substr(0, sign)),
         .answer = number_in(row, "requires", text.substr(sign + 1)),
         .items = items_of(row, instrument_)});
  }

  InstrumentOnRecord& record_;
  Instrument& instrument_;
};

const std::map<std::string_view, Relation> relations{{"at_least", Relation::at_least},
                                                     {"at_most", Relation::at_most},
                                                     {"above", Relation::above},
                                                     {"below", Relation::below}};

bool on_change(const std::string& kind) {
  return kind == "response_rule" || kind == "within_person" || kind == "reliable_change";
}

ScoreThreshold read_threshold(const Row& row, const Instrument& instrument) {
  const bool single = row.has("value");
  ScoreThreshold threshold{.id = row.id(),
                           .kind = row.text("kind"),
                           .low = row.number(single ? "value" : "low"),
                           .high = row.number(single ? "value" : "high"),
                           .relation = relations.find(row.text("relation"))->second,
                           .percent_of_baseline = row.text("unit") == "percent of baseline"};
  if (std::isnan(threshold.low) || std::isnan(threshold.high))
    refuse(row, "value", "a value, or a range from low to high");
  if (!row.has("loses")) return threshold;
  for (std::size_t d = 0; d < instrument.diagnoses.size(); ++d)
    if (instrument.diagnoses[d].name == row.text("loses")) threshold.loses = d;
  if (!threshold.loses) refuse(row, "loses", "a diagnosis of scoring.csv");
  return threshold;
}

void read_thresholds(const EvidenceBase& base, InstrumentOnRecord& record) {
  Instrument& instrument = record.instrument;
  for (const Row& row : base.table("thresholds").where("instrument", instrument.name).used()) {
    const std::string& kind = row.text("kind");
    if (kind == "severity_band")
      instrument.bands.push_back({row.number("low"), row.number("high"), row.text("definition")});
    else if (row.has("relation"))
      (on_change(kind) ? instrument.changes : instrument.limits)
          .push_back(read_threshold(row, instrument));
    else {
      record.not_applied.push_back(row.id());
      continue;
    }
    record.facts.push_back({.fact_id = row.id(), .of_change = row.has("loses") || on_change(kind)});
  }
  std::sort(instrument.bands.begin(), instrument.bands.end(),
            [](const SeverityBand& a, const SeverityBand& b) { return a.low < b.low; });
}

/// Why an instrument that is on record cannot be scored; empty if it can.
std::string why_not(const Instrument& instrument) {
  if (instrument.items.empty()) return "its items and their ranges are not on record";
  if (instrument.scores.empty()) return "how its items make a score is not on record";
  return "";
}

InstrumentOnRecord read_instrument(const EvidenceBase& base, std::string_view name) {
  InstrumentOnRecord record{.instrument = {.name = std::string(name)}};
  read_items(base, record);
  if (record.instrument.items.empty()) return record;
  StepReader steps(record);
  for (const Row& row : base.table("scoring").where("instrument", name).used()) steps.read(row);
  read_thresholds(base, record);
  if (why_not(record.instrument).empty()) require_sound(record.instrument);
  return record;
}

}  // namespace

InstrumentOnRecord instrument_on_record(const EvidenceBase& base, std::string_view name) {
  const std::vector<std::string> names = base.table("instruments").used().values("instrument");
  const auto words = base.schema.vocabularies.find("instrument");
  require(std::find(names.begin(), names.end(), name) != names.end() ||
              (words != base.schema.vocabularies.end() && words->second.contains(name)),
          "evidence.instrument.unknown",
          fmt::format("no instrument is named '{}'; on record: {}", name, fmt::join(names, ", ")),
          ErrorKind::usage);
  InstrumentOnRecord record = read_instrument(base, name);
  const std::string reason = why_not(record.instrument);
  require(reason.empty(), "evidence.instrument.unscored",
          fmt::format("{} cannot be scored: {}", name, reason), ErrorKind::unanswerable);
  return record;
}

std::vector<InstrumentState> instrument_states(const EvidenceBase& base) {
  std::vector<InstrumentState> states;
  for (const std::string& name : base.table("instruments").used().values("instrument"))
    states.push_back({name, why_not(read_instrument(base, name).instrument)});
  return states;
}

}  // namespace entact
