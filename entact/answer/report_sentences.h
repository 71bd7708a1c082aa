#pragma once

// The sentences of a Document, for the tests that hold them against its numbers.

#include <map>
#include <regex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "entact/report/document.h"

namespace entact {

/// Words that stand together, with the numbers that stand in them.
struct Sentence {
  enum class Place { prose, row, caption };
  std::string section{};
  std::string words{};
  std::vector<const Number*> numbers{};
  Place place = Place::prose;
};

/// A Document cut into sentences: at a full stop before a blank, and where a paragraph ends; a row
/// of a table is one; a title, caption or alternative text has the numbers of what it stands by.
class Sentences {
 public:
  explicit Sentences(const Document& document) {
    for (const Number& number : document.numbers) numbers_[number.id] = &number;
    for (const Section& section : document.sections) {
      section_ = section.id;
      for (const Prose& prose : section.opening) read(prose);
      for (const Block& block : section.blocks)
        if (const auto* table = std::get_if<TableBlock>(&block)) read(*table);
      for (const Block& block : section.blocks) read(block);
    }
  }
  std::vector<Sentence> all{};

 private:
  using Numbers = std::vector<const Number*>;

  void read(const Block& block) {
    if (const auto* prose = std::get_if<ProseBlock>(&block)) read(prose->prose);
    if (const auto* verdict = std::get_if<VerdictBlock>(&block)) read(verdict->reason);
    if (const auto* cards = std::get_if<CardsBlock>(&block))
      for (const Card& card : cards->cards) {
        Prose together = card.value;
        together.push_back(text(" "));
        together.insert(together.end(), card.note.begin(), card.note.end());
        read(together);
      }
    if (const auto* figure = std::get_if<FigureBlock>(&block)) {
      Numbers shown = tables_[figure->table];
      add_marks(figure->vega, shown);
      for (const std::string* words : {&figure->title, &figure->caption, &figure->alt})
        read_caption(*words, shown);
    }
    if (const auto* icons = std::get_if<IconBlock>(&block)) {
      Numbers shown;
      for (const IconPanel& panel : icons->panels)
        for (const std::string* id : {&panel.treatment, &panel.control})
          shown.push_back(numbers_.at(*id));
      read_caption(icons->caption, shown);
    }
  }
  void read(const TableBlock& table) {
    Numbers& shown = tables_[table.id];
    for (const auto& row : table.rows) {
      Sentence sentence{.section = section_, .place = Sentence::Place::row};
      for (const Cell& cell : row)
        for (const Span& span : cell.prose)
          if (span.kind == Span::Kind::number)
            sentence.numbers.push_back(numbers_.at(span.value));
          else if (span.kind != Span::Kind::source)
            sentence.words += span.value + " | ";
      shown.insert(shown.end(), sentence.numbers.begin(), sentence.numbers.end());
      all.push_back(std::move(sentence));
    }
    for (const std::string* words : {&table.title, &table.caption}) read_caption(*words, shown);
  }
  void read_caption(const std::string& words, const Numbers& shown) {
    if (words.empty()) return;
    all.push_back({section_, words, shown, Sentence::Place::caption});
  }
  /// The numbers that marks of a figure carry.
  void add_marks(const std::string& vega, Numbers& shown) const {
    static const std::regex mark("\"number\":\"([^\"]+)\"");
    for (std::sregex_iterator at(vega.begin(), vega.end(), mark), end; at != end; ++at)
      if (const auto found = numbers_.find((*at)[1]); found != numbers_.end())
        shown.push_back(found->second);
  }
  void read(const Prose& prose) {
    Sentence sentence{.section = section_};
    const auto end = [&] {
      if (!sentence.words.empty()) all.push_back(sentence);
      sentence = {.section = section_};
    };
    for (const Span& span : prose) {
      if (span.kind == Span::Kind::number) {
        sentence.numbers.push_back(numbers_.at(span.value));
        sentence.words += numbers_.at(span.value)->text;
        continue;
      }
      for (std::size_t i = 0; i < span.value.size(); ++i) {
        sentence.words += span.value[i];
        if (span.value[i] == '.' && (i + 1 == span.value.size() || span.value[i + 1] == ' ')) end();
      }
    }
    end();
  }

  std::string section_{};
  std::map<std::string, const Number*> numbers_{};
  std::map<std::string, Numbers> tables_{};
};

}  // namespace entact
