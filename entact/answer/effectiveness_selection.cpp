// Which rows enter: does the answer change with retracted, unverified, secondary or high-risk rows?
#include "entact/answer/effectiveness.h"
#include "entact/answer/pool_command.h"
#include "entact/answer/pooled_numbers.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

struct Choice {
  const char* words;
  void (*apply)(AnalysisPolicy&);
};

const std::vector<Choice>& choices() {
  static const std::vector<Choice> all{
      {"with retracted rows",
       [](AnalysisPolicy& policy) { policy.selection.include_retracted = true; }},
      {"with unverified rows (seen in no text)",
       [](AnalysisPolicy& policy) { policy.selection.include_recalled = true; }},
      {"without rows read only in a citing text",
       [](AnalysisPolicy& policy) { policy.selection.include_secondary = false; }},
      {"without trials at high risk of bias",
       [](AnalysisPolicy& policy) { policy.without_high_risk = true; }}};
  return all;
}

bool differs(const PooledAnswer& one, const PooledAnswer& other) {
  return one.k() != other.k() || one.estimate() != other.estimate() || one.low() != other.low() ||
         one.high() != other.high();
}

std::vector<Cell> row_of(DocumentBuilder& builder, const std::string& title,
                         const std::string& words, const PooledAnswer& answer) {
  const std::string k = pooled_number(builder, answer, "k", static_cast<double>(answer.k()),
                                      std::to_string(answer.k()), "trials, " + words);
  Cell estimate;
  estimate.prose = estimate_prose(builder, answer);
  return {cell(title), cell(words), number_cell(k), estimate,
          cell(excludes_no_effect(answer) ? "yes" : "no")};
}

}  // namespace

void add_selection(Section& section, DocumentBuilder& builder, const Findings& findings) {
  TableBlock table{.id = "selection-table",
                   .title = "The same results with other rows let in or kept out",
                   .caption =
                       "By default retracted and unverified rows stay out, rows read in a "
                       "citing text and trials at high risk of bias come in. Only results "
                       "that change are shown.",
                   .columns = {{"result", "Result"},
                               {"rows", "Rows"},
                               {"k", "Trials", Type::number},
                               {"estimate", "Estimate", Type::number},
                               {"tells", "Interval excludes no effect"}},
                   .collapsed = true};
  std::string unchanged;
  for (const Choice& choice : choices()) {
    AnalysisPolicy policy = policy_of(findings.options);
    choice.apply(policy);
    bool changed = false;
    for (const char* id : {"ptsd_caps_smd", "ptsd_caps5_md", "ptsd_response_rr",
                           "ptsd_remission_rr", "ptsd_loss_of_diagnosis_rr", "ptsd_dropout"}) {
      const PooledAnswer* standard = findings.find(id);
      if (standard == nullptr) continue;
      const auto other = pooled_answer(*findings.base, id, policy, {}, findings.options);
      if (other && !differs(*standard, *other)) continue;
      table.rows.push_back(row_of(builder, standard->input.title, "as shown", *standard));
      changed = true;
      if (other)
        table.rows.push_back(row_of(builder, standard->input.title, choice.words, *other));
      else
        table.rows.push_back({cell(standard->input.title),
                              cell(choice.words),
                              cell("none"),
                              cell("no trial is left"),
                              {}});
    }
    if (!changed) unchanged += (unchanged.empty() ? "" : "; ") + std::string(choice.words);
  }
  if (!unchanged.empty())
    section.blocks.push_back(
        ProseBlock{.prose = {strong("Rows let in or kept out. "),
                             text("No result of this section changes " + unchanged + ".")}});
  if (!table.rows.empty()) section.blocks.push_back(std::move(table));
}

}  // namespace entact
