#pragma once

// A Document is what Entact shows: sections of prose, tables and figures in which every number
// leads back to the facts it came from or to the command that reproduces it. This file holds the
// types alone; document_json.h writes them, web/ renders them.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "entact/base/source.h"

namespace entact {

/// How a number came to be: read from facts, or computed by a command from facts.
struct NumberTrail {
  std::vector<std::string> facts{};  ///< ids of the rows of the evidence base that it rests on
  std::string command{};  ///< shell command that prints it; empty if the number is the fact itself
  std::string pointer{};  ///< JSON pointer of the number in that command's JSON output
  std::string model{};    ///< what computed it: "random effects, REML, Hartung-Knapp with floor"
};

/// A number as shown: its full value, the text for people, and its trail.
struct Number {
  std::string id{};
  double value = 0;
  std::string text{};
  std::string label{};  ///< what it is, for the trail panel and for screen readers
  std::string unit{};
  NumberTrail trail{};
};

/// A piece of running text.
struct Span {
  enum class Kind { text, strong, number, source };
  Kind kind = Kind::text;
  std::string value{};  ///< the text itself, a Number id or a Source id
};
using Prose = std::vector<Span>;

Span text(std::string_view words);
Span strong(std::string_view words);
Span number_span(std::string_view number_id);
Span source_span(std::string_view source_id);

enum class Tone { plain, finding, caution, notice };

struct ProseBlock {
  Prose prose{};
  Tone tone = Tone::plain;
};

/// One cell of a table: text, numbers, sources, or several of them; empty means not reported.
struct Cell {
  Prose prose{};
  std::vector<std::string> facts{};  ///< facts behind a text cell
};
Cell cell(std::string_view words, std::vector<std::string> facts = {});
Cell number_cell(std::string_view number_id);

struct TableColumn {
  enum class Type { text, number, date };
  std::string key{};
  std::string title{};
  Type type = Type::text;
  bool filter = false;  ///< offer a choice of its values above the table
};

struct TableBlock {
  std::string id{};
  std::string title{};
  std::string caption{};
  std::vector<TableColumn> columns{};
  std::vector<std::vector<Cell>> rows{};
  bool collapsed = false;  ///< shown on demand: the table of a figure, the long lists
};

/// A Vega-Lite figure. Data values may carry a field `number` (a Number id): a click on the mark
/// then opens its trail.
struct FigureBlock {
  std::string id{};
  std::string title{};
  std::string caption{};
  std::string alt{};    ///< what a person who cannot see it should know
  std::string vega{};   ///< the specification, JSON text, data inline
  std::string table{};  ///< id of the TableBlock that holds the same numbers
};

/// One headline of the answer in one screen.
struct Card {
  std::string label{};
  Prose value{};
  Prose note{};
  Tone tone = Tone::plain;
};
struct CardsBlock {
  std::vector<Card> cards{};
};

/// People out of 100 in two arms, for one outcome.
struct IconPanel {
  std::string label{};
  std::string treatment_label{};
  std::string treatment{};  ///< Number id of a proportion in [0, 1]
  std::string control_label{};
  std::string control{};
  bool harm = false;
};
struct IconBlock {
  std::string id{};
  std::string title{};
  std::string caption{};
  std::vector<IconPanel> panels{};
};

/// A statement often made about the treatment, and what the evidence says of it.
struct VerdictBlock {
  std::string claim_id{};
  std::string topic{};
  std::string claim{};
  std::string verdict{};    ///< not studied | not supported | partly | supported | contradicted
  std::string certainty{};  ///< high | moderate | low | very low | "" where no certainty was judged
  std::string rule{};       ///< the rule that decided, as the claims table words it
  Prose reason{};           ///< the numbers that decided and the interval used
};

using Block =
    std::variant<ProseBlock, TableBlock, FigureBlock, CardsBlock, IconBlock, VerdictBlock>;

struct Section {
  std::string id{};
  std::string title{};
  std::vector<Prose> opening{};  ///< two or three sentences generated from the numbers
  std::vector<Block> blocks{};
};

/// A row of the evidence base as the trail panel shows it.
struct FactView {
  std::string table{};
  std::vector<std::pair<std::string, std::string>>
      cells{};  ///< column, value; empty values left out
  std::string source{};
  std::string locator{};
  std::string verified{};
};

struct InputFile {
  std::string name{};
  std::string sha256{};
};

struct Provenance {
  std::string version{};
  std::string command{};  ///< canonical: without threads, quiet, out and format
  std::vector<InputFile> inputs{};
  std::string evidence_sha256{};
  std::string as_of{};
};

struct Document {
  int schema = 1;
  std::string title{};
  std::string subtitle{};
  std::string notice{};
  Provenance provenance{};
  std::vector<std::string> issues{};  ///< what is wrong with the evidence base, a sentence each
  std::vector<Section> sections{};
  std::vector<Number> numbers{};
  std::map<std::string, Source> sources{};
  std::map<std::string, FactView> facts{};
};

}  // namespace entact
