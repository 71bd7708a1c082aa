// The only file that knows DuckDB's C interface. The library is loaded by name at the first use:
// linking it would cost every command the loading of 65 MB.
#include "entact/io/duckdb.h"

#include <dlfcn.h>
#include <duckdb.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "entact/base/error.h"
#include "entact/io/utf8.h"

namespace entact {
namespace {

namespace chrono = std::chrono;

/// The functions in use, each under its own name and type.
struct Library {
  void* handle = nullptr;
  template <typename Function>
  Function* find(const char* name) const {
    void* found = ::dlsym(handle, name);
    if (found == nullptr)
      throw Error("io.duckdb.missing", std::string("libduckdb.so lacks the function ") + name +
                                           "; version 1.4 is needed. Run tools/install.sh");
    return reinterpret_cast<Function*>(found);
  }
  explicit Library(void* opened) : handle(opened) {}

  decltype(&duckdb_create_config) create_config{
      find<decltype(duckdb_create_config)>("duckdb_create_config")};
  decltype(&duckdb_set_config) set_config{find<decltype(duckdb_set_config)>("duckdb_set_config")};
  decltype(&duckdb_destroy_config) destroy_config{
      find<decltype(duckdb_destroy_config)>("duckdb_destroy_config")};
  decltype(&duckdb_open_ext) open{find<decltype(duckdb_open_ext)>("duckdb_open_ext")};
  decltype(&duckdb_close) close{find<decltype(duckdb_close)>("duckdb_close")};
  decltype(&duckdb_free) free{find<decltype(duckdb_free)>("duckdb_free")};
  decltype(&duckdb_connect) connect{find<decltype(duckdb_connect)>("duckdb_connect")};
  decltype(&duckdb_disconnect) disconnect{find<decltype(duckdb_disconnect)>("duckdb_disconnect")};
  decltype(&duckdb_query) query{find<decltype(duckdb_query)>("duckdb_query")};
  decltype(&duckdb_destroy_result) destroy_result{
      find<decltype(duckdb_destroy_result)>("duckdb_destroy_result")};
  decltype(&duckdb_result_error) result_error{
      find<decltype(duckdb_result_error)>("duckdb_result_error")};
  decltype(&duckdb_column_count) column_count{
      find<decltype(duckdb_column_count)>("duckdb_column_count")};
  decltype(&duckdb_column_name) column_name{
      find<decltype(duckdb_column_name)>("duckdb_column_name")};
  decltype(&duckdb_column_type) column_type{
      find<decltype(duckdb_column_type)>("duckdb_column_type")};
  decltype(&duckdb_fetch_chunk) fetch_chunk{
      find<decltype(duckdb_fetch_chunk)>("duckdb_fetch_chunk")};
  decltype(&duckdb_data_chunk_get_size) chunk_size{
      find<decltype(duckdb_data_chunk_get_size)>("duckdb_data_chunk_get_size")};
  decltype(&duckdb_data_chunk_get_vector) chunk_vector{
      find<decltype(duckdb_data_chunk_get_vector)>("duckdb_data_chunk_get_vector")};
  decltype(&duckdb_data_chunk_set_size) set_chunk_size{
      find<decltype(duckdb_data_chunk_set_size)>("duckdb_data_chunk_set_size")};
  decltype(&duckdb_data_chunk_reset) reset_chunk{
      find<decltype(duckdb_data_chunk_reset)>("duckdb_data_chunk_reset")};
  decltype(&duckdb_create_data_chunk) create_chunk{
      find<decltype(duckdb_create_data_chunk)>("duckdb_create_data_chunk")};
  decltype(&duckdb_destroy_data_chunk) destroy_chunk{
      find<decltype(duckdb_destroy_data_chunk)>("duckdb_destroy_data_chunk")};
  decltype(&duckdb_vector_get_data) vector_data{
      find<decltype(duckdb_vector_get_data)>("duckdb_vector_get_data")};
  decltype(&duckdb_vector_get_validity) vector_validity{
      find<decltype(duckdb_vector_get_validity)>("duckdb_vector_get_validity")};
  decltype(&duckdb_vector_ensure_validity_writable) writable_validity{
      find<decltype(duckdb_vector_ensure_validity_writable)>(
          "duckdb_vector_ensure_validity_writable")};
  decltype(&duckdb_validity_row_is_valid) is_valid{
      find<decltype(duckdb_validity_row_is_valid)>("duckdb_validity_row_is_valid")};
  decltype(&duckdb_validity_set_row_invalid) set_invalid{
      find<decltype(duckdb_validity_set_row_invalid)>("duckdb_validity_set_row_invalid")};
  decltype(&duckdb_vector_assign_string_element_len) assign_text{
      find<decltype(duckdb_vector_assign_string_element_len)>(
          "duckdb_vector_assign_string_element_len")};
  decltype(&duckdb_string_t_length) text_length{
      find<decltype(duckdb_string_t_length)>("duckdb_string_t_length")};
  decltype(&duckdb_string_t_data) text_data{
      find<decltype(duckdb_string_t_data)>("duckdb_string_t_data")};
  decltype(&duckdb_create_logical_type) create_type{
      find<decltype(duckdb_create_logical_type)>("duckdb_create_logical_type")};
  decltype(&duckdb_destroy_logical_type) destroy_type{
      find<decltype(duckdb_destroy_logical_type)>("duckdb_destroy_logical_type")};
  decltype(&duckdb_appender_create) create_appender{
      find<decltype(duckdb_appender_create)>("duckdb_appender_create")};
  decltype(&duckdb_append_data_chunk) append_chunk{
      find<decltype(duckdb_append_data_chunk)>("duckdb_append_data_chunk")};
  decltype(&duckdb_appender_close) close_appender{
      find<decltype(duckdb_appender_close)>("duckdb_appender_close")};
  decltype(&duckdb_appender_destroy) destroy_appender{
      find<decltype(duckdb_appender_destroy)>("duckdb_appender_destroy")};
  decltype(&duckdb_vector_size) vector_size{
      find<decltype(duckdb_vector_size)>("duckdb_vector_size")};
};

/// Loaded once; a shared library is not unloaded while its threads may live.
const Library& library() {
  static const Library loaded([] {
    void* handle = ::dlopen("libduckdb.so", RTLD_NOW | RTLD_LOCAL);
    if (handle != nullptr) return handle;
    const char* said = ::dlerror();
    throw Error("io.duckdb.missing",
                std::string("Parquet and newline JSON need libduckdb.so (") +
                    (said == nullptr ? "not found" : said) +
                    "). Put it into ../lib beside the program, or run tools/install.sh and build");
  }());
  return loaded;
}

/// DuckDB ends a message with the statement, which is ours and says nothing to the user.
[[noreturn]] void refuse(const std::string& said) {
  throw Error("io.duckdb.query", shown(said.substr(0, said.find("\n\nLINE ")), 400));
}

/// A result; destroyed at the end of its scope.
class Result {
 public:
  Result(duckdb_connection connection, const std::string& sql) {
    if (library().query(connection, sql.c_str(), &result_) == DuckDBSuccess) return;
    const char* said = library().result_error(&result_);
    const std::string message = said == nullptr ? "unknown fault" : said;
    library().destroy_result(&result_);
    refuse(message);
  }
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  ~Result() { library().destroy_result(&result_); }
  duckdb_result& get() { return result_; }

 private:
  duckdb_result result_{};
};

/// A chunk of rows; destroyed at the end of its scope.
class Chunk {
 public:
  explicit Chunk(duckdb_data_chunk chunk) : chunk_(chunk) {}
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
  ~Chunk() {
    if (chunk_ != nullptr) library().destroy_chunk(&chunk_);
  }
  [[nodiscard]] duckdb_data_chunk get() const { return chunk_; }

 private:
  duckdb_data_chunk chunk_;
};

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr chrono::sys_days epoch{chrono::year{1970} / 1 / 1};

Date date_of(std::int32_t days) {
  const chrono::year_month_day day(epoch + chrono::days(days));
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
          static_cast<int>(static_cast<unsigned>(day.day()))};
}

std::int32_t days_of(Date date) {
  const chrono::year_month_day day(chrono::year(date.year),
                                   chrono::month(static_cast<unsigned>(date.month)),
                                   chrono::day(static_cast<unsigned>(date.day)));
  return static_cast<std::int32_t>((chrono::sys_days(day) - epoch).count());
}

bool whole_days(const std::vector<Date>& dates) {
  return std::all_of(dates.begin(), dates.end(),
                     [](Date date) { return !date.known() || date.day != 0; });
}

/// One column of a chunk, row by row.
class Cells {
 public:
  explicit Cells(duckdb_vector vector)
      : data_(library().vector_data(vector)), validity_(library().vector_validity(vector)) {}
  [[nodiscard]] bool known(idx_t row) const {
    return validity_ == nullptr || library().is_valid(validity_, row);
  }
  template <typename T>
  [[nodiscard]] T at(idx_t row) const {
    return static_cast<const T*>(data_)[row];
  }
  [[nodiscard]] std::string text(idx_t row) const {
    auto& held = static_cast<duckdb_string_t*>(data_)[row];
    return {library().text_data(&held), library().text_length(held)};
  }

 private:
  void* data_;
  std::uint64_t* validity_;
};

void take(Column& column, const Cells& cells, idx_t rows) {
  for (idx_t row = 0; row < rows; ++row) {
    const bool known = cells.known(row);
    if (auto* numbers = std::get_if<std::vector<double>>(&column.values))
      numbers->push_back(known ? cells.at<double>(row) : missing);
    else if (auto* dates = std::get_if<std::vector<Date>>(&column.values))
      dates->push_back(known ? date_of(cells.at<std::int32_t>(row)) : Date{});
    else
      std::get<std::vector<std::string>>(column.values)
          .push_back(known ? cells.text(row) : std::string());
  }
}

Column empty_column(duckdb_result& result, idx_t place) {
  Column column{.name = library().column_name(&result, place)};
  const duckdb_type type = library().column_type(&result, place);
  if (type == DUCKDB_TYPE_DOUBLE)
    column.values = std::vector<double>();
  else if (type == DUCKDB_TYPE_DATE)
    column.values = std::vector<Date>();
  else if (type == DUCKDB_TYPE_VARCHAR)
    column.values = std::vector<std::string>();
  else
    refuse("column '" + column.name + "' must be cast to DOUBLE, DATE or VARCHAR");
  return column;
}

/// The type of a column in the database.
duckdb_type type_of(const Column& column) {
  if (std::holds_alternative<std::vector<double>>(column.values)) return DUCKDB_TYPE_DOUBLE;
  const auto* dates = std::get_if<std::vector<Date>>(&column.values);
  return dates != nullptr && whole_days(*dates) ? DUCKDB_TYPE_DATE : DUCKDB_TYPE_VARCHAR;
}

const char* word(duckdb_type type) {
  return type == DUCKDB_TYPE_DOUBLE ? "DOUBLE" : type == DUCKDB_TYPE_DATE ? "DATE" : "VARCHAR";
}

/// Puts values of a column into a vector of a chunk.
class Filler {
 public:
  Filler(duckdb_vector vector, duckdb_type type) : vector_(vector), type_(type) {
    library().writable_validity(vector);
    validity_ = library().vector_validity(vector);
    data_ = library().vector_data(vector);
  }
  void put(const Column& column, std::size_t row, idx_t at) {
    if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
      put_number((*numbers)[row], at);
    else if (const auto* dates = std::get_if<std::vector<Date>>(&column.values))
      put_date((*dates)[row], at);
    else
      put_text(std::get<std::vector<std::string>>(column.values)[row], at);
  }

 private:
  void put_number(double value, idx_t at) {
    if (std::isnan(value)) return library().set_invalid(validity_, at);
    static_cast<double*>(data_)[at] = value;
  }
  void put_date(Date date, idx_t at) {
    if (!date.known()) return library().set_invalid(validity_, at);
    if (type_ == DUCKDB_TYPE_VARCHAR) return put_text(to_text(date), at);
    static_cast<std::int32_t*>(data_)[at] = days_of(date);
  }
  void put_text(const std::string& text, idx_t at) {
    library().assign_text(vector_, at, text.data(), text.size());
  }

  duckdb_vector vector_;
  duckdb_type type_;
  std::uint64_t* validity_ = nullptr;
  void* data_ = nullptr;
};

Chunk chunk_for(const std::vector<duckdb_type>& types) {
  std::vector<duckdb_logical_type> logical;
  for (const duckdb_type type : types) logical.push_back(library().create_type(type));
  const duckdb_data_chunk made = library().create_chunk(logical.data(), logical.size());
  for (duckdb_logical_type& type : logical) library().destroy_type(&type);
  return Chunk(made);
}

/// An appender; destroyed at the end of its scope.
class Appender {
 public:
  Appender(duckdb_connection connection, const std::string& table) {
    if (library().create_appender(connection, nullptr, table.c_str(), &appender_) != DuckDBSuccess)
      refuse("no rows can be added to table " + table);
  }
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;
  ~Appender() { (void)library().destroy_appender(&appender_); }
  void add(duckdb_data_chunk chunk) {
    if (library().append_chunk(appender_, chunk) != DuckDBSuccess) refuse("rows cannot be added");
  }
  void close() {
    if (library().close_appender(appender_) != DuckDBSuccess) refuse("rows cannot be added");
  }

 private:
  duckdb_appender appender_ = nullptr;
};

}  // namespace

struct Database::Open {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  Open() {
    duckdb_config config = nullptr;
    (void)library().create_config(&config);
    for (const auto& [name, value] :
         {std::pair{"autoinstall_known_extensions", "false"},
          std::pair{"autoload_known_extensions", "false"}, std::pair{"threads", "1"}})
      (void)library().set_config(config, name, value);
    char* said = nullptr;
    const duckdb_state state = library().open(nullptr, &database, config, &said);
    library().destroy_config(&config);
    const std::string message = said == nullptr ? "the database cannot be opened" : said;
    if (said != nullptr) library().free(said);
    if (state != DuckDBSuccess || library().connect(database, &connection) != DuckDBSuccess) {
      library().close(&database);
      refuse(message);
    }
  }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;
  ~Open() {
    library().disconnect(&connection);
    library().close(&database);
  }
};

Database::Database() : open_(std::make_unique<Open>()) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

void Database::run(const std::string& sql) { const Result done(open_->connection, sql); }

Table Database::query(const std::string& sql) {
  Result result(open_->connection, sql);
  Table table;
  const idx_t width = library().column_count(&result.get());
  for (idx_t k = 0; k < width; ++k) table.columns.push_back(empty_column(result.get(), k));
  while (true) {
    const Chunk chunk(library().fetch_chunk(result.get()));
    if (chunk.get() == nullptr) break;
    const idx_t rows = library().chunk_size(chunk.get());
    for (idx_t k = 0; k < width; ++k)
      take(table.columns[k], Cells(library().chunk_vector(chunk.get(), k)), rows);
  }
  return table;
}

void Database::add(const std::string& name, const Table& table) {
  std::string columns;
  std::vector<duckdb_type> types;
  for (const Column& column : table.columns) {
    types.push_back(type_of(column));
    columns += (columns.empty() ? "" : ", ") + sql_name(column.name) + " " + word(types.back());
  }
  run("CREATE TABLE " + sql_name(name) + " (" + columns + ")");
  Appender appender(open_->connection, name);
  const std::size_t step = library().vector_size();
  const Chunk chunk = chunk_for(types);
  for (std::size_t begin = 0; begin < table.rows(); begin += step) {
    const std::size_t count = std::min(step, table.rows() - begin);
    library().reset_chunk(chunk.get());
    for (std::size_t k = 0; k < types.size(); ++k) {
      Filler filler(library().chunk_vector(chunk.get(), k), types[k]);
      for (std::size_t row = 0; row < count; ++row) filler.put(table.columns[k], begin + row, row);
    }
    library().set_chunk_size(chunk.get(), count);
    appender.add(chunk.get());
  }
  appender.close();
}

std::string sql_text(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::string sql_name(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string sql_path(const std::string& path) {
  std::string out;
  for (const char c : path)
    out += c == '*' || c == '?' || c == '[' ? std::string("[") + c + "]" : std::string(1, c);
  return sql_text(out);
}

}  // namespace entact
