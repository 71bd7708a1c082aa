#include "entact/io/dataset_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/io/inflate.h"

namespace entact {
namespace {

/// A dataset with `columns` and `rows` as JSON text, and as many records as said.
std::string dataset(const std::string& columns, const std::string& rows, const std::string& records,
                    const std::string& version = "1.1.0") {
  return R"({"datasetJSONCreationDateTime":"2024-01-01T00:00:00","datasetJSONVersion":")" +
         version + R"(","itemGroupOID":"IG.T","name":"T","label":"","records":)" + records +
         ",\"columns\":[" + columns + "],\"rows\":[" + rows + "]}";
}

std::string column(const std::string& name, const std::string& type, const std::string& more = "") {
  return R"({"itemOID":"IT.T.)" + name + R"(","name":")" + name + R"(","label":"The )" + name +
         R"(","dataType":")" + type + "\"" + more + "}";
}

constexpr const char* whole = R"(,"targetDataType":"integer","displayFormat":"DATE9.")";

struct Refusal {
  std::string code = "none";
  std::string message{};
};

Refusal refusal(const std::string& bytes) {
  try {
    (void)read_dataset_json(bytes, "t.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    return {error.code(), error.what()};
  }
  return {};
}

bool says(const Refusal& seen, std::string_view words) {
  return seen.message.find(words) != std::string::npos;
}

TEST(DatasetJson, reads_each_type_of_column) {
  const std::string text = dataset(
      column("S", "string") + "," + column("I", "integer") + "," + column("F", "double") + "," +
          column("D", "decimal", R"(,"targetDataType":"decimal")") + "," + column("B", "boolean") +
          "," + column("DT", "date", whole) + "," + column("DTC", "date") + "," +
          column("TM", "time", R"(,"targetDataType":"integer","displayFormat":"TIME8.")"),
      R"(["a",1,0.1,"1.25",true,"2018-11-29","2018-11","08:30:00"],
         ["",null,-0.0,null,false,null,"",null])",
      "2");
  const Reading reading = read_dataset_json(text);
  const Table& table = reading.table;
  EXPECT_TRUE(reading.issues.empty());
  EXPECT_EQ(table.text("S"), (std::vector<std::string>{"a", ""}));
  EXPECT_EQ(table.numbers("I")[0], 1.0);
  EXPECT_TRUE(std::isnan(table.numbers("I")[1]));
  EXPECT_TRUE(std::signbit(table.numbers("F")[1]));
  EXPECT_EQ(table.numbers("D")[0], 1.25);
  EXPECT_EQ(table.numbers("B"), (std::vector<double>{1.0, 0.0}));
  EXPECT_EQ(table.dates("DT"), (std::vector<Date>{{2018, 11, 29}, {}}));
  EXPECT_EQ(table.text("DTC")[0], "2018-11");  // --DTC is text and may be partial
  EXPECT_EQ(table.text("TM")[0], "08:30:00");
  EXPECT_EQ(table.column("I").label, "The I");
  EXPECT_EQ(table.column("DT").format, "DATE9.");
}

TEST(DatasetJson, reads_the_same_from_each_of_its_forms) {
  const std::string object = dataset(column("A", "string"), R"(["x"],["y"])", "2");
  const auto all = nlohmann::json::parse(object);
  nlohmann::json head = all;
  head.erase("rows");
  const std::string lines = head.dump() + "\r\n[\"x\"]\r\n[\"y\"]\n";
  for (const std::string& text : {object, all.dump(2), lines, deflate(object), deflate(lines)})
    EXPECT_EQ(read_dataset_json(text).table.text("A"), (std::vector<std::string>{"x", "y"}))
        << text;
}

TEST(DatasetJson, reads_a_dataset_without_rows) {
  const Table table = read_dataset_json(dataset(column("A", "integer"), "", "0")).table;
  EXPECT_EQ(table.rows(), 0U);
  EXPECT_EQ(table.columns.size(), 1U);
}

TEST(DatasetJson, tells_of_a_value_of_another_type_and_counts_it_as_missing) {
  const Reading reading =
      read_dataset_json(dataset(column("A", "integer") + "," + column("D", "date", whole),
                                R"([1,"2018-02-30"],["x","2018-11"],[2,7])", "3"),
                        "t.json");
  ASSERT_EQ(reading.issues.size(), 4U);
  EXPECT_EQ(reading.issues[1].code, "io.dataset_json.value");
  EXPECT_EQ(reading.issues[1].name, "A");
  EXPECT_EQ(reading.issues[1].column, 1);
  EXPECT_EQ(reading.issues[1].rule, "record 2 has here a number or null");
  EXPECT_EQ(reading.issues[1].value, "\"x\"");
  EXPECT_TRUE(std::isnan(reading.table.numbers("A")[1]));
  EXPECT_EQ(reading.table.dates("D"), (std::vector<Date>{{}, {}, {}}));
}

TEST(DatasetJson, refuses_what_is_no_dataset_json) {
  EXPECT_EQ(refusal("").code, "io.dataset_json.empty");
  EXPECT_EQ(refusal(" \n").code, "io.dataset_json.empty");
  EXPECT_EQ(refusal("{\"a\": 1}").code, "io.dataset_json.version");
  EXPECT_EQ(refusal("[1, 2]").code, "io.dataset_json.version");
  EXPECT_EQ(refusal(dataset(column("A", "string"), "", "0", "1.0.0")).code,
            "io.dataset_json.version");
  EXPECT_EQ(refusal(dataset(column("A", "string"), "", "0", "1.10")).code,
            "io.dataset_json.version");
  std::string cut = deflate(dataset(column("A", "string"), "", "0"));
  cut.resize(cut.size() - 9);
  EXPECT_EQ(refusal(cut).code, "io.dataset_json.compressed");
}

TEST(DatasetJson, names_line_and_column_of_a_fault_of_syntax) {
  const Refusal seen = refusal("{\n \"a\": 1,\n \"b\" 2\n}");
  EXPECT_EQ(seen.code, "io.dataset_json.syntax");
  EXPECT_TRUE(says(seen, "t.json:3:6: ")) << seen.message;
  const std::string text = dataset(column("A", "string"), R"(["x"])", "1");
  for (std::size_t size = 1; size < text.size(); size += 7)
    EXPECT_EQ(refusal(text.substr(0, size)).code, "io.dataset_json.syntax") << size;
  EXPECT_EQ(refusal(dataset(column("A", "double"), "[1e999]", "1")).code, "io.dataset_json.syntax");
  EXPECT_EQ(refusal(dataset(column("A", "string"), "[\"\xFF\"]", "1")).code,
            "io.dataset_json.syntax");
}

TEST(DatasetJson, names_the_line_of_a_damaged_row) {
  auto head = nlohmann::json::parse(dataset(column("A", "string"), "", "2"));
  head.erase("rows");
  const Refusal seen = refusal(head.dump() + "\n[\"x\"]\n[\"y\n");
  EXPECT_EQ(seen.code, "io.dataset_json.syntax");
  EXPECT_TRUE(says(seen, "t.json:3:")) << seen.message;
  EXPECT_TRUE(
      says(refusal(head.dump() + "\n[\"x\"]\n[1, 2]\n"), "t.json:3: record 2 is a list of 1"));
  EXPECT_EQ(refusal(head.dump() + "\n[\"x\"]\n").code, "io.dataset_json.records");  // cut
}

TEST(DatasetJson, refuses_counts_and_rows_that_do_not_agree) {
  const std::string a = column("A", "string");
  EXPECT_EQ(refusal(dataset(a, R"(["x"])", "2")).code, "io.dataset_json.records");
  EXPECT_EQ(refusal(dataset(a, R"(["x"])", "0")).code, "io.dataset_json.records");
  EXPECT_EQ(refusal(dataset(a, "", "-1")).code, "io.dataset_json.records");
  EXPECT_EQ(refusal(dataset(a, "", "\"2\"")).code, "io.dataset_json.records");
  EXPECT_EQ(refusal(dataset(a, R"(["x","y"])", "1")).code, "io.dataset_json.row");
  EXPECT_EQ(refusal(dataset(a, R"({"A":"x"})", "1")).code, "io.dataset_json.row");
}

TEST(DatasetJson, refuses_faulty_columns_and_names_them) {
  const auto code = [](const std::string& columns) {
    return refusal(dataset(columns, "", "0")).code;
  };
  EXPECT_EQ(code("1"), "io.dataset_json.columns");
  EXPECT_EQ(code(R"({"itemOID":"I","label":"","dataType":"string"})"), "io.dataset_json.columns");
  EXPECT_EQ(code(R"({"name":"A","label":"","dataType":"string"})"), "io.dataset_json.columns");
  EXPECT_EQ(code(column("A", "string") + "," + column("A", "string")), "io.dataset_json.columns");
  const Refusal seen = refusal(dataset(column("A", "text"), "", "0"));
  EXPECT_EQ(seen.code, "io.dataset_json.columns");
  EXPECT_TRUE(says(seen, "t.json:1 (A): ")) << seen.message;
  EXPECT_TRUE(says(seen, "saw \"text\""));
  EXPECT_EQ(refusal(R"({"datasetJSONVersion":"1.1","records":0})").code, "io.dataset_json.columns");
}

TEST(DatasetJson, writes_what_the_schema_asks_for) {
  Table table;
  table.add({.name = "A", .values = std::vector<double>{1.0, 2.5}, .label = "The A"});
  table.add({.name = "D", .values = std::vector<Date>{{2018, 11, 29}, {}}, .format = "DATE9."});
  table.add({.name = "S",
             .values = std::vector<std::string>{"\xC3\x9C"
                                                "ber",
                                                ""}});
  const auto json = nlohmann::json::parse(
      write_dataset_json(table, {.name = "ADSL", .label = "L", .created = "2024-01-02T03:04:05"}));
  for (const char* key : {"datasetJSONCreationDateTime", "datasetJSONVersion", "itemGroupOID",
                          "records", "name", "label", "columns"})
    EXPECT_TRUE(json.contains(key)) << key;
  EXPECT_EQ(json["datasetJSONCreationDateTime"], "2024-01-02T03:04:05");
  EXPECT_EQ(json["records"], 2);
  EXPECT_EQ(json["columns"][0]["itemOID"], "IT.ADSL.A");
  EXPECT_EQ(json["columns"][0]["dataType"], "double");
  EXPECT_EQ(json["columns"][1]["targetDataType"], "integer");
  EXPECT_EQ(json["columns"][2]["length"], 4);
  EXPECT_EQ(json["rows"][1], nlohmann::json::parse(R"([2.5, null, ""])"));
}

TEST(DatasetJson, refuses_to_write_what_it_could_not_give_back) {
  const auto code = [](Column column, const DatasetNames& names = {.name = "T"}) {
    try {
      Table table;
      table.add(std::move(column));
      (void)write_dataset_json(table, names);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string("none");
  };
  const Column good{.name = "A", .values = std::vector<double>{1.0}};
  EXPECT_EQ(code(good), "none");
  EXPECT_EQ(code(good, {}), "io.dataset_json.dataset");
  EXPECT_EQ(code(good, {.name = "T", .created = "today"}), "io.dataset_json.dataset");
  EXPECT_EQ(code({.name = "", .values = std::vector<double>{1.0}}), "io.dataset_json.columns");
  EXPECT_EQ(code({.name = "D", .values = std::vector<Date>{{2018, 0, 0}}}), "io.dataset_json.date");
  EXPECT_EQ(code({.name = "A", .values = std::vector<double>{HUGE_VAL}}), "io.dataset.infinite");
  EXPECT_EQ(code({.name = "A", .values = std::vector<std::string>{"\xFF"}}), "io.dataset.text");
  EXPECT_EQ(code({.name = "A", .values = std::vector<std::string>{std::string(1, '\0')}}),
            "io.dataset.text");
}

}  // namespace
}  // namespace entact
