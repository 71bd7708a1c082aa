// Figures of adverse events in two arms: the dot plot in two panels and the volcano plot.
#include <algorithm>

#include "entact/report/figure.h"
#include "entact/report/figure_parts.h"

namespace entact {
namespace {

using figure::Json;

constexpr const char* unflagged = "not flagged";

Json rows_in_order(const std::vector<HarmDotRow>& rows, bool labels) {
  Json domain = Json::array();
  for (const HarmDotRow& row : rows) domain.push_back(row.label);
  Json axis{
      {"ticks", false}, {"domain", false}, {"grid", true}, {"labelLimit", 300}, {"labels", labels}};
  return {{"field", "label"},
          {"type", "nominal"},
          {"sort", nullptr},
          {"title", nullptr},
          {"scale", {{"domain", domain}}},
          {"axis", axis}};
}

/// Colour and shape by one field, so that neither has to be told apart alone.
void encode(Json& encoding, const char* field, const Json& title, const Json& domain,
            const Json& colours, const Json& shapes) {
  const Json legend{{"orient", "top"}, {"labelLimit", 260}, {"direction", "vertical"}};
  encoding["color"] = {{"field", field},
                       {"type", "nominal"},
                       {"title", title},
                       {"scale", {{"domain", domain}, {"range", colours}}},
                       {"legend", legend}};
  encoding["shape"] = {{"field", field},
                       {"type", "nominal"},
                       {"title", title},
                       {"scale", {{"domain", domain}, {"range", shapes}}},
                       {"legend", legend}};
}

Json flag_domain(const HarmAxis& axis) { return Json::array({axis.flag, unflagged}); }
Json flag_colours() { return Json::array({figure::palette()[5], figure::palette()[6]}); }
Json flag_shapes() { return Json::array({"diamond", "circle"}); }

Json share_values(const std::vector<HarmDotRow>& rows, const HarmAxis& axis) {
  Json values = Json::array();
  const auto add = [&](const HarmDotRow& row, const std::string& arm, double share,
                       const std::string& number) {
    Json datum{{"label", row.label}, {"arm", arm}, {"percent", 100 * share}};
    figure::attach(datum, number);
    values.push_back(datum);
  };
  for (const HarmDotRow& row : rows) {
    add(row, axis.arm, row.share, row.share_number);
    add(row, axis.reference, row.reference_share, row.reference_number);
  }
  return values;
}

Json difference_values(const std::vector<HarmDotRow>& rows, const HarmAxis& axis) {
  Json values = Json::array();
  for (const HarmDotRow& row : rows) {
    Json datum{{"label", row.label},
               {"difference", 100 * row.difference},
               {"low", figure::finite(100 * row.low)},
               {"high", figure::finite(100 * row.high)},
               {"p", figure::finite(row.p)},
               {"p_adjusted", figure::finite(row.p_adjusted)},
               {"flag", row.flagged ? axis.flag : unflagged}};
    figure::attach(datum, row.difference_number);
    values.push_back(datum);
  }
  return values;
}

Json no_difference() {
  return {{"data", {{"values", Json::array({{{"at", 0}}})}}},
          {"mark", {{"type", "rule"}, {"opacity", 0.55}}},
          {"encoding", {{"x", {{"field", "at"}, {"type", "quantitative"}}}}}};
}

Json share_panel(const std::vector<HarmDotRow>& rows, const HarmAxis& axis) {
  Json encoding{
      {"y", rows_in_order(rows, true)},
      {"x",
       {{"field", "percent"},
        {"type", "quantitative"},
        {"title", "Participants with the event, %"},
        {"scale", {{"zero", true}}}}},
      {"tooltip", Json::array({{{"field", "label"}, {"title", "Event"}},
                               {{"field", "arm"}, {"title", "Arm"}},
                               {{"field", "percent"}, {"title", "%"}, {"format", ".1f"}}})}};
  encode(encoding, "arm", nullptr, Json::array({axis.arm, axis.reference}),
         Json::array({figure::palette()[0], figure::palette()[1]}),
         Json::array({"triangle-up", "circle"}));
  return {{"width", 310},
          {"height", {{"step", 20}}},
          {"data", {{"values", share_values(rows, axis)}}},
          {"layer",
           Json::array(
               {{{"mark", {{"type", "point"}, {"filled", true}, {"size", 70}, {"opacity", 0.9}}},
                 {"encoding", encoding}}})}};
}

Json difference_panel(const std::vector<HarmDotRow>& rows, const HarmAxis& axis) {
  const Json y = rows_in_order(rows, false);
  const Json tips = Json::array(
      {{{"field", "label"}, {"title", "Event"}},
       {{"field", "difference"}, {"title", "Difference, per 100"}, {"format", ".1f"}},
       {{"field", "low"}, {"title", "Low"}, {"format", ".1f"}},
       {{"field", "high"}, {"title", "High"}, {"format", ".1f"}},
       {{"field", "p"}, {"title", "p"}, {"format", ".2g"}},
       {{"field", "p_adjusted"}, {"title", "p, " + axis.adjustment}, {"format", ".2g"}}});
  const Json x{{"field", "low"},
               {"type", "quantitative"},
               {"title", "Risk difference, per 100 (" + axis.interval + ")"}};
  Json rule{{"y", y}, {"x", x}, {"x2", {{"field", "high"}}}, {"tooltip", tips}};
  Json point{
      {"y", y}, {"x", {{"field", "difference"}, {"type", "quantitative"}}}, {"tooltip", tips}};
  encode(point, "flag", nullptr, flag_domain(axis), flag_colours(), flag_shapes());
  rule["color"] = point["color"];
  return {
      {"width", 310},
      {"height", {{"step", 20}}},
      {"data", {{"values", difference_values(rows, axis)}}},
      {"layer",
       Json::array({no_difference(),
                    {{"mark", {{"type", "rule"}, {"strokeWidth", 1.5}}}, {"encoding", rule}},
                    {{"mark", {{"type", "point"}, {"filled", true}, {"size", 70}, {"opacity", 1}}},
                     {"encoding", point}}})}};
}

Json volcano_values(const std::vector<VolcanoPoint>& points, const HarmAxis& axis, double least) {
  Json values = Json::array();
  for (const VolcanoPoint& point : points) {
    Json datum{{"label", point.label},
               {"group", point.group},
               {"percent", 100 * point.difference},
               {"p", point.p},
               {"p_drawn", std::max(point.p, least)},
               {"p_adjusted", point.p_adjusted},
               {"participants", point.participants},
               {"flag", point.flagged ? axis.flag : unflagged}};
    figure::attach(datum, point.number);
    values.push_back(datum);
  }
  return values;
}

/// 1, 0.1, 0.01 ... down to the smallest p: a log axis draws more lines than help.
Json powers_of_ten(const std::vector<VolcanoPoint>& points, double least) {
  double smallest = 0.1;
  for (const VolcanoPoint& point : points) smallest = std::min(smallest, std::max(point.p, least));
  Json values = Json::array();
  for (int power = 0; std::pow(10, 1 - power) > smallest; ++power)
    values.push_back(std::pow(10, -power));
  return values;
}

Json alpha_line(double alpha) {
  return {{"data", {{"values", Json::array({{{"at", alpha}}})}}},
          {"mark", {{"type", "rule"}, {"strokeDash", {4, 4}}, {"opacity", 0.55}}},
          {"encoding", {{"y", {{"field", "at"}, {"type", "quantitative"}}}}}};
}

}  // namespace

std::string harm_dot_figure(const std::vector<HarmDotRow>& rows, const HarmAxis& axis) {
  Json figure{{"$schema", "https://vega.github.io/schema/vega-lite/v6.json"},
              {"spacing", 14},
              {"resolve", {{"scale", {{"color", "independent"}, {"shape", "independent"}}}}}};
  figure["hconcat"] = Json::array({share_panel(rows, axis), difference_panel(rows, axis)});
  return figure.dump();
}

std::string volcano_figure(const std::vector<VolcanoPoint>& points, const HarmAxis& axis) {
  constexpr double least = 1e-12;  // smaller p are drawn there
  const Json x{{"field", "percent"},
               {"type", "quantitative"},
               {"title", "Risk difference, per 100 (" + axis.arm + " less " + axis.reference + ")"},
               {"scale", {{"nice", true}}}};
  const Json y{{"field", "p_drawn"},
               {"type", "quantitative"},
               {"title", "p, not adjusted (log scale, small above)"},
               {"scale", {{"type", "log"}, {"reverse", true}}},
               {"axis", {{"format", "~g"}, {"values", powers_of_ten(points, least)}}}};
  Json encoding{
      {"x", x},
      {"y", y},
      {"size",
       {{"field", "participants"},
        {"type", "quantitative"},
        {"title", "Participants with it"},
        {"scale", {{"range", {30, 700}}}},
        {"legend", {{"orient", "bottom"}}}}},
      {"tooltip",
       Json::array(
           {{{"field", "label"}, {"title", "Event"}},
            {{"field", "group"}, {"title", "Class"}},
            {{"field", "percent"}, {"title", "Difference, per 100"}, {"format", ".1f"}},
            {{"field", "p"}, {"title", "p"}, {"format", ".2g"}},
            {{"field", "p_adjusted"}, {"title", "p, " + axis.adjustment}, {"format", ".2g"}},
            {{"field", "participants"}, {"title", "Participants"}}})}};
  encode(encoding, "flag", nullptr, flag_domain(axis), flag_colours(), flag_shapes());
  Json figure = figure::frame(volcano_values(points, axis, least));
  figure["height"] = 380;
  figure["layer"] =
      Json::array({no_difference(),
                   alpha_line(axis.alpha),
                   {{"mark", {{"type", "point"}, {"filled", true}, {"opacity", 0.75}}},
                    {"encoding", encoding}}});
  if (std::any_of(points.begin(), points.end(), [](const auto& each) { return each.flagged; }))
    figure["layer"].push_back(
        {{"transform", Json::array({{{"filter", {{"field", "flag"}, {"equal", axis.flag}}}}})},
         {"mark",
          {{"type", "text"},
           {"align", {{"expr", "datum.percent > 0 ? 'right' : 'left'"}}},
           {"dx", {{"expr", "datum.percent > 0 ? -12 : 12"}}},
           {"limit", 220}}},
         {"encoding", {{"x", x}, {"y", y}, {"text", {{"field", "label"}}}}}});
  return figure.dump();
}

}  // namespace entact
