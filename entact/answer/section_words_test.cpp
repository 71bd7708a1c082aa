// Every sentence of the report against the numbers that stand in it: a model, a measure or a
// direction that it names must be that of one of them, and where it names a model it names that of
// each. A row of a table is a sentence, a caption one with the numbers of its table or figure. The
// sentences are those of the shipped evidence base and of the same base with the arms of every
// pooled comparison exchanged.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "entact/answer/report.h"
#include "entact/answer/report_sentences.h"
#include "entact/io/csv.h"
#include "entact/io/file.h"
#include "entact/report/document_json.h"

namespace entact {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

Files shipped_files() {
  Files files;
  for (const auto& entry : fs::directory_iterator(ENTACT_SOURCE_DIR "/data"))
    if (entry.path().extension() == ".csv")
      files.emplace(entry.path().filename().string(), read_file(entry.path()));
  return files;
}

/// An effect of treatment against control as one of control against treatment.
void turn(std::vector<std::string>& row, const CsvTable& contrasts) {
  const auto cell = [&](const char* name) -> std::string& {
    return row[static_cast<std::size_t>(contrasts.find(name))];
  };
  const std::string& measure = cell("measure");
  const bool ratio = measure == "RR" || measure == "OR" || measure == "HR";
  const auto turned = [&](const std::string& value) {
    if (value.empty()) return value;
    const double number = std::stod(value);
    return std::to_string(ratio ? 1 / number : -number);
  };
  cell("estimate") = turned(cell("estimate"));
  const std::string low = turned(cell("ci_high"));
  cell("ci_high") = turned(cell("ci_low"));
  cell("ci_low") = low;
}

/// The base in which treatment and control of every pooled comparison have changed places.
Files exchanged_arms(Files files) {
  CsvTable members = read_csv(files["analysis_members.csv"]);
  const auto treatment = static_cast<std::size_t>(members.find("fact_treatment"));
  const auto control = static_cast<std::size_t>(members.find("fact_control"));
  for (auto& row : members.rows) std::swap(row[treatment], row[control]);
  files["analysis_members.csv"] = write_csv(members.header, members.rows);
  CsvTable contrasts = read_csv(files["contrasts.csv"]);
  for (auto& row : contrasts.rows) turn(row, contrasts);
  files["contrasts.csv"] = write_csv(contrasts.header, contrasts.rows);
  return files;
}

bool holds(const std::string& where, const std::string& what) {
  return where.find(what) != std::string::npos;
}

/// What the commands of numbers say of them, with the measures of the named analyses.
class Origin {
 public:
  explicit Origin(const EvidenceBase& base) : base_(base) {
    for (const Row& row : base.table("analyses").rows())
      analyses_[row.text("analysis_id")] = {row.text("measure"), row.text("direction")};
  }
  [[nodiscard]] static std::string option(const Number& number, const std::string& name) {
    const std::string& command = number.trail.command;
    const auto at = command.find(" " + name + " ");
    if (at == std::string::npos) return "";
    const auto from = at + name.size() + 2;
    return command.substr(from, command.find(' ', from) - from);
  }
  [[nodiscard]] std::string measure(const Number& number) const {
    if (const std::string given = option(number, "--measure"); !given.empty()) return given;
    const auto found = analyses_.find(option(number, "--analysis"));
    if (found != analyses_.end()) return found->second.measure;
    if (number.trail.command.empty()) return published_measure(number);
    return number.trail.command.starts_with("entact harms") ? "RD" : "";
  }
  [[nodiscard]] bool negative_favours_treatment(const Number& number) const {
    const auto found = analyses_.find(option(number, "--analysis"));
    return found == analyses_.end() || found->second.direction == "negative_favours_treatment" ||
           found->second.direction == "below_one_favours_treatment";
  }

 private:
  struct Analysis {
    std::string measure{}, direction{};
  };
  /// The measure that the row of a published number gives.
  [[nodiscard]] std::string published_measure(const Number& number) const {
    for (const std::string& id : number.trail.facts)
      if (const auto row = base_.fact(id); row && row->table().has("measure"))
        return row->text("measure");
    return "";
  }

  const EvidenceBase& base_;
  std::map<std::string, Analysis> analyses_{};
};

bool computed(const Number& number) {
  for (const char* command : {"entact pool", "entact effect", "entact stress"})
    if (number.trail.command.starts_with(command)) return true;
  return false;
}

std::string lower_case(std::string words) {
  std::transform(words.begin(), words.end(), words.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return words;
}

/// A phrase and the numbers that may stand in a sentence with it.
struct Claim {
  const char* phrase;
  std::function<bool(const Number&, const Origin&)> borne;
};

/// A model that options of the command name; where it leaves the method open, as that of dependent
/// effects does, what the result said of itself counts.
Claim model(const char* phrase, std::initializer_list<const char*> commands) {
  const std::vector<std::string> any(commands.begin(), commands.end());
  return {phrase, [any, phrase](const Number& number, const Origin&) {
            const std::string& command = number.trail.command;
            if (command.starts_with("entact pool") && !holds(command, "--method "))
              return holds(lower_case(number.trail.model), phrase);
            return std::any_of(any.begin(), any.end(),
                               [&](const std::string& part) { return holds(command + " ", part); });
          }};
}

Claim measure(const char* phrase, std::initializer_list<const char*> measures) {
  const std::vector<std::string> any(measures.begin(), measures.end());
  return {phrase, [any](const Number& number, const Origin& origin) {
            return std::find(any.begin(), any.end(), origin.measure(number)) != any.end();
          }};
}

const std::vector<Claim>& claims() {
  static const std::vector<Claim> all{
      model("random effects", {"--method REML ", "--method DL ", "--method PM ", "--method ML ",
                               "--method SJ ", "--bayes"}),
      {"common effect",
       [](const Number& number, const Origin&) {
         const std::string& command = number.trail.command;
         return number.trail.model.rfind("one trial", 0) != 0 &&
                (holds(command, "--method FE ") || holds(command, "--method CE ") ||
                 holds(command, "entact stress"));
       }},
      {"one trial, z interval",
       [](const Number& number, const Origin&) {
         return number.trail.model.rfind("one trial", 0) == 0;
       }},
      model("reml", {"--method REML "}),
      model(" dl", {"--method DL "}),
      model("hartung-knapp", {"--test adhoc ", "--test knha "}),
      model("hartung-knapp interval with floor", {"--test adhoc "}),
      model("z interval", {"--test z "}),
      model("bayesian", {"--bayes "}),
      model("mantel-haenszel", {"--pool mh "}),
      model("inverse variance", {"entact pool "}),
      model("miettinen-nurminen", {"--interval mn "}),
      measure("risk ratio", {"RR"}),
      measure("odds ratio", {"OR", "PETO"}),
      measure("risk difference", {"RD"}),
      measure("standardised mean difference", {"SMD"}),
      measure("smd", {"SMD"}),
      measure(" points", {"MD"}),
      measure(" per 100", {"RD", "PR"}),
  };
  return all;
}

/// Whether the words name it; "no risk ratio" does not.
bool names(const std::string& words, const std::string& phrase) {
  const std::string lower = lower_case(words);
  for (auto at = lower.find(phrase); at != std::string::npos; at = lower.find(phrase, at + 1))
    if (!lower.substr(0, at).ends_with("no ")) return true;
  return false;
}

/// Sentences with computed numbers that name this and hold no number of it.
int check_claims(const std::vector<Sentence>& sentences, const Origin& origin) {
  int checked = 0;
  for (const Sentence& sentence : sentences) {
    if (std::none_of(sentence.numbers.begin(), sentence.numbers.end(),
                     [](const Number* number) { return computed(*number); }))
      continue;
    for (const Claim& claim : claims()) {
      if (!names(sentence.words, claim.phrase)) continue;
      ++checked;
      EXPECT_TRUE(std::any_of(sentence.numbers.begin(), sentence.numbers.end(),
                              [&](const Number* number) { return claim.borne(*number, origin); }))
          << sentence.section << ": '" << claim.phrase << "' is not the word for any number of\n  "
          << sentence.words;
    }
  }
  return checked;
}

/// The word for the model of a pooled number; empty where no model of several studies made it.
std::string word_of_model(const Number& number) {
  const std::string& command = number.trail.command;
  if (!command.starts_with("entact pool")) return "";
  if (number.trail.pointer.starts_with("/result/bayes/")) return "bayes";
  for (const char* of_the_model : {"/result/estimate", "/result/ci_", "/result/pi_", "/result/p"})
    if (number.trail.pointer.starts_with(of_the_model)) {
      if (number.trail.model.rfind("one trial", 0) == 0) return "";
      const std::string method = Origin::option(number, "--method");
      return method == "CE" || method == "FE" ? "common effect" : method;
    }
  return "";
}

/// Sentences that name a model but not that of each pooled number in them. A caption stands for
/// many rows, each of which names its own.
int check_that_every_model_is_named(const std::vector<Sentence>& sentences) {
  int checked = 0;
  for (const Sentence& sentence : sentences) {
    if (sentence.place == Sentence::Place::caption) continue;
    std::set<std::string> words;
    for (const Number* number : sentence.numbers)
      if (const std::string word = word_of_model(*number); !word.empty()) words.insert(word);
    const bool named = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      return names(sentence.words, lower_case(word));
    });
    if (!named) continue;
    ++checked;
    for (const std::string& word : words)
      EXPECT_TRUE(names(sentence.words, lower_case(word)))
          << sentence.section << ": a number made by '" << word << "' stands unnamed in\n  "
          << sentence.words;
  }
  return checked;
}

struct Interval {
  double low = 0, high = 0;
  bool negative_favours_treatment = true;
};

/// The intervals of which both ends stand in the sentence; ratios as logs.
std::vector<Interval> intervals_of(const Sentence& sentence, const Origin& origin) {
  std::vector<Interval> found;
  for (const Number* low : sentence.numbers)
    for (const Number* high : sentence.numbers) {
      if (low->trail.command != high->trail.command || low->trail.pointer.empty()) continue;
      std::string other = low->trail.pointer;
      const auto at = other.rfind("low");
      if (at == std::string::npos || holds(other, "/pi_") || holds(other, "/nnt")) continue;
      if (other.replace(at, 3, "high") != high->trail.pointer) continue;
      const bool ratio = holds(other, "ratio");
      found.push_back({ratio ? std::log(low->value) : low->value,
                       ratio ? std::log(high->value) : high->value,
                       origin.negative_favours_treatment(*low)});
    }
  return found;
}

using Judged = std::function<bool(const Interval&)>;
bool below(const Interval& i) { return i.high < 0; }
bool above(const Interval& i) { return i.low > 0; }

const std::map<std::string, Judged>& directions() {
  static const std::map<std::string, Judged> all{
      {"favours MDMA",
       [](const Interval& i) { return i.negative_favours_treatment ? below(i) : above(i); }},
      {"favours control",
       [](const Interval& i) { return i.negative_favours_treatment ? above(i) : below(i); }},
      {"does not tell the two apart", [](const Interval& i) { return !below(i) && !above(i); }},
      {"more often with MDMA", above},
      {"less often with MDMA", below},
      {"no clear difference", [](const Interval& i) { return !below(i) && !above(i); }},
      {"more people under MDMA", above},
      {"more people respond with MDMA", above}};
  return all;
}

/// "negative favours MDMA" says how to read an axis, not what was found.
std::string without_axes(std::string words) {
  for (const std::string sign : {"negative favours", "positive favours"})
    for (auto at = words.find(sign); at != std::string::npos; at = words.find(sign))
      words.erase(at, sign.size());
  return words;
}

std::map<std::string, int> check_directions(const std::vector<Sentence>& sentences,
                                            const Origin& origin) {
  std::map<std::string, int> checked;
  for (const Sentence& sentence : sentences)
    for (const auto& [phrase, judged] : directions()) {
      const std::vector<Interval> intervals = intervals_of(sentence, origin);
      if (!holds(without_axes(sentence.words), phrase) || intervals.empty()) continue;
      ++checked[phrase];
      EXPECT_TRUE(std::any_of(intervals.begin(), intervals.end(), judged))
          << sentence.section << ": no interval bears out '" << phrase << "' in\n  "
          << sentence.words;
    }
  return checked;
}

struct Made {
  EvidenceBase base{};
  Document document{};
};

const Made& made(bool exchanged) {
  static const auto make = [](const Files& files) {
    Made result{.base = read_evidence(files).base};
    result.document = make_report(result.base);
    return result;
  };
  static const Made shipped = make(shipped_files());
  static const Made other = make(exchanged_arms(shipped_files()));
  return exchanged ? other : shipped;
}

class ReportWords : public testing::TestWithParam<bool> {};

TEST_P(ReportWords, name_the_model_and_the_measure_of_the_numbers_beside_them) {
  const Made& report = made(GetParam());
  const Sentences sentences(report.document);
  EXPECT_GT(check_claims(sentences.all, Origin(report.base)), 50);
}

TEST_P(ReportWords, name_the_model_of_each_number_where_they_name_one) {
  const Sentences sentences(made(GetParam()).document);
  EXPECT_GT(check_that_every_model_is_named(sentences.all), 30);
}

TEST_P(ReportWords, of_captions_and_rows_are_read) {
  const Sentences sentences(made(GetParam()).document);
  for (const auto place : {Sentence::Place::row, Sentence::Place::caption})
    EXPECT_GT(std::count_if(sentences.all.begin(), sentences.all.end(),
                            [&](const Sentence& each) { return each.place == place; }),
              50);
}

TEST_P(ReportWords, name_the_direction_of_the_intervals_beside_them) {
  const Made& report = made(GetParam());
  const auto checked = check_directions(Sentences(report.document).all, Origin(report.base));
  const std::string effect = GetParam() ? "favours control" : "favours MDMA";
  const std::string other = GetParam() ? "favours MDMA" : "favours control";
  EXPECT_GE(checked.contains(effect) ? checked.at(effect) : 0, 3) << effect;
  EXPECT_FALSE(checked.contains(other)) << other;
  EXPECT_TRUE(checked.contains("does not tell the two apart"));
  EXPECT_TRUE(checked.contains("no clear difference"));
}

TEST_P(ReportWords, refer_to_nothing_that_is_missing) {
  for (const std::string& fault : dangling_references(made(GetParam()).document))
    ADD_FAILURE() << fault;
}

INSTANTIATE_TEST_SUITE_P(Bases, ReportWords, testing::Bool(), [](const auto& each) {
  return each.param ? "arms_exchanged" : "shipped";
});

}  // namespace
}  // namespace entact
