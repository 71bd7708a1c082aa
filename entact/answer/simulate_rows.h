#pragma once

#include <memory>
#include <string>

#include "entact/answer/simulate_request.h"
#include "entact/io/row_stream.h"
#include "entact/pharm/ensemble.h"

namespace entact {

/// Every person's course in the file of `--rows`: case, participant, t_h, the outputs asked for,
/// and the states if these are asked for. Written block by block, so memory does not grow with the
/// people. A course that could not be finished is missing from there on.
class SimulatedRows {
 public:
  /// @throws as RowStream's
  SimulatedRows(const SimulationPlan& plan, const SimulateRequest& request);
  /// @param block  of the people of that case, in order
  void add(const SimulatedCase& setup, const EnsembleBlock& block);
  void finish() { stream_.finish(); }

 private:
  [[nodiscard]] Table empty() const;

  const SimulationPlan& plan_;
  bool states_;
  RowStream stream_;
};

}  // namespace entact
