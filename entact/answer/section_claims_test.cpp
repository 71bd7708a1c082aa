#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "entact/answer/claims_command.h"
#include "entact/answer/sections.h"
#include "entact/base/error.h"
#include "entact/evidence/as_of.h"
#include "entact/report/document_json.h"
#include "entact/stats/proportion.h"

namespace entact {
namespace {

EvidenceBase shipped() { return std::move(load_evidence(ENTACT_SOURCE_DIR "/data").base); }

using Verdicts = std::map<std::string, std::string>;

struct Checked {
  EvidenceBase base{};
  Findings findings{};
  std::vector<CheckedClaim> claims{};

  [[nodiscard]] const CheckedClaim& claim(const std::string& id) const {
    for (const CheckedClaim& each : claims)
      if (each.row.id() == id) return each;
    throw Error("test", "no claim " + id);
  }
  [[nodiscard]] std::string verdict(const std::string& id) const {
    return std::string(to_text(claim(id).decision.verdict));
  }
};

/// Checks the claims of a base; it stays where it is, because rows point into it.
std::unique_ptr<Checked> checked(EvidenceBase base, const ReportOptions& options = {}) {
  auto made = std::make_unique<Checked>();
  made->base = options.as_of.known() ? known_by(base, options.as_of) : std::move(base);
  made->findings = find_all(made->base, options);
  made->claims = check_claims(made->findings);
  return made;
}

/// The shipped base with one column of one table rewritten.
std::unique_ptr<Checked> altered(const std::string& table, const std::string& column,
                                 const std::function<std::string(const Row&)>& text) {
  EvidenceBase base = shipped();
  base.tables.at(table) = base.table(table).with(column, text);
  base.index();
  return checked(std::move(base));
}

std::unique_ptr<Checked> without(const std::string& table,
                                 const std::function<bool(const Row&)>& dropped) {
  EvidenceBase base = shipped();
  base.tables.at(table) = base.table(table).filtered([&](const Row& row) { return !dropped(row); });
  base.index();
  return checked(std::move(base));
}

std::function<std::string(const Row&)> keep_but(const std::string& column,
                                                const std::function<bool(const Row&)>& where,
                                                const std::string& text) {
  return [=](const Row& row) { return where(row) ? text : row.text(column); };
}

const Checked& today() {
  static const std::unique_ptr<Checked> made = checked(shipped());
  return *made;
}

/// What follows from the words of claims.csv and the rows on record, worked out by hand.
const Verdicts by_hand{
    {"C01", "supported"},      // 7 completed randomised trials in PTSD
    {"C02", "contradicted"},   // findings of Psychopharmacology and of the FDA stand
    {"C03", "supported"},      // the interval lies below 0, and nothing is left out by the variants
    {"C04", "partly"},         // responders differ; no threshold between groups is on record
    {"C05", "not studied"},    // no cluster contrast on record
    {"C06", "partly"},         // 32 people in two trials: below the floor of certainty
    {"C07", "not studied"},    // the subgroup is recalled
    {"C08", "partly"},         // uncontrolled follow-up that holds
    {"C09", "not studied"},    // no such contrast
    {"C10", "not studied"},    // counted guesses are recalled
    {"C11", "not supported"},  // interval holds 0
    {"C12", "not supported"},  // published interval holds 0
    {"C13", "not supported"},  // secondary outcome, interval holds 0
    {"C14", "partly"},         // secondary outcome with p = 0.0436
    {"C15", "not supported"},  // six couples, no outcome numbers
    {"C16", "partly"},         // secondary outcome, p = 0.03
    {"C17", "not supported"},  // 1 to 4 of 106: upper bound 9.4 per 100
    {"C18", "not studied"},    // durations are not on record
    {"C19", "not supported"},  // the difference may be above 2 per 100
    {"C20", "not studied"},    // peaks only
    {"C21", "not supported"},  // 0 of 46: upper bound 7.7 per 100
    {"C22", "partly"},         // 67 people
    {"C23", "partly"},         // release of noradrenaline is recalled
    {"C24", "partly"},         // a rise in people without a spread
    {"C25", "partly"},         // reviewed ranges without intervals
    {"C26", "partly"},         // one study without a spread
    {"C27", "not studied"},    // no row on fear, trust or empathy
    {"C28", "supported"},      // two trials, interval below 0, certainty low
    {"C29", "not studied"},    // no connected comparison
    {"C30", "supported"},      // Australia, Canada, Switzerland
    {"C31", "contradicted"},   // complete response
    {"C32", "supported"},      // Canada, Switzerland
    {"C33", "supported"}};     // C03 low, the others very low

TEST(ClaimsChecked, gives_each_of_the_claims_exactly_one_verdict) {
  Verdicts verdicts;
  for (const CheckedClaim& claim : today().claims) {
    EXPECT_TRUE(verdicts.emplace(claim.row.id(), to_text(claim.decision.verdict)).second);
    EXPECT_FALSE(claim.row.text("studied_expr").empty()) << claim.row.id();
    EXPECT_FALSE(claim.quantities.empty()) << claim.row.id();
  }
  EXPECT_EQ(verdicts, by_hand);
}

TEST(ClaimsChecked, has_an_expression_wherever_the_table_has_words) {
  for (const CheckedClaim& claim : today().claims)
    for (const char* stem : {"studied", "supported", "partly", "contradicted"})
      EXPECT_EQ(claim.row.has(std::string(stem) + "_if"),
                claim.row.has(std::string(stem) + "_expr"))
          << claim.row.id() << " " << stem;
}

TEST(ClaimsChecked, names_only_facts_that_are_on_record) {
  for (const CheckedClaim& claim : today().claims)
    for (const AskedQuantity& each : claim.quantities) {
      const bool fact = each.found.asked.starts_with("fact(");
      EXPECT_TRUE(!fact || each.found.known()) << each.found.asked;
    }
}

TEST(ClaimsChecked, shows_numbers_that_its_command_prints) {
  EvidenceBase base = shipped();
  const Findings findings = find_all(base, {});
  DocumentBuilder builder(base);
  builder.document.sections.push_back(claims_section(builder, findings));
  const Document document = std::move(builder).finish();
  EXPECT_TRUE(dangling_references(document).empty());
  const auto printed =
      nlohmann::json{{"result", nlohmann::json::parse(claims_answer(findings).result_json)}};
  int own = 0;
  for (const Number& number : document.numbers) {
    EXPECT_TRUE(!number.trail.command.empty() || !number.trail.facts.empty()) << number.label;
    if (number.trail.command != claims_command({})) continue;
    const nlohmann::json::json_pointer pointer(number.trail.pointer);
    ASSERT_TRUE(printed.contains(pointer)) << number.trail.pointer;
    EXPECT_EQ(printed.at(pointer).get<double>(), number.value) << number.trail.pointer;
    ++own;
  }
  EXPECT_GT(own, 100);
}

TEST(ClaimsChecked, bounds_serious_harms_by_the_people_on_record) {
  const Checked& now = today();
  for (const AskedQuantity& each : now.claim("C17").quantities)
    if (each.found.asked == "risk_upper(serious_events)") {
      // MAPP2 53, MP-8 26 with 4 events, Jardim 3, Monson 6 + 6, Kvam 12
      EXPECT_EQ(std::get<double>(each.found.value), clopper_pearson(4, 106).high);
      return;
    }
  FAIL() << "C17 did not ask for the bound";
}

TEST(ClaimsChecked, replays_what_was_known_the_day_the_letter_became_public) {
  const auto then = checked(shipped(), {.as_of = {2024, 8, 9}});
  EXPECT_EQ(then->verdict("C31"), "contradicted");
  EXPECT_EQ(then->verdict("C02"), "partly") << "the journal and the letter spoke later";
  EXPECT_EQ(then->verdict("C33"), "supported");
  const auto before = checked(shipped(), {.as_of = {2024, 8, 8}});
  EXPECT_EQ(before->verdict("C31"), "not studied");
  const auto early = checked(shipped(), {.as_of = {2021, 1, 1}});
  EXPECT_EQ(early->verdict("C14"), "not studied");
  EXPECT_EQ(early->verdict("C30"), "not supported") << "few jurisdictions on record are not none";
}

TEST(ClaimsChecked, hears_recalled_rows_only_when_asked_to) {
  const auto all = checked(shipped(), {.include_recalled = true});
  EXPECT_EQ(all->verdict("C10"), "contradicted");
  EXPECT_EQ(all->verdict("C23"), "supported");
  EXPECT_EQ(all->verdict("C07"), "not supported");
}

TEST(ClaimsChecked, turns_when_severity_turns) {
  // every mean with its sign turned round turns every difference round
  const auto worse = altered("continuous", "value", [](const Row& row) {
    return row.text("statistic") == "mean" ? "-" + row.text("value") : row.text("value");
  });
  EXPECT_EQ(worse->verdict("C03"), "contradicted");
  const auto none = without("analysis_members", [](const Row& row) {
    return row.text("analysis_id") == "ptsd_caps_smd";
  });
  EXPECT_EQ(none->verdict("C03"), "not studied");
  EXPECT_EQ(none->verdict("C33"), "supported") << "what was not studied needs evidence";
}

TEST(ClaimsChecked, is_supported_only_where_high_risk_trials_are_not_needed) {
  EvidenceBase base = shipped();
  base.tables.at("risk_of_bias") = base.table("risk_of_bias").with("judgement", [](const Row& row) {
    const std::string study = row.text("study_id");
    const bool phase3 = study == "MAPP1" || study == "MAPP2" || study == "MP1";
    return phase3 && row.text("domain") == "overall" ? "high" : row.text("judgement");
  });
  base.index();
  const auto made = checked(std::move(base));
  // what is left, MP-2, MP-8 and MP-12, holds 0; and most of the weight is at high risk
  EXPECT_EQ(made->verdict("C03"), "partly");
  EXPECT_EQ(made->claim("C03").decision.decided_by, "partly_if");
  EXPECT_EQ(made->claim("C03").certainty->proposal.overall, Certainty::very_low);
}

TEST(ClaimsChecked, weighs_points_against_a_threshold_between_groups_once_there_is_one) {
  const auto with_threshold = [](const std::string& value) {
    EvidenceBase base = shipped();
    const auto here = [](const Row& row) {
      return row.id() == "thr.caps5.reliable_change.13.marx2022";
    };
    base.tables.at("thresholds") =
        base.table("thresholds").with("kind", keep_but("kind", here, "between_group"));
    base.tables.at("thresholds") =
        base.table("thresholds").with("value", keep_but("value", here, value));
    base.index();
    return checked(std::move(base));
  };
  // difference -9.6 (-13.1 to -6.2) points
  const auto small = with_threshold("3");
  EXPECT_EQ(small->claim("C04").conditions.supported, Truth::yes);
  EXPECT_EQ(small->verdict("C04"), "partly") << "its certainty is below the floor";
  EXPECT_TRUE(small->claim("C04").decision.lowered_by_certainty);
  EXPECT_EQ(with_threshold("10")->claim("C04").decision.decided_by, "partly_if");
  EXPECT_EQ(with_threshold("20")->verdict("C04"), "contradicted");
}

TEST(ClaimsChecked, turns_when_counts_of_harm_turn) {
  const auto suicidal = [](const Row& row) {
    return row.text("term_group") == "suicidality" && row.text("arm_id") == "mdma";
  };
  EXPECT_EQ(altered("adverse_events", "participants", keep_but("participants", suicidal, "40"))
                ->verdict("C19"),
            "contradicted");
  const auto many = [](const std::string& factor) {
    return [factor](const Row& row) {
      return row.text("severity") == "serious" && row.has("n") ? row.text("n") + factor
                                                               : row.text("n");
    };
  };
  EXPECT_EQ(altered("adverse_events", "n", many("0"))->verdict("C17"), "partly");  // 4 of 1060
  EXPECT_EQ(altered("adverse_events", "n", many("000"))->verdict("C17"), "supported");
  const auto serious = [](const Row& row) { return row.id() == "ae.mapp2.mdma.serious_teae"; };
  EXPECT_EQ(altered("adverse_events", "participants", keep_but("participants", serious, "20"))
                ->verdict("C17"),
            "contradicted");
  const auto abuse = [](const Row& row) { return row.text("term_group") == "abuse_related"; };
  EXPECT_EQ(altered("adverse_events", "participants", keep_but("participants", abuse, "9"))
                ->verdict("C21"),
            "contradicted");
}

TEST(ClaimsChecked, turns_when_findings_routes_and_decisions_turn) {
  EXPECT_EQ(without("conduct", [](const Row&) { return true; })->verdict("C02"), "partly");
  const auto any = [](const Row&) { return true; };
  const auto closed = altered("jurisdictions", "access", keep_but("access", any, "prohibited"));
  EXPECT_EQ(closed->verdict("C30"), "contradicted");
  EXPECT_EQ(closed->verdict("C32"), "contradicted");
  const auto decision = [](const Row& row) { return row.text("event_type") == "decision"; };
  EXPECT_EQ(altered("events", "outcome", keep_but("outcome", decision, "approved"))->verdict("C31"),
            "supported");
}

TEST(ClaimsChecked, says_which_claim_and_column_cannot_be_read) {
  const auto first = [](const Row& row) { return row.id() == "C05"; };
  const auto said = [&](const std::string& expression) -> std::string {
    try {
      altered("claims", "partly_expr", keep_but("partly_expr", first, expression));
    } catch (const Error& error) {
      return error.code() + " " + error.what();
    }
    return "accepted";
  };
  EXPECT_NE(said("upper(").find("evidence.claim.syntax C05, partly_expr: "), std::string::npos);
  EXPECT_NE(said("uper(ptsd_caps_smd) < 0").find("answer.claim.quantity C05"), std::string::npos);
  EXPECT_NE(said("upper(caps) < 0").find("no analysis 'caps'"), std::string::npos);
  EXPECT_NE(said("verdict_count(C05, is = partly) > 0").find("answer.claim.cycle"),
            std::string::npos);
  EXPECT_NE(said("verdict_count(C99, is = partly) > 0").find("answer.claim.unknown"),
            std::string::npos);
}

TEST(ClaimsSection, counts_its_verdicts_and_shows_them_in_order) {
  EvidenceBase base = shipped();
  DocumentBuilder builder(base);
  const Section section = claims_section(builder, find_all(base, {}));
  std::vector<std::string> ids;
  for (const Block& block : section.blocks)
    if (const auto* verdict = std::get_if<VerdictBlock>(&block)) {
      ids.push_back(verdict->claim_id);
      EXPECT_EQ(verdict->verdict, by_hand.at(verdict->claim_id));
      EXPECT_FALSE(verdict->reason.empty()) << verdict->claim_id;
      EXPECT_FALSE(verdict->rule.empty()) << verdict->claim_id;
    }
  ASSERT_EQ(ids.size(), 33U);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  std::vector<double> numbers;
  for (const Span& span : section.opening.at(0))
    if (span.kind == Span::Kind::number) numbers.push_back(builder.value(span.value));
  std::map<std::string, double> counts;
  for (const auto& [id, verdict] : by_hand) ++counts[verdict];
  EXPECT_EQ(numbers,
            (std::vector<double>{33, counts["supported"], counts["partly"], counts["not supported"],
                                 counts["contradicted"], counts["not studied"]}));
}

}  // namespace
}  // namespace entact
