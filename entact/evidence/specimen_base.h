#pragma once

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "entact/evidence/evidence_base.h"
#include "entact/io/file.h"

namespace entact {

/// A small hand-written evidence base for tests: the shipped schema and vocabulary, and only the
/// rows that a test adds.
class SpecimenBase {
 public:
  /// @param data  folder of schema.csv and vocabulary.csv
  explicit SpecimenBase(const std::filesystem::path& data) {
    for (const char* name : {"schema.csv", "vocabulary.csv"}) files_[name] = read_file(data / name);
    schema_ =
        read_base_schema(read_csv(files_["schema.csv"]), read_csv(files_["vocabulary.csv"])).schema;
    add("sources",
        "source_id=smith2021|kind=journal|label=Smith 2021|title=A trial|published=2021-05-10");
  }

  /// Adds a row from `column=value|column=value`; facts are used, and cited from smith2021 p 1 as
  /// read on the page, unless said otherwise.
  SpecimenBase& add(const std::string& table, std::string_view cells) {
    std::map<std::string, std::string, std::less<>> given;
    if (schema_.find(table)->holds_facts())
      given = {{"used", "yes"}, {"source", "smith2021"}, {"locator", "p 1"}, {"verified", "page"}};
    std::istringstream rest{std::string(cells)};
    for (std::string pair; std::getline(rest, pair, '|');) {
      const std::size_t equals = pair.find('=');
      given[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
    rows_[table].push_back(std::move(given));
    return *this;
  }

  /// A completed randomised trial with the arms `mdma` and `placebo`.
  SpecimenBase& add_trial(const std::string& study, const std::string& cells = {}) {
    const std::string id = lower(study);
    add("studies", "fact_id=study." + id + "|study_id=" + study + "|label=" + study +
                       "|record_kind=trial|compound=MDMA|condition=ptsd|design=rct_parallel|"
                       "blinding=double|comparator_class=inactive_placebo|status=completed" +
                       (cells.empty() ? "" : "|") + cells);
    for (const char* arm : {"mdma", "placebo"})
      add("arms", "fact_id=arm." + id + "." + arm + "|study_id=" + study + "|arm_id=" + arm +
                      "|label=" + arm +
                      (std::string_view(arm) == "mdma" ? "|role=treatment" : "|role=placebo"));
    return *this;
  }

  [[nodiscard]] LoadedEvidence load() const {
    std::map<std::string, std::string> files = files_;
    for (const FactSchema& schema : schema_.tables) files[schema.table + ".csv"] = text(schema);
    return read_evidence(files);
  }

 private:
  static std::string lower(std::string text) {
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
  }

  [[nodiscard]] std::string text(const FactSchema& schema) const {
    std::vector<std::string> header;
    for (const FactColumn& column : schema.columns) header.push_back(column.name);
    std::vector<std::vector<std::string>> rows;
    if (const auto found = rows_.find(schema.table); found != rows_.end())
      for (const auto& given : found->second) {
        std::vector<std::string>& row = rows.emplace_back();
        for (const std::string& name : header)
          row.push_back(given.contains(name) ? given.at(name) : "");
      }
    return write_csv(header, rows);
  }

  BaseSchema schema_{};
  std::map<std::string, std::string> files_{};
  std::map<std::string, std::vector<std::map<std::string, std::string, std::less<>>>> rows_{};
};

}  // namespace entact
