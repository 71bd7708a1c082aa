#pragma once

// Figures as Vega-Lite specifications. Each function takes plain rows and gives JSON text for
// FigureBlock::vega; colours come from one palette that the colour-blind can tell apart; every mark
// that shows a number carries its Number id.

#include <array>
#include <limits>
#include <string>
#include <vector>

namespace entact {

/// A horizontal line with an estimate: a study, a subgroup or a summary.
struct ForestRow {
  enum class Kind { study, summary, prediction, heading };
  std::string label{};
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  double weight_percent = std::numeric_limits<double>::quiet_NaN();  ///< size of the square
  Kind kind = Kind::study;
  std::string number{};      ///< Number id of the estimate
  std::string annotation{};  ///< shown at the right; by default the estimate and its interval
};

struct ForestAxis {
  std::string title{};                ///< "Standardised mean difference (negative favours MDMA)"
  bool log_scale = false;             ///< rows are ratios, drawn on a log axis
  std::vector<double> references{0};  ///< vertical lines; the first is no effect
  int decimals = 2;
};

/// Forest plot: one row each, square by weight, diamond for summaries, dashed for prediction.
std::string forest_figure(const std::vector<ForestRow>& rows, const ForestAxis& axis);

/// One study in a funnel plot.
struct FunnelPoint {
  std::string label{};
  double estimate = 0;
  double se = 0;
  std::string number{};
};

/// Contour-enhanced funnel: estimate against standard error (reversed), regions of p around no
/// effect, the pooled estimate.
/// @param no_effect  where the contours are centred, on the scale of the estimates
std::string funnel_figure(const std::vector<FunnelPoint>& points, double pooled, double no_effect,
                          const std::string& title);

/// A bar from start to end (decimal years), or a point where both are equal.
struct TimelineRow {
  std::string label{};
  std::string start{};  ///< ISO date
  std::string end{};    ///< ISO date; empty: not known, drawn as a point at start
  std::string group{};  ///< colour: status, jurisdiction
  std::string detail{};
};
std::string timeline_figure(const std::vector<TimelineRow>& rows, const std::string& group_title);

/// Points by row and column: an evidence map.
struct BubbleRow {
  std::string row{};
  std::string column{};
  double size = 0;
  std::string colour{};  ///< category
  std::string label{};
  std::string number{};
};
std::string bubble_figure(const std::vector<BubbleRow>& rows,
                          const std::vector<std::string>& columns, const std::string& size_title,
                          const std::string& colour_title);

/// One point of a series over time with its interval.
struct CourseRow {
  std::string panel{};
  std::string series{};
  double x = 0;
  double y = 0;
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  std::string number{};
};
std::string course_figure(const std::vector<CourseRow>& rows, const std::string& x_title,
                          const std::string& y_title);

/// One time point of a simulated quantity: the middle, the spread between people at the best guess
/// of the parameters, and the spread when what nobody knows varies too.
struct BandRow {
  std::string panel{};   ///< title of the value axis: "MDMA in plasma (ng/mL)"
  std::string series{};  ///< regimen, genotype
  double x = 0;
  double median = std::numeric_limits<double>::quiet_NaN();
  double people_low = std::numeric_limits<double>::quiet_NaN();
  double people_high = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};
/// Panels one above the other on a shared axis, in order of appearance; the darker band is people,
/// the lighter one people and ignorance.
std::string band_figure(const std::vector<BandRow>& rows, const std::string& x_title);

/// A prediction over its observation.
struct RatioRow {
  std::string row{};
  double ratio = 1;
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  std::string colour{};  ///< "used for fitting", "held out"
  std::string detail{};
  std::string number{};
};
struct RatioAxis {
  std::string title{};  ///< "Predicted over observed (log axis)"
  std::string colour_title{};
};
/// Ratios with intervals on a log axis, with lines at equal, 1.25-fold and 2-fold. Intervals stop
/// at 20-fold, or at the farthest ratio.
std::string ratio_figure(const std::vector<RatioRow>& rows, const RatioAxis& axis);

/// The same over named visits in their order, arms side by side at each: `x` of a row is the place
/// of its visit, from 1.
std::string visits_figure(const std::vector<CourseRow>& rows,
                          const std::vector<std::string>& visits, const std::string& y_title);

/// The curve of one group over time, as steps, and how many are at risk.
struct SurvivalLine {
  std::string series{};
  std::vector<double> time{};  ///< each step, ascending, the first at 0
  std::vector<double> share{}, low{}, high{};
  std::vector<double> censored{};      ///< at each step: how many, marked on the curve
  std::vector<double> at_risk{};       ///< at the times asked for
  std::vector<std::string> numbers{};  ///< Number ids of at_risk
};
struct SurvivalTitles {
  std::string x{};      ///< "Days"
  std::string y{};      ///< "Without relapse"
  bool counts = false;  ///< of a mean number of events, without an upper end, in place of a share
};
/// Curves with their intervals as bands, censored times as ticks, and below them the numbers at
/// risk at some times.
std::string survival_figure(const std::vector<SurvivalLine>& lines,
                            const std::vector<double>& times, const SurvivalTitles& titles);

/// 0 and round times after it up to the last, in about seven steps.
std::vector<double> round_times(double last);

/// One observation on a value axis, by row and colour: potencies, pharmacokinetics.
struct DotRow {
  std::string row{};
  double value = 0;
  std::string colour{};
  std::string detail{};
  std::string number{};
};
struct DotAxis {
  std::string title{};
  std::string colour_title{};
  bool log_scale = false;
};
std::string dot_figure(const std::vector<DotRow>& rows, const DotAxis& axis);

/// Straight lines of a what-if: the pooled effect as a function of an assumed bias, with its
/// interval as a band.
struct StressRow {
  double x = 0;
  double estimate = 0;
  double low = 0;
  double high = 0;
};
struct StressAxis {
  std::string x_title{};
  std::string y_title{};
  struct Line {
    double y = 0;
    std::string label{};
  };
  std::vector<Line> thresholds{};
};
std::string stress_figure(const std::vector<StressRow>& rows, const StressAxis& axis);

/// One adverse event in two arms: how often in each, and the difference with its interval.
struct HarmDotRow {
  std::string label{};
  double share = 0;            ///< in the treatment arm, in [0, 1]
  double reference_share = 0;  ///< in the reference arm
  double difference = 0;
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  double p = std::numeric_limits<double>::quiet_NaN();
  double p_adjusted = std::numeric_limits<double>::quiet_NaN();
  bool flagged = false;  ///< by the rule for many tests
  std::string share_number{};
  std::string reference_number{};
  std::string difference_number{};
};
struct HarmAxis {
  std::string arm{};
  std::string reference{};
  std::string interval{};    ///< "95% interval, Miettinen-Nurminen"
  std::string flag{};        ///< what flagged means: "double FDR at 0.05"
  std::string adjustment{};  ///< of p: "Benjamini-Hochberg"
  double alpha = 0.05;       ///< where the volcano's line stands, on the raw p
};

/// Two panels with one line an event, in the order given: the percentages of both arms, and the
/// risk difference with its interval; flagged differences differ in colour and shape.
/// @source Amit, Heiberger and Lane 2008, Pharm Stat 7:20 [amit2008]
std::string harm_dot_figure(const std::vector<HarmDotRow>& rows, const HarmAxis& axis);

/// One adverse event in a volcano plot.
struct VolcanoPoint {
  std::string label{};
  std::string group{};  ///< its class, for the tooltip
  double difference = 0;
  double p = 1;
  double p_adjusted = 1;
  double participants = 0;  ///< with the event in either arm: the size of the bubble
  bool flagged = false;
  std::string number{};
};

/// Risk difference against p on a log scale: every event, its size by its frequency. Flagged ones
/// differ in colour and shape and bear their names.
/// @source Zink et al. 2013, Clin Trials 10:398 [zink2013]
std::string volcano_figure(const std::vector<VolcanoPoint>& points, const HarmAxis& axis);

/// One cell of a tipping-point analysis: the answer when imputed values are shifted by x and y.
struct TippingRow {
  double x = 0, y = 0;
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  double p = std::numeric_limits<double>::quiet_NaN();
  bool excludes_no_effect = false;
  std::string number{};
};
struct TippingTitles {
  std::string x{};  ///< "Shift of imputed values, MDMA (points)"
  std::string y{};
  int decimals = 1;  ///< of the estimate in the cell; 3 at least where all are below 1
};
/// Grid of assumptions: each cell has its estimate and the colour of its conclusion; the border
/// between the colours is the tipping contour.
std::string tipping_figure(const std::vector<TippingRow>& rows, const TippingTitles& titles);

/// One cell of a heat map: what a row gives under a column.
struct HeatRow {
  std::string row{};
  std::string column{};
  double value = std::numeric_limits<double>::quiet_NaN();
  std::string number{};
};
struct HeatTitles {
  std::string rows{}, columns{};
  std::string value{};    ///< "Power"
  int decimals = 2;       ///< of the value in the cell
  bool around_0 = false;  ///< two colours from 0 on; else one from low to high
};
/// Rows and columns in order of first appearance, the value in each cell.
std::string heat_figure(const std::vector<HeatRow>& cells, const HeatTitles& titles);

/// One bar of a tornado: what an answer does while one assumption goes from end to end.
struct TornadoRow {
  std::string label{};
  double low = 0, high = 0;               ///< the answer at the two ends
  std::string low_label{}, high_label{};  ///< the assumption there
  std::string number{};                   ///< Number id of the answer at `low`
};
/// Bars sorted by length, with a line at the answer of the starting point.
std::string tornado_figure(const std::vector<TornadoRow>& rows, double base,
                           const std::string& title);

/// A country of the world map, by ISO 3166 numeric id as the atlas names it ("036" Australia).
struct MapRow {
  std::string iso_numeric{};
  std::string name{};
  std::string access{};
  std::string detail{};
};
std::string world_map_figure(const std::vector<MapRow>& rows,
                             const std::vector<std::string>& access_order);

/// A grid of judgements (risk of bias): row, column, judgement.
struct GridRow {
  std::string row{};
  std::string column{};
  std::string judgement{};
  std::string detail{};
};
std::string judgement_grid_figure(const std::vector<GridRow>& rows,
                                  const std::vector<std::string>& columns);

}  // namespace entact
