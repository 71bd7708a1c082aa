#include "entact/answer/harms.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace entact {
namespace {

bool counts_persons(const Row& row) {
  return row.has("participants") && row.has("n") && row.number("n") > 0;
}

/// Events of one trial that are the same event in another arm.
auto event_key(const Row& row) {
  return std::tuple(row.text("term"), row.text("class"), row.text("window"), row.text("severity"));
}

/// What the sorting has to look up: role of an arm, comparator of a study of MDMA.
struct Design {
  std::map<std::string, std::string> comparator{};                    ///< by study_id
  std::map<std::pair<std::string, std::string>, std::string> role{};  ///< by study_id, arm_id
};

Design design_of(const EvidenceBase& base) {
  Design design;
  for (const Row& row : base.table("studies").where("compound", "MDMA"))
    design.comparator[row.text("study_id")] = row.text("comparator_class");
  for (const Row& row : base.table("arms").rows())
    design.role[{row.text("study_id"), row.text("arm_id")}] = row.text("role");
  return design;
}

std::string role_of(const Design& design, const Row& row) {
  const auto found = design.role.find({row.text("study_id"), row.text("arm_id")});
  return found == design.role.end() ? std::string() : found->second;
}

/// The admitted count of the same event in a control arm of the same trial, or null.
const Row* control_of(const std::vector<Row>& admitted, const Row& treatment,
                      const Design& design) {
  for (const Row& row : admitted)
    if (row.text("study_id") == treatment.text("study_id") &&
        is_control_role(role_of(design, row)) && event_key(row) == event_key(treatment) &&
        counts_persons(row))
      return &row;
  return nullptr;
}

void add_pair(std::vector<Harm>& harms, const HarmPair& pair, const std::string& comparator) {
  for (Harm& harm : harms)
    if (harm.comparator_class == comparator &&
        event_key(harm.trials.front().treatment) == event_key(pair.treatment) &&
        std::none_of(harm.trials.begin(), harm.trials.end(), [&](const HarmPair& other) {
          return other.treatment.text("study_id") == pair.treatment.text("study_id");
        })) {
      harm.trials.push_back(pair);
      return;
    }
  const Row& row = pair.treatment;
  harms.push_back({.term = row.text("term"),
                   .term_group = row.text("term_group"),
                   .event_class = row.text("class"),
                   .window = row.text("window"),
                   .severity = row.text("severity"),
                   .comparator_class = comparator,
                   .trials = {pair}});
}

void sort_by_excess(std::vector<Harm>& harms) {
  std::map<std::string, double> excess;
  for (const Harm& harm : harms)
    excess[harm.facts().front()] = effect_of(harm_request(harm, "RD")).value;
  std::stable_sort(harms.begin(), harms.end(), [&](const Harm& a, const Harm& b) {
    return excess.at(a.facts().front()) > excess.at(b.facts().front());
  });
}

/// Some persons had the event and some had not: what Mantel-Haenszel needs.
bool informative(const EffectRequest& request) {
  double events = 0, persons = 0;
  for (std::size_t i = 0; i < request.ai.size(); ++i) {
    events += request.ai[i] + request.ci[i];
    persons += request.n1i[i] + request.n2i[i];
  }
  return events > 0 && events < persons;
}

void add_up(std::vector<double>& list) { list = {std::accumulate(list.begin(), list.end(), 0.0)}; }

}  // namespace

std::string arm_role(const EvidenceBase& base, const Row& row) {
  for (const Row& arm : base.table("arms").where("study_id", row.text("study_id")))
    if (arm.text("arm_id") == row.text("arm_id")) return arm.text("role");
  return {};
}

bool is_control_role(std::string_view role) {
  return role == "placebo" || role == "low_dose" || role == "control" || role == "active_control";
}

std::vector<std::string> Harm::facts() const {
  std::vector<std::string> ids;
  for (const HarmPair& pair : trials) {
    ids.push_back(pair.treatment.id());
    ids.push_back(pair.control.id());
  }
  return ids;
}

std::vector<std::string> Harm::studies() const {
  std::vector<std::string> ids;
  for (const HarmPair& pair : trials) ids.push_back(pair.treatment.text("study_id"));
  return ids;
}

Harms collect_harms(const EvidenceBase& base, const Selection& selection) {
  const Design design = design_of(base);
  Harms harms;
  std::vector<Row> admitted;
  for (const Row& row : base.table("adverse_events").rows()) {
    if (!design.comparator.contains(row.text("study_id"))) continue;
    std::string reason = reason_to_exclude(base, row, selection);
    if (reason.empty())
      admitted.push_back(row);
    else
      harms.left_out.push_back({row, std::move(reason)});
  }
  std::vector<std::string> paired;
  for (const Row& row : admitted) {
    if (role_of(design, row) != "treatment" || !counts_persons(row)) continue;
    const Row* control = control_of(admitted, row, design);
    if (control == nullptr) continue;
    add_pair(harms.compared, {row, *control}, design.comparator.at(row.text("study_id")));
    paired.push_back(row.id());
    paired.push_back(control->id());
  }
  for (const Row& row : admitted)
    if (std::find(paired.begin(), paired.end(), row.id()) == paired.end())
      harms.alone.push_back(row);
  sort_by_excess(harms.compared);
  return harms;
}

EffectRequest harm_request(const Harm& harm, const std::string& measure) {
  EffectRequest request{.measure = measure};
  for (const auto& [treatment, control] : harm.trials) {
    request.ai.push_back(treatment.number("participants"));
    request.n1i.push_back(treatment.number("n"));
    request.ci.push_back(control.number("participants"));
    request.n2i.push_back(control.number("n"));
  }
  if (harm.trials.size() > 1 && informative(request)) request.pool = "mh";
  if (harm.trials.size() > 1 && !informative(request))
    for (auto* list : {&request.ai, &request.n1i, &request.ci, &request.n2i}) add_up(*list);
  return completed(request);
}

EffectRequest harm_request(const HarmPair& pair, const std::string& measure) {
  return completed({.measure = measure,
                    .ai = {pair.treatment.number("participants")},
                    .ci = {pair.control.number("participants")},
                    .n1i = {pair.treatment.number("n")},
                    .n2i = {pair.control.number("n")}});
}

EffectRequest arm_request(const Harm& harm, bool treatment, const std::string& interval) {
  EffectRequest request{.measure = "PR", .interval = interval};
  for (const HarmPair& pair : harm.trials) {
    const Row& row = treatment ? pair.treatment : pair.control;
    request.xi.push_back(row.number("participants"));
    request.ni.push_back(row.number("n"));
  }
  if (harm.trials.size() > 1) request.pool = "sum";
  return completed(request);
}

HarmCounts count_harms(const Harms& harms) {
  HarmCounts counts{.compared = static_cast<int>(harms.compared.size())};
  for (const Harm& harm : harms.compared) {
    const EffectResult difference = effect_of(harm_request(harm, "RD"));
    counts.higher += difference.ci_low > 0 ? 1 : 0;
    counts.lower += difference.ci_high < 0 ? 1 : 0;
  }
  return counts;
}

}  // namespace entact
