#include "entact/scales/instrument.h"

#include <fmt/format.h>

#include <algorithm>

#include "entact/base/error.h"

namespace entact {
namespace {

void require_places(const Instrument& instrument, const std::vector<std::size_t>& items,
                    const std::string& rule) {
  for (const std::size_t item : items)
    require(item < instrument.items.size(), "scales.instrument.place",
            fmt::format("{}: {} names item {} of {}", instrument.name, rule, item + 1,
                        instrument.items.size()));
}

void require_items(const Instrument& instrument) {
  for (const ScaleItem& item : instrument.items) {
    require(item.min < item.max, "scales.instrument.range",
            fmt::format("{}: item {} runs from {} to {}; the lowest score is below the highest",
                        instrument.name, item.code, item.min, item.max));
    if (item.present && item.present->partner)
      require_places(instrument, {*item.present->partner}, "the partner of " + item.code);
  }
}

void require_diagnoses(const Instrument& instrument) {
  for (std::size_t d = 0; d < instrument.diagnoses.size(); ++d) {
    const DiagnosisRule& rule = instrument.diagnoses[d];
    for (const Criterion& criterion : rule.criteria)
      require_places(instrument, criterion.items, rule.name);
    require(!rule.requires_diagnosis || *rule.requires_diagnosis < d, "scales.instrument.place",
            fmt::format("{}: {} requires a diagnosis that stands before it", instrument.name,
                        rule.name));
  }
}

}  // namespace

std::optional<std::size_t> Instrument::find(std::string_view code) const {
  const auto found = std::find_if(items.begin(), items.end(),
                                  [&](const ScaleItem& item) { return item.code == code; });
  if (found == items.end()) return {};
  return static_cast<std::size_t>(found - items.begin());
}

std::optional<std::size_t> Instrument::find_score(std::string_view score) const {
  const auto found = std::find_if(scores.begin(), scores.end(),
                                  [&](const ScoreRule& rule) { return rule.name == score; });
  if (found == scores.end()) return {};
  return static_cast<std::size_t>(found - scores.begin());
}

void require_sound(const Instrument& instrument) {
  require(!instrument.items.empty() && !instrument.scores.empty(), "scales.instrument.empty",
          fmt::format("{}: an instrument has items and a score", instrument.name),
          ErrorKind::unanswerable);
  require_items(instrument);
  for (const ScoreRule& rule : instrument.scores) require_places(instrument, rule.items, rule.name);
  for (const CountRule& rule : instrument.counts) require_places(instrument, rule.items, rule.name);
  for (const SkipRule& rule : instrument.skips) {
    require_places(instrument, {rule.asked}, "a skip");
    require_places(instrument, rule.items, "a skip");
  }
  require_diagnoses(instrument);
}

}  // namespace entact
