#pragma once

#include <cstddef>
#include <functional>

namespace entact {

/// Calls body(0) .. body(n - 1), on several threads.
///
/// Each call must write to its own place only; then the result does not depend on the number of
/// threads. Sums over the calls are the caller's, in index order, afterwards.
///
/// @param threads  1: in order on this thread; 0: as many as the machine has
/// @throws what the body with the lowest index threw, whichever thread met a fault first
/// @cost   some microseconds to start; bodies of less are not worth it
void parallel_for(std::ptrdiff_t n, int threads, const std::function<void(std::ptrdiff_t)>& body);

}  // namespace entact
