#pragma once

// For the samplers of imputation models: posterior_draws.cpp, metropolis_draws.cpp and
// latent_normal.cpp.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "entact/base/parallel.h"
#include "entact/base/random.h"
#include "entact/stats/posterior_draws.h"

namespace entact {

/// Runs Markov chains on threads and diagnoses their draws. Every chain is of equal length; what
/// the last ones have too many is cut off at the end.
///
/// @param make  a chain from its RandomKey; it has sweep()
/// @param keep  called after the sweeps of each draw: with the chain, its number, and which of
///              found.draws to set
/// @return how many chains: no more than draws
template <class Make, class Keep>
int run_chains(const PosteriorOptions& how, PosteriorDraws& found, const Make& make,
               const Keep& keep) {
  const int chains = std::min(how.chains, how.draws), each = (how.draws + chains - 1) / chains;
  found.draws.resize(static_cast<std::size_t>(each * chains));
  parallel_for(chains, how.threads, [&](std::ptrdiff_t c) {
    auto chain = make(RandomKey{.seed = how.seed,
                                .purpose = RandomPurpose::posterior,
                                .participant = static_cast<std::uint32_t>(c)});
    for (int i = 0; i < how.burn_in; ++i) chain.sweep();
    for (int i = 0; i < each; ++i) {
      for (int j = 0; j < how.burn_between; ++j) chain.sweep();
      keep(chain, static_cast<std::size_t>(c), static_cast<std::size_t>(c * each + i));
    }
  });
  diagnose(found, chains);
  found.draws.resize(static_cast<std::size_t>(how.draws));
  return chains;
}

}  // namespace entact
