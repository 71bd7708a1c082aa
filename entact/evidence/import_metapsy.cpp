// Metapsy rows to draft rows of the evidence base. A Metapsy row is one comparison of two arms and
// repeats what it says of each arm in every comparison; a row here is one fact. `DraftSheet` keeps
// each fact once; `MetapsyDraft` says which facts a row holds.

#include "entact/evidence/import_metapsy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

namespace entact {
namespace {

using Cells = std::map<std::string, std::string, std::less<>>;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::string lowered(std::string text) {
  for (char& c : text) c = lower(c);
  return text;
}

/// Lower-case letters and digits, everything else joined to one underscore: "125 mg" -> 125_mg.
std::string slug(std::string_view text) {
  std::string made;
  for (const char raw : text) {
    const char c = lower(raw);
    if (letter_or_digit(c))
      made += c;
    else if (!made.empty() && made.back() != '_')
      made += '_';
  }
  while (!made.empty() && made.back() == '_') made.pop_back();
  return made;
}

/// "Mitchell 2021" -> MITCHELL2021.
std::string study_key(std::string_view text) {
  std::string made;
  for (const char raw : text)
    if (letter_or_digit(lower(raw)))
      made += raw >= 'a' && raw <= 'z' ? static_cast<char>(raw - 'a' + 'A') : raw;
  return made;
}

std::string number(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

std::string arm_key(const MetapsyArm& arm) {
  return slug(arm.multi.empty() ? arm.condition : arm.condition + " " + arm.multi);
}

/// The rows of all tables, each fact once.
class DraftSheet {
 public:
  explicit DraftSheet(const BaseSchema& schema) : schema_(schema) {}

  /// Adds a fact under the wished id; a second one with the same content is dropped, one with other
  /// content gets a number and joins the first in a conflict group.
  /// @return false if it contradicts an earlier one
  bool add(const std::string& table, const std::string& id, Cells cells) {
    cells["used"] = "yes";
    std::vector<Cells>& rows = tables_[table];
    const auto first = places_.find(id);
    if (first == places_.end()) {
      places_.emplace(id, rows.size());
      cells["fact_id"] = id;
      rows.push_back(std::move(cells));
      return true;
    }
    Cells& earlier = rows[first->second];
    if (same_content(earlier, cells)) return true;
    earlier["conflict_group"] = cells["conflict_group"] = slug(id);
    cells["fact_id"] = fmt::format("{}.{}", id, ++copies_[id] + 1);
    cells["used"] = "no";
    cells["why"] = "another comparison of the data set gives another number";
    rows.push_back(std::move(cells));
    return false;
  }

  void write(DraftRows& draft) const {
    for (const auto& [table, rows] : tables_) {
      std::vector<std::string> header;
      for (const FactColumn& column : schema_.find(table)->columns) header.push_back(column.name);
      std::vector<std::vector<std::string>> fields;
      for (const Cells& cells : rows) {
        std::vector<std::string>& row = fields.emplace_back();
        for (const std::string& name : header)
          row.push_back(cells.contains(name) ? cells.at(name) : "");
      }
      draft.files[table] = write_csv(header, fields);
      draft.rows[table] = rows.size();
    }
  }

 private:
  static bool same_content(const Cells& a, const Cells& b) {
    return std::all_of(b.begin(), b.end(), [&](const auto& cell) {
      if (cell.first == "used" || cell.first == "locator" || cell.first == "phase_of_follow_up")
        return true;
      const auto other = a.find(cell.first);
      return cell.second.empty() || (other != a.end() && other->second == cell.second);
    });
  }

  const BaseSchema& schema_;
  std::map<std::string, std::vector<Cells>> tables_{};
  std::map<std::string, std::size_t> places_{};
  std::map<std::string, int> copies_{};
};

class MetapsyDraft {
 public:
  MetapsyDraft(const MetapsyReading& reading, const EvidenceBase& base,
               const ImportOptions& options)
      : reading_(reading), base_(base), options_(options), sheet_(base.schema) {}

  DraftRows run() {
    for (const MetapsyRow& row : reading_.rows) treatments_.insert(row.study + arm_key(row.arm1));
    for (const MetapsyRow& row : reading_.rows) {
      if (row.study.empty()) continue;
      const std::string study = study_of(row);
      draft_arm(row, study, row.arm1);
      draft_arm(row, study, row.arm2);
      for (const MetapsyArm& arm : {row.arm1, row.arm2}) {
        draft_scores(row, study, arm);
        draft_counts(row, study, arm);
      }
      draft_contrast(row, study);
      draft_risk_of_bias(row, study);
    }
    sheet_.write(draft_);
    return std::move(draft_);
  }

 private:
  void warn(const MetapsyRow& row, std::string reason, std::string name, std::string rule,
            std::string value) {
    if (!warned_.insert(reason + "\n" + value).second) return;
    draft_.issues.push_back({.severity = Issue::Severity::warning,
                             .code = "evidence.import." + std::move(reason),
                             .line = row.line,
                             .name = std::move(name),
                             .rule = std::move(rule),
                             .value = std::move(value)});
  }

  void add(const MetapsyRow& row, const std::string& table, const std::string& id, Cells cells) {
    cells["source"] = options_.source_id;
    cells["verified"] = options_.verified;
    cells["locator"] = row.id.empty() ? fmt::format("line {}", row.line) : row.id;
    if (!sheet_.add(table, id, std::move(cells)))
      warn(row, "differs", table, "comparisons that share an arm agree on it", id);
  }

  /// The study's id: the one on record under the same registration number, else a new one.
  std::string study_of(const MetapsyRow& row) {
    if (!row.registration_number.empty()) {
      const Rows known = base_.table("studies").where("nct", row.registration_number);
      if (!known.empty()) {
        warn(row, "known_study", "study",
             fmt::format("{} is on record as {}: match its arms by hand", row.study,
                         known[0].text("study_id")),
             row.registration_number);
        return known[0].text("study_id");
      }
    }
    std::string key = study_key(row.study);
    if (!drafted_.insert(key).second) return key;  // other comparisons name other treatments
    add(row, "studies", "study." + lowered(key),
        {{"study_id", key},
         {"label", row.study},
         {"record_kind", "trial"},
         {"nct", row.registration_number},
         {"compound", row.arm1.drug.empty() ? row.arm1.condition : row.arm1.drug},
         {"condition_detail", row.diagnosis},
         {"design_detail", row.design},
         {"randomised", "yes"},
         {"blinding_detail", row.blinding},
         {"comparator", row.arm2.name.empty() ? row.arm2.condition : row.arm2.name}});
    return key;
  }

  static std::string control_role(const MetapsyArm& arm) {
    const std::string word = lowered(arm.condition);
    if (word == "pcb" || word.find("placebo") != std::string::npos) return "placebo";
    if (word.find("wait") != std::string::npos || word == "wl") return "waitlist";
    if (word == "cau" || word == "tau") return "usual_care";
    return "control";
  }

  /// An arm that any comparison treats as the treatment is one, also where it is compared with.
  void draft_arm(const MetapsyRow& row, const std::string& study, const MetapsyArm& arm) {
    const std::string key = arm_key(arm);
    const std::string role =
        treatments_.contains(row.study + key) ? "treatment" : control_role(arm);
    add(row, "arms", fmt::format("arm.{}.{}", lowered(study), key),
        {{"study_id", study},
         {"arm_id", key},
         {"label", arm.multi.empty() ? arm.condition : arm.condition + " " + arm.multi},
         {"role", role},
         {"intervention", arm.name},
         {"n_randomised", number(arm.randomised)}});
  }

  /// The vocabulary's spelling of an instrument, or the file's own.
  std::string instrument_of(const MetapsyRow& row) {
    const auto words = base_.schema.vocabularies.find("instrument");
    if (words != base_.schema.vocabularies.end())
      for (const auto& [word, meaning] : words->second)
        if (lowered(word) == lowered(row.instrument)) return word;
    if (!row.instrument.empty())
      warn(row, "instrument", "instrument", "a scale of the vocabulary", row.instrument);
    return row.instrument;
  }

  [[nodiscard]] std::string better_of(const std::string& instrument) const {
    for (const Row& known : base_.table("instruments").where("instrument", instrument))
      return known.text("direction") == "higher_better" ? "higher" : "lower";
    return "";
  }

  static std::string population_of(const MetapsyRow& row) {
    const std::string word = lowered(row.population);
    if (word == "itt") return "itt";
    return word.starts_with("completer") ? "completers" : "not_stated";
  }

  static std::string phase_of(const MetapsyRow& row) {
    return row.post_crossover.value_or(false) ? "after_crossover" : "controlled";
  }

  static std::string when(const MetapsyRow& row) {
    if (!std::isnan(row.week)) return "w" + slug(number(row.week));
    return row.time_point.empty() ? "post" : slug(row.time_point);
  }

  void draft_scores(const MetapsyRow& row, const std::string& study, const MetapsyArm& arm) {
    const std::string instrument = instrument_of(row);
    const std::string id =
        fmt::format("cont.{}.{}.{}", lowered(study), arm_key(arm), slug(instrument));
    const auto score = [&](const std::string& when_said, const char* statistic, double n,
                           double mean, double sd, Cells cells) {
      if (std::isnan(mean)) return;
      cells.insert({{"study_id", study},
                    {"arm_id", arm_key(arm)},
                    {"instrument", instrument},
                    {"instrument_reported", row.instrument},
                    {"population", population_of(row)},
                    {"population_detail", row.population},
                    {"statistic", statistic},
                    {"statistic_basis", "reported"},
                    {"n", number(n)},
                    {"value", number(mean)},
                    {"sd", number(sd)},
                    {"better", better_of(instrument)}});
      add(row, "continuous", fmt::format("{}.{}.{}", id, when_said, statistic), std::move(cells));
    };
    const Cells here{{"week", number(row.week)},
                     {"time_point", row.time_point},
                     {"phase_of_follow_up", phase_of(row)}};
    score("w0", "baseline_mean", arm.baseline_n, arm.baseline_mean, arm.baseline_sd,
          {{"week", "0"}, {"phase_of_follow_up", "baseline"}});
    score(when(row), "mean", arm.n, arm.mean, arm.sd, here);
    score(when(row), "mean_change", arm.change_n, arm.change_mean, arm.change_sd, here);
  }

  /// Whether the outcome is wished for; empty if this cannot be told.
  static std::string better_of_outcome(const std::string& outcome) {
    if (outcome == "response" || outcome == "remission" || outcome == "loss_of_diagnosis")
      return "higher";
    return outcome == "dropout" || outcome == "deterioration" ? "lower" : "";
  }

  void draft_counts(const MetapsyRow& row, const std::string& study, const MetapsyArm& arm) {
    if (std::isnan(arm.events)) return;
    const std::string outcome = slug(row.outcome_type);
    const std::string definition =
        row.outcome_definition.empty() ? row.instrument : row.outcome_definition;
    add(row, "binary",
        fmt::format("bin.{}.{}.{}.{}", lowered(study), arm_key(arm), outcome, when(row)),
        {{"study_id", study},
         {"arm_id", arm_key(arm)},
         {"outcome", outcome},
         {"definition", definition},
         {"week", number(row.week)},
         {"time_point", row.time_point},
         {"phase_of_follow_up", phase_of(row)},
         {"events", number(arm.events)},
         {"n", number(arm.total)},
         {"count_basis", "reported"},
         {"better", better_of_outcome(outcome)}});
  }

  static std::string statistic_of(const MetapsyRow& row) {
    if (row.outcome_type == "msd") return "endpoint";
    return row.outcome_type == "change" ? "change" : "dichotomous";
  }

  void draft_contrast(const MetapsyRow& row, const std::string& study) {
    if (std::isnan(row.g)) return;
    if (reading_.g_sign == 0) {
      warn(row, "sign", ".g", "the direction of g follows from rows that give both means", "");
      return;
    }
    const std::string instrument = instrument_of(row);
    const std::string better = better_of(instrument);
    const std::string treatment = arm_key(row.arm1);
    const std::string control = arm_key(row.arm2);
    const std::string statistic = statistic_of(row);
    add(row, "contrasts",
        fmt::format("ctr.{}.{}-{}.{}.{}.{}.smd_g", lowered(study), treatment, control,
                    slug(instrument),
                    statistic == "dichotomous" ? slug(row.outcome_type) : statistic, when(row)),
        {{"study_id", study},
         {"arm_treatment", treatment},
         {"arm_control", control},
         {"outcome_reported", fmt::format("{} {}", row.instrument, row.outcome_type)},
         {"instrument", instrument},
         {"instrument_reported", row.instrument},
         {"statistic", statistic},
         {"week", number(row.week)},
         {"time_point", row.time_point},
         {"phase_of_follow_up", phase_of(row)},
         {"measure", "SMD_g"},
         {"estimate", number(row.g * reading_.g_sign)},
         {"se", number(row.g_se)},
         {"favours", better.empty()      ? ""
                     : better == "lower" ? "treatment"
                                         : "control"}});
  }

  void draft_risk_of_bias(const MetapsyRow& row, const std::string& study) {
    static constexpr std::array<const char*, 5> domains{
        "randomisation", "deviations", "missing_data", "measurement", "selective_reporting"};
    for (std::size_t domain = 0; domain < domains.size(); ++domain)
      draft_judgement(row, study, domains[domain], row.risk_of_bias_domains[domain]);
    draft_judgement(row, study, "overall", row.risk_of_bias);
  }

  void draft_judgement(const MetapsyRow& row, const std::string& study, const std::string& domain,
                       const std::string& word) {
    if (word.empty()) return;
    const std::string outcome = row.symptom.empty() ? row.instrument : row.symptom;
    add(row, "risk_of_bias",
        fmt::format("rob.{}.{}.{}.{}", lowered(study), slug(outcome), slug(options_.source_id),
                    domain),
        {{"study_id", study},
         {"outcome", outcome},
         {"rater", options_.rater.empty() ? options_.source_id : options_.rater},
         {"tool", options_.tool},
         {"domain", domain},
         {"judgement", slug(word)}});
  }

  const MetapsyReading& reading_;
  const EvidenceBase& base_;
  const ImportOptions& options_;
  DraftSheet sheet_;
  DraftRows draft_{};
  std::set<std::string> warned_{};
  std::set<std::string> drafted_{};     ///< studies
  std::set<std::string> treatments_{};  ///< study and arm
};

}  // namespace

DraftRows draft_from_metapsy(const MetapsyReading& reading, const EvidenceBase& base,
                             const ImportOptions& options) {
  const bool id = !options.source_id.empty() &&
                  std::all_of(options.source_id.begin(), options.source_id.end(), [](char c) {
                    return letter_or_digit(lower(c)) || c == '_' || c == '.' || c == '-';
                  });
  require(
      id, "evidence.import.source",
      fmt::format("drafted rows cite a source_id of letters, digits, `_`, `.` and `-`; saw '{}'",
                  options.source_id),
      ErrorKind::usage);
  return MetapsyDraft(reading, base, options).run();
}

}  // namespace entact
