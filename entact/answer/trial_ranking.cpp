#include "entact/answer/trial_ranking.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace entact {
namespace {

DesignMark mark_of(const TrialOutcome& outcome, std::size_t at) {
  const TrialCaseResult& one = outcome.cases[at];
  const ResultLayout layout(one.setup.simulation);
  const auto bang = [&](ResultLayout::Blinding what) {
    return one.found.values[static_cast<std::size_t>(layout.of(what))].value;
  };
  return {.at = at,
          .variant = one.setup.variant,
          .power = one.found.estimands.front().power.value,
          .unblinding = (bang(ResultLayout::bang_treatment) + bang(ResultLayout::bang_control)) / 2,
          .false_claims = std::numeric_limits<double>::quiet_NaN(),
          .participants = static_cast<double>(one.setup.simulation.trial.design.n)};
}

// The same design and setting without any effect, if it was simulated.
void add_false_claims(const TrialOutcome& outcome, DesignMark& mark) {
  const TrialCase& own = outcome.cases[mark.at].setup;
  for (const TrialCaseResult& other : outcome.cases)
    if (other.setup.null && other.setup.variant == own.variant &&
        other.setup.settings == own.settings && other.setup.scenario == own.scenario)
      mark.false_claims = other.found.estimands.front().power.value;
}

void judge(const TrialOutcome& outcome, SettingMarks& setting) {
  const auto first = [&](const DesignMark& mark) -> const EstimandCharacteristics& {
    return outcome.cases[mark.at].found.estimands.front();
  };
  const SimulatedValue question = first(setting.marks.front()).truth;
  for (DesignMark& mark : setting.marks) {
    mark.off_question = first(mark).estimate.value - question.value;
    mark.off_question_mc_se = std::hypot(first(mark).estimate.mc_se, question.mc_se);
    add_false_claims(outcome, mark);
    if (!outcome.sizes.empty()) {
      const SampleSize& size = outcome.sizes[mark.variant];
      mark.participants = size.bracketed ? size.n : std::numeric_limits<double>::quiet_NaN();
    }
  }
}

struct Criterion {
  std::string name{};
  std::function<double(const DesignMark&)> badness{};  ///< smaller is better
  std::function<double(const DesignMark&)> error{};    ///< its standard error
};

std::vector<Criterion> criteria(const TrialOutcome& outcome) {
  const auto none = [](const DesignMark&) { return 0.0; };
  const auto share_error = [&outcome](const DesignMark& mark) {
    return outcome.cases[mark.at].found.estimands.front().power.mc_se;
  };
  return {
      {"bias against the question", [](const DesignMark& m) { return std::abs(m.off_question); },
       [](const DesignMark& m) { return m.off_question_mc_se; }},
      {"power", [](const DesignMark& m) { return -m.power; }, share_error},
      {"false claims", [](const DesignMark& m) { return m.false_claims; }, share_error},
      {"blinding", [](const DesignMark& m) { return std::abs(m.unblinding); }, none},
      {"participants", [](const DesignMark& m) { return m.participants; }, none}};
}

BestDesign best_by(const Criterion& criterion, const std::vector<SettingMarks>& settings) {
  BestDesign best{.criterion = criterion.name};
  for (const SettingMarks& setting : settings) {
    std::vector<DesignMark> order = setting.marks;
    std::stable_sort(order.begin(), order.end(), [&](const DesignMark& a, const DesignMark& b) {
      const double x = criterion.badness(a), y = criterion.badness(b);
      return std::isnan(y) ? !std::isnan(x) : x < y;
    });
    best.variant.push_back(order.front().variant);
    const double lead =
        order.size() < 2 ? 0 : criterion.badness(order[1]) - criterion.badness(order[0]);
    const double error =
        order.size() < 2 ? 0 : std::hypot(criterion.error(order[0]), criterion.error(order[1]));
    best.clear.push_back(lead > 2 * error && lead > 0);
  }
  return best;
}

}  // namespace

TrialRanking rank_designs(const TrialFile& file, const TrialOutcome& outcome) {
  TrialRanking ranking;
  if (file.variants.size() < 2) return ranking;
  for (std::size_t at = 0; at < outcome.cases.size(); ++at) {
    const TrialCase& one = outcome.cases[at].setup;
    if (one.null) continue;
    auto place =
        std::find_if(ranking.settings.begin(), ranking.settings.end(),
                     [&](const SettingMarks& each) { return each.settings == one.settings; });
    if (place == ranking.settings.end())
      place = ranking.settings.insert(ranking.settings.end(), {.settings = one.settings});
    place->marks.push_back(mark_of(outcome, at));
  }
  for (SettingMarks& setting : ranking.settings) judge(outcome, setting);
  for (const Criterion& criterion : criteria(outcome)) {
    const DesignMark& any = ranking.settings.front().marks.front();
    bool apart = false;
    for (const SettingMarks& setting : ranking.settings)
      for (const DesignMark& mark : setting.marks)
        apart = apart || criterion.badness(mark) != criterion.badness(any);
    if (!apart || std::isnan(criterion.badness(any))) continue;
    ranking.best.push_back(best_by(criterion, ranking.settings));
  }
  return ranking;
}

}  // namespace entact
