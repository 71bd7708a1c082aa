#include "entact/trial/adam_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "entact/trial/item_answers.h"
#include "entact/trial/trial_harms.h"

namespace entact {
namespace {

// Rows as columns that grow side by side.
class Rows {
 public:
  explicit Rows(const std::vector<std::string>& texts, const std::vector<std::string>& numbers)
      : text_names_(texts),
        number_names_(numbers),
        texts_(texts.size()),
        numbers_(numbers.size()) {}

  void add(const std::vector<std::string>& texts, const std::vector<double>& numbers) {
    for (std::size_t i = 0; i < texts_.size(); ++i) texts_[i].push_back(texts[i]);
    for (std::size_t i = 0; i < numbers_.size(); ++i) numbers_[i].push_back(numbers[i]);
  }

  Table table() && {
    Table made;
    for (std::size_t i = 0; i < texts_.size(); ++i)
      made.add({.name = text_names_[i], .values = std::move(texts_[i])});
    for (std::size_t i = 0; i < numbers_.size(); ++i)
      made.add({.name = number_names_[i], .values = std::move(numbers_[i])});
    return made;
  }

 private:
  std::vector<std::string> text_names_, number_names_;
  std::vector<std::vector<std::string>> texts_;
  std::vector<std::vector<double>> numbers_;
};

// "dissociative subtype" -> "DISSOCFL": eight characters, as transport files ask for; the second of
// a name is numbered.
std::vector<std::string> flag_names(const std::vector<TrialSubgroup>& subgroups) {
  std::vector<std::string> names;
  for (const TrialSubgroup& each : subgroups) {
    std::string name;
    for (const char letter : each.name)
      if (std::isalnum(static_cast<unsigned char>(letter)) != 0 && name.size() < 6)
        name += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    const bool begins = !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) != 0;
    name += "FL";
    if (!begins || std::find(names.begin(), names.end(), name) != names.end() || name == "FASFL" ||
        name == "SAFFL" || name == "ABLFL")
      name = fmt::format("SUB{}FL", names.size() + 1);
    names.push_back(name);
  }
  return names;
}

std::vector<std::string> joined(std::vector<std::string> first,
                                const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

class Writer {
 public:
  Writer(const TrialSimulation& simulation, std::int64_t replicate, const ConductedTrial& made)
      : simulation_(simulation),
        design_(simulation.trial.design),
        key_{simulation.seed, static_cast<std::uint32_t>(replicate)},
        made_(made) {}

  [[nodiscard]] Table adsl() const {
    Rows rows(joined({"STUDYID", "USUBJID", "SITEID", "TRT01P", "TRT01A", "FASFL", "SAFFL", "GUESS",
                      "EOSSTT", "DCSREAS"},
                     trait_names()),
              {"TRT01PN", "TRT01AN", "BASE"});
    for (std::size_t i = 0; i < made_.people.size(); ++i) {
      const TrialCourse& course = made_.courses[i];
      const bool stopped = course.reason >= 0;
      rows.add(
          joined(
              {study(), person(i), site(i), arm(i), arm(i), "Y", "Y", guess(course.guess, i),
               stopped ? "DISCONTINUED" : "COMPLETED",
               stopped ? simulation_.trial.truth.stops[static_cast<std::size_t>(course.reason)].name
                       : ""},
              traits(i)),
          {number(i), number(i), made_.people[i].baseline});
    }
    return std::move(rows).table();
  }

  [[nodiscard]] Table adqs() const {
    Rows rows(joined({"STUDYID", "USUBJID", "SITEID", "TRTP", "FASFL", "PARAMCD", "PARAM", "AVISIT",
                      "ABLFL"},
                     trait_names()),
              {"TRTPN", "AVISITN", "AVAL", "BASE", "CHG"});
    const std::string name = design_.instrument.empty() ? "Score" : design_.instrument;
    for (std::size_t i = 0; i < made_.people.size(); ++i) {
      const double base = made_.people[i].baseline;
      const auto add = [&](const std::string& visit, const char* flag, double n, double value,
                           double change) {
        rows.add(joined({study(), person(i), site(i), arm(i), "Y", "TOTAL", name + " total", visit,
                         flag},
                        traits(i)),
                 {number(i), n, value, base, change});
      };
      add("Baseline", "Y", 0, base, std::nan(""));
      for (std::size_t k = 0; k < design_.visit_names.size(); ++k) {
        const double score = made_.courses[i].seen[k];
        if (!std::isnan(score))
          add(design_.visit_names[k], "", static_cast<double>(k + 1), score, score - base);
      }
    }
    return std::move(rows).table();
  }

  [[nodiscard]] Table adae() const {
    const std::vector<TrialHarm>& harms = simulation_.trial.truth.harms;
    if (harms.empty() || design_.session_weeks.empty()) return {};
    Rows rows({"STUDYID", "USUBJID", "SITEID", "TRTA", "SAFFL", "AEDECOD", "TRTEMFL"},
              {"TRTAN", "ASTDY"});
    for (std::size_t i = 0; i < made_.people.size(); ++i) {
      const auto happened = harms_of(simulation_.trial, key_, made_, i);
      for (std::size_t t = 0; t < harms.size(); ++t)
        for (std::size_t s = 0; s < happened[t].size(); ++s)
          if (happened[t][s] != 0)
            rows.add({study(), person(i), site(i), arm(i), "Y", harms[t].term, "Y"},
                     {number(i), std::round(7 * design_.session_weeks[s]) + 1});
    }
    return std::move(rows).table();
  }

  [[nodiscard]] Table items(const Instrument& instrument) const {
    std::vector<std::string> codes;
    for (const ScaleItem& item : instrument.items) codes.push_back(item.code);
    Rows rows({"USUBJID", "TRTP", "AVISIT"}, codes);
    for (std::size_t i = 0; i < made_.people.size(); ++i) {
      std::vector<double> totals{made_.people[i].baseline};
      totals.insert(totals.end(), made_.courses[i].seen.begin(), made_.courses[i].seen.end());
      const auto answers = item_answers(instrument, key_, static_cast<std::uint32_t>(i), totals);
      for (std::size_t k = 0; k < totals.size(); ++k)
        if (!std::isnan(totals[k]))
          rows.add({person(i), arm(i), k == 0 ? "Baseline" : design_.visit_names[k - 1]},
                   answers[k]);
    }
    return std::move(rows).table();
  }

 private:
  [[nodiscard]] std::string study() const { return fmt::format("SIM-{}", key_.replicate); }
  [[nodiscard]] std::string person(std::size_t i) const {
    return fmt::format("SIM-{}-{:04d}", key_.replicate, i + 1);
  }
  [[nodiscard]] std::string site(std::size_t i) const {
    return fmt::format("S{:02d}", made_.people[i].site + 1);
  }
  [[nodiscard]] std::string arm(std::size_t i) const {
    return design_.arms[static_cast<std::size_t>(made_.arm[i])].name;
  }
  [[nodiscard]] double number(std::size_t i) const { return made_.arm[i] + 1; }
  // Severity where the design cuts it, and a flag for each subgroup of the truth.
  [[nodiscard]] std::vector<std::string> trait_names() const {
    std::vector<std::string> names;
    if (design_.severity_cut) names.emplace_back("BASEGR1");
    return joined(names, flag_names(simulation_.trial.truth.subgroups));
  }
  [[nodiscard]] std::vector<std::string> traits(std::size_t i) const {
    const Participant& one = made_.people[i];
    std::vector<std::string> values;
    if (design_.severity_cut)
      values.push_back(fmt::format(
          "{}{:g}", one.baseline < *design_.severity_cut ? "<" : ">=", *design_.severity_cut));
    for (const char belongs : one.subgroup) values.emplace_back(belongs != 0 ? "Y" : "N");
    return values;
  }
  // The belief as the name of an arm: the own one if right, else the first on the other side.
  [[nodiscard]] std::string guess(Guess guess, std::size_t i) const {
    if (guess == Guess::unsure) return "DO NOT KNOW";
    const auto on_drug = [&](const TrialArm& each) { return each.dose_mg > 0; };
    const TrialArm& own = design_.arms[static_cast<std::size_t>(made_.arm[i])];
    const bool active = guess == Guess::active;
    if (on_drug(own) == active) return own.name;
    const auto other = std::find_if(design_.arms.begin(), design_.arms.end(),
                                    [&](const TrialArm& each) { return on_drug(each) == active; });
    return other == design_.arms.end() ? own.name : other->name;
  }

  const TrialSimulation& simulation_;
  const TrialDesign& design_;
  TrialKey key_;
  const ConductedTrial& made_;
};

}  // namespace

AdamTables adam_tables(const TrialSimulation& simulation, std::int64_t replicate,
                       const ConductedTrial& made, const std::optional<Instrument>& instrument) {
  const Writer writer(simulation, replicate, made);
  return {.adsl = writer.adsl(),
          .adqs = writer.adqs(),
          .adae = writer.adae(),
          .items = instrument ? writer.items(*instrument) : Table{}};
}

}  // namespace entact
