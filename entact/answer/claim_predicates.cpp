#include "entact/answer/claim_predicates.h"

#include <algorithm>

#include "entact/answer/claim_arguments.h"
#include "entact/base/error.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

std::string listed_words(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

/// certainty_count and verdict_count.
std::optional<FoundQuantity> outcome_quantity(const ClaimContext& context, const ClaimCall& call) {
  if (call.name != "certainty_count" && call.name != "verdict_count") return std::nullopt;
  allow_options(call, {"is"});
  const bool of_certainty = call.name == "certainty_count";
  const std::vector<std::string> wanted = option_in(call, "is");
  for (const std::string& word : wanted)
    if (of_certainty && !parse_certainty(word))
      refuse_argument(call, "no certainty is '" + word + "'");
  FoundQuantity found;
  std::string which;
  double count = 0;
  for (const std::string& claim : names_in(call, 1, 33)) {
    const ClaimOutcome outcome = context.outcome(claim);
    const std::string word =
        of_certainty ? (outcome.certainty ? std::string(to_text(*outcome.certainty)) : "")
                     : std::string(to_text(outcome.verdict));
    if (std::find(wanted.begin(), wanted.end(), word) == wanted.end()) continue;
    ++count;
    which += (which.empty() ? "" : ", ") + claim + " " + word;
  }
  found.value = count;
  found.own(count, decimal_text(count, 0),
            "claims whose " + std::string(of_certainty ? "certainty" : "verdict") + " is " +
                listed_words(wanted));
  found.say(" of the claims named have the " +
            std::string(of_certainty ? "certainty " : "verdict ") + listed_words(wanted) +
            (which.empty() ? "" : " (" + which + ")"));
  return found;
}

constexpr const char* quantity_names =
    "studies, estimate, lower, upper, lowest_study_upper, reported, highest_upper, highest_lower, "
    "i2_between, members, rows, different, latest, fact, clear_above, clear_below, threshold, "
    "risk_lower, risk_upper, clear_falls, persons_followed, kept_at_follow_up, bang_arms, "
    "bang_lowest_lower, bang_highest_lower, bang_highest_upper, certainty_count, verdict_count";

}  // namespace

FoundQuantity find_quantity(const ClaimContext& context, const ClaimCall& call) {
  for (const auto family : {pooled_quantity, row_quantity, harm_quantity, follow_up_quantity,
                            blinding_quantity, outcome_quantity})
    if (std::optional<FoundQuantity> found = family(context, call)) {
      found->asked = call.text;
      if (found->subject.empty()) found->subject = call.text;
      return *std::move(found);
    }
  throw Error("answer.claim.quantity",
              "there is no quantity '" + call.name + "'; there are " + quantity_names);
}

}  // namespace entact
