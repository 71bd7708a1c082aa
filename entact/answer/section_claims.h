#pragma once

// What the files section_claims*.cpp share.

#include <string>
#include <vector>

#include "entact/answer/claim_check.h"
#include "entact/answer/document_builder.h"

namespace entact {

/// The section while it is written.
struct ClaimsPage {
  DocumentBuilder& builder;
  std::vector<CheckedClaim> claims{};
  std::string command{};  ///< prints all of it
};

/// The words about one quantity of one claim, by their indices, with linked numbers.
Prose phrase_prose(const ClaimsPage& page, std::size_t claim, std::size_t quantity);

/// Why the claim has its verdict: the numbers, the intervals, the certainty.
Prose claim_reason(const ClaimsPage& page, std::size_t index);

/// One row a claim: verdict, rule, numbers, certainty.
TableBlock claims_table(const ClaimsPage& page);
/// One row a claim and domain: rule and numbers of the proposed certainty.
TableBlock certainty_table(const ClaimsPage& page);
/// What people judged, beside the proposals.
TableBlock judgements_table(const ClaimsPage& page);

}  // namespace entact
