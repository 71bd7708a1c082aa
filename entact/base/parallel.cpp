#include "entact/base/parallel.h"

#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <exception>
#include <vector>

namespace entact {

void parallel_for(std::ptrdiff_t n, int threads, const std::function<void(std::ptrdiff_t)>& body) {
  if (threads == 1 || n < 2) {
    for (std::ptrdiff_t i = 0; i < n; ++i) body(i);
    return;
  }
  std::vector<std::exception_ptr> faults(static_cast<std::size_t>(n));
  const auto guarded = [&](std::ptrdiff_t i) {
    try {
      body(i);
    } catch (...) {
      faults[static_cast<std::size_t>(i)] = std::current_exception();
    }
  };
  // More than the machine has would make TBB print a warning.
  const int most = oneapi::tbb::info::default_concurrency();
  oneapi::tbb::task_arena arena(threads > 0 ? std::min(threads, most) : most);
  arena.execute([&] { oneapi::tbb::parallel_for(std::ptrdiff_t{0}, n, guarded); });
  for (const auto& fault : faults)
    if (fault) std::rethrow_exception(fault);
}

}  // namespace entact
