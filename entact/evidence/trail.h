#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entact/evidence/evidence_base.h"

namespace entact {

/// One cell and what schema.csv and vocabulary.csv say about it.
struct TrailCell {
  std::string column{};
  std::string value{};
  std::string unit{};
  std::string description{};
  std::string meaning{};  ///< of the word, where the column has a vocabulary
};

/// Another row of the same conflict.
struct TrailSibling {
  std::string fact_id{};
  std::string summary{};  ///< the cells in which it differs: "n_randomised 91 (here 90)"
  bool used = false;
  std::string why{};
};

/// One pooling that the fact is a member of.
struct TrailUse {
  std::string analysis_id{};
  std::string title{};
  std::string slab{};
  std::string role{};  ///< fact_treatment, fact_control, fact_contrast
  bool include = false;
  std::string why{};
};

/// One line of the incoming files from which the row was made.
struct TrailOrigin {
  std::string file{};
  std::string line{};
  std::string note{};
};

/// Everything the base knows about one row: what it says, where from, against what, used where.
struct Trail {
  std::string id{};
  std::string table{};
  std::string file{};
  long line = 0;
  bool used = true;
  std::vector<TrailCell> cells{};  ///< without empty ones
  std::optional<Citation> citation{};
  std::optional<Source> source{};
  std::string retraction_source{};
  std::vector<TrailSibling> conflict{};
  std::vector<TrailUse> uses{};
  std::vector<TrailOrigin> origins{};
  std::vector<std::string> cited_by{};  ///< of a source: the facts that cite it
};

/// The trail of a fact, source, claim, analysis or study.
///
/// @param id  key of any table: a fact_id, source_id, claim_id, analysis_id, or a study_id
/// @throws Error "evidence.trail.unknown" (usage) with up to five ids that contain the text
Trail trail_of(const EvidenceBase& base, std::string_view id);

/// The trail as plain text, lines of any length, ended by LF.
std::string to_text(const Trail& trail);

}  // namespace entact
