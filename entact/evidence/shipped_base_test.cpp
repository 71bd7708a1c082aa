// The evidence base that ships: it is sound, and no row that came in was lost.

#include <gtest/gtest.h>

#include <set>

#include "entact/evidence/check.h"
#include "entact/evidence/evidence_base.h"

namespace entact {
namespace {

const LoadedEvidence& shipped() {
  static const LoadedEvidence loaded = load_evidence(ENTACT_SOURCE_DIR "/data");
  return loaded;
}

TEST(ShippedBase, has_no_fault_that_its_schema_can_see) {
  for (const Issue& issue : shipped().issues) ADD_FAILURE() << issue.code << " " << to_text(issue);
}

TEST(ShippedBase, has_no_facts_that_contradict_one_another) {
  for (const Issue& issue : check_evidence(shipped().base))
    if (issue.severity == Issue::Severity::error)
      ADD_FAILURE() << issue.code << " " << to_text(issue);
}

/// Data rows of each extraction table from which the base was made, counted with an independent CSV
/// reader (Python's csv module: rows less the header) on the tables as they came in: 1771 rows.
const std::map<std::string, long> incoming_rows{{"evidence/adverse_events.csv", 244},
                                                {"evidence/arms.csv", 162},
                                                {"evidence/binary.csv", 124},
                                                {"evidence/claims.csv", 33},
                                                {"evidence/continuous.csv", 223},
                                                {"evidence/contrasts.csv", 138},
                                                {"evidence/sources.csv", 96},
                                                {"evidence/studies.csv", 87},
                                                {"instruments/instruments.csv", 52},
                                                {"instruments/item_structure.csv", 72},
                                                {"instruments/sources.csv", 47},
                                                {"pharmacology/neurochemistry.csv", 25},
                                                {"pharmacology/pharmacodynamics.csv", 60},
                                                {"pharmacology/pk_observations.csv", 56},
                                                {"pharmacology/popk_parameters.csv", 54},
                                                {"pharmacology/sources.csv", 77},
                                                {"pharmacology/transporters.csv", 57},
                                                {"regulatory/events.csv", 83},
                                                {"regulatory/jurisdictions.csv", 12},
                                                {"regulatory/sources.csv", 69}};

TEST(ShippedBase, accounts_for_every_row_that_came_in) {
  std::map<std::string, std::set<long>> seen;
  for (const Row& row : shipped().base.table("intake").rows()) {
    ASSERT_TRUE(incoming_rows.contains(row.text("file"))) << row.text("file");
    EXPECT_TRUE(seen[row.text("file")].insert(std::stol(row.text("line"))).second)
        << row.text("file") << ":" << row.text("line") << " stands twice";
    EXPECT_FALSE(row.list("fact_id").empty()) << "intake.csv:" << row.line();
  }
  for (const auto& [file, rows] : incoming_rows) {
    EXPECT_EQ(static_cast<long>(seen[file].size()), rows) << file;
    EXPECT_GE(*seen[file].begin(), 2) << file;
    EXPECT_GE(*seen[file].rbegin(), rows + 1) << file;  // a field may hold a line break
  }
}

TEST(ShippedBase, resolves_what_every_incoming_row_became) {
  const EvidenceBase& base = shipped().base;
  for (const Row& row : base.table("intake").rows())
    for (const std::string& id : row.list("fact_id"))
      EXPECT_TRUE(base.facts.contains(id) || base.sources.contains(id) || base.find("claims", id))
          << "intake.csv:" << row.line() << " became " << id;
}

}  // namespace
}  // namespace entact
