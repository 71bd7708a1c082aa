#pragma once

#include <map>
#include <string>
#include <vector>

#include "entact/evidence/evidence_base.h"
#include "entact/io/metapsy.h"

namespace entact {

/// Where drafted rows say they come from.
struct ImportOptions {
  std::string source_id{};             ///< of the data set, in sources.csv
  std::string verified = "secondary";  ///< a data set cites the papers: nobody read them here
  std::string rater{};                 ///< who rated the risk of bias; empty: the source_id
  std::string tool = "RoB 2";          ///< with which tool
};

/// Rows that a person completes and then adds to the evidence base.
struct DraftRows {
  std::map<std::string, std::string>
      files{};                                ///< CSV text by table, with all columns of its schema
  std::map<std::string, std::size_t> rows{};  ///< how many, by table
  std::vector<Issue> issues{};                ///< what a person must look at
};

/// Drafts rows of studies, arms, continuous, binary, contrasts and risk_of_bias from a Metapsy data
/// set.
///
/// Every number is copied, none is computed: endpoint means (`msd`), mean changes (`change`),
/// baselines, counts, Hedges' g turned to arm 1 minus arm 2, and the overall and five domain
/// judgements. An arm or baseline that several comparisons repeat is drafted once; one that they
/// repeat differently becomes a conflict group, unused on the later side. A study whose
/// registration number is on record keeps its study_id and gets no row of its own.
///
/// What a Metapsy file does not say (condition, blinding in our words, when a number became public)
/// stays empty, so that loading the draft reports it.
/// Issues, all warnings at the line of the data set: `evidence.import.known_study` the study is on
/// record, so its arms must be matched by hand; `evidence.import.instrument` no such scale in the
/// vocabulary; `evidence.import.sign` the direction of g cannot be told, its contrasts are left
/// out; `evidence.import.differs` two comparisons give different numbers for the same thing.
///
/// @throws Error "evidence.import.source" (usage) if source_id is empty or not an id
DraftRows draft_from_metapsy(const MetapsyReading& reading, const EvidenceBase& base,
                             const ImportOptions& options);

}  // namespace entact
