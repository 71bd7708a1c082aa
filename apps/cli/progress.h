#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace entact::cli {

/// A bar on standard error with the time left, redrawn a few times a second. Only for terminals.
class Progress {
 public:
  void operator()(std::int64_t done, std::int64_t whole);

 private:
  using Clock = std::chrono::steady_clock;
  std::int64_t first_ = -1;  ///< done when it was first told: what a checkpoint had took no time
  Clock::time_point start_{}, drawn_{};
};

/// "12 s", "3 min", "2 h 5 min": a span of time for people.
std::string span_text(double seconds);

}  // namespace entact::cli
