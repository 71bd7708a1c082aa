#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "entact/evidence/evidence_base.h"
#include "entact/report/document.h"

namespace entact {

/// Collects a Document: hands out ids for numbers and keeps, of the evidence base, the facts and
/// sources that are referred to.
///
/// Asking twice for the same number (same text, label and trail) gives the same id.
class DocumentBuilder {
 public:
  /// @param base  must outlive the builder
  /// @param replay  " --as-of DAY" where the base is a replay: commands that read the base get it
  /// where they lack it
  explicit DocumentBuilder(const EvidenceBase& base, std::string replay = {})
      : base_(&base), replay_(std::move(replay)) {}

  /// A builder without an evidence base, for Documents that refer to no fact.
  DocumentBuilder();

  /// A number that the program computed; `trail.command` prints it at `trail.pointer`.
  /// @return its id
  std::string number(double value, std::string text, std::string label, NumberTrail trail,
                     std::string unit = {});

  /// The number in one cell of a fact, printed with `decimals`, or as the row has it if `decimals`
  /// < 0.
  std::string fact_number(const Row& row, std::string_view column, std::string label,
                          int decimals = -1, std::string unit = {});

  /// The value of a number that was handed out.
  [[nodiscard]] double value(const std::string& id) const;

  /// Marks a source as referred to and gives its span.
  Span source(const std::string& source_id);

  /// A text cell that leads to facts.
  Cell fact_cell(std::string_view words, const std::vector<std::string>& facts);

  [[nodiscard]] const EvidenceBase& base() const { return *base_; }

  Document document{};  ///< title, sections and provenance are the caller's to fill

  /// The Document with the facts and sources that it refers to.
  Document finish() &&;

 private:
  void keep_facts(const std::vector<std::string>& facts);
  void keep_source(const std::string& source_id);

  const EvidenceBase* base_;
  std::string replay_{};
  std::map<std::string, std::string> ids_{};  ///< by text, label and trail
  std::set<std::string> facts_{};
  std::set<std::string> sources_{};
};

/// The row as the trail panel shows it: every cell that is not empty.
FactView fact_view(const Row& row);

}  // namespace entact
