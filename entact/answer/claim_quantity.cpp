#include "entact/answer/claim_quantity.h"

#include "entact/report/number_text.h"

namespace entact {

FoundQuantity& FoundQuantity::say(std::string_view words) {
  if (phrase.empty() || phrase.back().number || !phrase.back().source.empty())
    phrase.emplace_back();
  phrase.back().words += words;
  return *this;
}

FoundQuantity& FoundQuantity::number(ClaimNumber number) {
  if (phrase.empty() || phrase.back().number || !phrase.back().source.empty())
    phrase.emplace_back();
  phrase.back().number = std::move(number);
  return *this;
}

FoundQuantity& FoundQuantity::own(double worth, std::string text, std::string label,
                                  std::vector<std::string> facts) {
  return number({.value = worth,
                 .text = std::move(text),
                 .label = std::move(label),
                 .trail = {.facts = std::move(facts)},
                 .own = true});
}

FoundQuantity& FoundQuantity::fact(const Row& row, std::string_view column,
                                   const std::string& label) {
  const std::string& written = row.text(column);
  return number({.value = row.number(column),
                 .text = written.starts_with('-') ? "\u2212" + written.substr(1) : written,
                 .label = label,
                 .trail = {.facts = {row.id()}}});
}

FoundQuantity& FoundQuantity::source(const Row& row) {
  const std::string id = row.citation().source;
  if (id.empty()) return *this;
  if (phrase.empty() || phrase.back().number || !phrase.back().source.empty())
    phrase.emplace_back();
  phrase.back().source = id;
  return *this;
}

std::string plain_text(const std::vector<ClaimPiece>& phrase) {
  std::string text;
  for (const ClaimPiece& piece : phrase) {
    text += piece.words;
    if (piece.number) text += piece.number->text;
    if (!piece.source.empty()) text += "[" + piece.source + "]";
  }
  return text;
}

}  // namespace entact
