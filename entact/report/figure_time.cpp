#include <algorithm>

#include "entact/report/figure.h"
#include "entact/report/figure_parts.h"

namespace entact {
namespace {

using figure::Json;

Json tooltip(std::initializer_list<std::pair<const char*, const char*>> fields) {
  Json json = Json::array();
  for (const auto& [field, title] : fields) json.push_back({{"field", field}, {"title", title}});
  return json;
}

}  // namespace

std::string timeline_figure(const std::vector<TimelineRow>& rows, const std::string& group_title) {
  Json values = Json::array();
  for (const TimelineRow& row : rows)
    values.push_back({{"label", row.label},
                      {"start", row.start},
                      {"end", row.end.empty() ? row.start : row.end},
                      {"group", row.group},
                      {"detail", row.detail},
                      {"open", row.end.empty()}});
  const Json colour{{"field", "group"},
                    {"type", "nominal"},
                    {"title", group_title},
                    {"scale", figure::colour_scale(figure::distinct(rows, &TimelineRow::group))},
                    {"legend", {{"orient", "top"}, {"columns", 4}}}};
  const Json x{{"field", "start"}, {"type", "temporal"}, {"title", nullptr}};
  const Json y{{"field", "label"},
               {"type", "nominal"},
               {"sort", nullptr},
               {"title", nullptr},
               {"axis", {{"labelLimit", 260}, {"ticks", false}, {"domain", false}}}};
  const Json tips = tooltip({{"label", "What"},
                             {"start", "From"},
                             {"end", "To"},
                             {"group", "Group"},
                             {"detail", "Detail"}});
  Json figure = figure::frame(values);
  figure["height"] = {{"step", 20}};
  figure["layer"] = Json::array(
      {{{"mark", {{"type", "bar"}, {"height", 9}, {"cornerRadius", 2}}},
        {"encoding",
         {{"x", x}, {"x2", {{"field", "end"}}}, {"y", y}, {"color", colour}, {"tooltip", tips}}}},
       {{"mark", {{"type", "point"}, {"filled", true}, {"size", 45}, {"opacity", 1}}},
        {"encoding", {{"x", x}, {"y", y}, {"color", colour}, {"tooltip", tips}}}}});
  return figure.dump();
}

std::string course_figure(const std::vector<CourseRow>& rows, const std::string& x_title,
                          const std::string& y_title) {
  Json values = Json::array();
  for (const CourseRow& row : rows) {
    Json datum{
        {"panel", row.panel}, {"series", row.series},           {"x", row.x},
        {"y", row.y},         {"low", figure::finite(row.low)}, {"high", figure::finite(row.high)}};
    figure::attach(datum, row.number);
    values.push_back(datum);
  }
  const Json colour{{"field", "series"},
                    {"type", "nominal"},
                    {"title", nullptr},
                    {"scale", figure::colour_scale(figure::distinct(rows, &CourseRow::series))},
                    {"legend", {{"orient", "top"}}}};
  const Json x{{"field", "x"},
               {"type", "quantitative"},
               {"title", x_title},
               {"scale", {{"zero", false}}},
               {"axis", {{"tickMinStep", 1}}}};
  const Json y{{"field", "y"}, {"type", "quantitative"}, {"title", y_title}};
  Json low = y;
  low["field"] = "low";
  const Json offset{{"field", "series"}, {"type", "nominal"}};
  const Json detail{{"field", "panel"}, {"type", "nominal"}};
  const bool one_panel = figure::distinct(rows, &CourseRow::panel).size() < 2;
  const Json dash{{"field", "panel"},
                  {"type", "nominal"},
                  {"title", nullptr},
                  {"legend", one_panel ? Json(nullptr) : Json{{"orient", "top"}}}};
  const Json tips = tooltip({{"panel", "Trial"},
                             {"series", "Arm"},
                             {"x", x_title.c_str()},
                             {"y", "Value"},
                             {"low", "Low"},
                             {"high", "High"}});
  Json figure = figure::frame(values);
  figure["height"] = 320;
  figure["layer"] = Json::array(
      {{{"mark", {{"type", "rule"}, {"opacity", 0.6}}},
        {"encoding",
         {{"x", x},
          {"y", low},
          {"y2", {{"field", "high"}}},
          {"color", colour},
          {"detail", detail}}}},
       {{"mark", {{"type", "line"}}},
        {"encoding", {{"x", x}, {"y", y}, {"color", colour}, {"strokeDash", dash}}}},
       {{"mark", {{"type", "point"}, {"filled", true}, {"size", 70}, {"opacity", 1}}},
        {"encoding",
         {{"x", x}, {"y", y}, {"color", colour}, {"shape", dash}, {"tooltip", tips}}}}});
  return figure.dump();
}

std::string visits_figure(const std::vector<CourseRow>& rows,
                          const std::vector<std::string>& visits, const std::string& y_title) {
  const std::vector<std::string> series = figure::distinct(rows, &CourseRow::series);
  Json values = Json::array(), places = Json::array();
  for (const CourseRow& row : rows) {
    const auto own = std::find(series.begin(), series.end(), row.series) - series.begin();
    const double middle = (static_cast<double>(series.size()) - 1) / 2;
    const auto visit = static_cast<std::size_t>(row.x) - 1;
    Json datum{{"panel", row.panel},
               {"series", row.series},
               {"visit", visit < visits.size() ? visits[visit] : ""},
               {"x", row.x + 0.06 * (static_cast<double>(own) - middle)},
               {"y", row.y},
               {"low", figure::finite(row.low)},
               {"high", figure::finite(row.high)}};
    figure::attach(datum, row.number);
    values.push_back(datum);
  }
  for (std::size_t i = 1; i <= visits.size(); ++i) places.push_back(i);
  const Json x{
      {"field", "x"},
      {"type", "quantitative"},
      {"title", nullptr},
      {"scale", {{"domain", {0.7, static_cast<double>(visits.size()) + 0.3}}, {"nice", false}}},
      {"axis",
       {{"values", places},
        {"grid", false},
        {"labelExpr", Json(visits).dump() + "[datum.value - 1]"}}}};
  const Json y{
      {"field", "y"}, {"type", "quantitative"}, {"title", y_title}, {"scale", {{"zero", false}}}};
  Json low = y;
  low["field"] = "low";
  const Json colour{{"field", "series"},
                    {"type", "nominal"},
                    {"title", nullptr},
                    {"scale", figure::colour_scale(series)},
                    {"legend", {{"orient", "top"}}}};
  // The same order and place as the colours, so that one legend shows both.
  const Json shape{{"field", "series"},
                   {"type", "nominal"},
                   {"title", nullptr},
                   {"scale", {{"domain", series}}},
                   {"legend", {{"orient", "top"}}}};
  const bool one_panel = figure::distinct(rows, &CourseRow::panel).size() < 2;
  const Json dash{{"field", "panel"},
                  {"type", "nominal"},
                  {"title", nullptr},
                  {"legend", one_panel ? Json(nullptr) : Json{{"orient", "top"}}}};
  const Json tips = tooltip(
      {{"series", "Arm"}, {"visit", "Visit"}, {"y", "Value"}, {"low", "Low"}, {"high", "High"}});
  Json figure = figure::frame(values);
  figure["height"] = 320;
  figure["layer"] = Json::array(
      {{{"mark", {{"type", "rule"}, {"strokeWidth", 1.5}}},
        {"encoding", {{"x", x}, {"y", low}, {"y2", {{"field", "high"}}}, {"color", colour}}}},
       {{"mark", {{"type", "line"}}},
        {"encoding", {{"x", x}, {"y", y}, {"color", colour}, {"strokeDash", dash}}}},
       {{"mark", {{"type", "point"}, {"filled", true}, {"size", 70}, {"opacity", 1}}},
        {"encoding",
         {{"x", x}, {"y", y}, {"color", colour}, {"shape", shape}, {"tooltip", tips}}}}});
  return figure.dump();
}

std::string stress_figure(const std::vector<StressRow>& rows, const StressAxis& axis) {
  Json values = Json::array();
  for (const StressRow& row : rows)
    values.push_back({{"x", row.x}, {"y", row.estimate}, {"low", row.low}, {"high", row.high}});
  Json lines = Json::array();
  for (const auto& line : axis.thresholds) lines.push_back({{"at", line.y}, {"label", line.label}});
  const Json x{{"field", "x"}, {"type", "quantitative"}, {"title", axis.x_title}};
  const Json y{{"field", "y"}, {"type", "quantitative"}, {"title", axis.y_title}};
  Json low = y;
  low["field"] = "low";
  Json figure = figure::frame(values);
  figure["height"] = 300;
  figure["layer"] = Json::array(
      {{{"mark", {{"type", "area"}, {"opacity", 0.2}, {"color", figure::palette()[0]}}},
        {"encoding", {{"x", x}, {"y", low}, {"y2", {{"field", "high"}}}}}},
       {{"mark", {{"type", "line"}, {"color", figure::palette()[0]}}},
        {"encoding",
         {{"x", x},
          {"y", y},
          {"tooltip",
           tooltip({{"x", "Bias"}, {"y", "Effect"}, {"low", "Low"}, {"high", "High"}})}}}},
       {{"data", {{"values", lines}}},
        {"mark", {{"type", "rule"}, {"strokeDash", {5, 4}}, {"color", figure::palette()[5]}}},
        {"encoding", {{"y", {{"field", "at"}, {"type", "quantitative"}}}}}},
       {{"data", {{"values", lines}}},
        {"mark", {{"type", "text"}, {"align", "left"}, {"dx", 6}, {"dy", -7}, {"x", 0}}},
        {"encoding",
         {{"y", {{"field", "at"}, {"type", "quantitative"}}}, {"text", {{"field", "label"}}}}}}});
  return figure.dump();
}

}  // namespace entact
