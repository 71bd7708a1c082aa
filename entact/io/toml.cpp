// toml++ behind a strict interface. It keeps where each value stands in the file; that is what
// makes an error useful, so every getter goes through one function that knows the place.
#include "entact/io/toml.h"

#define TOML_HEADER_ONLY 0
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <sstream>
#include <utility>

#include "entact/io/file.h"
#include "entact/io/number.h"
#include "entact/io/utf8.h"

namespace entact {
namespace {

/// What all tables of a document share.
struct Document {
  toml::table root{};
  std::string file{};
  std::map<const toml::table*, std::set<std::string>> asked{};  ///< keys by table
};

std::string joined(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

const char* type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::date:
      return "a date";
    case toml::node_type::time:
      return "a time";
    case toml::node_type::date_time:
      return "a date with a time";
    default:
      return "nothing";
  }
}

std::string written(const toml::node& node) {
  if (node.is_table() || node.is_array()) return type_name(node);
  if (const auto number = node.value_exact<double>()) return number_text(*number);
  std::ostringstream out;
  node.visit([&](const auto& value) { out << value; });
  return shown(out.str());
}

/// Letters to change, add or leave out to turn one word into the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({row[j + 1] + 1, row[j] + 1, changed}));
    }
  }
  return row.back();
}

std::string remedy_for(const std::string& key, const std::set<std::string>& known) {
  std::string nearest;
  std::size_t least = std::max<std::size_t>(key.size() / 2, 2);
  for (const std::string& one : known)
    if (const std::size_t far = distance(key, one); far <= least) {
      nearest = one;
      least = far;
    }
  if (!nearest.empty()) return "Did you mean '" + nearest + "'?";
  std::string all;
  for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
  return "Remove it; known here are: " + all;
}

}  // namespace

struct TomlTable::Node {
  std::shared_ptr<Document> document;  // shared by all tables of a document
  const toml::table* table = nullptr;
  std::string path{};

  [[nodiscard]] const toml::node* find(std::string_view key) const {
    document->asked[table].insert(std::string(key));
    return table->get(key);
  }
  [[nodiscard]] Error error(const std::string& code, const toml::source_region& place,
                            std::string_view key, const std::string& rule, const std::string& value,
                            const std::string& remedy) const {
    return {code, to_text(Issue{.code = code,
                                .file = document->file,
                                .line = static_cast<long>(place.begin.line),
                                .column = static_cast<long>(place.begin.column),
                                .name = joined(path, key),
                                .rule = rule,
                                .value = value,
                                .remedy = remedy})};
  }
  [[nodiscard]] const toml::node& need(std::string_view key) const {
    const toml::node* found = find(key);
    if (found == nullptr)
      throw error("io.toml.missing", table->source(), key, "this key must be given", "", "Add it");
    return *found;
  }
  [[nodiscard]] Error wrong_type(const toml::node& node, std::string_view key,
                                 const std::string& wanted) const {
    return error("io.toml.type", node.source(), key, "the value is " + wanted, written(node),
                 std::string("Write ") + wanted + " instead of " + type_name(node));
  }
  template <typename T>
  [[nodiscard]] T get(const toml::node& node, std::string_view key,
                      const std::string& wanted) const {
    const std::optional<T> value = node.value_exact<T>();
    if (!value) throw wrong_type(node, key, wanted);
    return *value;
  }
  [[nodiscard]] std::string text(const toml::node& node, std::string_view key) const {
    return get<std::string>(node, key, "text");
  }
  [[nodiscard]] double number(const toml::node& node, std::string_view key) const {
    if (const auto whole = node.value_exact<std::int64_t>()) return static_cast<double>(*whole);
    const auto value = get<double>(node, key, "a number");
    if (!std::isfinite(value)) throw wrong_type(node, key, "a finite number");
    return value;
  }
  /// Each element of a list by `one`.
  template <typename T, typename One>
  [[nodiscard]] std::vector<T> list(const toml::node& node, std::string_view key,
                                    const std::string& wanted, One one) const {
    const toml::array* array = node.as_array();
    if (array == nullptr) throw wrong_type(node, key, "a list of " + wanted);
    std::vector<T> out;
    for (const toml::node& element : *array) out.push_back((this->*one)(element, key));
    return out;
  }
  [[nodiscard]] std::vector<std::string> texts(const toml::node& node, std::string_view key) const {
    return list<std::string>(node, key, "texts", &Node::text);
  }
  [[nodiscard]] std::vector<double> numbers(const toml::node& node, std::string_view key) const {
    return list<double>(node, key, "numbers", &Node::number);
  }
  [[nodiscard]] std::shared_ptr<const Node> child(const toml::table& of,
                                                  const std::string& named) const {
    return std::make_shared<const Node>(Node{document, &of, joined(path, named)});
  }
  [[nodiscard]] std::vector<std::pair<std::string, const toml::node*>> entries() const {
    std::vector<std::pair<std::string, const toml::node*>> out;
    std::vector<toml::source_position> places;
    for (auto&& [key, value] : *table) {
      const toml::source_position at = key.source().begin;
      const auto after = std::upper_bound(places.begin(), places.end(), at);
      out.insert(out.begin() + (after - places.begin()), {std::string(key.str()), &value});
      places.insert(after, at);
    }
    return out;
  }
  void collect_unknown(std::vector<Issue>& issues) const;
};

void TomlTable::Node::collect_unknown(std::vector<Issue>& issues) const {
  const std::set<std::string>& known = document->asked[table];
  for (auto&& [key, value] : *table) {
    const std::string name(key.str());
    if (!known.contains(name)) {
      issues.push_back({.code = "io.toml.unknown",
                        .file = document->file,
                        .line = static_cast<long>(key.source().begin.line),
                        .column = static_cast<long>(key.source().begin.column),
                        .name = joined(path, name),
                        .rule = "only known keys may stand here",
                        .value = shown(name),
                        .remedy = remedy_for(name, known)});
    } else if (const toml::table* below = value.as_table()) {
      child(*below, name)->collect_unknown(issues);
    } else if (const toml::array* list = value.as_array()) {
      for (std::size_t k = 0; k < list->size(); ++k)
        if (const toml::table* one = (*list)[k].as_table())
          child(*one, name + "[" + std::to_string(k + 1) + "]")->collect_unknown(issues);
    }
  }
}

bool TomlTable::has(std::string_view key) const { return node_->find(key) != nullptr; }

std::vector<std::string> TomlTable::keys() const {
  std::vector<std::string> out;
  for (const auto& [key, value] : node_->entries()) out.push_back(key);
  return out;
}

std::string TomlTable::text(std::string_view key) const {
  return node_->text(node_->need(key), key);
}
std::string TomlTable::text(std::string_view key, std::string fallback) const {
  return has(key) ? text(key) : std::move(fallback);
}

double TomlTable::number(std::string_view key) const {
  return node_->number(node_->need(key), key);
}
double TomlTable::number(std::string_view key, double fallback) const {
  return has(key) ? number(key) : fallback;
}

std::int64_t TomlTable::integer(std::string_view key) const {
  return node_->get<std::int64_t>(node_->need(key), key, "a whole number");
}
std::int64_t TomlTable::integer(std::string_view key, std::int64_t fallback) const {
  return has(key) ? integer(key) : fallback;
}

bool TomlTable::flag(std::string_view key) const {
  return node_->get<bool>(node_->need(key), key, "true or false");
}
bool TomlTable::flag(std::string_view key, bool fallback) const {
  return has(key) ? flag(key) : fallback;
}

Date TomlTable::date(std::string_view key) const {
  const toml::node& node = node_->need(key);
  if (const auto day = node.value_exact<toml::date>()) return {day->year, day->month, day->day};
  const auto text = node.value_exact<std::string>();
  const std::optional<Date> date = text ? parse_date(*text) : std::nullopt;
  if (!date || !date->known())
    throw node_->wrong_type(node, key, "a date: 2018-11-29, or \"2018-11\" if the day is unknown");
  return *date;
}

std::vector<std::string> TomlTable::texts(std::string_view key) const {
  return node_->texts(node_->need(key), key);
}
std::vector<std::string> TomlTable::texts(std::string_view key,
                                          std::vector<std::string> fallback) const {
  return has(key) ? texts(key) : std::move(fallback);
}

std::vector<double> TomlTable::numbers(std::string_view key) const {
  return node_->numbers(node_->need(key), key);
}
std::vector<double> TomlTable::numbers(std::string_view key, std::vector<double> fallback) const {
  return has(key) ? numbers(key) : std::move(fallback);
}

TomlTable TomlTable::table(std::string_view key) const {
  const toml::node& node = node_->need(key);
  const toml::table* found = node.as_table();
  if (found == nullptr) throw node_->wrong_type(node, key, "a table");
  return TomlTable(node_->child(*found, std::string(key)));
}

std::optional<TomlTable> TomlTable::optional_table(std::string_view key) const {
  return has(key) ? std::optional(table(key)) : std::nullopt;
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) const {
  if (!has(key)) return {};
  const toml::node& node = node_->need(key);
  const toml::array* array = node.as_array();
  if (array == nullptr) throw node_->wrong_type(node, key, "a list of tables, [[...]]");
  std::vector<TomlTable> out;
  for (std::size_t k = 0; k < array->size(); ++k) {
    const toml::table* one = (*array)[k].as_table();
    if (one == nullptr) throw node_->wrong_type((*array)[k], key, "a table, [[...]]");
    out.push_back(
        TomlTable(node_->child(*one, std::string(key) + "[" + std::to_string(k + 1) + "]")));
  }
  return out;
}

std::string TomlTable::path(std::string_view key) const { return joined(node_->path, key); }

std::string TomlTable::place(std::string_view key) const {
  const toml::node* node = node_->find(key);
  const toml::source_position at = (node == nullptr ? *node_->table : *node).source().begin;
  return node_->document->file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

Error TomlTable::fault(std::string_view key, const std::string& rule,
                       const std::string& remedy) const {
  const toml::node* node = node_->find(key);
  return node_->error("io.toml.value", (node == nullptr ? *node_->table : *node).source(), key,
                      rule, node == nullptr ? "" : written(*node), remedy);
}

std::vector<Issue> TomlTable::unknown_keys() const {
  std::vector<Issue> issues;
  node_->collect_unknown(issues);
  std::stable_sort(issues.begin(), issues.end(), [](const Issue& a, const Issue& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return issues;
}

void TomlTable::refuse_unknown() const {
  const std::vector<Issue> issues = unknown_keys();
  if (!issues.empty()) throw Error("io.toml.unknown", to_text(issues.front()));
}

TomlTable read_toml(std::string_view text, const std::string& file) {
  const auto document = std::make_shared<Document>();
  document->file = file;
  try {
    document->root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    throw Error("io.toml.syntax", to_text(Issue{.file = file,
                                                .line = static_cast<long>(at.line),
                                                .column = static_cast<long>(at.column),
                                                .rule = "the file must be TOML 1.0 (" +
                                                        shown(error.description(), 160) + ")",
                                                .remedy = "Mend the line"}));
  }
  return TomlTable(
      std::make_shared<const TomlTable::Node>(TomlTable::Node{document, &document->root, ""}));
}

TomlTable read_toml_file(const std::filesystem::path& path) {
  return read_toml(read_file(path), path.string());
}

}  // namespace entact
