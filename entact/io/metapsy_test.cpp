#include "entact/io/metapsy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "entact/io/file.h"

namespace entact {
namespace {

/// A small data set: the header that every file needs, further columns, one row for each text.
std::string file_of(const std::string& columns, const std::vector<std::string>& rows) {
  std::string text =
      "study;condition_arm1;condition_arm2;outcome_type;instrument;" + columns + "\n";
  for (const std::string& row : rows) text += "Doe 2020;mdma;pcb;msd;caps-5;" + row + "\n";
  return text;
}

MetapsyReading read(const std::string& columns, const std::vector<std::string>& rows) {
  return read_metapsy(file_of(columns, rows), "m.csv");
}

TEST(Metapsy, reads_an_outcome_of_two_arms) {
  const MetapsyReading reading = read(
      "multi_arm1;multi_arm2;rating;study_time_point;time_days;time_weeks;primary_instrument;"
      "primary_timepoint;post_crossover;n_arm1;mean_arm1;sd_arm1;n_arm2;mean_arm2;sd_arm2;.id;.g;"
      ".g_se",
      {"125 mg;NA;clinician;Week 18;126;18,00;1;0;NA;42;19,6;13,5;37;31,5;12,25;a;-0,9;0,235"});
  ASSERT_EQ(reading.rows.size(), 1U);
  EXPECT_TRUE(reading.issues.empty());
  EXPECT_EQ(reading.separator, ';');
  EXPECT_EQ(reading.decimal, ',');
  const MetapsyRow& row = reading.rows[0];
  EXPECT_EQ(row.line, 2);
  EXPECT_EQ(row.id, "a");
  EXPECT_EQ(row.study, "Doe 2020");
  EXPECT_EQ(row.outcome_type, "msd");
  EXPECT_EQ(row.instrument, "caps-5");
  EXPECT_EQ(row.rating, "clinician");
  EXPECT_EQ(row.time_point, "Week 18");
  EXPECT_EQ(row.day, 126);
  EXPECT_EQ(row.week, 18);
  EXPECT_EQ(row.primary_instrument, true);
  EXPECT_EQ(row.primary_time_point, false);
  EXPECT_FALSE(row.post_crossover.has_value());
  EXPECT_EQ(row.arm1.condition, "mdma");
  EXPECT_EQ(row.arm1.multi, "125 mg");
  EXPECT_EQ(row.arm2.multi, "");
  EXPECT_EQ(row.arm1.n, 42);
  EXPECT_EQ(row.arm1.mean, 19.6);
  EXPECT_EQ(row.arm1.sd, 13.5);
  EXPECT_EQ(row.arm2.n, 37);
  EXPECT_EQ(row.arm2.mean, 31.5);
  EXPECT_EQ(row.arm2.sd, 12.25);
  EXPECT_EQ(row.g, -0.9);
  EXPECT_EQ(row.g_se, 0.235);
  EXPECT_TRUE(std::isnan(row.log_rr));
  EXPECT_TRUE(std::isnan(row.arm1.events));
}

TEST(Metapsy, reads_change_events_baseline_and_study) {
  const MetapsyReading reading = read(
      "n_change_arm1;mean_change_arm1;sd_change_arm1;n_change_arm2;mean_change_arm2;"
      "sd_change_arm2;event_arm1;totaln_arm1;event_arm2;totaln_arm2;baseline_m_arm1;"
      "baseline_sd_arm1;baseline_n_arm1;rand_arm1;.log_rr;.log_rr_se;d1;d5;rob;year;mean_age;"
      "design;blinding;doi;registration_number;full_ref",
      {"52;-23.7;11.9;42;-14.8;11.5;30;52;10;42;39.5;13.1;53;53;0.88;0.3;Low;High;Some "
       "concerns;2020;39.1;parallel;double-blind;10.1/x;NCT1;\"Doe; 2020\""});
  ASSERT_TRUE(reading.issues.empty());
  EXPECT_EQ(reading.decimal, '.');
  const MetapsyRow& row = reading.rows.at(0);
  EXPECT_EQ(row.arm1.change_n, 52);
  EXPECT_EQ(row.arm1.change_mean, -23.7);
  EXPECT_EQ(row.arm1.change_sd, 11.9);
  EXPECT_EQ(row.arm2.change_mean, -14.8);
  EXPECT_EQ(row.arm1.events, 30);
  EXPECT_EQ(row.arm1.total, 52);
  EXPECT_EQ(row.arm2.events, 10);
  EXPECT_EQ(row.arm2.total, 42);
  EXPECT_EQ(row.arm1.baseline_mean, 39.5);
  EXPECT_EQ(row.arm1.baseline_sd, 13.1);
  EXPECT_EQ(row.arm1.baseline_n, 53);
  EXPECT_EQ(row.arm1.randomised, 53);
  EXPECT_EQ(row.log_rr, 0.88);
  EXPECT_EQ(row.log_rr_se, 0.3);
  EXPECT_EQ(row.risk_of_bias_domains[0], "Low");
  EXPECT_EQ(row.risk_of_bias_domains[1], "");
  EXPECT_EQ(row.risk_of_bias_domains[4], "High");
  EXPECT_EQ(row.risk_of_bias, "Some concerns");
  EXPECT_EQ(row.year, 2020);
  EXPECT_EQ(row.mean_age, 39.1);
  EXPECT_EQ(row.doi, "10.1/x");
  EXPECT_EQ(row.registration_number, "NCT1");
  EXPECT_EQ(row.reference, "Doe; 2020");
}

TEST(Metapsy, reads_the_other_spellings_with_row_names_and_commas) {
  const MetapsyReading reading = read_metapsy(
      "\"\",study,condition_arm1,condition_arm2,outcome_type,instrument,time,completer,"
      "m_baseline_arm2,sd_baseline_arm2,n_baseline_arm2,rob_d2,n_randomized_arm1,"
      "condition_arm1.detail,precalc_g,precalc_g_se,dich_type\n"
      "1,\"Doe, 2020\",EMDR,Waitlist,msd,IES,post,itt,62.5,12.4,49,High,50,Eye "
      "movements,2.2,0.3,No diagnosis\n");
  ASSERT_TRUE(reading.issues.empty());
  const MetapsyRow& row = reading.rows.at(0);
  EXPECT_EQ(row.study, "Doe, 2020");
  EXPECT_EQ(row.time_point, "post");
  EXPECT_EQ(row.population, "itt");
  EXPECT_EQ(row.arm2.baseline_mean, 62.5);
  EXPECT_EQ(row.arm2.baseline_sd, 12.4);
  EXPECT_EQ(row.arm2.baseline_n, 49);
  EXPECT_EQ(row.risk_of_bias_domains[1], "High");
  EXPECT_EQ(row.arm1.randomised, 50);
  EXPECT_EQ(row.arm1.name, "Eye movements");
  EXPECT_EQ(row.g, 2.2);
  EXPECT_EQ(row.g_se, 0.3);
  EXPECT_EQ(row.outcome_definition, "No diagnosis");
  EXPECT_TRUE(reading.unread.empty());
}

TEST(Metapsy, reads_the_same_numbers_from_comma_and_point) {
  const MetapsyReading comma = read("mean_arm1;sd_arm1", {"37,8;1e1", "-0,5;2"});
  const MetapsyReading point = read("mean_arm1;sd_arm1", {"37.8;1e1", "-0.5;2"});
  EXPECT_EQ(comma.decimal, ',');
  EXPECT_EQ(point.decimal, '.');
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(comma.rows.at(k).arm1.mean, point.rows.at(k).arm1.mean);
    EXPECT_EQ(comma.rows.at(k).arm1.sd, point.rows.at(k).arm1.sd);
  }
}

TEST(Metapsy, reports_numbers_in_the_other_decimal_sign_instead_of_guessing) {
  const MetapsyReading reading = read("mean_arm1;mean_arm2", {"1,5;2,5", "3,5;1.234"});
  ASSERT_EQ(reading.issues.size(), 1U);
  const Issue& issue = reading.issues[0];
  EXPECT_EQ(issue.code, "io.metapsy.number");
  EXPECT_EQ(to_text(issue).substr(0, 23), "m.csv:3:7 (mean_arm2): ");
  EXPECT_EQ(issue.value, "1.234");
  EXPECT_EQ(issue.severity, Issue::Severity::error);
  EXPECT_TRUE(std::isnan(reading.rows.at(1).arm2.mean));
  EXPECT_EQ(reading.rows.at(1).arm1.mean, 3.5);
}

TEST(Metapsy, ignores_the_decimal_sign_of_columns_it_does_not_read) {
  const MetapsyReading reading = read("mean_arm1;logRR;seLogRR", {"1,5;0.25;0.5"});
  EXPECT_EQ(reading.decimal, ',');
  EXPECT_TRUE(reading.issues.empty());
  EXPECT_EQ(reading.unread, (std::vector<std::string>{"logRR", "seLogRR"}));
}

TEST(Metapsy, does_not_take_infinity_or_text_for_numbers) {
  for (const char* cell : {"Inf", "NaN", "12 (3)", "0x1"}) {
    const MetapsyReading reading = read("mean_arm1", {cell});
    ASSERT_EQ(reading.issues.size(), 1U) << cell;
    EXPECT_EQ(reading.issues[0].code, "io.metapsy.number");
    EXPECT_TRUE(std::isnan(reading.rows[0].arm1.mean));
  }
}

TEST(Metapsy, keeps_the_dose_of_a_placebo_arm_as_text_and_warns) {
  const std::string columns =
      "drug_arm1;drug_arm2;dose_arm1;dose_arm2;cumulative_dose_arm1;cumulative_dose_arm2";
  for (const char* drug : {"placebo", "lactose", "NA"}) {  // NA: the condition pcb says it
    const MetapsyReading reading =
        read(columns, {"MDMA;" + std::string(drug) + ";120 mg;120 mg;320;320"});
    const MetapsyRow& row = reading.rows.at(0);
    EXPECT_EQ(row.arm1.dose_mg, 120);
    EXPECT_EQ(row.arm1.cumulative_dose_mg, 320);
    EXPECT_EQ(row.arm2.dose_text, "120 mg");
    EXPECT_EQ(row.arm2.cumulative_dose_text, "320");
    EXPECT_TRUE(std::isnan(row.arm2.dose_mg));
    EXPECT_TRUE(std::isnan(row.arm2.cumulative_dose_mg));
    ASSERT_EQ(reading.issues.size(), 2U);
    EXPECT_EQ(reading.issues[0].code, "io.metapsy.placebo_dose");
    EXPECT_EQ(reading.issues[0].severity, Issue::Severity::warning);
    EXPECT_EQ(reading.issues[0].name, "dose_arm2");
    EXPECT_EQ(reading.issues[1].name, "cumulative_dose_arm2");
  }
  EXPECT_TRUE(read(columns, {"MDMA;placebo;120 mg;0 mg;320;NA"}).issues.empty());
}

TEST(Metapsy, reads_doses_of_active_arms_and_leaves_prose_as_text) {
  const MetapsyReading reading =
      read("drug_arm1;dose_arm1", {"MDMA;125 mg", "MDMA;62,5mg", "MDMA;80", "MDMA;80 to 120 mg"});
  EXPECT_EQ(reading.rows.at(0).arm1.dose_mg, 125);
  EXPECT_EQ(reading.rows.at(2).arm1.dose_mg, 80);
  EXPECT_TRUE(std::isnan(reading.rows.at(3).arm1.dose_mg));
  EXPECT_EQ(reading.rows.at(3).arm1.dose_text, "80 to 120 mg");
  EXPECT_TRUE(reading.issues.empty());
  EXPECT_EQ(read("dose_arm1;mean_arm1", {"62,5mg;1,5"}).rows.at(0).arm1.dose_mg, 62.5);
}

TEST(Metapsy, gives_the_share_of_women_as_a_proportion) {
  const MetapsyReading percent = read("percent_women", {"65.6", "0"});
  EXPECT_EQ(percent.rows.at(0).proportion_women, 65.6 / 100);
  EXPECT_EQ(percent.rows.at(1).proportion_women, 0);
  EXPECT_EQ(read("female_percent", {"0.7449", "1"}).rows.at(0).proportion_women, 0.7449);
}

/// The only issue of a file with one such cell.
Issue issue_of(const std::string& columns, const std::string& row) {
  const MetapsyReading reading = read(columns, {row});
  EXPECT_EQ(reading.issues.size(), 1U) << row;
  return reading.issues.empty() ? Issue{} : reading.issues[0];
}

TEST(Metapsy, reports_cells_that_cannot_be_true) {
  EXPECT_EQ(issue_of("sd_arm1", "-1").code, "io.metapsy.range");
  EXPECT_EQ(issue_of("n_arm2", "-1").column, 6);
  EXPECT_EQ(issue_of(".g_se", "-1").code, "io.metapsy.range");
  EXPECT_EQ(issue_of("percent_women", "101").code, "io.metapsy.range");
  EXPECT_TRUE(std::isnan(read("sd_arm1", {"-1"}).rows.at(0).arm1.sd));
  EXPECT_EQ(issue_of("post_crossover", "2").code, "io.metapsy.flag");
  const Issue events = issue_of("event_arm2;totaln_arm2", "9;8");
  EXPECT_EQ(events.code, "io.metapsy.events");
  EXPECT_EQ(events.name, "event_arm2");
  EXPECT_EQ(events.value, "9 of 8");
}

TEST(Metapsy, finds_the_direction_of_g_from_the_means) {
  const std::string columns = "mean_arm1;mean_arm2;mean_change_arm1;mean_change_arm2;.g";
  EXPECT_EQ(read(columns, {"20;30;NA;NA;-0.8", "NA;NA;-24;-15;-0.7"}).g_sign, 1);
  EXPECT_EQ(read(columns, {"20;30;NA;NA;0.8", "NA;NA;-24;-15;0.7"}).g_sign, -1);
  EXPECT_EQ(read(columns, {"20;30;NA;NA;NA", "NA;NA;NA;NA;-0.7", "20;20;NA;NA;-1"}).g_sign, 0);
  const MetapsyReading mixed =
      read(columns, {"20;30;NA;NA;0.8", "20;30;NA;NA;-0.7", "20;30;NA;NA;0.6"});
  EXPECT_EQ(mixed.g_sign, -1);
  ASSERT_EQ(mixed.issues.size(), 1U);
  EXPECT_EQ(mixed.issues[0].code, "io.metapsy.sign");
  EXPECT_EQ(mixed.issues[0].severity, Issue::Severity::warning);
  EXPECT_EQ(mixed.issues[0].line, 3);
  EXPECT_EQ(mixed.issues[0].value, "-0.7");
}

TEST(Metapsy, reports_rows_without_a_study_and_ids_that_repeat) {
  const MetapsyReading repeated = read(".id", {"a", "b", "a", "NA", "NA"});
  ASSERT_EQ(repeated.issues.size(), 1U);
  EXPECT_EQ(repeated.issues[0].code, "io.metapsy.id");
  EXPECT_EQ(repeated.issues[0].line, 4);
  const MetapsyReading unnamed = read_metapsy(
      "study,condition_arm1,condition_arm2,outcome_type,instrument\nNA,mdma,pcb,msd,caps-5\n");
  ASSERT_EQ(unnamed.issues.size(), 1U);
  EXPECT_EQ(unnamed.issues[0].code, "io.metapsy.study");
}

std::string refusal(const std::string& text) {
  try {
    (void)read_metapsy(text, "m.csv");
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(Metapsy, refuses_a_file_that_is_none) {
  EXPECT_EQ(refusal("a,b\n1,2\n"), "io.metapsy.columns");
  EXPECT_EQ(refusal(""), "io.csv.empty");
  EXPECT_EQ(refusal(file_of("mean_arm1", {"1;2"})), "io.csv.many_fields");
  EXPECT_EQ(refusal(file_of("mean_arm1", {"caf\xE9"})), "io.csv.utf8");
  EXPECT_TRUE(read("mean_arm1", {}).rows.empty());
}

TEST(Metapsy, names_the_path_of_a_file) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "entact-m.csv";
  write_file_atomically(path, file_of("mean_arm1", {"x"}));
  EXPECT_EQ(read_metapsy_file(path).issues.at(0).file, path.string());
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace entact
