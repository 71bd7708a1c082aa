#include "entact/evidence/check.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace entact {

Issue::Severity severity_for(const Row& row) {
  const bool odd = !row.used() || (row.table().has("conflict_group") && row.has("conflict_group"));
  return odd ? Issue::Severity::warning : Issue::Severity::error;
}

std::vector<Issue> check_evidence(const EvidenceBase& base) {
  std::vector<Issue> all;
  for (const auto& check :
       {check_counts, check_estimates, check_scores, check_dates, check_rows, check_members}) {
    std::vector<Issue> found = check(base);
    std::move(found.begin(), found.end(), std::back_inserter(all));
  }
  std::sort(all.begin(), all.end(), [](const Issue& a, const Issue& b) {
    return std::tie(a.file, a.line, a.column, a.code, a.rule) <
           std::tie(b.file, b.line, b.column, b.code, b.rule);
  });
  return all;
}

}  // namespace entact
