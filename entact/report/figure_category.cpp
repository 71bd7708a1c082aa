#include <algorithm>

#include "entact/report/figure.h"
#include "entact/report/figure_parts.h"

namespace entact {
namespace {

using figure::Json;

Json row_axis() {
  return {{"labelLimit", 280}, {"ticks", false}, {"domain", false}, {"grid", true}};
}

Json nominal(const char* field, const Json& title = nullptr) {
  return {{"field", field}, {"type", "nominal"}, {"sort", nullptr}, {"title", title}};
}

Json judgement_colours() {
  return {{"domain", {"low", "some concerns", "unclear", "high", "critical"}},
          {"range", {"#009E73", "#E69F00", "#7A7A7A", "#D55E00", "#7A1F00"}}};
}

}  // namespace

std::string bubble_figure(const std::vector<BubbleRow>& rows,
                          const std::vector<std::string>& columns, const std::string& size_title,
                          const std::string& colour_title) {
  Json values = Json::array();
  for (const BubbleRow& row : rows) {
    Json datum{{"row", row.row},
               {"column", row.column},
               {"size", row.size},
               {"colour", row.colour},
               {"label", row.label}};
    figure::attach(datum, row.number);
    values.push_back(datum);
  }
  Json y = nominal("row");
  y["axis"] = row_axis();
  Json x = nominal("column");
  x["scale"] = {{"domain", columns}};
  x["axis"] = {{"orient", "top"},
               {"labelAngle", 0},
               {"labelLimit", 130},
               {"ticks", false},
               {"domain", false}};
  Json figure = figure::frame(values);
  figure["height"] = {{"step", 52}};
  figure["mark"] = {
      {"type", "circle"}, {"opacity", 0.85}, {"stroke", "#444444"}, {"strokeWidth", 0.5}};
  figure["encoding"] = {
      {"x", x},
      {"y", y},
      {"size",
       {{"field", "size"},
        {"type", "quantitative"},
        {"title", size_title},
        {"scale", {{"range", {60, 1600}}}},
        {"legend", {{"orient", "bottom"}}}}},
      {"color",
       {{"field", "colour"},
        {"type", "nominal"},
        {"title", colour_title},
        {"scale", figure::colour_scale(figure::distinct(rows, &BubbleRow::colour))},
        {"legend", {{"orient", "top"}, {"columns", 2}, {"labelLimit", 320}}}}},
      {"tooltip", Json::array({{{"field", "row"}, {"title", "Condition"}},
                               {{"field", "column"}, {"title", "Design"}},
                               {{"field", "label"}, {"title", "Studies"}},
                               {{"field", "size"}, {"title", size_title}},
                               {{"field", "colour"}, {"title", colour_title}}})}};
  return figure.dump();
}

std::string dot_figure(const std::vector<DotRow>& rows, const DotAxis& axis) {
  Json values = Json::array();
  for (const DotRow& row : rows) {
    Json datum{{"row", row.row},
               {"value", figure::finite(row.value)},
               {"colour", row.colour},
               {"detail", row.detail}};
    figure::attach(datum, row.number);
    values.push_back(datum);
  }
  Json y = nominal("row");
  y["axis"] = row_axis();
  Json scale{{"zero", false}};
  if (axis.log_scale) scale["type"] = "log";
  const auto categories = figure::distinct(rows, &DotRow::colour);
  const Json legend{{"orient", "top"}, {"columns", 3}, {"labelLimit", 260}};
  Json figure = figure::frame(values);
  figure["height"] = {{"step", 26}};
  figure["mark"] = {{"type", "point"}, {"filled", true}, {"size", 85}, {"opacity", 0.85}};
  figure["encoding"] = {
      {"x",
       {{"field", "value"}, {"type", "quantitative"}, {"title", axis.title}, {"scale", scale}}},
      {"y", y},
      {"color",
       {{"field", "colour"},
        {"type", "nominal"},
        {"title", axis.colour_title},
        {"scale", figure::colour_scale(categories)},
        {"legend", legend}}},
      {"shape",
       {{"field", "colour"},
        {"type", "nominal"},
        {"title", axis.colour_title},
        {"scale", {{"domain", categories}}},
        {"legend", legend}}},
      {"tooltip", Json::array({{{"field", "row"}, {"title", "Row"}},
                               {{"field", "value"}, {"title", axis.title}},
                               {{"field", "colour"}, {"title", axis.colour_title}},
                               {{"field", "detail"}, {"title", "Detail"}}})}};
  return figure.dump();
}

std::string judgement_grid_figure(const std::vector<GridRow>& rows,
                                  const std::vector<std::string>& columns) {
  Json values = Json::array();
  for (const GridRow& row : rows)
    values.push_back({{"row", row.row},
                      {"column", row.column},
                      {"judgement", row.judgement},
                      {"detail", row.detail}});
  Json y = nominal("row");
  y["axis"] = row_axis();
  Json x = nominal("column");
  x["scale"] = {{"domain", columns}};
  x["axis"] = {{"orient", "top"},
               {"labelAngle", 0},
               {"labelLimit", 120},
               {"ticks", false},
               {"domain", false}};
  const Json tips = Json::array({{{"field", "row"}, {"title", "Study and rater"}},
                                 {{"field", "column"}, {"title", "Domain"}},
                                 {{"field", "judgement"}, {"title", "Judgement"}},
                                 {{"field", "detail"}, {"title", "Detail"}}});
  const Json colour{{"field", "judgement"},
                    {"type", "nominal"},
                    {"title", "Judgement"},
                    {"scale", judgement_colours()},
                    {"legend", {{"orient", "top"}}}};
  Json figure = figure::frame(values);
  figure["height"] = {{"step", 24}};
  figure["layer"] = Json::array(
      {{{"mark", {{"type", "circle"}, {"size", 260}, {"opacity", 1}}},
        {"encoding", {{"x", x}, {"y", y}, {"color", colour}, {"tooltip", tips}}}},
       {{"transform", Json::array({{{"calculate",
                                     "{low: '+', 'some concerns': '\\u2013', unclear: '?', high: "
                                     "'\\u00d7', critical: '!'}[datum.judgement]"},
                                    {"as", "sign"}}})},
        {"mark", {{"type", "text"}, {"fontWeight", "bold"}, {"color", "white"}, {"fontSize", 13}}},
        {"encoding", {{"x", x}, {"y", y}, {"text", {{"field", "sign"}}}, {"tooltip", tips}}}}});
  return figure.dump();
}

std::string world_map_figure(const std::vector<MapRow>& rows,
                             const std::vector<std::string>& access_order) {
  Json values = Json::array();
  for (const MapRow& row : rows)
    values.push_back({{"id", row.iso_numeric},
                      {"name", row.name},
                      {"access", row.access},
                      {"detail", row.detail}});
  const Json land{{"url", "entact:world-110m"},
                  {"format", {{"type", "topojson"}, {"feature", "countries"}}}};
  const Json projection{{"type", "naturalEarth1"}};
  Json figure{{"$schema", "https://vega.github.io/schema/vega-lite/v6.json"},
              {"width", "container"},
              {"height", 360},
              {"projection", projection}};
  figure["layer"] = Json::array(
      {{{"data", land},
        {"mark",
         {{"type", "geoshape"}, {"fill", "#b9bec6"}, {"stroke", "white"}, {"strokeWidth", 0.4}}}},
       {{"data", land},
        {"transform", Json::array({{{"lookup", "id"},
                                    {"from",
                                     {{"data", {{"values", values}}},
                                      {"key", "id"},
                                      {"fields", {"name", "access", "detail"}}}}},
                                   {{"filter", "datum.access != null"}}})},
        {"mark", {{"type", "geoshape"}, {"stroke", "white"}, {"strokeWidth", 0.4}}},
        {"encoding",
         {{"color",
           {{"field", "access"},
            {"type", "nominal"},
            {"title", "Access today"},
            {"scale", figure::colour_scale(access_order)},
            {"legend", {{"orient", "bottom"}, {"columns", 2}, {"labelLimit", 320}}}}},
          {"tooltip", Json::array({{{"field", "name"}, {"title", "Jurisdiction"}},
                                   {{"field", "access"}, {"title", "Access"}},
                                   {{"field", "detail"}, {"title", "Pathway"}}})}}}}});
  return figure.dump();
}

}  // namespace entact
