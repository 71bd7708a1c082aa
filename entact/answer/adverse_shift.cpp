// Shifts of categories: from before treatment to each visit and to the worst after it (C-SSRS,
// laboratory ranges).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/measure_rows.h"
#include "entact/stats/session_peak.h"

namespace entact::measure {
namespace {

std::string category_at(const File& bds, std::size_t row) {
  const std::string column = bds.file.first_of({"ANRIND", "AVALC"});
  return column.empty() ? bds.file.word("AVAL", row) : bds.file.word(column, row);
}

/// Categories from best to worst: as asked; else by the AVAL that each word of AVALC stands for;
/// else (ANRIND) NORMAL before LOW before HIGH.
class Order {
 public:
  Order(const File& bds, const std::string& param, const AdverseRequest& request)
      : words_(request.categories) {
    std::map<std::string, double> value;
    bool one_value = true;
    for (const Row& row : bds.rows) {
      if (row.param != param) continue;
      const std::string word = category_at(bds, row.row);
      if (word.empty()) continue;
      const double number = bds.file.number("AVAL", row.row);
      const auto [place, fresh] = value.emplace(word, number);
      one_value = one_value && !std::isnan(number) && (fresh || place->second == number);
    }
    const bool by_aval = one_value && !bds.file.has("ANRIND");
    if (words_.empty()) words_ = by_aval ? by_value(value) : by_range(value, param);
    for (const auto& each : value) index(each.first, param);
  }
  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }
  int index(const std::string& word, const std::string& param) const {
    if (word.empty()) return -1;
    const auto place = std::find(words_.begin(), words_.end(), word);
    require(place != words_.end(), "answer.adverse.category",
            fmt::format("{}: the category '{}' is not among --categories", param, word),
            ErrorKind::usage);
    return static_cast<int>(place - words_.begin());
  }

 private:
  static std::vector<std::string> by_value(const std::map<std::string, double>& value) {
    std::vector<std::string> words;
    for (const auto& each : value) words.push_back(each.first);
    std::stable_sort(words.begin(), words.end(),
                     [&](const auto& a, const auto& b) { return value.at(a) < value.at(b); });
    return words;
  }
  static std::vector<std::string> by_range(const std::map<std::string, double>& value,
                                           const std::string& param) {
    std::vector<std::string> words{"NORMAL", "LOW", "HIGH"};
    for (const auto& each : value)
      require(std::find(words.begin(), words.end(), each.first) != words.end(),
              "answer.adverse.category",
              fmt::format("{}: the order of its categories cannot be told from AVAL ('{}'); name "
                          "them from best to worst with --categories",
                          param, each.first),
              ErrorKind::usage);
    return words;
  }
  std::vector<std::string> words_{};
};

/// Categories of every participant: before treatment, at each visit and the worst after; -1 none.
struct Categories {
  std::vector<int> before{};
  std::vector<std::vector<int>> visits{};  ///< by visit of the file, worst of that visit
  std::vector<int> worst{};
};

Categories categories_of(const File& bds, const std::string& param, const Order& order,
                         std::size_t people) {
  const std::string given = bds.file.first_of({"BNRIND", "BASEC"});
  if (given.empty()) bds.file.need("ABLFL");
  Categories all{.before = std::vector<int>(people, -1),
                 .visits = std::vector(bds.visits.size(), std::vector<int>(people, -1)),
                 .worst = std::vector<int>(people, -1)};
  for (const Row& row : bds.rows) {
    if (row.param != param) continue;
    const auto person = static_cast<std::size_t>(row.participant);
    const int own = order.index(category_at(bds, row.row), param);
    const bool baseline = bds.file.has("ABLFL") && upper(bds.file.word("ABLFL", row.row)) == "Y";
    const int before =
        given.empty() ? (baseline ? own : -1) : order.index(bds.file.word(given, row.row), param);
    if (before >= 0 && all.before[person] >= 0 && all.before[person] != before)
      throw bds.file.fault("answer.adverse.before", row.row, given.empty() ? "ABLFL" : given,
                           "a participant has one category before treatment, and another row says "
                           "a different one",
                           "Mark one row as the baseline");
    all.before[person] = std::max(all.before[person], before);
    if (baseline) continue;
    int& at_visit = all.visits[static_cast<std::size_t>(bds.visit_index(row.visit))][person];
    at_visit = std::max(at_visit, own);
    all.worst[person] = std::max(all.worst[person], own);
  }
  return all;
}

/// The shift table of each arm.
std::vector<ShiftTable> shifts(const std::vector<int>& before, const std::vector<int>& after,
                               const SafetyPopulation& people, int categories) {
  std::vector<ShiftTable> by_arm;
  for (std::size_t arm = 0; arm < people.arms.size(); ++arm) {
    std::vector<int> from, to;
    for (std::size_t i = 0; i < before.size(); ++i)
      if (people.participants[i].arm == static_cast<int>(arm)) {
        from.push_back(before[i]);
        to.push_back(after[i]);
      }
    by_arm.push_back(shift_table(from, to, categories));
  }
  return by_arm;
}

class Writer {
 public:
  Writer(const AdverseRequest& request, const SafetyPopulation& people, int reference)
      : request_(request), people_(people), reference_(reference) {
    worse_ = {.id = "worse",
              .title = "Worse than before treatment",
              .caption = "Of those with a category before and after; exact intervals.",
              .words = {{"param", "Measure"}, {"visit", "Visit"}, {"arm", "Arm"}},
              .numbers = share_fields("worse")};
  }
  void add(AdverseMeasures& all, const std::string& label, const std::string& param,
           const Order& order, const std::string& visit, const Categories& own,
           const std::vector<int>& after) {
    if (std::all_of(after.begin(), after.end(), [](int each) { return each < 0; })) return;
    const auto tables = shifts(own.before, after, people_, static_cast<int>(order.words().size()));
    MeasureTable& table = table_of(all, label, param, order);
    std::vector<Share> by_arm;
    for (const ShiftTable& each : tables) by_arm.push_back({each.worse, each.n});
    for (std::size_t arm = 0; arm < tables.size(); ++arm) {
      worse_.rows.push_back({{label, visit, people_.arms[arm]},
                             share_numbers(by_arm, arm, reference_, request_.how)});
      for (std::size_t from = 0; from < order.words().size(); ++from) {
        std::vector<double> counts;
        for (const int count : tables[arm].counts[from]) counts.push_back(count);
        table.rows.push_back({{visit, people_.arms[arm], order.words()[from]}, std::move(counts)});
      }
    }
  }
  void finish(AdverseMeasures& all) { all.tables.push_back(std::move(worse_)); }

 private:
  static MeasureTable& table_of(AdverseMeasures& all, const std::string& label,
                                const std::string& param, const Order& order) {
    const std::string id = "shift-" + param;
    if (all.tables.empty() || all.tables.back().id != id) {
      MeasureTable table{.id = id,
                         .title = "Shift of " + label,
                         .caption =
                             "Participants by category before (rows) and worst category "
                             "after (columns).",
                         .words = {{"visit", "Visit"}, {"arm", "Arm"}, {"before", "Before"}}};
      for (const std::string& word : order.words())
        table.numbers.push_back({word, word, MeasureTable::Unit::count});
      all.tables.push_back(std::move(table));
    }
    return all.tables.back();
  }
  const AdverseRequest& request_;
  const SafetyPopulation& people_;
  int reference_;
  MeasureTable worse_{};
};

}  // namespace

void add_shift(AdverseMeasures& all, const AdverseRequest& request, const SafetyPopulation& people,
               int reference) {
  if (request.shift.empty()) return;
  const File bds = read(request.shift, request.params, people);
  all.inputs.push_back(bds.file.input);
  Writer writer(request, people, reference);
  for (const std::string& param : bds.params) {
    const Order order(bds, param, request);
    const Categories own = categories_of(bds, param, order, people.participants.size());
    const std::string& label = bds.labels.at(param);
    writer.add(all, label, param, order, "worst of all", own, own.worst);
    for (std::size_t visit = 0; visit < bds.visits.size(); ++visit)
      writer.add(all, label, param, order, bds.visits[visit], own, own.visits[visit]);
    const auto lacking = std::count(own.before.begin(), own.before.end(), -1);
    if (lacking > 0)
      all.notes.push_back(
          fmt::format("{} participants have no {} before treatment: they are in no "
                      "shift table",
                      lacking, label));
  }
  writer.finish(all);
}

}  // namespace entact::measure
