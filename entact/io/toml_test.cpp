#include "entact/io/toml.h"

#include <gtest/gtest.h>

#include "entact/io/file.h"

namespace entact {
namespace {

constexpr const char* plan = R"(# A plan
title = "Phase 3"
alpha = 0.05
draws = 500
blinded = true
opened = 2018-11-29
closed = "2021-05"
visits = ["Week 6", "Week 18"]
weights = [1, 0.5]

[primary]
formula = "CHG ~ ARM"

[[analysis]]
name = "first"

[[analysis]]
name = "second"
levels = [[1, 2], [3]]
)";

struct Refusal {
  std::string code = "none";
  std::string message{};
};

template <typename Work>
Refusal refusal(Work work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    return {error.code(), error.what()};
  }
  return {};
}

bool begins(const std::string& text, const std::string& with) {
  return text.compare(0, with.size(), with) == 0;
}

TEST(Toml, reads_each_type_of_value) {
  const TomlTable root = read_toml(plan, "p.toml");
  EXPECT_EQ(root.text("title"), "Phase 3");
  EXPECT_EQ(root.number("alpha"), 0.05);
  EXPECT_EQ(root.number("draws"), 500.0);  // whole numbers are numbers
  EXPECT_EQ(root.integer("draws"), 500);
  EXPECT_TRUE(root.flag("blinded"));
  EXPECT_EQ(root.date("opened"), (Date{2018, 11, 29}));
  EXPECT_EQ(root.date("closed"), (Date{2021, 5, 0}));
  EXPECT_EQ(root.texts("visits"), (std::vector<std::string>{"Week 6", "Week 18"}));
  EXPECT_EQ(root.numbers("weights"), (std::vector<double>{1.0, 0.5}));
  EXPECT_EQ(root.table("primary").text("formula"), "CHG ~ ARM");
  ASSERT_EQ(root.tables("analysis").size(), 2U);
  EXPECT_EQ(root.tables("analysis")[1].text("name"), "second");
}

TEST(Toml, gives_the_fallback_only_for_an_absent_key) {
  const TomlTable root = read_toml(plan, "p.toml");
  EXPECT_EQ(root.text("none", "x"), "x");
  EXPECT_EQ(root.number("alpha", 0.1), 0.05);
  EXPECT_EQ(root.number("none", 0.1), 0.1);
  EXPECT_EQ(root.integer("none", 7), 7);
  EXPECT_FALSE(root.flag("none", false));
  EXPECT_EQ(root.texts("none", {"a"}), std::vector<std::string>{"a"});
  EXPECT_EQ(root.numbers("none", {2.0}), std::vector<double>{2.0});
  EXPECT_FALSE(root.optional_table("none"));
  EXPECT_TRUE(root.tables("none").empty());
  EXPECT_EQ(refusal([&] { (void)root.number("title", 1.0); }).code, "io.toml.type");
}

TEST(Toml, keeps_the_order_of_the_file) {
  EXPECT_EQ(read_toml("z = 1\na = 2\nm = 3\n").keys(), (std::vector<std::string>{"z", "a", "m"}));
}

TEST(Toml, keeps_the_document_alive_for_its_tables) {
  const TomlTable primary = read_toml(plan, "p.toml").table("primary");
  EXPECT_EQ(primary.text("formula"), "CHG ~ ARM");
}

TEST(Toml, names_file_line_column_key_rule_and_value_of_a_wrong_type) {
  const TomlTable root = read_toml(plan, "p.toml");
  const Refusal seen = refusal([&] { (void)root.text("alpha"); });
  EXPECT_EQ(seen.code, "io.toml.type");
  EXPECT_EQ(seen.message,
            "p.toml:3:9 (alpha): the value is text; saw \"0.05\". Write text instead of a number");
  EXPECT_TRUE(begins(refusal([&] { (void)root.tables("analysis")[1].table("levels"); }).message,
                     "p.toml:19:10 (analysis[2].levels): the value is a table"));
}

TEST(Toml, refuses_every_other_type) {
  const TomlTable root = read_toml(
      "t = \"x\"\nn = 1.5\nb = true\nl = [1, \"x\"]\nd = 2018-11-29T10:00:00\ninf = inf\n");
  const auto code = [](auto work) { return refusal(work).code; };
  EXPECT_EQ(code([&] { (void)root.number("t"); }), "io.toml.type");
  EXPECT_EQ(code([&] { (void)root.number("inf"); }), "io.toml.type");
  EXPECT_EQ(code([&] { (void)root.integer("n"); }), "io.toml.type");
  EXPECT_EQ(code([&] { (void)root.flag("t"); }), "io.toml.type");
  EXPECT_EQ(code([&] { (void)root.text("b"); }), "io.toml.type");
  EXPECT_EQ(code([&] { (void)root.numbers("l"); }), "io.toml.type");
  EXPECT_EQ(code([&] { (void)root.texts("t"); }), "io.toml.type");
  EXPECT_EQ(code([&] { (void)root.date("d"); }), "io.toml.type");
  EXPECT_EQ(code([&] { (void)root.date("t"); }), "io.toml.type");
  EXPECT_EQ(code([&] { (void)root.table("t"); }), "io.toml.type");
  EXPECT_EQ(code([&] { (void)root.tables("t"); }), "io.toml.type");
  EXPECT_EQ(code([&] { (void)root.tables("l"); }), "io.toml.type");
}

TEST(Toml, says_which_key_is_missing_and_in_which_table) {
  const TomlTable primary = read_toml(plan, "p.toml").table("primary");
  const Refusal seen = refusal([&] { (void)primary.text("estimand"); });
  EXPECT_EQ(seen.code, "io.toml.missing");
  EXPECT_TRUE(begins(seen.message, "p.toml:11:1 (primary.estimand): ")) << seen.message;
}

TEST(Toml, lists_the_keys_that_nobody_asked_for) {
  const TomlTable root = read_toml(
      "alpha = 1\nalhpa = 2\n[[a]]\nname = \"x\"\n[[a]]\nnaem = \"y\"\n[other]\nx = 1\n", "p.toml");
  (void)root.number("alpha", 0.05);
  for (const TomlTable& one : root.tables("a")) (void)one.text("name", "");
  const std::vector<Issue> issues = root.unknown_keys();
  ASSERT_EQ(issues.size(), 3U);  // of [other] its name only
  EXPECT_EQ(to_text(issues[0]),
            "p.toml:2:1 (alhpa): only known keys may stand here; saw \"alhpa\". Did you mean "
            "'alpha'?");
  EXPECT_EQ(issues[1].name, "a[2].naem");
  EXPECT_EQ(issues[1].line, 6);
  EXPECT_EQ(issues[2].name, "other");
  EXPECT_EQ(issues[2].remedy, "Remove it; known here are: a, alpha");
  EXPECT_EQ(refusal([&] { root.refuse_unknown(); }).code, "io.toml.unknown");
}

TEST(Toml, accepts_a_document_of_which_every_key_was_asked_for) {
  const TomlTable root = read_toml("a = 1\n[t]\nb = 2\n");
  (void)root.number("a");
  (void)root.table("t").number("b");
  EXPECT_TRUE(root.unknown_keys().empty());
  EXPECT_NO_THROW(root.refuse_unknown());
}

TEST(Toml, makes_an_error_of_a_rule_of_the_reader) {
  const TomlTable root = read_toml(plan, "p.toml");
  const Error error = root.fault("alpha", "alpha is below 0.01", "Write less");
  EXPECT_EQ(error.code(), "io.toml.value");
  EXPECT_STREQ(error.what(), "p.toml:3:9 (alpha): alpha is below 0.01; saw \"0.05\". Write less");
  EXPECT_EQ(root.table("primary").path("x"), "primary.x");
}

TEST(Toml, refuses_what_is_no_toml_with_line_and_column) {
  for (const char* text : {"a = \n", "a = 1\na = 2\n", "[t\n", "a = 1 2\n", "x = \"\xFF\"\n"}) {
    const Refusal seen = refusal([&] { (void)read_toml(text, "p.toml"); });
    EXPECT_EQ(seen.code, "io.toml.syntax") << text;
    EXPECT_TRUE(begins(seen.message, "p.toml:")) << seen.message;
  }
  const Refusal twice = refusal([&] { (void)read_toml("a = 1\na = 2\n", "p.toml"); });
  EXPECT_TRUE(begins(twice.message, "p.toml:2:")) << twice.message;
}

TEST(Toml, names_the_path_of_a_file) {
  const auto path = std::filesystem::path(testing::TempDir()) / "entact-plan.toml";
  write_file_atomically(path, "a = \n");
  EXPECT_TRUE(begins(refusal([&] { (void)read_toml_file(path); }).message, path.string() + ":1:"));
  std::filesystem::remove(path);
  EXPECT_EQ(refusal([&] { (void)read_toml_file(path); }).code, "io.file.missing");
}

}  // namespace
}  // namespace entact
