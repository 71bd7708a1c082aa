#include "entact/answer/model_rows.h"

#include <fmt/format.h>

#include <cmath>

#include "entact/answer/json_number.h"
#include "entact/io/csv.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

const char* kind_word(ModelRow::Kind kind) {
  switch (kind) {
    case ModelRow::Kind::coefficient:
      return "coefficient";
    case ModelRow::Kind::mean:
      return "mean";
    case ModelRow::Kind::contrast:
      return "contrast";
    case ModelRow::Kind::slope:
      return "slope";
  }
  return "";
}

}  // namespace

nlohmann::ordered_json row_json(const ModelRow& row) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  if (row.kind == ModelRow::Kind::coefficient) {
    if (!row.visit.empty()) json["visit"] = row.visit;
    json["term"] = row.label;
  } else if (row.kind == ModelRow::Kind::slope) {
    json["label"] = row.label;
  } else {
    json[row.kind == ModelRow::Kind::mean ? "arm" : "label"] = row.label;
    json["visit"] =
        row.visit.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(row.visit);
  }
  json["estimate"] = json_number(row.estimate);
  json["se"] = json_number(row.se);
  json["df"] = json_number(row.df);
  json["ci_low"] = json_number(row.low);
  json["ci_high"] = json_number(row.high);
  if (row.kind == ModelRow::Kind::mean) return json;
  json["t"] = json_number(row.statistic);
  json["p"] = json_number(row.p);
  return json;
}

std::string row_text(const ModelRow& row) {
  const std::string label = (row.visit.empty() ? "" : row.visit + "  ") + row.label;
  if (std::isnan(row.estimate)) return fmt::format("  {:<34}not estimable\n", label);
  return fmt::format("  {:<34}{:>9}  [{}, {}]  se {}, df {}{}\n", label,
                     decimal_text(row.estimate, 3), decimal_text(row.low, 3),
                     decimal_text(row.high, 3), decimal_text(row.se, 3), decimal_text(row.df, 1),
                     row.kind == ModelRow::Kind::mean ? "" : ", p " + p_text(row.p));
}

std::string rows_text(const std::vector<ModelRow>& rows, ModelRow::Kind kind,
                      const std::string& title) {
  std::string text;
  for (const ModelRow& row : rows)
    if (row.kind == kind) text += row_text(row);
  return text.empty() ? "" : fmt::format("\n{}\n{}", title, text);
}

std::string rows_csv(const std::vector<ModelRow>& rows) {
  std::string csv = "kind,visit,label,estimate,se,df,ci_low,ci_high,t,p\n";
  for (const ModelRow& row : rows) {
    csv += fmt::format("{},{},{}", kind_word(row.kind), csv_field(row.visit), csv_field(row.label));
    for (const double v : {row.estimate, row.se, row.df, row.low, row.high, row.statistic, row.p})
      csv += std::isnan(v) ? "," : fmt::format(",{:.17g}", v);
    csv += "\n";
  }
  return csv;
}

}  // namespace entact
