#include "entact/evidence/as_of.h"

#include <algorithm>
#include <set>
#include <utility>

namespace entact {
namespace {

using Ids = std::set<std::string, std::less<>>;

/// The study and arm of a row where its table has them.
std::pair<std::string, std::string> arm_key(const Row& row) {
  return {row.text("study_id"), row.text("arm_id")};
}

/// What is known on one day of one base.
class Replay {
 public:
  Replay(const EvidenceBase& base, Date day) : base_(base), day_(latest(day)) {}

  EvidenceBase run() {
    find_known_facts();
    settle_conflicts();
    EvidenceBase past{.schema = base_.schema, .sha256 = base_.sha256};
    for (const auto& [name, table] : base_.tables) past.tables.emplace(name, replay(table));
    past.index();
    drop_dangling(past);
    past.index();
    past.as_of = day_;
    return past;
  }

 private:
  [[nodiscard]] bool by_then(Date date) const { return public_by(date, day_); }

  [[nodiscard]] bool known(const Row& row) const {
    if (row.table().has("date") && !by_then(row.date("date"))) return false;
    if (row.table().has("first_public") && row.date("first_public").known())
      return by_then(row.date("first_public"));
    const Source* const source =
        row.table().has("source") ? base_.source(row.text("source")) : nullptr;
    return source != nullptr && by_then(source->published);
  }

  [[nodiscard]] static bool lists_others(const FactTable& table) {
    return table.name() == "studies" || table.name() == "arms";
  }

  void find_known_facts() {
    for (const auto& [name, table] : base_.tables) {
      if (!table.schema().holds_facts() || lists_others(table)) continue;
      for (const Row& row : table.rows()) {
        if (!known(row)) continue;
        note_source(row);
        if (table.has("study_id")) studies_.insert(row.text("study_id"));
        if (table.has("study_id") && table.has("arm_id")) arms_.insert(arm_key(row));
      }
    }
    for (const char* name : {"studies", "arms"})
      if (const auto table = base_.tables.find(name); table != base_.tables.end())
        for (const Row& row : table->second.rows())
          if (listed(row)) note_source(row);
  }

  void note_source(const Row& row) { cited_.insert(row.citation().source); }

  [[nodiscard]] bool listed(const Row& row) const {
    if (known(row)) return true;
    if (row.table().name() == "arms") return arms_.contains(arm_key(row));
    return studies_.contains(row.text("study_id")) ||
           (row.table().has("start") && by_then(row.date("start")));
  }

  [[nodiscard]] FactTable replay(const FactTable& table) const {
    if (table.name() == "sources") return replay_sources(table);
    if (lists_others(table)) return replay_course(table);
    if (!table.schema().holds_facts()) return table;
    return with_settled(table.filtered([&](const Row& row) { return known(row); }));
  }

  [[nodiscard]] FactTable replay_sources(const FactTable& table) const {
    FactTable kept = table.filtered([&](const Row& row) {
      return by_then(row.date("published")) || cited_.contains(row.id());
    });
    for (const char* column : {"retracted_on", "retraction_source"}) {
      if (!kept.has(column)) continue;
      kept = kept.with(column, [&](const Row& row) {
        const Source* const source = base_.source(row.id());
        return source != nullptr && by_then(source->retracted_on) ? row.text(column) : "";
      });
    }
    return kept;
  }

  /// Studies and arms without what was not yet known about their course.
  [[nodiscard]] FactTable replay_course(const FactTable& table) const {
    FactTable kept = table.filtered([&](const Row& row) { return listed(row); });
    std::vector<bool> ahead;
    for (const Row& row : kept.rows())
      ahead.push_back(kept.has("end") && row.has("end") && !by_then(row.date("end")));
    for (const char* column :
         {"status", "status_detail", "end", "n_randomised", "n_treated", "n_completed"}) {
      if (!kept.has(column)) continue;
      const bool number = std::string_view(column).starts_with("n_");
      kept = kept.with(column, [&](const Row& row) {
        const bool hide = !known(row) || (!number && ahead[row.index()]);
        return hide ? "" : row.text(column);
      });
    }
    return kept;
  }

  /// Finds the rows that speak for conflicts whose used rows lie ahead: of each such group, which
  /// may span tables, the known row that became public last.
  void settle_conflicts() {
    std::map<std::string, std::vector<Row>, std::less<>> groups;
    for (const auto& [name, table] : base_.tables)
      if (table.has("conflict_group") && table.has("first_public"))
        for (const Row& row : table.rows())
          if (row.has("conflict_group") && known(row))
            groups[row.text("conflict_group")].push_back(row);
    for (const auto& [group, rows] : groups) {
      if (std::any_of(rows.begin(), rows.end(), [](const Row& row) { return row.used(); }))
        continue;
      const Row* last = nullptr;
      for (const Row& row : rows)
        if (!row.citation().locator.starts_with("SUPERSEDED") &&
            (last == nullptr || row.date("first_public") > last->date("first_public")))
          last = &row;
      if (last != nullptr) in_use_.insert(last->id());
    }
  }

  [[nodiscard]] FactTable with_settled(const FactTable& table) const {
    if (in_use_.empty() || !table.has("used")) return table;
    return table.with("used", [&](const Row& row) {
      return in_use_.contains(row.id()) ? "yes" : row.text("used");
    });
  }

  [[nodiscard]] bool gone(const EvidenceBase& past, const std::string& id) const {
    return (base_.facts.contains(id) && !past.facts.contains(id)) ||
           (base_.sources.contains(id) && !past.sources.contains(id));
  }

  /// True if a cell of a table that holds no facts points only to what is no longer there.
  [[nodiscard]] bool dangles(const EvidenceBase& past, const Row& row) const {
    for (const FactColumn& column : row.table().schema().columns) {
      if (column.type != FactType::id && column.type != FactType::list) continue;
      const std::vector<std::string> ids = row.list(column.name);
      const auto absent = [&](const std::string& id) {
        return gone(past, id) ||
               (column.references == "studies.study_id" && !study_listed(past, id));
      };
      if (!ids.empty() && std::all_of(ids.begin(), ids.end(), absent)) return true;
    }
    return false;
  }

  [[nodiscard]] static bool study_listed(const EvidenceBase& past, const std::string& study) {
    return !past.table("studies").where("study_id", study).empty();
  }

  void drop_dangling(EvidenceBase& past) const {
    for (auto& [name, table] : past.tables)
      if (!table.schema().holds_facts() && name != "sources")
        table = table.filtered([&](const Row& row) { return !dangles(past, row); });
  }

  const EvidenceBase& base_;
  Date day_;
  Ids cited_{};
  Ids studies_{};
  Ids in_use_{};  ///< rows that count as used on that day though they lost later
  std::set<std::pair<std::string, std::string>> arms_{};
};

}  // namespace

EvidenceBase known_by(const EvidenceBase& base, Date day) {
  if (latest(day) < base.newest) return Replay(base, day).run();
  EvidenceBase all = base;
  all.as_of = latest(day);
  return all;
}

}  // namespace entact
