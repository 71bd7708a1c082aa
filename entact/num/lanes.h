#pragma once

#include <array>

namespace entact {

/// How many participants move side by side, on every machine: two registers of the widest set, so
/// that one computes while the other waits.
inline constexpr int n_lanes = 16;

/// One quantity of these participants, as it lies in memory; `Pack` computes with it.
struct alignas(64) Lanes {
  std::array<double, n_lanes> lane{};
};

/// What files whose name ends in `_wide.cpp` are compiled for, once each.
enum class InstructionSet { sse2, avx2, avx512 };

/// The widest set that this machine can run.
InstructionSet best_instruction_set();

/// What `use`, a function with the set as its template parameter, gives for that set.
template <class Use>
auto with_best_set(const Use& use) {
  switch (best_instruction_set()) {
    case InstructionSet::avx512:
      return use.template operator()<InstructionSet::avx512>();
    case InstructionSet::avx2:
      return use.template operator()<InstructionSet::avx2>();
    default:
      return use.template operator()<InstructionSet::sse2>();
  }
}

}  // namespace entact
