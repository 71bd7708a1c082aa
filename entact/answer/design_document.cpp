// The page of `entact design`. Every number points into the JSON result of the same command.
#include "entact/answer/design_document.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/document_builder.h"
#include "entact/answer/json_number.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;
using Type = TableColumn::Type;

class Page {
 public:
  Page(const DesignRequest& request, const DesignResult& result, const Json& json)
      : request_(request), result_(result), json_(json) {}

  Document make() {
    builder_.document.title = "Design of a trial";
    builder_.document.subtitle = "Sizes and bounds by closed forms and integration";
    builder_.document.notice = "For research and review; it gives no medical advice.";
    builder_.document.sections.push_back(sizes());
    if (result_.looks) builder_.document.sections.push_back(bounds());
    builder_.document.sections.push_back(expectations());
    return std::move(builder_).finish();
  }

 private:
  // The number at a pointer into the result.
  std::string number(const std::string& pointer, int decimals, const std::string& label) {
    const double value = json_.at(Json::json_pointer(pointer)).get<double>();
    return builder_.number(value, decimal_text(value, decimals), label,
                           {.pointer = "/result" + pointer, .model = "normal theory"});
  }

  Cell number_or_none(const std::string& pointer, int decimals, const std::string& label) {
    return json_.at(Json::json_pointer(pointer)).is_number()
               ? number_cell(number(pointer, decimals, label))
               : cell("none");
  }

  Section sizes() {
    Section section{.id = "sizes", .title = "Participants"};
    Prose prose{number_span(number("/n", 1, "participants analysed, at most")),
                text(" participants analysed"),
                text(result_.looks ? " if no look stops the trial, " : ", "),
                number_span(number("/arm1", 0, "to enrol in arm 1")),
                text(" and "),
                number_span(number("/arm2", 0, "to enrol in arm 2")),
                text(" to enrol, give a power of "),
                number_span(number("/power", 3, "power")),
                text(fmt::format(" at {}-sided alpha {:g} for an effect of ",
                                 request_.sides == 2 ? "two" : "one", request_.alpha)),
                number_span(number("/effect", 3, "assumed effect")),
                text(".")};
    if (result_.looks)
      for (const Span& span :
           Prose{text(" With the looks it takes "),
                 number_span(number("/expected_n", 1, "mean participants with the effect")),
                 text(" on average, and "),
                 number_span(number("/expected_n_without_effect", 1,
                                    "mean participants without an effect")),
                 text(" without an effect; one look takes "),
                 number_span(number("/fixed_n", 1, "participants with one look")), text(".")})
        prose.push_back(span);
    section.opening.push_back(std::move(prose));
    return section;
  }

  TableBlock looks_table() {
    TableBlock table{.id = "looks",
                     .title = "Looks",
                     .caption =
                         "Alpha and beta are spent by then. Rejects, gives up: at this look, "
                         "with the assumed effect.",
                     .columns = {{"share", "Information", Type::number},
                                 {"n", "Participants", Type::number},
                                 {"efficacy_z", "Reject at z", Type::number},
                                 {"efficacy_effect", "that is an effect of", Type::number},
                                 {"futility_z", "Give up at z", Type::number},
                                 {"futility_effect", "that is", Type::number},
                                 {"alpha_spent", "Alpha", Type::number},
                                 {"beta_spent", "Beta", Type::number},
                                 {"rejects", "Rejects", Type::number},
                                 {"gives_up", "Gives up", Type::number}}};
    const int decimals[] = {3, 1, 3, 3, 3, 3, 5, 4, 3, 3};
    for (std::size_t k = 0; k < result_.looks->rates.size(); ++k) {
      std::vector<Cell> row;
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        row.push_back(number_or_none(fmt::format("/looks/{}/{}", k, table.columns[c].key),
                                     decimals[c],
                                     fmt::format("look {}: {}", k + 1, table.columns[c].title)));
      table.rows.push_back(std::move(row));
    }
    return table;
  }

  // One line of a bound over the looks; `sign` mirrors it to the other side.
  void add_line(std::vector<CourseRow>& rows, const std::string& series, const char* key,
                double sign) {
    for (std::size_t k = 0; k < result_.looks->rates.size(); ++k) {
      const std::string pointer = fmt::format("/looks/{}/{}", k, key);
      const Json& bound = json_.at(Json::json_pointer(pointer));
      if (!bound.is_number()) continue;
      rows.push_back({.series = series,
                      .x = json_["looks"][k]["n"].get<double>(),
                      .y = sign * bound.get<double>(),
                      .number = number(pointer, 3, fmt::format("look {}: {}", k + 1, series))});
    }
  }

  FigureBlock boundary_figure(bool effect) {
    std::vector<CourseRow> rows;
    const char* const efficacy = effect ? "efficacy_effect" : "efficacy_z";
    const char* const futility = effect ? "futility_effect" : "futility_z";
    const bool two = request_.sides == 2;
    add_line(rows, "reject", efficacy, 1);
    if (two) add_line(rows, "reject for the other side", efficacy, -1);
    add_line(rows, "give up", futility, 1);
    if (two) add_line(rows, "give up, other side", futility, -1);
    return {.id = effect ? "effect_bounds" : "z_bounds",
            .title = effect ? "Bounds on the scale of the effect" : "Bounds on the scale of z",
            .caption = effect ? "The estimate that stands at each bound; what a look would have to "
                                "find."
                              : "The test statistic at each look.",
            .alt = "Bounds by participants; the numbers are in the table",
            .vega = course_figure(rows, "Participants analysed", effect ? "Estimated effect" : "z"),
            .table = "looks"};
  }

  Section bounds() {
    Section section{.id = "bounds", .title = "Interim looks"};
    section.blocks.emplace_back(boundary_figure(false));
    section.blocks.emplace_back(boundary_figure(true));
    section.blocks.emplace_back(looks_table());
    return section;
  }

  TableBlock curve_table() {
    const bool looks = result_.looks.has_value();
    TableBlock table{
        .id = "curve",
        .title = looks ? "By the true effect" : "By the number of participants",
        .columns = {{looks ? "effect" : "n", looks ? "True effect" : "Participants", Type::number},
                    {"power", "Power", Type::number}}};
    if (looks) table.columns.push_back({"expected_n", "Mean participants", Type::number});
    const int decimals[] = {looks ? 3 : 0, 3, 1};
    for (std::size_t i = 0; i < json_["curve"].size(); ++i) {
      table.rows.emplace_back();
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        table.rows.back().push_back(
            number_cell(number(fmt::format("/curve/{}/{}", i, table.columns[c].key), decimals[c],
                               table.columns[c].title)));
    }
    return table;
  }

  FigureBlock curve_figure(const TableBlock& table, std::size_t column, const char* id,
                           const std::string& caption) {
    std::vector<CourseRow> rows;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const Json& at = json_["curve"][i];
      const std::string& key = table.columns[column].key;
      const double x = at[table.columns[0].key].get<double>();
      rows.push_back({.series = column == 2 ? "with the looks" : "power",
                      .x = x,
                      .y = at[key].get<double>(),
                      .number = number(fmt::format("/curve/{}/{}", i, key), column == 2 ? 1 : 3,
                                       table.columns[column].title)});
      if (column == 2) rows.push_back({.series = "one look", .x = x, .y = result_.fixed_n});
    }
    return {.id = id,
            .title = table.columns[column].title,
            .caption = caption,
            .alt = table.columns[column].title + "; the numbers are in the table",
            .vega = course_figure(rows, table.columns[0].title, table.columns[column].title),
            .table = "curve"};
  }

  Section expectations() {
    Section section{.id = "expectations", .title = "What to expect"};
    TableBlock table = curve_table();
    section.blocks.emplace_back(curve_figure(
        table, 1, "power_curve",
        result_.looks ? "If the effect is another than assumed." : "At the assumed effect."));
    if (result_.looks)
      section.blocks.emplace_back(
          curve_figure(table, 2, "participants_curve",
                       "On average until the trial stops, beside a trial with one look and the "
                       "same power at the assumed effect."));
    section.blocks.emplace_back(std::move(table));
    return section;
  }

  const DesignRequest& request_;
  const DesignResult& result_;
  const Json& json_;
  DocumentBuilder builder_{};
};

}  // namespace

double effect_of(const DesignRequest& request) {
  return request.measure == "proportions" ? *request.p1 - *request.p2 : *request.difference;
}

double effect_at(const DesignRequest& request, const DesignResult& result, std::size_t k,
                 double z) {
  return z * effect_of(request) / (result.looks->drift * std::sqrt(result.looks->rates[k]));
}

Json design_curve(const DesignRequest& request, const DesignResult& result) {
  Json curve = Json::array();
  for (int step = 0; step <= 12; ++step) {
    const double part = step / 8.0;
    if (result.looks) {
      const SequentialBehaviour found = behaviour(*result.looks, part * result.looks->drift);
      curve.push_back({{"effect", part * effect_of(request)},
                       {"power", json_number(found.power)},
                       {"expected_n", json_number(found.expected_information * result.n)}});
      continue;
    }
    const double n = std::round(result.n * (0.25 + part));
    if (n < 4) continue;
    curve.push_back({{"n", n}, {"power", json_number(power_with(request, n))}});
  }
  return curve;
}

Document design_document(const DesignRequest& request, const DesignResult& result,
                         const Json& json) {
  return Page(request, result, json).make();
}

}  // namespace entact
