#include "entact/evidence/analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace entact {
namespace {

Row find_analysis(const EvidenceBase& base, std::string_view id) {
  if (const std::optional<Row> row = base.find("analyses", id)) return *row;
  throw Error("evidence.analysis.unknown",
              fmt::format("there is no analysis '{}'; there are {}", id,
                          fmt::join(base.table("analyses").rows().values("analysis_id"), ", ")),
              ErrorKind::usage);
}

Measure measure_of(const Row& analysis) {
  const std::string& word = analysis.text("measure");
  if (word == "SMD") return Measure::standardised_mean_difference;
  if (word == "MD") return Measure::mean_difference;
  if (word == "RR") return Measure::log_risk_ratio;
  if (word == "OR") return Measure::log_odds_ratio;
  if (word == "RD") return Measure::risk_difference;
  throw Error("evidence.analysis.shown",
              fmt::format("the analysis '{}' shows results side by side: {}", analysis.id(),
                          analysis.text("note")),
              ErrorKind::unanswerable);
}

void check_rater(const EvidenceBase& base, const AnalysisPolicy& policy) {
  if (!policy.without_high_risk || policy.rater.empty()) return;
  const std::vector<std::string> raters = base.table("risk_of_bias").rows().values("rater");
  require(std::find(raters.begin(), raters.end(), policy.rater) != raters.end(),
          "evidence.analysis.rater",
          fmt::format("'{}' rated nothing; raters are {}", policy.rater, fmt::join(raters, ", ")),
          ErrorKind::usage);
}

/// Fills one analysis member by member.
class Assembly {
 public:
  Assembly(const EvidenceBase& base, const Row& analysis, const AnalysisPolicy& policy)
      : base_(base), policy_(policy) {
    input_.id = analysis.id();
    input_.title = analysis.text("title");
    input_.condition = analysis.text("condition");
    input_.outcome = analysis.text("outcome");
    input_.direction = analysis.text("direction");
    input_.population = analysis.text("population");
    input_.time_point = analysis.text("time_point");
    input_.note = analysis.text("note");
    const Measure named = measure_of(analysis);
    input_.measure = policy.measure.value_or(named);
    how_ = {.measure = input_.measure,
            .smd_variance = policy.smd_variance,
            .zero_cells = policy.zero_cells};
  }

  AnalysisInput run() {
    const Rows rows = base_.table("analysis_members").where("analysis_id", input_.id);
    for (const Row& row : rows)
      if (row.yes("include")) consider(row);
    for (const Row& row : rows)
      if (!row.yes("include")) consider_left_out(row);
    return std::move(input_);
  }

 private:
  [[nodiscard]] std::vector<Row> facts_of(const Row& member) const {
    std::vector<Row> facts;
    for (const char* column : {"fact_treatment", "fact_control", "fact_contrast"})
      if (const std::optional<Row> fact = base_.fact(member.text(column))) facts.push_back(*fact);
    return facts;
  }

  static std::vector<std::string> ids(const std::vector<Row>& facts) {
    std::vector<std::string> made;
    for (const Row& fact : facts) made.push_back(fact.id());
    return made;
  }

  void leave_out(const Row& member, std::string reason) {
    input_.left_out.push_back({.slab = member.text("slab"),
                               .study_id = member.text("study_id"),
                               .facts = ids(facts_of(member)),
                               .reason = std::move(reason)});
  }

  /// Why the policy keeps a member out; empty if it does not.
  [[nodiscard]] std::string excluded(const Row& member) const {
    for (const Row& fact : facts_of(member))
      if (std::string why = reason_to_exclude(base_, fact, policy_.selection); !why.empty())
        return fmt::format("{}: {}", fact.id(), why);
    if (policy_.without_high_risk && !high_risk_rater(member.text("study_id")).empty())
      return "high risk of bias, says " + high_risk_rater(member.text("study_id"));
    return twice(member.text("study_id"));
  }

  [[nodiscard]] Rows ratings(const std::string& study) const {
    return base_.table("risk_of_bias")
        .where("study_id", study)
        .where("domain", "overall")
        .where([&](const Row& row) {
          return row.used() && (policy_.rater.empty() || row.text("rater") == policy_.rater);
        });
  }

  [[nodiscard]] std::string high_risk_rater(const std::string& study) const {
    const Rows high = ratings(study).where("judgement", "high");
    return high.empty() ? "" : high[0].text("rater");
  }

  [[nodiscard]] std::vector<std::string> parts_of(const std::string& study) const {
    const Rows listed = base_.table("studies").where("study_id", study);
    return listed.empty() ? std::vector<std::string>{} : listed[0].list("part_of");
  }

  /// Says whose people a study holds that is about to come in; empty if nobody counts twice.
  [[nodiscard]] std::string twice(const std::string& study) const {
    const std::vector<std::string> parts = parts_of(study);
    for (const AnalysisMember& other : input_.members) {
      const std::vector<std::string> theirs = parts_of(other.study_id);
      if (std::find(parts.begin(), parts.end(), other.study_id) != parts.end() ||
          std::find(theirs.begin(), theirs.end(), study) != theirs.end())
        return fmt::format("its people are in {} already", other.study_id);
    }
    return {};
  }

  void consider(const Row& row) {
    if (std::string why = excluded(row); !why.empty()) return leave_out(row, std::move(why));
    MemberEffect made = effect_of_member(row);
    if (!made.fault.empty()) return leave_out(row, std::move(made.fault));
    const std::string& study = row.text("study_id");
    if (policy_.without_high_risk && ratings(study).empty() &&
        std::find(input_.unrated.begin(), input_.unrated.end(), study) == input_.unrated.end())
      input_.unrated.push_back(study);
    input_.members.push_back({.slab = row.text("slab"),
                              .study_id = study,
                              .arm_treatment = row.text("arm_treatment"),
                              .arm_control = row.text("arm_control"),
                              .instrument = row.text("instrument"),
                              .week = row.number("week"),
                              .dosing_sessions_n = row.number("dosing_sessions_n"),
                              .cumulative_dose_mg = row.number("cumulative_dose_mg"),
                              .facts = ids(facts_of(row)),
                              .made = std::move(made)});
  }

  [[nodiscard]] MemberEffect effect_of_member(const Row& row) const {
    if (const std::optional<Row> contrast = base_.fact(row.text("fact_contrast"))) {
      MemberEffect made = effect_of_contrast(*contrast, how_);
      made.n_treatment = participants(row, "arm_treatment");
      made.n_control = participants(row, "arm_control");
      return made;
    }
    const std::optional<Row> treatment = base_.fact(row.text("fact_treatment"));
    const std::optional<Row> control = base_.fact(row.text("fact_control"));
    if (!treatment || !control) return {.fault = "no outcome of both arms on record"};
    return effect_of_arms(*treatment, *control, how_);
  }

  /// Size of an arm as arms.csv has it, for a contrast that does not say.
  [[nodiscard]] double participants(const Row& member, const char* column) const {
    const Rows arms = base_.table("arms")
                          .where("study_id", member.text("study_id"))
                          .where("arm_id", member.text(column))
                          .used();
    return arms.empty() ? std::numeric_limits<double>::quiet_NaN() : arms[0].number("n_randomised");
  }

  /// Rows marked include = no: in only if they were left out as recalled and are asked for.
  void consider_left_out(const Row& row) {
    const std::vector<Row> facts = facts_of(row);
    const bool recalled = std::any_of(facts.begin(), facts.end(), [](const Row& fact) {
      return fact.citation().verified == Verification::recalled;
    });
    if (!recalled || !policy_.selection.include_recalled || study_is_in(row.text("study_id")))
      return leave_out(row, row.text("why"));
    consider(row);
  }

  [[nodiscard]] bool study_is_in(const std::string& study) const {
    return std::any_of(input_.members.begin(), input_.members.end(),
                       [&](const AnalysisMember& other) { return other.study_id == study; });
  }

  const EvidenceBase& base_;
  const AnalysisPolicy& policy_;
  EffectChoice how_{};
  AnalysisInput input_{};
};

}  // namespace

std::vector<double> AnalysisInput::yi() const {
  std::vector<double> values;
  for (const AnalysisMember& member : members) values.push_back(member.made.effect.yi);
  return values;
}

std::vector<double> AnalysisInput::vi() const {
  std::vector<double> values;
  for (const AnalysisMember& member : members) values.push_back(member.made.effect.vi);
  return values;
}

bool AnalysisInput::dependent() const {
  std::set<std::string_view> studies;
  return !std::all_of(members.begin(), members.end(), [&](const AnalysisMember& member) {
    return studies.insert(member.study_id).second;
  });
}

AnalysisInput analysis_input(const EvidenceBase& base, std::string_view analysis_id,
                             const AnalysisPolicy& policy) {
  check_rater(base, policy);
  return Assembly(base, find_analysis(base, analysis_id), policy).run();
}

}  // namespace entact
