#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/document_builder.h"
#include "entact/answer/effect_command.h"

namespace entact {

/// A computed effect in a Document: the ids of its numbers, each with the `entact effect` line and
/// the pointer that prints it. Risks and their differences are shown per 100, ratios as ratios.
struct EffectNumbers {
  EffectResult result{};
  std::string value{};
  std::string low{};
  std::string high{};
};

/// Answers the request and hands out its numbers.
/// @param label  what it is, for the trail panel: "risk difference of nausea, MAPP1"
/// @param facts  ids of the counts behind it
EffectNumbers effect_numbers(DocumentBuilder& builder, const EffectRequest& request,
                             const std::string& label, const std::vector<std::string>& facts);

/// The same, or nothing where the counts have no answer (Error of kind unanswerable).
std::optional<EffectNumbers> effect_numbers_if_any(DocumentBuilder& builder,
                                                   const EffectRequest& request,
                                                   const std::string& label,
                                                   const std::vector<std::string>& facts);

/// "33.0 (14.2 to 49.5)".
Prose value_with_interval(const EffectNumbers& numbers);

/// A number needed to harm or benefit, "3.0 (2.0 to 7.1)"; empty where the interval holds 0.
Prose number_needed_prose(DocumentBuilder& builder, const EffectRequest& request,
                          const std::string& label, const std::vector<std::string>& facts);

/// The upper end alone of a proportion's interval.
std::string upper_bound_number(DocumentBuilder& builder, const EffectRequest& request,
                               const std::string& label, const std::vector<std::string>& facts);

/// Another member of the command's JSON result, by pointer: persons, events, chance.
std::string effect_member(DocumentBuilder& builder, const EffectRequest& request,
                          const std::string& pointer, double value, std::string text,
                          const std::string& label, const std::vector<std::string>& facts);

}  // namespace entact
