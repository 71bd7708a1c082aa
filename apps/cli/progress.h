#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace entact::cli {

/// A bar on standard error with the time left, redrawn a few times a second. Only for terminals.
class Progress {
 public:
  /// @param what   is counted: "trials"
  /// @param after  nothing is shown of what is done sooner
  explicit Progress(std::string what, std::chrono::seconds after = std::chrono::seconds(0))
      : what_(std::move(what)), after_(after) {}
  void operator()(std::int64_t done, std::int64_t whole);

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  std::chrono::seconds after_;
  std::int64_t first_ = -1;  ///< done when it was first told: what a checkpoint had took no time
  bool shown_ = false;
  Clock::time_point start_{}, drawn_{};
};

/// Whether standard error is one.
bool on_terminal();

/// "12 s", "3 min", "2 h 5 min": a span of time for people.
std::string span_text(double seconds);

}  // namespace entact::cli
