#include "entact/evidence/selection.h"

#include <fmt/format.h>

namespace entact {

std::string reason_to_exclude(const EvidenceBase& base, const Row& row,
                              const Selection& selection) {
  const FactTable& table = row.table();
  if (!row.used()) {
    const std::string why = table.has("why") ? row.text("why") : std::string();
    return why.empty() ? "not used" : fmt::format("not used: {}", why);
  }
  if (base.retracted(row) && !selection.include_retracted)
    return fmt::format("its source {} is retracted", row.text("source"));
  if (table.has("verified")) {
    const Verification verified = row.citation().verified;
    if (verified == Verification::recalled && !selection.include_recalled)
      return "recalled: seen neither in the source nor in a text that cites it";
    if (verified == Verification::secondary && !selection.include_secondary)
      return "read only in a text that cites the source";
  }
  if (!selection.include_inferred_zeros && table.has("zero_basis") &&
      row.text("zero_basis") == "inferred")
    return "a zero that nobody stated";
  return {};
}

Rows select(const EvidenceBase& base, const Rows& rows, const Selection& selection) {
  return rows.where(
      [&](const Row& row) { return reason_to_exclude(base, row, selection).empty(); });
}

}  // namespace entact
