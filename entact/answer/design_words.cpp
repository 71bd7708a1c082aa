#include "entact/answer/design_words.h"

#include <utility>

namespace entact {
namespace {

const std::vector<std::pair<std::string, SpendingKind>>& spendings() {
  static const std::vector<std::pair<std::string, SpendingKind>> all{
      {"obrien-fleming", SpendingKind::obrien_fleming},
      {"pocock", SpendingKind::pocock},
      {"hwang-shih-decani", SpendingKind::hwang_shih_decani},
      {"kim-demets", SpendingKind::kim_demets}};
  return all;
}

const std::vector<std::pair<std::string, BoundaryKind>>& shapes() {
  static const std::vector<std::pair<std::string, BoundaryKind>> all{
      {"obrien-fleming-shape", BoundaryKind::obrien_fleming},
      {"pocock-shape", BoundaryKind::pocock},
      {"wang-tsiatis", BoundaryKind::wang_tsiatis},
      {"haybittle-peto", BoundaryKind::haybittle_peto}};
  return all;
}

}  // namespace

std::optional<Spending> spending_named(const std::string& name, double parameter) {
  for (const auto& [word, kind] : spendings())
    if (word == name) return Spending{.kind = kind, .parameter = parameter};
  return std::nullopt;
}

std::optional<Boundary> boundary_named(const std::string& name, double parameter) {
  if (const auto spending = spending_named(name, parameter)) return Boundary{.spending = *spending};
  for (const auto& [word, kind] : shapes())
    if (word == name) return Boundary{.kind = kind, .parameter = parameter};
  return std::nullopt;
}

std::vector<std::string> spending_names() {
  std::vector<std::string> names;
  for (const auto& [word, kind] : spendings()) names.push_back(word);
  return names;
}

std::vector<std::string> boundary_names() {
  std::vector<std::string> names = spending_names();
  for (const auto& [word, kind] : shapes()) names.push_back(word);
  return names;
}

}  // namespace entact
