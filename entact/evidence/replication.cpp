#include "entact/evidence/replication.h"

#include <cmath>

#include "entact/evidence/replication_calibration.h"
#include "entact/evidence/replication_comparison.h"

namespace entact {
namespace {

std::vector<std::string> ranges(const PublishedTrial& published) {
  std::vector<std::string> list;
  list.push_back(
      "the share of the difference that is belief rather than the drug: only their sum shows in "
      "these numbers, so the replication says nothing of it");
  list.push_back("the correlation between visits: drawn from 0.5 to 0.8");
  list.push_back(
      "how much people differ in what the drug does: SDs are pooled over the arms, so where those "
      "published differ between arms neither is met");
  if (!baseline_correlation(published))
    list.push_back(
        "the correlation of baseline and visits: no SD of change beside those of both scores; "
        "drawn "
        "from 0.3 to 0.6");
  list.push_back(
      "what the sessions after the last calibrated visit add: drawn from nothing to the mean gain "
      "of those before");
  list.push_back(
      "how items of one total spread: diagnoses rest on an assumed propensity for each item (log "
      "SD 0.6), not on published item data");
  list.push_back(
      "why participants stopped: rates by arm and visit are those published, at random given "
      "these");
  return list;
}

}  // namespace

Replication replicate_trial(const EvidenceBase& base, const std::string& study,
                            const ReplicationOptions& how) {
  const PublishedTrial published = read_published(base, study);
  const ReplicationCalibration calibration(published, base);
  const ReplicationComparison comparison(published);
  const std::size_t width = comparison.size();
  Replicates run{.name = "replication of " + study,
                 .width = static_cast<std::int64_t>(width),
                 .result = [&](std::int64_t replicate) {
                   const TrialKey key{how.seed, static_cast<std::uint32_t>(replicate)};
                   return comparison.of(calibration.draw(how.seed, key.replicate), key);
                 }};
  if (how.wrap) run = how.wrap(run);
  Replication made{.study = study, .kept_as_ranges = ranges(published)};
  std::vector<std::vector<double>> columns(width);
  made.replicates = run_replicates(run, {0, how.replicates}, how.how,
                                   [&](std::int64_t, const std::vector<double>& result) {
                                     for (std::size_t i = 0; i < width; ++i)
                                       columns[i].push_back(result[i]);
                                     made.failed += std::isnan(result.back()) ? 1 : 0;
                                   });
  made.numbers = comparison.compare(std::move(columns));
  return made;
}

}  // namespace entact
