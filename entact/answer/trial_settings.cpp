// Every number that a scenario may vary: its key, what it means to people, and how it is set.
#include "entact/answer/trial_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace entact {
namespace {

enum class Unit { count, points, mg, percent, plain };

struct KnownSetting {
  std::string key{};
  std::string label{};  ///< "share of the effect that comes from belief"
  std::string brief{};  ///< with the value in it: "{} of the effect from belief"
  Unit unit = Unit::plain;
  std::function<void(TrialDesign&, TrialTruth&, double)> set{};
};

// The last visit's value becomes `value`; the course keeps its shape.
void scale_to(std::vector<double>& course, double value, const std::vector<double>& weeks) {
  const double last = course.back();
  for (std::size_t k = 0; k < course.size(); ++k)
    course[k] = last != 0 ? course[k] * value / last : value * weeks[k] / weeks.back();
}

void scale_covariance(TrialTruth& truth, double sd) {
  // SDs of the visits so that the last is `sd`; the baseline stays.
  const Eigen::Index last = truth.covariance.rows() - 1;
  const double factor = sd / std::sqrt(truth.covariance(last, last));
  truth.covariance.bottomRows(last) *= factor;
  truth.covariance.rightCols(last) *= factor;
}

// A share of the effect is belief: an untold trial against no drug shows the same difference.
void give_to_belief(TrialTruth& truth, double share) {
  const double apart = truth.belief.active - truth.belief.inactive;
  if (apart == 0) return;
  truth.belief.expectancy += share * truth.effect.back() / apart;
  for (double& value : truth.effect) value *= 1 - share;
}

// Every reason, every event at once.
void stop_rate(TrialTruth& truth, double rate) {
  for (StopReason& stop : truth.stops) {
    stop.rate = rate;
    stop.rates.clear();
  }
}

void event_rate(TrialTruth& truth, double rate) {
  for (TrialEvent& event : truth.events) event.rate = rate;
}

const std::vector<KnownSetting>& known_settings() {
  using D = TrialDesign;
  using T = TrialTruth;
  static const std::vector<KnownSetting> all{
      {"n", "participants", "{} participants", Unit::count,
       [](D& d, T&, double v) { d.n = static_cast<int>(std::lround(v)); }},
      {"sites", "number of sites", "{} sites", Unit::count,
       [](D& d, T&, double v) { d.sites = static_cast<int>(std::lround(v)); }},
      {"eligible_low", "lowest baseline score that may enter", "entry from {} on", Unit::points,
       [](D& d, T&, double v) { d.eligible_low = v; }},
      {"baseline", "mean score at baseline", "a baseline of {}", Unit::points,
       [](D&, T& t, double v) { t.baseline = v; }},
      {"change", "change without the drug by the last visit", "a change of {} without the drug",
       Unit::points, [](D& d, T& t, double v) { scale_to(t.natural, v, d.visit_weeks); }},
      {"therapy", "what the therapy adds by the last visit", "{} by the therapy", Unit::points,
       [](D& d, T& t, double v) { scale_to(t.therapy, v, d.visit_weeks); }},
      {"effect", "effect of the drug at the last visit", "an effect of {}", Unit::points,
       [](D& d, T& t, double v) { scale_to(t.effect, v, d.visit_weeks); }},
      {"sd", "standard deviation at the last visit", "a standard deviation of {}", Unit::points,
       [](D&, T& t, double v) { scale_covariance(t, v); }},
      {"effect_sd", "standard deviation of the drug's effect between people",
       "an effect that varies by {}", Unit::points, [](D&, T& t, double v) { t.effect_sd = v; }},
      {"site_sd", "standard deviation between sites", "sites that vary by {}", Unit::points,
       [](D&, T& t, double v) { t.site_sd = v; }},
      {"pair_sd", "standard deviation between therapist pairs", "therapists who vary by {}",
       Unit::points, [](D&, T& t, double v) { t.pair_sd = v; }},
      {"skew", "skewness of the scores (SD of their logs)", "a skewness of {}", Unit::plain,
       [](D&, T& t, double v) { t.skew = v; }},
      {"followed", "share of those who stop that is still seen", "{} of those who stop still seen",
       Unit::percent, [](D&, T& t, double v) { t.followed = v; }},
      {"keeps", "share of the effect that stays after stopping",
       "{} of the effect kept after stopping", Unit::percent,
       [](D&, T& t, double v) { t.keeps = v; }},
      {"dose.half_mg", "dose with half of the greatest effect", "half of the greatest effect at {}",
       Unit::mg, [](D&, T& t, double v) { t.dose.half_mg = v; }},
      {"exposure.half", "exposure with half of the greatest effect",
       "half of the greatest effect at an exposure of {}", Unit::plain,
       [](D&, T& t, double v) {
         if (t.exposure) t.exposure->half = v;
       }},
      {"belief.active", "share that believes to be on the drug, with it", "{} who notice the drug",
       Unit::percent, [](D&, T& t, double v) { t.belief.active = v; }},
      {"belief.inactive", "share that believes to be on the drug, without it",
       "{} who believe to be on it without it", Unit::percent,
       [](D&, T& t, double v) { t.belief.inactive = v; }},
      {"belief.unsure", "share that does not know what it received", "{} who do not know",
       Unit::percent, [](D&, T& t, double v) { t.belief.unsure = v; }},
      {"belief.half_mg", "dose that is felt half as strongly as the drug can be",
       "half of the feeling at {}", Unit::mg, [](D&, T& t, double v) { t.belief.half_mg = v; }},
      {"belief.benefit", "log odds of believing in the drug for each 10 points of benefit",
       "log odds of belief of {} for 10 points of benefit", Unit::plain,
       [](D&, T& t, double v) { t.belief.benefit = v; }},
      {"belief.credibility", "share that believes what it is told",
       "{} who believe what they are told", Unit::percent,
       [](D&, T& t, double v) { t.belief.credibility = v; }},
      {"belief.share", "share of the effect that comes from belief", "{} of the effect from belief",
       Unit::percent, [](D&, T& t, double v) { give_to_belief(t, v); }},
      {"belief.expectancy", "what believing to be on the drug adds", "{} from expectancy",
       Unit::points, [](D&, T& t, double v) { t.belief.expectancy = v; }},
      {"belief.disappointment", "what believing not to be on the drug adds",
       "{} from disappointment", Unit::points,
       [](D&, T& t, double v) { t.belief.disappointment = v; }},
      {"raters.unblinded", "share of ratings by someone who learnt the guess",
       "{} of ratings unblinded", Unit::percent,
       [](D&, T& t, double v) { t.raters.unblinded = v; }},
      {"raters.bias", "what a rater who learnt the guess adds", "{} from an unblinded rater",
       Unit::points, [](D&, T& t, double v) { t.raters.bias = v; }},
      {"raters.sd", "standard deviation between raters", "raters who vary by {}", Unit::points,
       [](D&, T& t, double v) { t.raters.sd = v; }},
      {"raters.drift_sd", "drift of raters a week (standard deviation)",
       "raters who drift by {} a week", Unit::points,
       [](D&, T& t, double v) { t.raters.drift_sd = v; }},
      {"stop.rate", "share that stops before each visit, for each reason",
       "{} who stop before each visit", Unit::percent, [](D&, T& t, double v) { stop_rate(t, v); }},
      {"event.rate", "share with each intercurrent event at each visit",
       "{} with each event at each visit", Unit::percent,
       [](D&, T& t, double v) { event_rate(t, v); }},
  };
  return all;
}

const KnownSetting* find_setting(const std::string& key) {
  const auto& all = known_settings();
  const auto at = std::find_if(all.begin(), all.end(),
                               [&](const KnownSetting& each) { return each.key == key; });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace

std::vector<std::string> trial_setting_keys() {
  std::vector<std::string> keys;
  for (const KnownSetting& each : known_settings()) keys.push_back(each.key);
  return keys;
}

void apply_setting(const TrialSetting& setting, TrialDesign& design, TrialTruth& truth) {
  if (const KnownSetting* known = find_setting(setting.first))
    known->set(design, truth, setting.second);
}

std::string setting_label(const std::string& key) {
  const KnownSetting* known = find_setting(key);
  return known == nullptr ? key : known->label;
}

std::string setting_value(const TrialSetting& setting) {
  const KnownSetting* known = find_setting(setting.first);
  const Unit unit = known == nullptr ? Unit::plain : known->unit;
  const double value = unit == Unit::percent ? 100 * setting.second : setting.second;
  const std::string digits = fmt::format("{}{:.6g}", value < 0 ? "−" : "", std::abs(value));
  switch (unit) {
    case Unit::percent:
      return digits + "%";
    case Unit::points:
      return digits + (std::abs(value) == 1 ? " point" : " points");
    case Unit::mg:
      return digits + " mg";
    case Unit::count:
    case Unit::plain:
      break;
  }
  return digits;
}

std::string settings_words(const std::vector<TrialSetting>& settings) {
  std::vector<std::string> words;
  for (const TrialSetting& each : settings)
    words.push_back(setting_label(each.first) + ": " + setting_value(each));
  return fmt::format("{}", fmt::join(words, "; "));
}

std::string settings_brief(const std::vector<TrialSetting>& settings) {
  std::vector<std::string> words;
  for (const TrialSetting& each : settings) {
    const KnownSetting* known = find_setting(each.first);
    words.push_back(known == nullptr
                        ? each.first + " " + setting_value(each)
                        : fmt::format(fmt::runtime(known->brief), setting_value(each)));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string settings_trail(const std::vector<TrialSetting>& settings) {
  std::vector<std::string> words;
  for (const auto& [key, value] : settings) words.push_back(fmt::format("{} = {:g}", key, value));
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace entact
