#include "entact/evidence/import_metapsy.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "entact/evidence/check.h"
#include "entact/evidence/specimen_base.h"

namespace entact {
namespace {

const std::string header =
    "study;condition_arm1;condition_arm2;multi_arm1;multi_arm2;outcome_type;instrument;"
    "study_time_point;time_weeks;post_crossover;n_arm1;mean_arm1;sd_arm1;n_arm2;mean_arm2;sd_arm2;"
    "event_arm1;totaln_arm1;event_arm2;totaln_arm2;baseline_m_arm1;baseline_sd_arm1;"
    "baseline_n_arm1;rob;d1;registration_number;.id;.g;.g_se\n";

/// Two doses against one control, and counts of the first; the data set's g has the other sign.
const std::string data_set =
    header +
    "Doe 2020;mdma;pcb;125 mg;NA;msd;caps-5;Week 18;18;0;42;19.6;13.5;37;31.5;12.2;NA;NA;NA;NA;44;"
    "6.0;46;Low;Some Concerns;NCT99999999;doe_a;0.92;0.235\n"
    "Doe 2020;mdma;pcb;75 mg;NA;msd;caps-5;Week 18;18;0;40;25.1;13.0;37;31.5;12.2;NA;NA;NA;NA;45;"
    "6.0;41;Low;Some Concerns;NCT99999999;doe_b;0.51;0.230\n"
    "Doe 2020;mdma;pcb;125 mg;NA;response;caps-5;Week 18;18;0;NA;NA;NA;NA;NA;NA;30;42;12;37;NA;NA;"
    "NA;Low;Some Concerns;NCT99999999;doe_c;NA;NA\n";

EvidenceBase base() {
  SpecimenBase rows(ENTACT_SOURCE_DIR "/data");
  rows.add(
      "instruments",
      "fact_id=ins.caps5|instrument=CAPS-5|construct=PTSD|min=0|max=80|direction=lower_better");
  rows.add_trial("KNOWN", "nct=NCT00000001");
  return rows.load().base;
}

DraftRows draft(const std::string& text) {
  return draft_from_metapsy(read_metapsy(text), base(), {.source_id = "some_data"});
}

CsvTable table(const DraftRows& made, const std::string& name) {
  return read_csv(made.files.at(name));
}

std::string cell(const CsvTable& rows, const std::string& fact_id, const std::string& column) {
  for (const std::vector<std::string>& row : rows.rows)
    if (row[0] == fact_id) return row[static_cast<std::size_t>(rows.find(column))];
  return "no row " + fact_id;
}

TEST(ImportMetapsy, drafts_each_fact_once) {
  const DraftRows made = draft(data_set);
  const std::map<std::string, std::size_t> expected{
      {"studies", 1},     // one trial
      {"arms", 3},        // 125 mg, 75 mg, placebo
      {"continuous", 5},  // three endpoint means, two baselines
      {"binary", 2},     {"contrasts", 2}, {"risk_of_bias", 2}};  // overall and one domain
  EXPECT_EQ(made.rows, expected);
  EXPECT_TRUE(made.issues.empty()) << to_text(made.issues.front());
}

TEST(ImportMetapsy, copies_numbers_and_says_where_they_stand) {
  const CsvTable means = table(draft(data_set), "continuous");
  const std::string id = "cont.doe2020.mdma_125_mg.caps_5.w18.mean";
  EXPECT_EQ(cell(means, id, "value"), "19.6");
  EXPECT_EQ(cell(means, id, "sd"), "13.5");
  EXPECT_EQ(cell(means, id, "n"), "42");
  EXPECT_EQ(cell(means, id, "week"), "18");
  EXPECT_EQ(cell(means, id, "instrument"), "CAPS-5");
  EXPECT_EQ(cell(means, id, "instrument_reported"), "caps-5");
  EXPECT_EQ(cell(means, id, "better"), "lower");
  EXPECT_EQ(cell(means, id, "source"), "some_data");
  EXPECT_EQ(cell(means, id, "locator"), "doe_a");
  EXPECT_EQ(cell(means, id, "verified"), "secondary");
  EXPECT_EQ(cell(means, "cont.doe2020.mdma_125_mg.caps_5.w0.baseline_mean", "value"), "44");
}

TEST(ImportMetapsy, turns_g_to_treatment_minus_control) {
  const CsvTable contrasts = table(draft(data_set), "contrasts");
  const std::string id = "ctr.doe2020.mdma_125_mg-pcb.caps_5.endpoint.w18.smd_g";
  EXPECT_EQ(cell(contrasts, id, "estimate"), "-0.92");
  EXPECT_EQ(cell(contrasts, id, "se"), "0.235");
  EXPECT_EQ(cell(contrasts, id, "favours"), "treatment");
}

TEST(ImportMetapsy, leaves_g_out_if_its_direction_cannot_be_told) {
  const std::string only_g =
      header +
      "Doe 2020;mdma;pcb;NA;NA;msd;caps-5;Week 18;18;0;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;Low;"
      "Low;NA;a;0.9;0.2\n";
  const DraftRows made = draft(only_g);
  EXPECT_FALSE(made.files.contains("contrasts"));
  ASSERT_EQ(made.issues.size(), 1U);
  EXPECT_EQ(made.issues[0].code, "evidence.import.sign");
  EXPECT_EQ(made.issues[0].line, 2);
}

TEST(ImportMetapsy, makes_a_conflict_of_numbers_that_differ) {
  std::string differing = data_set;
  const std::size_t second = differing.rfind("31.5");
  differing.replace(second, 4, "32.5");
  const DraftRows made = draft(differing);
  const CsvTable means = table(made, "continuous");
  const std::string id = "cont.doe2020.pcb.caps_5.w18.mean";
  EXPECT_EQ(cell(means, id, "value"), "31.5");
  EXPECT_EQ(cell(means, id, "used"), "yes");
  EXPECT_EQ(cell(means, id + ".2", "value"), "32.5");
  EXPECT_EQ(cell(means, id + ".2", "used"), "no");
  EXPECT_EQ(cell(means, id, "conflict_group"), cell(means, id + ".2", "conflict_group"));
  ASSERT_EQ(made.issues.size(), 1U);
  EXPECT_EQ(made.issues[0].code, "evidence.import.differs");
}

TEST(ImportMetapsy, knows_an_arm_that_is_treatment_in_one_comparison_and_control_in_another) {
  std::string doses = data_set;
  doses +=
      "Doe 2020;mdma;mdma;125 mg;75 mg;msd;caps-5;Week 18;18;0;42;19.6;13.5;40;25.1;13.0;NA;NA;"
      "NA;NA;44;6.0;46;Low;Some Concerns;NCT99999999;doe_d;0.40;0.220\n";
  const DraftRows made = draft(doses);
  EXPECT_TRUE(made.issues.empty()) << to_text(made.issues.front());
  const CsvTable arms = table(made, "arms");
  EXPECT_EQ(arms.rows.size(), 3U);
  EXPECT_EQ(cell(arms, "arm.doe2020.mdma_75_mg", "role"), "treatment");
  EXPECT_EQ(cell(arms, "arm.doe2020.pcb", "role"), "placebo");
}

TEST(ImportMetapsy, keeps_the_id_of_a_study_on_record) {
  std::string known = data_set;
  for (std::size_t at = 0; (at = known.find("NCT99999999")) != std::string::npos;)
    known.replace(at, 11, "NCT00000001");
  const DraftRows made = draft(known);
  EXPECT_FALSE(made.files.contains("studies"));
  EXPECT_EQ(cell(table(made, "arms"), "arm.known.pcb", "study_id"), "KNOWN");
  ASSERT_EQ(made.issues.size(), 1U);
  EXPECT_EQ(made.issues[0].code, "evidence.import.known_study");
}

TEST(ImportMetapsy, names_scales_that_the_vocabulary_lacks) {
  std::string odd = data_set;
  for (std::size_t at = 0; (at = odd.find("caps-5", at)) != std::string::npos;)
    odd.replace(at, 6, "teapot");
  const DraftRows made = draft(odd);
  ASSERT_EQ(made.issues.size(), 1U);
  EXPECT_EQ(made.issues[0].code, "evidence.import.instrument");
  EXPECT_EQ(made.issues[0].value, "teapot");
}

TEST(ImportMetapsy, makes_a_draft_that_lacks_only_what_a_data_set_does_not_say) {
  const DraftRows made = draft(data_set);
  std::map<std::string, std::string> files{
      {"schema.csv", read_file(ENTACT_SOURCE_DIR "/data/schema.csv")},
      {"vocabulary.csv", read_file(ENTACT_SOURCE_DIR "/data/vocabulary.csv")}};
  for (const FactSchema& schema : base().schema.tables) {
    std::vector<std::string> columns;
    for (const FactColumn& column : schema.columns) columns.push_back(column.name);
    files[schema.table + ".csv"] = write_csv(columns, {});
  }
  files["sources.csv"] += "some_data,registry,D,D,,,2021,,,\n";
  for (const auto& [name, text] : made.files) files[name + ".csv"] = text;
  const LoadedEvidence loaded = read_evidence(files);
  for (const Issue& issue : loaded.issues)
    EXPECT_EQ(issue.code, "evidence.base.required") << to_text(issue);
  std::map<std::string, std::size_t> open;
  for (const Issue& issue : loaded.issues) ++open[issue.file + ":" + issue.name];
  const std::map<std::string, std::size_t> expected{
      {"studies.csv:condition", 1},        {"studies.csv:design", 1}, {"studies.csv:blinding", 1},
      {"studies.csv:comparator_class", 1}, {"studies.csv:status", 1}, {"contrasts.csv:outcome", 2}};
  EXPECT_EQ(open, expected);
  EXPECT_TRUE(check_evidence(loaded.base).empty());
}

TEST(ImportMetapsy, refuses_rows_without_a_source) {
  try {
    (void)draft_from_metapsy(read_metapsy(data_set), base(), {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "evidence.import.source");
  }
}

}  // namespace
}  // namespace entact
