#include "entact/answer/effect_numbers.h"

#include "entact/base/error.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

bool per_hundred(const std::string& measure) { return measure == "RD" || measure == "PR"; }

std::string shown(const std::string& measure, double value) {
  return per_hundred(measure) ? percent_text(value, 1) : decimal_text(value, 2);
}

std::string unit_of(const std::string& measure) {
  if (measure == "RD") return "percentage points";
  return measure == "PR" ? "percent" : "";
}

NumberTrail trail_of(const EffectRequest& request, const std::string& pointer,
                     const std::string& model, const std::vector<std::string>& facts) {
  return {.facts = facts,
          .command = canonical_command(completed(request)) + " --format json",
          .pointer = pointer,
          .model = model};
}

std::string model_of(const EffectResult& result) {
  return result.heterogeneity ? "Mantel-Haenszel, " + result.interval + " interval"
                              : result.interval + " interval";
}

}  // namespace

EffectNumbers effect_numbers(DocumentBuilder& builder, const EffectRequest& request,
                             const std::string& label, const std::vector<std::string>& facts) {
  const EffectResult result = effect_of(request);
  const bool log = result.log_scale;
  const auto hand_out = [&](double value, const char* pointer, const std::string& part) {
    return builder.number(value, shown(result.measure, value), label + part,
                          trail_of(request, pointer, model_of(result), facts),
                          unit_of(result.measure));
  };
  return {.result = result,
          .value = hand_out(log ? result.ratio : result.value,
                            log ? "/result/ratio" : "/result/value", ""),
          .low = hand_out(log ? result.ratio_low : result.ci_low,
                          log ? "/result/ratio_low" : "/result/ci_low", ", lower end"),
          .high = hand_out(log ? result.ratio_high : result.ci_high,
                           log ? "/result/ratio_high" : "/result/ci_high", ", upper end")};
}

std::optional<EffectNumbers> effect_numbers_if_any(DocumentBuilder& builder,
                                                   const EffectRequest& request,
                                                   const std::string& label,
                                                   const std::vector<std::string>& facts) {
  try {
    return effect_numbers(builder, request, label, facts);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unanswerable) throw;
    return std::nullopt;
  }
}

Prose value_with_interval(const EffectNumbers& numbers) {
  return {number_span(numbers.value), text(" ("), number_span(numbers.low), text(" to "),
          number_span(numbers.high),  text(")")};
}

Prose number_needed_prose(DocumentBuilder& builder, const EffectRequest& request,
                          const std::string& label, const std::vector<std::string>& facts) {
  const EffectResult result = effect_of(request);
  if (!result.number_needed) return {};
  const auto part = [&](double value, const char* pointer, const std::string& end) {
    return number_span(builder.number(value, decimal_text(value, 1), label + end,
                                      trail_of(request, pointer, model_of(result), facts),
                                      "persons"));
  };
  return {part(result.number_needed->value, "/result/nnt/value", ""),          text(" ("),
          part(result.number_needed->low, "/result/nnt/low", ", lower end"),   text(" to "),
          part(result.number_needed->high, "/result/nnt/high", ", upper end"), text(")")};
}

std::string upper_bound_number(DocumentBuilder& builder, const EffectRequest& request,
                               const std::string& label, const std::vector<std::string>& facts) {
  const EffectResult result = effect_of(request);
  return builder.number(result.ci_high, shown("PR", result.ci_high), label,
                        trail_of(request, "/result/ci_high", model_of(result), facts),
                        unit_of("PR"));
}

std::string effect_member(DocumentBuilder& builder, const EffectRequest& request,
                          const std::string& pointer, double value, std::string text,
                          const std::string& label, const std::vector<std::string>& facts) {
  return builder.number(value, std::move(text), label,
                        trail_of(request, pointer, "entact effect", facts));
}

}  // namespace entact
