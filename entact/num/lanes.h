#pragma once

#include <array>

namespace entact {

/// How many participants move side by side, on every machine.
inline constexpr int n_lanes = 8;

/// One quantity of eight participants, as it lies in memory; `Pack` computes with it.
struct alignas(64) Lanes {
  std::array<double, n_lanes> lane{};
};

/// What files whose name ends in `_wide.cpp` are compiled for, once each.
enum class InstructionSet { sse2, avx2, avx512 };

/// The widest set that this machine can run.
InstructionSet best_instruction_set();

}  // namespace entact
