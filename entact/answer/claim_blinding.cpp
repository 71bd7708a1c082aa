// Bang's blinding index of each arm: (right - wrong) / asked, 0 where people guess at random, 1
// where all are right. Bang et al. 2004, Control Clin Trials 25:143.
#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/answer/claim_arguments.h"
#include "entact/num/distributions.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

struct Guesses {
  Row right;
  Row wrong;
  double low = 0, high = 0;
};

/// With p and q the shares of right and wrong guesses: variance (p + q - (p - q)^2) / n.
Guesses with_interval(const Row& right, const Row& wrong) {
  const double n = right.number("n");
  const double p = right.number("events") / n;
  const double q = wrong.number("events") / n;
  const double half = normal_quantile(0.975) * std::sqrt((p + q - (p - q) * (p - q)) / n);
  return {right, wrong, p - q - half, p - q + half};
}

std::vector<Guesses> guesses_of(const ClaimContext& context) {
  const Rows rows =
      select(context.base(), context.base().table("binary").used(), context.selection());
  std::vector<Guesses> arms;
  for (const Row& right : rows.where("outcome", "correct_treatment_guess"))
    for (const Row& wrong : rows.where("outcome", "wrong_treatment_guess"))
      if (right.text("study_id") == wrong.text("study_id") &&
          right.text("arm_id") == wrong.text("arm_id") && right.number("n") > 0 &&
          right.number("n") == wrong.number("n") && !std::isnan(right.number("events")) &&
          !std::isnan(wrong.number("events")))
        arms.push_back(with_interval(right, wrong));
  return arms;
}

void say_arm(FoundQuantity& found, const Guesses& arm) {
  const std::string who = arm.right.text("study_id") + " " + arm.right.text("arm_id");
  found.say(who + ": ")
      .fact(arm.right, "events", who + ", right guesses")
      .say(" right and ")
      .fact(arm.wrong, "events", who + ", wrong guesses")
      .say(" wrong of ")
      .fact(arm.right, "n", who + ", people asked");
}

}  // namespace

std::optional<FoundQuantity> blinding_quantity(const ClaimContext& context, const ClaimCall& call) {
  if (!call.name.starts_with("bang_")) return std::nullopt;
  const bool count = call.name == "bang_arms";
  if (!count && call.name != "bang_lowest_lower" && call.name != "bang_highest_lower" &&
      call.name != "bang_highest_upper")
    return std::nullopt;
  allow_options(call, {});
  names_in(call, 0, 0);
  const std::vector<Guesses> arms = guesses_of(context);
  FoundQuantity found;
  if (count) {
    found.value = static_cast<double>(arms.size());
    found.subject = "guesses";
    for (const Guesses& arm : arms) {
      found.say(&arm == &arms.front() ? "guesses, " : "; ");
      say_arm(found, arm);
    }
    if (arms.empty()) found.say("no arm with right and wrong guesses counted is on record");
    return found;
  }
  if (arms.empty()) return found.say("Bang's index cannot be computed");
  double worth = arms.front().low;
  if (call.name == "bang_highest_upper") worth = arms.front().high;
  for (const Guesses& arm : arms) {
    if (call.name == "bang_lowest_lower") worth = std::min(worth, arm.low);
    if (call.name == "bang_highest_lower") worth = std::max(worth, arm.low);
    if (call.name == "bang_highest_upper") worth = std::max(worth, arm.high);
  }
  found.value = worth;
  const std::string which = call.name == "bang_lowest_lower"    ? "lowest lower"
                            : call.name == "bang_highest_lower" ? "highest lower"
                                                                : "highest upper";
  found.own(worth, decimal_text(worth, 2), which + " end of the 95% interval of Bang's index");
  found.say(" is the " + which + " end of the 95% intervals of Bang's index (" +
            std::to_string(arms.size()) + (arms.size() == 1 ? " arm)" : " arms)"));
  return found;
}

}  // namespace entact
