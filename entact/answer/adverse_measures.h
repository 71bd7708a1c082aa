#pragma once

#include <string>
#include <vector>

#include "entact/answer/adverse_analysis.h"
#include "entact/answer/document_builder.h"

namespace entact {

/// A table of the measures beside the events: words, then numbers, a row each.
struct MeasureTable {
  enum class Unit { plain, count, share, p };
  struct Field {
    std::string key{};    ///< in the JSON result
    std::string title{};  ///< for people
    Unit unit = Unit::plain;
  };
  struct Row {
    std::vector<std::string> words{};
    std::vector<double> numbers{};  ///< NaN: none
  };
  std::string id{};
  std::string title{};
  std::string caption{};
  std::vector<Field> words{};
  std::vector<Field> numbers{};
  std::vector<Row> rows{};
};

/// What the measures say, and what they left out.
struct AdverseMeasures {
  std::vector<MeasureTable> tables{};
  std::vector<std::string> notes{};
  std::vector<InputFile> inputs{};
};

/// Vital signs by session (--vitals), shifts of categories (--shift) and scores over time
/// (--course), each by arm with the difference against the reference. All three files have one row
/// a value, as ADaM's BDS: USUBJID, PARAMCD, AVISIT, AVAL.
///
///   vitals  ATPTN (hours from the dose; 0 or less is before it), and ABLFL or BASE instead
///   shift   categories from AVALC or ANRIND (with AVAL for their order), before from ABLFL or
///           BASEC, BNRIND
///
/// @throws Error "answer.study.column"; "answer.adverse.participant"; "answer.adverse.category"
///         (usage) if the order of the categories cannot be told; "answer.adverse.outlier" (usage)
///         if a limit is not PARAMCD>=NUMBER or PARAMCD<=NUMBER; "answer.adverse.param" (usage) if
///         no row has a PARAMCD asked for; "answer.adverse.before" if a participant has two values
///         before treatment
AdverseMeasures adverse_measures(const AdverseRequest& request, const SafetyPopulation& people,
                                 int reference);

// Their forms. JSON: `[{id, title, rows: [{<words>, values: {<numbers>}}]}]`; the page's numbers
// point into /result/measures.
std::string measures_json(const AdverseMeasures& all);
std::string measures_text(const AdverseMeasures& all);
Section measures_section(DocumentBuilder& builder, const AdverseMeasures& all);

/// A value above or below which a vital sign stands out.
struct OutlierLimit {
  std::string param{};
  bool high = true;
  double limit = 0;
  [[nodiscard]] bool holds(double value) const { return high ? value >= limit : value <= limit; }
};
/// "SYSBP>=160", "SPO2<=92".
OutlierLimit outlier_limit(const std::string& text);

}  // namespace entact
