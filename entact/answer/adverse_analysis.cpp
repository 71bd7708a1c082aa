#include "entact/answer/adverse_analysis.h"

#include <fmt/format.h>

#include <algorithm>

#include "entact/io/number.h"

namespace entact {
namespace {

bool holds(const AdverseEvent& event, const std::string& subset) {
  if (subset == "serious") return event.serious;
  if (subset == "related") return event.related;
  if (subset == "discontinuation") return event.withdrawn;
  return subset == "fatal" && event.fatal;
}

AdversePart part(const AdverseAnalysis& all, std::string name, const AdverseView& view) {
  AdversePart made{.name = std::move(name), .table = adverse_table(all.data.study, view)};
  const auto nobody = [&](int arm) { return made.table.n[static_cast<std::size_t>(arm)] == 0; };
  for (const int arm : all.compared) {
    if (nobody(arm) || nobody(all.reference)) {
      made.comparisons.emplace_back();
      continue;
    }
    AdverseCompareOptions how = all.request.how;
    how.arm = arm;
    how.reference = all.reference;
    made.comparisons.push_back(compare_arms(made.table, how));
  }
  return made;
}

/// The events for which every named subset holds.
AdverseView view_of(const AdverseStudy& study, const std::vector<std::string>& subsets) {
  AdverseView view;
  for (const AdverseEvent& event : study.events)
    view.events.push_back(std::all_of(subsets.begin(), subsets.end(),
                                      [&](const auto& subset) { return holds(event, subset); }));
  return view;
}

bool named(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void count_subsets(AdverseAnalysis& all) {
  for (const std::string& subset : all.request.only)
    require(!named(all.data.missing, subset), "answer.adverse.subset",
            fmt::format("{} cannot tell which events are '{}'", all.request.events, subset),
            ErrorKind::unanswerable);
  all.main = part(all, "events", view_of(all.data.study, all.request.only));
  all.overview.push_back(part(all, "any", {}));
  for (const std::string subset : {"related", "serious", "discontinuation", "fatal"})
    if (!named(all.data.missing, subset))
      all.overview.push_back(part(all, subset, view_of(all.data.study, {subset})));
  if (!named(all.data.missing, "related") && !named(all.data.missing, "serious"))
    all.overview.push_back(
        part(all, "serious and related", view_of(all.data.study, {"serious", "related"})));
}

/// Any event of the window after the session, of those who had it.
SessionCount session_count(const AdverseAnalysis& all, const WindowedEvents& sorted, int session,
                           int window, const std::string& name, const AdverseView& main) {
  AdverseView view;
  for (std::size_t i = 0; i < sorted.window.size(); ++i)
    view.events.push_back(main.events[i] && sorted.window[i] == window &&
                          sorted.session[i] == session);
  for (const AdverseParticipant& person : all.data.study.participants)
    view.participants.push_back(person.session_days.size() > static_cast<std::size_t>(session));
  return {session + 1, name, adverse_table(all.data.study, view)};
}

void count_windows(AdverseAnalysis& all) {
  if (all.request.sessions.empty()) return;
  const WindowedEvents sorted = events_by_window(all.data.study, all.windows);
  const AdverseView main = view_of(all.data.study, all.request.only);
  std::size_t sessions = 0;
  for (const AdverseParticipant& person : all.data.study.participants)
    sessions = std::max(sessions, person.session_days.size());
  for (int window = 0; window <= sorted.between; ++window) {
    AdverseView view = window_view(all.data.study, sorted, window);
    for (std::size_t i = 0; i < view.events.size(); ++i)
      view.events[i] = view.events[i] && main.events[i];
    const bool last = window == sorted.between;
    const std::string name =
        last ? "between sessions" : all.windows[static_cast<std::size_t>(window)].name;
    all.around.push_back(part(all, name, view));
    for (std::size_t k = 0; k < sessions; ++k)
      all.by_session.push_back(session_count(all, sorted, static_cast<int>(k), window, name, main));
  }
  for (std::size_t arm = 0; arm < all.people.arms.size(); ++arm)
    if (all.around.front().table.n[arm] == 0)
      all.notes.push_back(fmt::format("arm '{}' had no session: its windows are not compared",
                                      all.people.arms[arm]));
  int before = 0;
  for (std::size_t i = 0; i < sorted.window.size(); ++i)
    before += main.events[i] && sorted.window[i] == WindowedEvents::before ? 1 : 0;
  if (before > 0)
    all.notes.push_back(fmt::format(
        "{} events began before the first session, or without one: they are in no window", before));
}

void choose_arms(AdverseAnalysis& all) {
  const auto& arms = all.people.arms;
  if (!all.request.reference.empty()) {
    const auto found = std::find(arms.begin(), arms.end(), all.request.reference);
    std::string known;
    for (const std::string& arm : arms) known += (known.empty() ? "" : ", ") + arm;
    require(found != arms.end(), "answer.adverse.reference",
            fmt::format("no arm is called '{}'; there are: {}", all.request.reference, known),
            ErrorKind::usage);
    all.reference = static_cast<int>(found - arms.begin());
  }
  for (int arm = 0; arm < static_cast<int>(arms.size()); ++arm)
    if (arm != all.reference) all.compared.push_back(arm);
}

double day_in(const std::string& text, const std::string& window) {
  const auto day = parse_number(text);
  require(day.has_value(), "answer.adverse.window",
          "a window is NAME:FROM-TO in days after a session, as in acute:0-2; saw '" + window + "'",
          ErrorKind::usage);
  return *day;
}

}  // namespace

std::vector<DayWindow> windows_of(const std::string& text) {
  std::vector<DayWindow> windows;
  for (const std::string& word : listed(text)) {
    const auto colon = word.find(':'), dash = word.find('-', colon == word.npos ? 0 : colon);
    require(colon != word.npos && colon > 0 && dash != word.npos, "answer.adverse.window",
            "a window is NAME:FROM-TO in days after a session, as in acute:0-2; saw '" + word + "'",
            ErrorKind::usage);
    windows.push_back({word.substr(0, colon),
                       day_in(word.substr(colon + 1, dash - colon - 1), word),
                       day_in(word.substr(dash + 1), word)});
  }
  return windows;
}

double share_of(const std::string& text) {
  if (text.empty()) return 0;
  const bool percent = text.back() == '%';
  const auto number = parse_number(percent ? text.substr(0, text.size() - 1) : text);
  const double share = number ? *number / (percent ? 100 : 1) : -1;
  require(share >= 0 && share <= 1, "answer.adverse.threshold",
          "a threshold is a share of participants, as in 5% or 0.05; saw '" + text + "'",
          ErrorKind::usage);
  return share;
}

bool AdverseAnalysis::shown(const AdverseRow& row, const AdverseTable& table) const {
  const auto levels = listed(request.by);
  if (row.any()) return true;
  if (!named(levels, row.is_term() ? "pt" : "soc")) return false;
  if (!row.is_term() || request.threshold <= 0) return true;
  for (std::size_t arm = 0; arm < row.arms.size(); ++arm)
    if (table.n[arm] > 0 && row.arms[arm].participants >= request.threshold * table.n[arm] - 1e-9)
      return true;
  return false;
}

std::string AdverseAnalysis::method_words() const {
  using Options = AdverseCompareOptions;
  const bool newcombe = request.how.interval == Options::Interval::newcombe;
  const char* test = request.how.test == Options::Test::score    ? "the score test"
                     : request.how.test == Options::Test::fisher ? "Fisher's exact test"
                                                                 : "Fisher's test with mid-p";
  const bool same = request.how.test == Options::Test::score && !newcombe;
  return fmt::format(
      "differences per 100 with {:g}% {} intervals; p by {}, adjusted by Benjamini-Hochberg over "
      "all terms, or classes, as it is for any event{}",
      100 * request.how.level, newcombe ? "Newcombe" : "Miettinen-Nurminen score", test,
      same ? ""
           : "; test and interval are two methods, and near the limit one may take in what the "
             "other excludes");
}

std::string AdverseAnalysis::hidden_words(const AdverseTable& table) const {
  if (request.threshold <= 0) return {};
  int terms = 0, hidden = 0, events = 0;
  for (const AdverseRow& row : table.rows) {
    if (!row.is_term()) continue;
    ++terms;
    if (shown(row, table)) continue;
    ++hidden;
    events += row.total.events;
  }
  if (hidden == 0) return {};
  return fmt::format(
      "{} of {} terms, with {} events, occurred in fewer than {:g}% of every arm: they are not "
      "shown in text, page and figures; they count in their classes, in every adjusted p, and "
      "stand in JSON and CSV",
      hidden, terms, events, 100 * request.threshold);
}

std::string AdverseAnalysis::class_name(const AdverseRow& row) const {
  return row.any() ? "" : data.study.systems[static_cast<std::size_t>(row.system)];
}

std::string AdverseAnalysis::term_name(const AdverseRow& row) const {
  return row.is_term() ? data.study.terms[static_cast<std::size_t>(row.term)] : "";
}

AdverseAnalysis analyse_adverse(const AdverseRequest& request) {
  AdverseAnalysis all{.request = request, .windows = windows_of(request.windows)};
  require(all.windows.empty() || !request.sessions.empty(), "answer.adverse.window",
          "windows need the days of the sessions: name their file with --sessions",
          ErrorKind::usage);
  const StudyFile subjects = read_study_file(request.subjects);
  all.people = safety_population(subjects, request.columns);
  const StudyFile events = read_study_file(request.events);
  all.inputs = {events.input, subjects.input};
  if (!request.sessions.empty()) {
    const StudyFile sessions = read_study_file(request.sessions);
    add_sessions(all.people, sessions);
    all.inputs.push_back(sessions.input);
  }
  choose_arms(all);
  all.data = adverse_data(events, all.people, request.columns);
  all.notes = all.people.notes;
  if (request.reference.empty())
    all.notes.push_back(
        fmt::format("differences are against arm '{}' ({}): choose another with --reference",
                    all.arm(all.reference), all.people.arm_order));
  all.notes.insert(all.notes.end(), all.data.notes.begin(), all.data.notes.end());
  if (all.people.exposure_words.empty())
    all.notes.push_back("there are no rates: ADSL has neither TRTDURD nor TRTSDT and TRTEDT");
  count_subsets(all);
  count_windows(all);
  if (std::string hidden = all.hidden_words(all.main.table); !hidden.empty())
    all.notes.push_back(std::move(hidden));
  return all;
}

}  // namespace entact
