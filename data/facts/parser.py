"""The text of facts.yaml checked node by node, every error with its line and what to write instead."""

import difflib
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

import yaml

from data import wording
from data.facts.factbook import Entry, FactBook, written_name
from data.facts.sentences import Sentences, language_code
from data.names import cousin_key, folded

MAX_FACT = 300  # characters: name, fact and two more lines must fit a photo's caption of 1024
MAX_NAME = 60
# Spaces that look like plain ones and are none to YAML, where only plain ones count: in front, behind a dash, or behind
# a name's colon.
_ODD = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"
_ODD_SPACE = re.compile(rf"[ \t]*([{_ODD}]|-+[{_ODD}]|[^\s\-#'\"][^:#]*:[{_ODD}])")
_FIELDS = ("name", "facts", "avoid", "aliases", "born", "named")
_BORN = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2}))?")
_FIRST_BIRTH = 1800  # nobody whom a photo shows was born before


class FactsError(Exception):
    """facts.yaml cannot be used; the message names the file and the line and says what to write instead."""


def parse_facts(text: str, source: str) -> FactBook:
    """Parse the text of a facts file; `source` is what errors call it. Raises FactsError."""
    return _Parser(text, source).book()


def says_nothing(text: str) -> bool:
    """Whether nobody has an entry in it: there are comments at most, or empty braces."""
    return "".join(line for line in text.splitlines() if not line.lstrip().startswith("#")).split() in ([], ["{}"])


def without_entry(text: str, written: str, source: str) -> str | None:
    """The text without the entry of this name, every other line as it was; None where there is none.

    Raises FactsError where the text cannot be read, or the entry shares a line with another.
    """
    book = parse_facts(text, source)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    lines = text.splitlines(keepends=True)
    for name, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if _key(name.value) == written:
            first, last = name.start_mark.line, max(node.end_mark.line for node in leaves(value, name))
            rest = "".join(lines[:first] + lines[last + 1 :])
            others = [other for other in book.cousins if other != written]
            if list(parse_facts(rest, source).cousins if others else ()) != others:
                raise FactsError(wording.in_line(source, first + 1, wording.line_shared(written)))
            return rest
    return None


def leaves(node: yaml.Node, otherwise: yaml.Node) -> Iterator[yaml.Node]:
    """What is written below a node; a block's own end is where the next one begins, beyond comments."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style:
        yield node if node.value else otherwise
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from leaves(child, otherwise)
    else:
        for key, value in node.value:
            yield from leaves(value, key)


class _Parser:
    """One reading of one text. YAML nodes are checked as written: no value turns into a number or a date."""

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self.lines = text.splitlines()
        self.text = text
        self.begun: dict[str, int] = {}  # key -> the line its entry begins on

    def book(self) -> FactBook:
        root = self._compose()
        if root is None or (isinstance(root, yaml.MappingNode) and not root.value):
            raise FactsError(wording.facts_empty(self.source, wording.facts_how_to()))
        if not isinstance(root, yaml.MappingNode):
            raise self._error(root, wording.no_cousin_named(wording.facts_how_to()))
        return FactBook(list(self._entries(root)))

    def _compose(self) -> yaml.Node | None:
        odd = next((number for number, line in enumerate(self.lines, 1) if _ODD_SPACE.match(line)), None)
        if odd is not None:
            raise FactsError(wording.in_line(self.source, odd, wording.odd_space()))
        try:
            root = yaml.compose(self.text, Loader=yaml.SafeLoader)
            self._check_anchors()
            return root
        except yaml.MarkedYAMLError as error:
            raise FactsError(self._advice(error)) from None
        except RecursionError:
            raise FactsError(wording.facts_nested(self.source, wording.facts_how_to())) from None
        except yaml.reader.ReaderError as error:
            line = self.text.count("\n", 0, error.position) + 1
            raise FactsError(wording.in_line(self.source, line, wording.invisible_character())) from None

    def _check_anchors(self) -> None:
        """Refuse "&joy to the world", of which YAML takes the first word for a mark that nothing refers to."""
        marked: dict[str, Any] = {}  # where, by the mark's name
        for event in yaml.parse(self.text, Loader=yaml.SafeLoader):
            if not isinstance(event, yaml.NodeEvent) or event.anchor is None or event.start_mark is None:
                continue
            if isinstance(event, yaml.AliasEvent):
                marked.pop(event.anchor, None)
            else:
                marked[event.anchor] = event.start_mark
        for mark in marked.values():
            written = self.lines[mark.line][mark.column :]
            raise FactsError(wording.in_line(self.source, mark.line + 1, wording.and_needs_quotes(_quoted(written))))

    def _advice(self, error: yaml.MarkedYAMLError) -> str:
        # Where a thing was begun says more than where YAML noticed that its end is missing.
        begun = error.context in ("while scanning a quoted scalar", "while scanning a simple key")
        mark = error.context_mark if begun else error.problem_mark
        line = min(mark.line, len(self.lines) - 1) if mark else 0
        written = self.lines[line]
        if "\t" in written[: len(written) - len(written.lstrip())]:
            advice = wording.tab_at_start()
        elif "expected a single document" in str(error):
            advice = wording.document_mark()
        elif error.context == "while scanning a quoted scalar":
            advice = wording.quotes_open()
        elif match := re.match(r"\s*- +(.+)", written):
            advice = wording.needs_quotes(_quoted(match[1]))
        else:
            advice = wording.line_unreadable(wording.facts_how_to())
        return wording.in_line(self.source, line + 1, advice)

    def _entries(self, root: yaml.MappingNode) -> Iterator[Entry]:
        for name_node, value in root.value:
            name = self._text(name_node, MAX_NAME)
            key, shown = _key(name), written_name(name)
            try:
                cousin_key(name)  # what could never be a folder's name is said
            except ValueError as error:
                raise self._error(name_node, str(error)) from None
            if key in self.begun:
                raise self._error(name_node, wording.name_twice(name, self.begun[key]))
            self.begun[key] = name_node.start_mark.line + 1
            if isinstance(value, yaml.SequenceNode):
                yield Entry(key, shown, facts=Sentences.for_everybody(self._facts(value, name)))
            elif isinstance(value, yaml.MappingNode):
                yield self._mapping(key, shown, name, value)
            else:
                raise self._error(
                    value if value.value else name_node, wording.facts_missing(name, wording.facts_how_to())
                )

    def _mapping(self, key: str, shown: str, name: str, node: yaml.MappingNode) -> Entry:
        fields: dict[str, yaml.Node] = {}
        for field_node, value in node.value:
            field = self._text(field_node, MAX_NAME)
            if field not in _FIELDS:
                near = difflib.get_close_matches(field.lower(), _FIELDS, n=1)
                complaint = wording.field_misspelt(field, near[0]) if near else wording.field_unknown(field, _FIELDS)
                raise self._error(field_node, complaint)
            if field in fields:
                raise self._error(field_node, wording.field_twice(name, field))
            fields[field] = value
        if "name" in fields:
            shown = self._text(fields["name"], MAX_NAME)
            self._check_typeable(shown, fields["name"])
        aliases = []
        for item in self._items(fields.get("aliases"), name, "aliases"):
            aliases.append(self._text(item, MAX_NAME))
            self._check_typeable(aliases[-1], item)
        return Entry(
            key,
            shown,
            facts=self._sentences(fields.get("facts"), name, "facts"),
            avoid=self._sentences(fields.get("avoid"), name, "avoid"),
            aliases=tuple(aliases),
            wants_no_name=self._never(fields.get("named")),
            born=self._born(fields.get("born")),
        )

    def _never(self, node: yaml.Node | None) -> bool:
        if node is None:
            return False
        if self._text(node, MAX_NAME) != "never":
            raise self._error(node, wording.named_is_not_never())
        return True

    def _born(self, node: yaml.Node | None) -> str:
        """A year or a day, as `Entry` has it."""
        if node is None:
            return ""
        text = self._text(node, MAX_NAME)
        found = _BORN.fullmatch(text)
        if found is None or int(found[1]) < _FIRST_BIRTH:
            raise self._error(node, wording.born_unclear(text))
        year, month, day = (int(part or 1) for part in found.groups())
        try:
            birth = date(year, month, day)
        except ValueError:
            raise self._error(node, wording.no_such_day(text)) from None
        if birth > date.today():
            raise self._error(node, wording.born_in_future(text))
        return birth.isoformat() if found[2] else found[1]

    def _sentences(self, node: yaml.Node | None, name: str, field: str) -> Sentences:
        if not isinstance(node, yaml.MappingNode):
            return Sentences.for_everybody(self._facts(node, name, field))
        written: dict[str, tuple[str, ...]] = {}
        for language_node, sentences in node.value:
            language = language_code(text := self._text(language_node, MAX_NAME))
            if language is None:
                raise self._error(language_node, wording.not_a_languages_code(text, name, field))
            if language in written:
                raise self._error(language_node, wording.field_twice(name, text))
            written[language] = self._facts(sentences, name, f"{field}: {text}")
        if not written:
            raise self._error(node, wording.field_empty(name, field))
        return Sentences(written)

    def _facts(self, node: yaml.Node | None, name: str, field: str = "facts") -> tuple[str, ...]:
        facts: dict[str, int] = {}
        for item in self._items(node, name, field):
            fact = self._text(item, MAX_FACT)
            if fact in facts:
                raise self._error(item, wording.fact_twice(name, facts[fact]))
            facts[fact] = item.start_mark.line + 1
        return tuple(facts)

    def _items(self, node: yaml.Node | None, name: str, field: str) -> list[yaml.Node]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self._error(node, wording.field_not_a_list(name, field))
        if not node.value:
            raise self._error(node, wording.field_empty(name, field))
        return node.value  # type: ignore[no-any-return]

    def _text(self, node: yaml.Node, limit: int) -> str:
        """What was written, as one line."""
        if isinstance(node, yaml.MappingNode) and node.value and isinstance(node.value[0][0], yaml.ScalarNode):
            written = self.lines[node.start_mark.line][node.start_mark.column :]
            raise self._error(node, wording.colon_needs_quotes(_quoted(written)))
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(node, wording.not_plain_words())
        if not node.tag.startswith("tag:yaml.org,2002:"):
            raise self._error(node, wording.exclamation_needs_quotes(_quoted(f"{node.tag} {node.value}")))
        if node.style is None and node.value:
            self._check_plain(node)
        text = " ".join(str(node.value).split())
        if not text:
            raise self._error(node, wording.nothing_written())
        if len(text) > limit:
            raise self._error(node, wording.text_too_long(len(text), limit))
        return text

    def _check_plain(self, node: yaml.ScalarNode) -> None:
        """Refuse what YAML would quietly take for something else in words without quotes."""
        last = node.end_mark.line
        rest = self.lines[last][node.end_mark.column :] if last < len(self.lines) else ""
        if re.match(r"\s+#\S", rest):  # a comment, that is half a sentence lost
            raise self._error(node, wording.hash_needs_quotes(_quoted(node.value + rest)))
        for below in self.lines[node.start_mark.line + 1 : last + 1]:
            if below.lstrip().startswith("- "):
                raise self._error(node, wording.dash_out_of_line())

    def _check_typeable(self, name: str, node: yaml.Node) -> None:
        if not folded(name):
            raise self._error(node, wording.name_untypeable(name))

    def _error(self, node: yaml.Node, complaint: str) -> FactsError:
        return FactsError(wording.in_line(self.source, node.start_mark.line + 1, complaint))


def _key(name: str) -> str:
    """The name before a colon as the key that it may be."""
    return unicodedata.normalize("NFC", " ".join(name.split()))


def _quoted(sentence: str) -> str:
    """A sentence as YAML takes it whole."""
    return '"' + sentence.strip().replace('"', "'") + '"'
