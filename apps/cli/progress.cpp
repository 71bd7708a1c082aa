#include "progress.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <string>

namespace entact::cli {

bool on_terminal() { return isatty(fileno(stderr)) != 0; }

std::string span_text(double seconds) {
  const auto whole = static_cast<long>(std::ceil(seconds));
  if (whole < 120) return std::to_string(whole) + " s";
  const long minutes = (whole + 59) / 60;
  if (minutes < 120) return std::to_string(minutes) + " min";
  return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

void Progress::operator()(std::int64_t done, std::int64_t whole) {
  const Clock::time_point now = Clock::now();
  if (first_ < 0) first_ = done, start_ = now;
  const bool last = done >= whole;
  if (!shown_ && now - start_ < after_) return;
  if (!last && now - drawn_ < std::chrono::milliseconds(200)) return;
  shown_ = true, drawn_ = now;
  const double share = whole > 0 ? static_cast<double>(done) / static_cast<double>(whole) : 1;
  const auto filled = static_cast<std::size_t>(24 * std::fmin(1, share));
  std::string left;
  if (!last && done > first_) {
    const double taken = std::chrono::duration<double>(now - start_).count();
    left =
        ", " +
        span_text(taken / static_cast<double>(done - first_) * static_cast<double>(whole - done)) +
        " left";
  }
  // The escape clears what a longer line before has left.
  std::fprintf(stderr, "\r[%s%s] %lld of %lld %s%s\033[K%s", std::string(filled, '=').c_str(),
               std::string(24 - filled, ' ').c_str(), static_cast<long long>(done),
               static_cast<long long>(whole), what_.c_str(), left.c_str(), last ? "\n" : "");
}

}  // namespace entact::cli
