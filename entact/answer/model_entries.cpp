#include "entact/answer/model_entries.h"

#include <fmt/format.h>

#include "entact/base/error.h"

namespace entact {
namespace {

struct StatusName {
  std::string_view name;
  ParameterStatus status;
};
constexpr StatusName statuses[] = {{"measured", ParameterStatus::measured},
                                   {"published_fit", ParameterStatus::published_fit},
                                   {"derived", ParameterStatus::derived},
                                   {"assumed", ParameterStatus::assumed}};

ParameterStatus read_status(const TomlTable& table) {
  const std::string text = table.text("status");
  for (const StatusName& one : statuses)
    if (one.name == text) return one.status;
  throw table.fault("status", "a status is measured, published_fit, derived or assumed",
                    "Say what the value rests on");
}

/// "van2006: Abstract (page); why", leaving out what is not given.
std::string read_source(const TomlTable& table, ParameterStatus status) {
  std::string text = table.text("source", "");
  const std::string locator = table.text("locator", "");
  const std::string verified = table.text("verified", "");
  const std::string why = table.text("why", "");
  const bool published =
      status == ParameterStatus::measured || status == ParameterStatus::published_fit;
  if (published && text.empty())
    throw table.fault("source", "a value that is measured or published names its source",
                      "Add source, a row of sources.csv");
  if (!published && text.empty() && why.empty())
    throw table.fault("why", "a value that is derived or assumed says from what",
                      "Add why, in words");
  if (!locator.empty()) text += ": " + locator;
  if (!verified.empty()) text += " (" + verified + ")";
  if (!why.empty()) text += (text.empty() ? "" : "; ") + why;
  return text;
}

template <class Value>  // ModelParameter or ParameterChange
void read_value(const TomlTable& table, Value& into) {
  into.status = read_status(table);
  into.value = table.number("value");
  into.source = read_source(table, into.status);
  const bool must = into.status == ParameterStatus::assumed;
  if (must || table.has("low") || table.has("high")) {
    into.low = table.number("low");
    into.high = table.number("high");
    if (!(into.low <= into.value && into.value <= into.high))
      throw table.fault(
          "value", fmt::format("the value lies from low to high, {} to {}", into.low, into.high),
          "Mend the value or its range");
  }
}

}  // namespace

std::string filled(const TomlTable& table, std::string_view key) {
  std::string text = table.text(key);
  if (text.empty()) throw table.fault(key, "this key holds a word", "Write it");
  return text;
}

ModelParameter read_parameter(const TomlTable& table) {
  ModelParameter parameter{
      .id = filled(table, "id"), .unit = filled(table, "unit"), .label = filled(table, "label")};
  read_value(table, parameter);
  parameter.between_sd = table.number("between_sd", 0);
  if (parameter.between_sd < 0 || parameter.between_sd > 3)
    throw table.fault("between_sd", "a standard deviation on the log scale is from 0 to 3",
                      "Write 0.3 for about 30% between people");
  return parameter;
}

ModelQuantity read_quantity(const TomlTable& table) {
  return {filled(table, "id"), filled(table, "unit"), filled(table, "label"),
          table.flag("hypothesis", false)};
}

ParameterChange read_change(const TomlTable& table) {
  ParameterChange change;
  read_value(table, change);
  return change;
}

void refuse_entry(const TomlTable& table, std::string_view key, const char* code,
                  const std::string& rule, const std::string& value, const std::string& remedy) {
  throw Error(code, fmt::format("{} ({}): {}; saw \"{}\". {}", table.place(key), table.path(key),
                                rule, value, remedy));
}

std::string to_text(ParameterStatus status) {
  for (const StatusName& one : statuses)
    if (one.status == status) return std::string(one.name);
  return {};
}

}  // namespace entact
