#include "entact/evidence/certainty.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace entact {
namespace {

constexpr std::array<std::string_view, 4> certainty_words{"very low", "low", "moderate", "high"};

/// Collects the reasons that apply; the gravest wins, the others of its kind stand beside it.
class Domain {
 public:
  explicit Domain(CertaintyDomain domain) { judgement_.domain = domain; }

  void saw(const std::string& name, double value) {
    if (!std::isnan(value)) judgement_.numbers.emplace_back(name, value);
  }
  void down(int levels, const std::string& rule, const std::string& reason) {
    if (levels < judgement_.levels_down) return;
    if (levels > judgement_.levels_down) judgement_.rule = judgement_.reason = "";
    judgement_.levels_down = levels;
    judgement_.rule += (judgement_.rule.empty() ? "" : "; ") + rule;
    judgement_.reason += (judgement_.reason.empty() ? "" : "; ") + reason;
  }
  /// The judgement, with these words if nothing applied.
  CertaintyJudgement done(const std::string& rule, const std::string& reason) && {
    if (judgement_.levels_down == 0) {
      judgement_.rule = rule;
      judgement_.reason = reason;
    }
    return std::move(judgement_);
  }

 private:
  CertaintyJudgement judgement_{};
};

std::string percent(double share) { return fmt::format("{:.0f}%", 100 * share); }

void weigh_ratings(const CertaintyFacts& facts, Domain& domain) {
  for (const RaterView& view : facts.raters) {
    if (view.most_high) {
      domain.down(1, "a rater rated most studies of a review high without saying which",
                  view.rater);
      continue;
    }
    domain.saw("weight rated high by " + view.rater, view.weight_high);
    domain.saw("weight rated some concerns by " + view.rater, view.weight_concerns);
    if (view.weight_high > 0.5)
      domain.down(2, "more than half of the weight in studies rated high",
                  fmt::format("{} by {}", percent(view.weight_high), view.rater));
    else if (view.weight_high + view.weight_concerns > 0.5)
      domain.down(
          1, "more than half of the weight in studies rated high or with some concerns",
          fmt::format("{} by {}", percent(view.weight_high + view.weight_concerns), view.rater));
  }
}

void weigh_blinding(const CertaintyFacts& facts, Domain& domain) {
  if (facts.blinding == BlindingEvidence::open)
    domain.down(1, "nobody was blinded", "people, therapists and raters knew the treatment");
  if (facts.blinding != BlindingEvidence::asked) return;
  domain.saw("guessed right, treatment arm", facts.guessed_right_treatment);
  domain.saw("guessed right, control arm", facts.guessed_right_control);
  const double index = facts.guessed_right_treatment + facts.guessed_right_control - 1;
  domain.saw("guesses better than chance", index);
  if (index > 0.2)
    domain.down(
        1, "right guesses in the two arms add up to more than 120%",
        fmt::format("{} guessed the treatment right and {} the control",
                    percent(facts.guessed_right_treatment), percent(facts.guessed_right_control)));
}

CertaintyJudgement risk_of_bias(const CertaintyFacts& facts) {
  Domain domain(CertaintyDomain::risk_of_bias);
  weigh_ratings(facts, domain);
  weigh_blinding(facts, domain);
  domain.saw("findings on data collection", facts.integrity_findings);
  if (facts.integrity_findings > 0)
    domain.down(1, "a finding on how the data were collected stands",
                fmt::format("{} finding{}", facts.integrity_findings,
                            facts.integrity_findings == 1 ? "" : "s"));
  domain.saw("people without outcome", facts.missing_share);
  if (facts.missing_share > 0.2)
    domain.down(1, "more than 20% of the people have no outcome", percent(facts.missing_share));
  return std::move(domain).done(
      "no more than half of the weight rated high or with some concerns, blinding not shown to "
      "have failed, no finding on the data, no more than 20% missing",
      facts.raters.empty() ? "nothing on record against it, but nobody rated these studies"
                           : "nothing on record against it");
}

/// As people read it: ratios, not their logs.
double shown(const CertaintyFacts& facts, double value) {
  return facts.log_scale ? std::exp(value) : value;
}

bool holds(double low, double high, double value) { return low <= value && value <= high; }

CertaintyJudgement inconsistency(const CertaintyFacts& facts) {
  Domain domain(CertaintyDomain::inconsistency);
  domain.saw("studies", facts.studies);
  if (facts.studies < 2)
    return std::move(domain).done("fewer than two studies cannot disagree", "nothing to compare");
  domain.saw("I2", facts.i2);
  domain.saw("prediction interval, low", shown(facts, facts.prediction_low));
  domain.saw("prediction interval, high", shown(facts, facts.prediction_high));
  const bool predicted_null = holds(facts.prediction_low, facts.prediction_high, facts.no_effect);
  if (facts.i2 >= 0.75 && predicted_null)
    domain.down(2, "I2 of 75% or more and a prediction interval that holds no effect",
                "I2 " + percent(facts.i2));
  else if (facts.i2 >= 0.5)
    domain.down(1, "I2 of 50% or more", "I2 " + percent(facts.i2));
  if (predicted_null && !std::isnan(facts.low) && !holds(facts.low, facts.high, facts.no_effect))
    domain.down(
        1, "the prediction interval holds no effect beside a confidence interval that does not",
        fmt::format("a new study may lie anywhere from {:.2f} to {:.2f}", facts.prediction_low,
                    facts.prediction_high));
  return std::move(domain).done(
      "I2 below 50% and a prediction interval that agrees",
      std::isnan(facts.i2) ? "heterogeneity was not estimated" : "I2 " + percent(facts.i2));
}

CertaintyJudgement indirectness(const CertaintyFacts& facts) {
  Domain domain(CertaintyDomain::indirectness);
  domain.saw("reasons", static_cast<double>(facts.indirect.size()));
  std::string reasons;
  for (const std::string& each : facts.indirect) reasons += (reasons.empty() ? "" : "; ") + each;
  if (facts.indirect.size() == 1) domain.down(1, "one reason", reasons);
  if (facts.indirect.size() >= 2) domain.down(2, "two or more reasons", reasons);
  return std::move(domain).done("no reason on record",
                                "people, treatment, comparator and outcome are those asked about");
}

CertaintyJudgement imprecision(const CertaintyFacts& facts) {
  Domain domain(CertaintyDomain::imprecision);
  domain.saw("people", facts.persons);
  const bool counts = !std::isnan(facts.events);
  if (counts) domain.saw("events", facts.events);
  const double size = counts ? facts.events : facts.persons;
  const double needed = counts ? facts.events_needed : facts.persons_needed;
  const std::string unit = counts ? "events" : "people";
  domain.saw(unit + " needed", needed);
  domain.saw("interval, low", shown(facts, facts.low));
  domain.saw("interval, high", shown(facts, facts.high));
  domain.saw(facts.log_scale ? "smallest important ratio" : "smallest important distance",
             shown(facts, facts.important));
  const std::string sizes = fmt::format("{:.0f} of {:.0f} {}", size, needed, unit);
  if (size < needed / 4)
    domain.down(2, "fewer " + unit + " than a quarter of those needed", sizes);
  else if (size < needed)
    domain.down(1, "fewer " + unit + " than needed", sizes);
  if (facts.low < facts.no_effect - facts.important &&
      facts.high > facts.no_effect + facts.important)
    domain.down(2, "the interval holds important benefit and important harm",
                fmt::format("{:.2f} to {:.2f}", shown(facts, facts.low), shown(facts, facts.high)));
  else if (holds(facts.low, facts.high, facts.no_effect))
    domain.down(1, "the interval holds no effect",
                fmt::format("{:.2f} to {:.2f}", shown(facts, facts.low), shown(facts, facts.high)));
  if (std::isnan(size))
    domain.down(1, "nobody can say how many people stand behind it", "no numbers on record");
  return std::move(domain).done(unit + " enough, and no interval that holds no effect", sizes);
}

CertaintyJudgement publication_bias(const CertaintyFacts& facts) {
  Domain domain(CertaintyDomain::publication_bias);
  domain.saw("studies", facts.studies);
  if (std::isnan(facts.persons_unreported))
    return std::move(domain).done("judged only where it is known who measured the outcome",
                                  "not on record who else measured it");
  const double all = facts.persons_unreported + (facts.persons > 0 ? facts.persons : 0);
  const double share = all > 0 ? facts.persons_unreported / all : 0;
  domain.saw("people in finished studies without usable results", facts.persons_unreported);
  domain.saw("their share of all", share);
  if (share >= 0.1)
    domain.down(1, "finished studies without usable results hold a tenth or more of all people",
                percent(share));
  if (facts.studies >= 10) domain.saw("p of the funnel test", facts.small_study_p);
  if (facts.studies >= 10 && facts.small_study_p < 0.1)
    domain.down(1, "a funnel test of ten or more studies has p < 0.10",
                fmt::format("p = {:.3f}", facts.small_study_p));
  return std::move(domain).done(
      "less than a tenth of all people in finished studies without usable results, and no funnel "
      "test with p < 0.10",
      facts.studies < 10 ? percent(share) + "; a funnel of fewer than ten studies says nothing"
                         : percent(share));
}

}  // namespace

std::string_view to_text(Certainty certainty) {
  return certainty_words[static_cast<std::size_t>(certainty)];
}

std::optional<Certainty> parse_certainty(std::string_view word) {
  for (std::size_t i = 0; i < certainty_words.size(); ++i)
    if (certainty_words[i] == word) return static_cast<Certainty>(i);
  return std::nullopt;
}

std::string_view to_text(CertaintyDomain domain) {
  constexpr std::array<std::string_view, 5> words{"risk of bias", "inconsistency", "indirectness",
                                                  "imprecision", "publication bias"};
  return words[static_cast<std::size_t>(domain)];
}

CertaintyProposal propose_certainty(const CertaintyFacts& facts) {
  CertaintyProposal proposal{.start = facts.randomised ? Certainty::high : Certainty::low};
  proposal.judgements = {risk_of_bias(facts), inconsistency(facts), indirectness(facts),
                         imprecision(facts), publication_bias(facts)};
  int level = static_cast<int>(proposal.start);
  for (const CertaintyJudgement& judgement : proposal.judgements) level -= judgement.levels_down;
  proposal.overall = static_cast<Certainty>(std::max(0, level));
  return proposal;
}

}  // namespace entact
