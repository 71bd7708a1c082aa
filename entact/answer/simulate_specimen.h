// For tests: a model whose courses have closed forms, written to a file of this process.
#pragma once

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include "entact/answer/simulate_request.h"

namespace entact {

/// A file that lasts as long as this.
class SpecimenFile {
 public:
  SpecimenFile(const std::string& name, const std::string& words)
      : path_(std::filesystem::temp_directory_path() /
              ("entact_" + std::to_string(::getpid()) + "_" + name)) {
    std::ofstream(path_) << words;
  }
  ~SpecimenFile() { std::filesystem::remove(path_); }
  SpecimenFile(const SpecimenFile&) = delete;
  SpecimenFile& operator=(const SpecimenFile&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// One compartment with first-order absorption; `ratio` is no number while nothing is in the body.
struct OralSpecimen {
  static constexpr double ka = 1.2, k = 0.1, v = 400;  // 1/h, 1/h, L

  SpecimenFile file{"oral.toml", R"(id = "oral"
title = "One compartment"
state = [
  { id = "depot", unit = "mg", label = "depot", start = "0", rate = "-ka * depot" },
  { id = "body", unit = "mg", label = "body", start = "0", rate = "ka * depot - cl / v * body" },
]
output = [
  { id = "concentration", unit = "ng/mL", label = "concentration", value = "1000 * body / v" },
  { id = "ratio", unit = "1", label = "depot by body", value = "depot / body" },
]
input = [{ state = "depot" }, { state = "body" }]
parameter = [
  { id = "ka", value = 1.2, unit = "1/h", label = "absorption", status = "assumed", low = 0.8, high = 2.0, between_sd = 0.3, why = "example" },
  { id = "cl", value = 40.0, unit = "L/h", label = "clearance", status = "derived", between_sd = 0.3, why = "example" },
  { id = "v", value = 400.0, unit = "L", label = "volume", status = "derived", between_sd = 0.2, why = "example" },
]
)"};

  [[nodiscard]] SimulateRequest asked(const std::string& regimen, const std::string& times) const {
    SimulateRequest request{.model = file.path(),
                            .data = ENTACT_SOURCE_DIR "/data",
                            .times = times,
                            .n = 0,
                            .outputs = {"concentration"},
                            .relative = 1e-9,
                            .absolute = 1e-10};
    if (!regimen.empty()) request.regimens = {regimen};
    return request;
  }

  /// ng/mL so many hours after a dose by mouth, and the area from the dose to then.
  static double concentration(double mg, double t) {
    return 1000 * mg * ka / (v * (ka - k)) * (std::exp(-k * t) - std::exp(-ka * t));
  }
  static double area(double mg, double t) {
    return 1000 * mg * ka / (v * (ka - k)) * (-std::expm1(-k * t) / k + std::expm1(-ka * t) / ka);
  }
  static double tmax() { return std::log(ka / k) / (ka - k); }
};

}  // namespace entact
