#pragma once

#include <string>
#include <vector>

#include "entact/io/csv.h"
#include "entact/stats/effect_size.h"
#include "entact/stats/pool_model.h"

namespace entact {

/// What to read from a table of studies.
struct PoolColumns {
  std::string measure{};  ///< MD, SMD, RR, OR, RD ...; needed where effects are computed from arms
  std::string slab{};  ///< column with the studies' labels; by default `slab` or `study`, else the
                       ///< row number
  std::string mods{};  ///< moderators: column names joined by `+`
  std::string subgroup{};  ///< column with the subgroup of each study; empty: none
  std::string id{};  ///< column that says which effects come from one study; empty: all differ
};

/// Studies ready to be pooled.
struct PoolData {
  std::vector<double> yi{};
  std::vector<double> vi{};
  std::vector<std::string> slab{};
  std::string measure{};    ///< as metafor names it; "GEN" where yi was given without one
  bool log_scale = false;   ///< yi are logs of ratios
  Moderators moderators{};  ///< empty if none were asked for
  std::vector<std::string> subgroups{};  ///< of each study; empty if none were asked for
  std::vector<std::string> notes{};      ///< what was left out or changed, one sentence each
  std::vector<std::size_t> rows{};       ///< of the table, from 0; empty if not from one
};

/// Effects from a table: columns `yi` with `vi` or `sei`; or `m1i,sd1i,n1i,m2i,sd2i,n2i` (MD, SMD,
/// ROM); or `ai,n1i,ci,n2i` (RR, OR, RD, AS, PETO). Rows in which a needed cell is empty or NA are
/// left out and named in `notes`.
///
/// @throws Error "answer.pool.columns" (usage) if no set of columns is complete;
/// "answer.pool.number" with line and column where
///         a cell is no number; "answer.pool.variance" where a variance is not positive;
///         "answer.pool.measure" (usage) if the measure does not fit the columns;
///         "answer.pool.moderator" (usage) if a moderator is no column
PoolData pool_data(const CsvTable& table, const PoolColumns& columns);

/// The names in "dose + year".
std::vector<std::string> moderator_names(const std::string& mods);

/// The measure of that metafor name, in either case.
/// @throws Error "answer.pool.measure" (usage)
Measure measure_named(const std::string& name);

}  // namespace entact
