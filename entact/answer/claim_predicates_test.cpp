#include "entact/answer/claim_predicates.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/evidence/specimen_base.h"
#include "entact/stats/proportion.h"

namespace entact {
namespace {

const std::filesystem::path data = ENTACT_SOURCE_DIR "/data";

/// A base that a test fills, and what quantities are worth there.
class ClaimPredicates : public testing::Test {
 protected:
  SpecimenBase specimen_{data};
  ReportOptions options_{};

  FoundQuantity find(const std::string& quantity) {
    loaded_ = specimen_.load();
    findings_ = find_all(loaded_.base, options_);
    const ClaimContext context{
        .findings = &findings_, .outcome = [](const std::string& id) {
          return id == "C1" ? ClaimOutcome{Verdict::partly, Certainty::low} : ClaimOutcome{};
        }};
    const ClaimExpression expression = parse_claim_expression(quantity + " = 0");
    FoundQuantity found = find_quantity(context, expression.calls.at(0));
    EXPECT_EQ(found.asked, quantity);
    EXPECT_FALSE(plain_text(found.phrase).empty());
    return found;
  }

  double number(const std::string& quantity) {
    const FoundQuantity found = find(quantity);
    const double* value = std::get_if<double>(&found.value);
    return value ? *value : std::nan("");
  }

  std::string words(const std::string& quantity) { return plain_text(find(quantity).phrase); }

  std::string refusal(const std::string& quantity) {
    try {
      find(quantity);
    } catch (const Error& error) {
      return error.code() + ": " + error.what();
    }
    return "accepted";
  }

  /// A member of an analysis that is shown, with an adverse event of n people.
  void add_event(const std::string& study, const std::string& counts, const std::string& include) {
    const std::string id = "ae." + study;
    specimen_.add_trial(study);
    specimen_.add("adverse_events", "fact_id=" + id + "|study_id=" + study +
                                        "|arm_id=mdma|term=Serious|term_group=any_event|"
                                        "class=TESAE|window=whole_study|severity=serious|"
                                        "phase_of_follow_up=controlled|" +
                                        counts);
    specimen_.add("analysis_members", "analysis_id=serious|slab=" + study + "|study_id=" + study +
                                          "|arm_treatment=mdma|fact_treatment=" + id +
                                          "|include=" + include);
  }

  void add_shown(const std::string& id) {
    specimen_.add("analyses", "analysis_id=" + id + "|title=" + id +
                                  "|condition=ptsd|outcome=serious_event|measure=none|"
                                  "direction=none");
  }

  void add_mean(const std::string& study, const std::string& arm, const std::string& week,
                const std::string& statistic, const std::string& phase, const std::string& value,
                const std::string& n, const std::string& more = "") {
    specimen_.add("continuous", "fact_id=cont." + study + "." + arm + "." + week + statistic +
                                    "|study_id=" + study + "|arm_id=" + arm +
                                    "|instrument=CAPS-IV|week=" + week + "|statistic=" + statistic +
                                    "|phase_of_follow_up=" + phase + "|value=" + value +
                                    "|better=lower|n=" + n + more);
  }

 private:
  LoadedEvidence loaded_{};
  Findings findings_{};
};

TEST_F(ClaimPredicates, counts_rows_by_their_cells) {
  specimen_.add_trial("A").add_trial("B", "condition=depression").add_trial("C", "status=planned");
  specimen_.add("studies",
                "fact_id=study.d|study_id=D|label=D|record_kind=trial|compound=MDMA|"
                "condition=ptsd|used=no");
  EXPECT_EQ(number("rows(studies)"), 3);
  EXPECT_EQ(number("rows(studies, condition = ptsd)"), 2);
  EXPECT_EQ(number("rows(studies, condition = ptsd|depression, status = completed)"), 2);
  EXPECT_EQ(number("rows(studies, condition != ptsd)"), 1);
  EXPECT_EQ(number("rows(studies, label ~ b|c)"), 2);
  EXPECT_EQ(number("different(studies, condition)"), 2);
  EXPECT_EQ(words("rows(studies, condition = depression, as = 'trial'|'trials')"),
            "1 trial [smith2021]");
  EXPECT_EQ(words("rows(studies, as = 'trial'|'trials')"), "3 trials [smith2021]");
}

TEST_F(ClaimPredicates, compare_numbers_and_look_into_study_and_arm) {
  specimen_.add_trial("A").add_trial("B", "condition=depression");
  add_mean("A", "mdma", "4", "mean", "controlled", "30", "10");
  add_mean("A", "placebo", "4", "mean", "controlled", "40", "12");
  add_mean("B", "mdma", "60", "mean", "follow_up", "20", "");
  EXPECT_EQ(number("rows(continuous, week >= 52)"), 1);
  EXPECT_EQ(number("rows(continuous, value < 40)"), 2);
  EXPECT_EQ(number("rows(continuous, value <= 40, week <= 4)"), 2);
  EXPECT_EQ(number("rows(continuous, n > 0)"), 2) << "an empty cell meets no comparison";
  EXPECT_EQ(number("rows(continuous, study.condition = depression)"), 1);
  EXPECT_EQ(number("rows(continuous, arm.role = placebo)"), 1);
}

TEST_F(ClaimPredicates, leave_out_what_no_pooled_number_may_use_and_say_so) {
  specimen_.add_trial("A");
  add_mean("A", "mdma", "4", "mean", "controlled", "30", "10", "|verified=recalled");
  EXPECT_EQ(number("rows(continuous)"), 0);
  EXPECT_NE(words("rows(continuous)").find("1 more left out: recalled"), std::string::npos);
  options_.include_recalled = true;
  EXPECT_EQ(number("rows(continuous)"), 1);
}

TEST_F(ClaimPredicates, refuse_what_the_base_does_not_have) {
  EXPECT_NE(refusal("rowz(studies)").find("answer.claim.quantity: there is no quantity 'rowz'"),
            std::string::npos);
  for (const auto& [quantity, part] : std::vector<std::pair<std::string, std::string>>{
           {"rows(trials)", "no table 'trials'"},
           {"rows()", "takes 1 names"},
           {"rows(studies, stage = 2)", "no column 'stage'"},
           {"rows(events, study.condition = ptsd)", "no column 'study.condition'"},
           {"rows(studies, condition = ptds)", "'ptds' is no word of the column 'condition'"},
           {"rows(studies, label < 3)", "compares a column of numbers"},
           {"rows(studies, sites_n < many)", "compares a column of numbers"},
           {"studies(ptsd)", "no analysis 'ptsd'"},
           {"upper(serious)", "is shown, not pooled"},
           {"upper(smd, without = bias)", "'without' is retracted or high_risk"},
           {"upper(smd, measure = HR)", "'measure' is RD, RR or OR"},
           {"upper(smd, with = bias)", "no option 'with'"},
           {"threshold('CAPS-5', middling)", "no such instrument or kind"},
           {"latest(studies, label)", "no dates"},
           {"different(studies, stage)", "no column 'stage'"},
           {"certainty_count(C1, is = middling)", "no certainty is 'middling'"},
       }) {
    specimen_ = SpecimenBase(data);
    add_shown("serious");
    specimen_.add("analyses",
                  "analysis_id=smd|title=S|condition=ptsd|outcome=ptsd_severity|"
                  "measure=SMD|direction=negative_favours_treatment");
    EXPECT_NE(refusal(quantity).find("answer.claim.argument: "), std::string::npos) << quantity;
    EXPECT_NE(refusal(quantity).find(part), std::string::npos) << refusal(quantity);
  }
}

TEST_F(ClaimPredicates, read_the_latest_row_and_single_facts) {
  EXPECT_FALSE(find("latest(events, outcome)").known());
  specimen_.add("events",
                "fact_id=evt.1|date=2024-08-09|jurisdiction=US|agency=FDA|"
                "event_type=decision|subject=x|outcome=not approved");
  specimen_.add("events",
                "fact_id=evt.2|date=2023|jurisdiction=US|agency=FDA|"
                "event_type=decision|subject=x|outcome=approved");
  EXPECT_EQ(std::get<std::string>(find("latest(events, outcome)").value), "not approved");
  EXPECT_FALSE(find("fact('pd.x', mean)").known());
  specimen_.add("pharmacodynamics",
                "fact_id=pd.x|study=x|effect=oxytocin|statistic=peak|mean=83.7");
  EXPECT_EQ(number("fact('pd.x', mean)"), 83.7);
}

TEST_F(ClaimPredicates, count_studies_whose_interval_is_clear_of_zero) {
  for (const char* row : {"fact_id=pd.a|study=a|mean=2|se=1", "fact_id=pd.b|study=b|mean=1.9|se=1",
                          "fact_id=pd.c|study=c|mean=-2|sd=4|n=16", "fact_id=pd.d|study=d|mean=9"})
    specimen_.add("pharmacodynamics", std::string(row) + "|effect=trust|statistic=difference");
  EXPECT_EQ(number("clear_above(pharmacodynamics, effect = trust)"), 1);
  EXPECT_EQ(number("clear_below(pharmacodynamics, effect = trust)"), 1);
}

TEST_F(ClaimPredicates, take_the_largest_threshold_and_know_none_where_none_is_on_record) {
  const std::string asked = "threshold('CAPS-5', between_group)";
  EXPECT_FALSE(find(asked).known());
  for (const char* value : {"4", "6"})
    specimen_.add("thresholds", "fact_id=thr." + std::string(value) +
                                    "|instrument=CAPS-5|"
                                    "kind=between_group|definition=d|value=" +
                                    value);
  EXPECT_EQ(number(asked), 6);
}

TEST_F(ClaimPredicates, bound_a_risk_exactly_between_what_events_allow) {
  add_shown("serious");
  EXPECT_FALSE(find("risk_upper(serious)").known());
  add_event("A", "participants=0|n=53|zero_basis=stated", "yes");
  add_event("B", "events=4|n=26", "yes");
  add_event("C", "participants=0|n=46|zero_basis=inferred", "yes");
  add_event("D", "participants=9|n=9", "no");
  add_event("E", "participants=0|zero_basis=stated", "yes");
  // 0 of 53 and, with 4 events, 1 to 4 of 26; silence, an excluded member and no n stay out
  EXPECT_EQ(number("risk_lower(serious)"), clopper_pearson(1, 79).low);
  EXPECT_EQ(number("risk_upper(serious)"), clopper_pearson(4, 79).high);
  EXPECT_NE(words("risk_upper(serious)").find("1 to 4 of 79"), std::string::npos);
  EXPECT_EQ(number("members(serious)"), 3);
}

TEST_F(ClaimPredicates, see_a_fall_only_where_an_uncontrolled_change_has_an_interval) {
  add_shown("falls");
  specimen_.add_trial("A");
  // t with 32 degrees of freedom: -30.5 + 2.037 * 14.1 / sqrt(33) = -25.5
  add_mean("A", "mdma", "18", "mean_change", "open_label", "-30.5", "33", "|sd=14.1");
  add_mean("A", "mdma", "20", "mean_change", "open_label", "-9", "33");
  add_mean("A", "mdma", "22", "mean", "open_label", "-9", "33", "|sd=1");
  for (const char* fact : {"18mean_change", "20mean_change", "22mean"})
    specimen_.add("analysis_members",
                  "analysis_id=falls|slab=A|study_id=A|arm_treatment=mdma|"
                  "include=yes|fact_treatment=cont.A.mdma." +
                      std::string(fact));
  EXPECT_EQ(number("clear_falls(falls)"), 1);
}

TEST_F(ClaimPredicates, count_nobody_twice_who_was_followed) {
  add_shown("long");
  specimen_.add_trial("A").add_trial("B");
  specimen_.add("studies",
                "fact_id=study.p|study_id=P|label=P|record_kind=pooled_report|"
                "compound=MDMA|condition=ptsd|part_of=A;B");
  add_mean("A", "mdma", "60", "mean", "follow_up", "30", "16");
  add_mean("B", "mdma", "60", "mean", "follow_up", "30", "12");
  add_mean("B", "placebo", "60", "mean", "follow_up", "30", "7");
  add_mean("B", "all", "70", "mean", "follow_up", "30", "");
  add_mean("P", "mdma", "60", "mean", "follow_up", "30", "40");
  const auto member = [&](const std::string& study, const std::string& fact) {
    specimen_.add("analysis_members", "analysis_id=long|slab=x|include=yes|study_id=" + study +
                                          "|fact_treatment=" + fact);
  };
  member("A", "cont.A.mdma.60mean");
  EXPECT_EQ(number("persons_followed(long)"), 16);
  member("B", "cont.B.all.70mean");
  EXPECT_EQ(number("persons_followed(long)"), 16 + 12 + 7);
  member("P", "cont.P.mdma.60mean");
  EXPECT_EQ(number("persons_followed(long)"), 40) << "5 of the 40 are new";
}

TEST_F(ClaimPredicates, take_the_arm_that_kept_least_of_its_fall) {
  add_shown("long");
  specimen_.add_trial("A").add_trial("B");
  const auto course = [&](const std::string& study, const char* end, const char* later) {
    add_mean(study, "mdma", "0", "baseline_mean", "baseline", "80", "9");
    add_mean(study, "mdma", "8", "mean", "controlled", end, "9");
    add_mean(study, "mdma", "52", "mean", "after_crossover", later, "9");
    specimen_.add("analysis_members", "analysis_id=long|slab=x|include=yes|study_id=" + study +
                                          "|fact_treatment=cont." + study + ".mdma.52mean");
  };
  EXPECT_FALSE(find("kept_at_follow_up(long)").known());
  course("A", "40", "30");
  EXPECT_DOUBLE_EQ(number("kept_at_follow_up(long)"), 50.0 / 40);
  course("B", "40", "70");
  EXPECT_DOUBLE_EQ(number("kept_at_follow_up(long)"), 10.0 / 40);
}

TEST_F(ClaimPredicates, compute_bangs_index_from_right_and_wrong_guesses) {
  specimen_.add_trial("A");
  EXPECT_EQ(number("bang_arms()"), 0);
  EXPECT_FALSE(find("bang_highest_lower()").known());
  const auto guess = [&](const std::string& arm, const std::string& kind, const char* events) {
    specimen_.add("binary", "fact_id=bin." + arm + kind + "|study_id=A|arm_id=" + arm +
                                "|outcome=" + kind + "_treatment_guess|n=44|events=" + events +
                                "|phase_of_follow_up=controlled|better=none");
  };
  guess("placebo", "correct", "33");
  EXPECT_EQ(number("bang_arms()"), 0) << "the wrong guesses are not on record";
  guess("placebo", "wrong", "9");
  EXPECT_EQ(number("bang_arms()"), 1);
  // (33 - 9) / 44 -+ 1.959964 sqrt((42/44 - (24/44)^2) / 44), worked out apart from the code
  EXPECT_NEAR(number("bang_highest_lower()"), 0.305951, 1e-5);
  EXPECT_NEAR(number("bang_highest_upper()"), 0.784958, 1e-5);
  guess("mdma", "correct", "22");
  guess("mdma", "wrong", "22");
  EXPECT_NEAR(number("bang_lowest_lower()"), -1.959964 / std::sqrt(44.0), 1e-6);
  EXPECT_NEAR(number("bang_highest_lower()"), 0.305951, 1e-5);
}

TEST_F(ClaimPredicates, count_the_outcomes_of_other_claims) {
  EXPECT_EQ(number("certainty_count(C1, C2, is = low|'very low')"), 1);
  EXPECT_EQ(number("certainty_count(C1, C2, is = high)"), 0);
  EXPECT_EQ(number("verdict_count(C1, C2, is = 'not studied')"), 1);
  EXPECT_EQ(number("verdict_count(C1, C2, is = partly)"), 1);
}

}  // namespace
}  // namespace entact
