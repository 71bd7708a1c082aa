#include "entact/evidence/fact_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace entact {
namespace {

[[noreturn]] void refuse_kind(const FactColumn& column, const std::string& table,
                              std::string_view asked) {
  throw Error(
      "evidence.base.kind",
      fmt::format("{}.{} holds {}, not {}", table, column.name, to_text(column.type), asked),
      ErrorKind::usage);
}

bool numeric(FactType type) { return type == FactType::number || type == FactType::integer; }

}  // namespace

const std::string& Row::text(std::string_view column) const {
  return table_->text(index_, table_->column(column));
}

double Row::number(std::string_view column) const {
  const std::size_t at = table_->column(column);
  const FactColumn& rule = table_->schema().columns[at];
  if (!numeric(rule.type)) refuse_kind(rule, table_->name(), "numbers");
  return table_->number(index_, at);
}

Date Row::date(std::string_view column) const {
  const std::size_t at = table_->column(column);
  const FactColumn& rule = table_->schema().columns[at];
  if (rule.type != FactType::date) refuse_kind(rule, table_->name(), "dates");
  return table_->date(index_, at);
}

std::vector<std::string> Row::list(std::string_view column) const {
  return list_elements(text(column));
}

const std::string& Row::id() const { return table_->text(index_, 0); }

Citation Row::citation() const {
  Citation citation;
  if (table_->has("source")) citation.source = text("source");
  if (table_->has("locator")) citation.locator = text("locator");
  if (!table_->has("verified")) return citation;
  const std::string& verified = text("verified");
  if (verified == "page") citation.verified = Verification::page;
  if (verified == "secondary") citation.verified = Verification::secondary;
  return citation;
}

bool Row::used() const { return !table_->has("used") || text("used") != "no"; }

long Row::line() const { return table_->line(index_); }

Rows Rows::where(const std::function<bool(const Row&)>& keep) const {
  std::vector<Row> kept;
  std::copy_if(rows_.begin(), rows_.end(), std::back_inserter(kept), keep);
  return Rows(std::move(kept));
}

Rows Rows::where(std::string_view column, std::initializer_list<std::string_view> values) const {
  if (rows_.empty()) return {};
  const FactTable& table = rows_.front().table();
  const std::size_t at = table.column(column);
  return where([&](const Row& row) {
    return std::find(values.begin(), values.end(), table.text(row.index(), at)) != values.end();
  });
}

Rows Rows::where(std::string_view column, std::string_view value) const {
  return where(column, {value});
}

Rows Rows::used() const {
  return where([](const Row& row) { return row.used(); });
}

std::vector<std::string> Rows::values(std::string_view column) const {
  std::vector<std::string> found;
  for (const Row& row : rows_) {
    const std::string& text = row.text(column);
    if (!text.empty() && std::find(found.begin(), found.end(), text) == found.end())
      found.push_back(text);
  }
  return found;
}

FactTable::FactTable(FactSchema schema, CsvTable file, const std::vector<std::ptrdiff_t>& fields)
    : schema_(std::move(schema)), file_(std::move(file.file)), lines_(std::move(file.lines)) {
  for (const std::ptrdiff_t field : fields) fields_.push_back(static_cast<long>(field) + 1);
  cells_.reserve(file.rows.size());
  for (std::vector<std::string>& row : file.rows) {
    std::vector<std::string>& cells = cells_.emplace_back(schema_.columns.size());
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const auto field = static_cast<std::size_t>(fields[column]);
      if (fields[column] >= 0 && field < row.size()) cells[column] = std::move(row[field]);
    }
  }
  parse();
}

void FactTable::parse() {
  numbers_.assign(schema_.columns.size(), {});
  dates_.assign(schema_.columns.size(), {});
  for (std::size_t column = 0; column < schema_.columns.size(); ++column) {
    const FactType type = schema_.columns[column].type;
    for (const std::vector<std::string>& row : cells_) {
      if (numeric(type))
        numbers_[column].push_back(
            parse_number(row[column]).value_or(std::numeric_limits<double>::quiet_NaN()));
      if (type == FactType::date)
        dates_[column].push_back(parse_date(row[column]).value_or(Date{}));
    }
  }
}

Rows FactTable::rows() const {
  std::vector<Row> all;
  all.reserve(size());
  for (std::size_t index = 0; index < size(); ++index) all.push_back(row(index));
  return Rows(std::move(all));
}

Rows FactTable::where(std::string_view column, std::string_view value) const {
  return where(column, {value});
}

Rows FactTable::where(std::string_view column,
                      std::initializer_list<std::string_view> values) const {
  (void)this->column(column);  // an unknown column is refused even if there is no row
  return rows().where(column, values);
}

Rows FactTable::where(const std::function<bool(const Row&)>& keep) const {
  return rows().where(keep);
}

FactTable FactTable::filtered(const std::function<bool(const Row&)>& keep) const {
  FactTable kept = *this;
  kept.cells_.clear();
  kept.lines_.clear();
  for (std::size_t index = 0; index < size(); ++index) {
    if (!keep(row(index))) continue;
    kept.cells_.push_back(cells_[index]);
    kept.lines_.push_back(lines_[index]);
  }
  kept.parse();
  return kept;
}

FactTable FactTable::with(std::string_view name,
                          const std::function<std::string(const Row&)>& text) const {
  FactTable changed = *this;
  const std::size_t at = column(name);
  for (std::size_t index = 0; index < size(); ++index) changed.cells_[index][at] = text(row(index));
  changed.parse();
  return changed;
}

long FactTable::field(std::string_view name) const { return fields_[column(name)]; }

std::size_t FactTable::column(std::string_view name) const {
  const std::ptrdiff_t at = schema_.find(name);
  if (at < 0)
    throw Error("evidence.base.no_column",
                fmt::format("the table '{}' has no column '{}'", schema_.table, name),
                ErrorKind::usage);
  return static_cast<std::size_t>(at);
}

}  // namespace entact
