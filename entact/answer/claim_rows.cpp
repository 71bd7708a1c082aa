// Quantities that count, compare or read rows of the evidence base.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "entact/answer/claim_arguments.h"
#include "entact/num/distributions.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

/// The words of the option `as` (singular|plural, or one for both), or the quantity as written.
std::string words_for(const ClaimCall& call, double count = 1) {
  const std::vector<std::string> words = option_in(call, "as");
  if (words.empty()) return "rows of " + call.text;
  return count == 1 ? words.front() : words.back();
}

void say_left_out(FoundQuantity& found, const ClaimRows& rows) {
  if (rows.left_out.empty()) return;
  std::string why;
  for (const std::string& each : std::set<std::string>(rows.left_out.begin(), rows.left_out.end()))
    why += (why.empty() ? ": " : "; ") + each;
  found.say(" (" + std::to_string(rows.left_out.size()) + " more left out" + why + ")");
}

/// The sources, where there are few.
void say_sources(FoundQuantity& found, const Rows& rows) {
  std::set<std::string> said;
  for (const Row& row : rows) said.insert(row.citation().source);
  if (said.size() > 3) return;
  for (const Row& row : rows)
    if (said.erase(row.citation().source) > 0) found.say(" ").source(row);
}

FoundQuantity counted(const ClaimCall& call, const ClaimRows& rows, double count) {
  FoundQuantity found{.value = count};
  found.own(count, decimal_text(count, 0), words_for(call, count), rows.facts());
  found.say(" " + words_for(call, count));
  say_left_out(found, rows);
  say_sources(found, rows.admitted);
  return found;
}

FoundQuantity row_count(const ClaimContext& context, const ClaimCall& call) {
  const ClaimRows rows = rows_in(context, call, names_in(call, 1, 1).front());
  return counted(call, rows, static_cast<double>(rows.admitted.size()));
}

std::string column_in(const ClaimContext& context, const ClaimCall& call) {
  const std::vector<std::string> names = names_in(call, 2, 2);
  if (!context.base().tables.contains(names[0]) || !context.base().table(names[0]).has(names[1]))
    refuse_argument(call, "there is no column '" + names[1] + "' of a table '" + names[0] + "'");
  return names[1];
}

FoundQuantity different_count(const ClaimContext& context, const ClaimCall& call) {
  const std::string column = column_in(context, call);
  const ClaimRows rows = rows_in(context, call, names_in(call, 2, 2).front());
  return counted(call, rows, static_cast<double>(rows.admitted.values(column).size()));
}

FoundQuantity latest_cell(const ClaimContext& context, const ClaimCall& call) {
  const std::string column = column_in(context, call);
  const std::string table = names_in(call, 2, 2).front();
  if (!context.base().table(table).has("date")) refuse_argument(call, "the table has no dates");
  const ClaimRows rows = rows_in(context, call, table);
  FoundQuantity found;
  if (rows.admitted.empty()) return found.say(words_for(call) + ": none on record");
  const Row last = *std::max_element(
      rows.admitted.begin(), rows.admitted.end(),
      [](const Row& a, const Row& b) { return latest(a.date("date")) < latest(b.date("date")); });
  found.value = last.text(column);
  found.say(words_for(call) + ": " + last.text(column) + " (" + last.text("date") + ") ")
      .source(last);
  return found;
}

FoundQuantity one_fact(const ClaimContext& context, const ClaimCall& call) {
  allow_options(call, {"as"});
  const std::vector<std::string> names = names_in(call, 2, 2);
  const auto row = context.base().fact(names[0]);
  FoundQuantity found;
  if (!row || !row->used() || !reason_to_exclude(context.base(), *row, context.selection()).empty())
    return found.say(words_for(call) + ": not on record");
  if (!row->table().has(names[1]))
    refuse_argument(call, "the fact has no column '" + names[1] + "'");
  found.value = row->number(names[1]);
  found.fact(*row, names[1], words_for(call)).say(" " + words_for(call) + " ").source(*row);
  return found;
}

/// Half the width of the row's 95% interval; NaN without a spread.
double margin(const Row& row) {
  double se = row.table().has("se") ? row.number("se") : std::numeric_limits<double>::quiet_NaN();
  if (std::isnan(se)) se = row.number("sd") / std::sqrt(row.number("n"));
  return normal_quantile(0.975) * se;
}

FoundQuantity clear_count(const ClaimContext& context, const ClaimCall& call) {
  const std::string table = names_in(call, 1, 1).front();
  ClaimRows rows = rows_in(context, call, table);
  for (const char* column : {"study", "mean", "sd", "n"})
    if (!context.base().table(table).has(column))
      refuse_argument(call, "the table has no means with a spread");
  const bool above = call.name == "clear_above";
  rows.admitted = rows.admitted.where([&](const Row& row) {
    return above ? row.number("mean") - margin(row) > 0 : row.number("mean") + margin(row) < 0;
  });
  return counted(call, rows, static_cast<double>(rows.admitted.values("study").size()));
}

FoundQuantity threshold(const ClaimContext& context, const ClaimCall& call) {
  allow_options(call, {});
  const std::vector<std::string> names = names_in(call, 2, 2);
  const auto& vocabularies = context.base().schema.vocabularies;
  if (!vocabularies.at("instrument").contains(names[0]) ||
      !vocabularies.at("threshold_kind").contains(names[1]))
    refuse_argument(call, "no such instrument or kind of threshold");
  const Rows rows =
      select(context.base(), context.base().table("thresholds").used().where([&](const Row& row) {
        return row.text("instrument") == names[0] && row.text("kind") == names[1] &&
               row.has("value");
      }),
             context.selection());
  const std::string kind = vocabularies.at("threshold_kind").find(names[1])->second;
  FoundQuantity found;
  if (rows.empty())
    return found.say("no source on record gives a threshold for the " + kind + " on " + names[0]);
  const Row largest = *std::max_element(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.number("value") < b.number("value");
  });
  found.value = largest.number("value");
  found.say(kind + " on " + names[0] + ": ").fact(largest, "value", kind).say(" ").source(largest);
  return found;
}

}  // namespace

std::optional<FoundQuantity> row_quantity(const ClaimContext& context, const ClaimCall& call) {
  if (call.name == "rows") return row_count(context, call);
  if (call.name == "different") return different_count(context, call);
  if (call.name == "latest") return latest_cell(context, call);
  if (call.name == "fact") return one_fact(context, call);
  if (call.name == "threshold") return threshold(context, call);
  if (call.name == "clear_above" || call.name == "clear_below") return clear_count(context, call);
  return std::nullopt;
}

}  // namespace entact
