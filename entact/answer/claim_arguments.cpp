#include "entact/answer/claim_arguments.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool contains(const std::vector<std::string>& values, const std::string& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

/// One condition on a column, of the row itself or of its study or arm.
class RowCondition {
 public:
  RowCondition(const EvidenceBase& base, const ClaimCall& call, const ClaimArgument& argument,
               const std::string& table)
      : base_(base), argument_(argument) {
    column_ = argument.column;
    for (const auto& [prefix, other] :
         {std::pair<std::string, std::string>{"study.", "studies"}, {"arm.", "arms"}})
      if (column_.starts_with(prefix)) {
        joined_ = other;
        column_ = column_.substr(prefix.size());
      }
    check(call, base.table(table));
  }

  [[nodiscard]] bool holds(const Row& row) const {
    if (joined_.empty()) return met(row);
    const Rows other = base_.table(joined_).where([&](const Row& each) {
      return each.used() && each.text("study_id") == row.text("study_id") &&
             (joined_ == "studies" || each.text("arm_id") == row.text("arm_id"));
    });
    return !other.empty() && met(other[0]);
  }

 private:
  [[nodiscard]] bool compares() const { return argument_.relation.find_first_of("<>") == 0; }

  void check(const ClaimCall& call, const FactTable& table) {
    const FactTable& target = joined_.empty() ? table : base_.table(joined_);
    const std::ptrdiff_t index = target.schema().find(column_);
    if (index < 0 || (!joined_.empty() && !table.has("study_id")) ||
        (joined_ == "arms" && !table.has("arm_id")))
      refuse_argument(call, "the table has no column '" + argument_.column + "'");
    const FactColumn& column = target.schema().columns[static_cast<std::size_t>(index)];
    if (compares()) return check_number(call, column);
    if (column.vocabulary.empty() || argument_.relation == "~") return;
    const Vocabulary& words = base_.schema.vocabularies.at(column.vocabulary);
    for (const std::string& value : argument_.values)
      if (!words.contains(value))
        refuse_argument(call, "'" + value + "' is no word of the column '" + column_ + "'");
  }

  void check_number(const ClaimCall& call, const FactColumn& column) {
    const std::string& value = argument_.values.front();
    const char* const end = value.data() + value.size();
    const auto [rest, error] = std::from_chars(value.data(), end, bound_);
    const bool numeric = column.type == FactType::number || column.type == FactType::integer;
    if (!numeric || argument_.values.size() != 1 || error != std::errc() || rest != end)
      refuse_argument(call, "'" + column_ + " " + argument_.relation +
                                "' compares a column of numbers with one number");
  }

  [[nodiscard]] bool met(const Row& row) const {
    if (compares()) return compared(row.number(column_));
    const std::string& text = row.text(column_);
    if (argument_.relation == "~")
      return std::any_of(argument_.values.begin(), argument_.values.end(),
                         [&](const std::string& each) {
                           return lower(text).find(lower(each)) != std::string::npos;
                         });
    return contains(argument_.values, text) == (argument_.relation == "=");
  }

  [[nodiscard]] bool compared(double value) const {
    if (std::isnan(value)) return false;
    if (argument_.relation == "<") return value < bound_;
    if (argument_.relation == "<=") return value <= bound_;
    return argument_.relation == ">" ? value > bound_ : value >= bound_;
  }

  const EvidenceBase& base_;
  const ClaimArgument& argument_;
  std::string column_{};
  std::string joined_{};  ///< table that is looked into, or empty
  double bound_ = 0;
};

}  // namespace

void refuse_argument(const ClaimCall& call, const std::string& rule) {
  throw Error("answer.claim.argument", rule + ", in " + call.text);
}

std::vector<std::string> names_in(const ClaimCall& call, std::size_t least, std::size_t most) {
  std::vector<std::string> names;
  for (const ClaimArgument& each : call.arguments)
    if (each.column.empty()) {
      if (each.values.size() != 1) refuse_argument(call, "one name, not alternatives");
      names.push_back(each.values.front());
    }
  if (names.size() < least || names.size() > most)
    refuse_argument(call, "'" + call.name + "' takes " + std::to_string(least) +
                              (most == least ? "" : " or more") + " names");
  return names;
}

std::vector<std::string> option_in(const ClaimCall& call, std::string_view name) {
  for (const ClaimArgument& each : call.arguments)
    if (each.column == name && each.relation == "=") return each.values;
  return {};
}

std::string word_in(const ClaimCall& call, std::string_view name, const std::string& otherwise) {
  const std::vector<std::string> values = option_in(call, name);
  if (values.size() > 1) refuse_argument(call, "one value, not alternatives");
  return values.empty() ? otherwise : values.front();
}

void allow_options(const ClaimCall& call, const std::vector<std::string_view>& options) {
  for (const ClaimArgument& each : call.arguments)
    if (!each.column.empty() && (each.relation != "=" || std::find(options.begin(), options.end(),
                                                                   each.column) == options.end()))
      refuse_argument(call, "'" + call.name + "' has no option '" + each.column + "'");
}

std::vector<std::string> ClaimRows::facts() const {
  std::vector<std::string> ids;
  for (const Row& row : admitted)
    if (row.table().schema().holds_facts()) ids.push_back(row.id());
  return ids;
}

ClaimRows rows_in(const ClaimContext& context, const ClaimCall& call, const std::string& table) {
  if (!context.base().tables.contains(table))
    refuse_argument(call, "there is no table '" + table + "'");
  std::vector<RowCondition> conditions;
  for (const ClaimArgument& each : call.arguments)
    if (!each.column.empty() && each.column != "as")
      conditions.emplace_back(context.base(), call, each, table);
  const Rows fitting = context.base().table(table).used().where([&](const Row& row) {
    return std::all_of(conditions.begin(), conditions.end(),
                       [&](const RowCondition& condition) { return condition.holds(row); });
  });
  ClaimRows found{.admitted = select(context.base(), fitting, context.selection())};
  for (const Row& row : fitting)
    if (std::string why = reason_to_exclude(context.base(), row, context.selection()); !why.empty())
      found.left_out.push_back(std::move(why));
  return found;
}

Row analysis_in(const ClaimContext& context, const ClaimCall& call, const std::string& analysis) {
  const auto row = context.base().find("analyses", analysis);
  if (!row) refuse_argument(call, "there is no analysis '" + analysis + "'");
  return *row;
}

std::vector<ShownMember> shown_members(const ClaimContext& context, const std::string& analysis) {
  std::vector<ShownMember> members;
  for (const Row& member :
       context.base().table("analysis_members").where("analysis_id", analysis)) {
    if (!member.yes("include")) continue;
    for (const char* column : {"fact_treatment", "fact_contrast"})
      if (const auto fact = context.base().fact(member.text(column)))
        if (reason_to_exclude(context.base(), *fact, context.selection()).empty())
          members.push_back({member, *fact});
  }
  return members;
}

}  // namespace entact
