"""facts.yaml when a cousin is renamed, merged, or taken apart again, or has their facts written: every other line stays
as it was."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import chain
from typing import Final

import yaml

from data import wording
from data.facts.factbook import Entry, FactBook
from data.facts.parser import FactsError, leaves, parse_facts, says_nothing
from data.facts.sentences import ANY, language_code
from data.names import folded, shown_name

_PLAIN: Final = re.compile(r"[^\W\d](?:[\w ,.'-]*[\w.])?")
_SENTENCES: Final = ("facts", "avoid")

Added = Mapping[str, Mapping[str, Sequence[str]]]
"""Field -> language -> what is added to its list, or the one value of a field that has no list."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed text, and what takes the change back.

    Attributes:
        old, new: the lines of both cousins' entries as they were; None where there was none.
        after: the lines of the entry that there is instead.
        name: how the first one was shown.
    """

    text: str
    old: str
    new: str | None
    after: str
    name: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry stands: its first and last line, and its nodes."""

    first: int
    last: int
    key: yaml.ScalarNode
    value: yaml.Node


class _Text:
    """A facts file's text with the places of its entries."""

    def __init__(self, text: str, source: str, cousins: Collection[str]) -> None:
        """`cousins` are those of whom entries are looked for."""
        self.text = text
        self.source = source
        self.cousins = cousins
        self.lines = text.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        self.end = "\r\n" if "\r\n" in text else "\n"
        self.places: dict[str, _Place] = {}
        self.book = FactBook()
        if not says_nothing(text):
            self.book = parse_facts(text, source).among(cousins)
            root = yaml.compose(text, Loader=yaml.SafeLoader)
            assert isinstance(root, yaml.MappingNode)  # as parse_facts found it
            for cousin, (key, value) in zip(self.book.cousins, root.value, strict=True):
                last = max(node.end_mark.line for node in leaves(value, key))
                self.places[cousin] = _Place(key.start_mark.line, min(last, len(self.lines) - 1), key, value)

    def block(self, cousin: str) -> str | None:
        """The lines of an entry, or None where there is none."""
        place = self.places.get(cousin)
        return "".join(self.lines[place.first : place.last + 1]) if place else None

    def entry(self, cousin: str) -> Entry:
        entry = self.book.entry(cousin)
        return replace(entry, written="") if entry else Entry(cousin, shown_name(cousin))

    def with_edits(self, edits: Iterable[tuple[int, int, str]]) -> "_Text":
        """With these parts, from one index up to another, replaced. Raises FactsError."""
        text = self.text
        for start, stop, instead in sorted(edits, reverse=True):
            text = text[:start] + instead + text[stop:]
        return _Text(text, self.source, self.cousins)

    def after_line(self, line: int, added: Iterable[str]) -> tuple[int, int, str]:
        """The edit that adds lines behind one."""
        gap = "" if self.lines[line].endswith(("\n", "\r")) else self.end
        return self.starts[line + 1], self.starts[line + 1], gap + "".join(one + self.end for one in added)

    def by_hand(self, cousin: str) -> FactsError:
        line = self.places[cousin].first + 1 if cousin in self.places else 1
        return FactsError(wording.in_line(self.source, line, wording.facts_edit_by_hand(cousin)))


def rename_entry(text: str, old: str, new: str, shown: str | None, source: str) -> Edit | None:
    """The text with a cousin's entry under another key; None where there is no such entry.

    `shown` is how they are to be shown; without it a name that the family wrote goes along, unless it only spells the
    old key. Where the new one has an entry already, what theirs says beyond that is added to it.

    Raises FactsError where the text has a mistake, or is written so that only a person can change it.
    """
    before = _Text(text, source, {old, new})
    if old not in before.places:
        return None
    try:
        if new in before.places and new != old:
            return _merged(before, old, new)
        return _renamed(before, old, new, shown)
    except FactsError:  # what would come of it can't be read
        raise before.by_hand(old) from None


def restore_entry(text: str, old: str, new: str, edit: Edit, source: str) -> str:
    """The text with the entries as they were before `edit`. Raises FactsError as `rename_entry` does."""
    now = _Text(text, source, {old, new})
    place = now.places.get(new)
    if place is None or (old in now.places and old != new):
        return text  # the family has taken care of it
    behind = place.first + len(edit.after.splitlines())
    if "".join(now.lines[place.first : behind]) == edit.after:
        instead = (_whole(edit.new, now.end) if edit.new is not None else "") + edit.old
        restored = now.with_edits([(now.starts[place.first], now.starts[behind], instead)])
    elif edit.new is None:
        restored = _Text(_renamed(now, new, old, edit.name).text, source, {old, new})
    else:
        restored = now.with_edits([now.after_line(place.last, edit.old.splitlines())])
    if old not in restored.places:
        raise now.by_hand(new)
    return restored.text


def write_sentences(text: str, cousin: str, facts: Sequence[str], cousins: Collection[str], source: str) -> str:
    """The text with exactly these facts in the entry of a cousin, which is there, instead of those that the reader is
    told; `cousins` are the family's keys.

    Facts that stay keep their lines, with the remarks behind them, and so does every comment.

    Raises FactsError where the text has a mistake, or is written so that only a person can change it.
    """
    before = _Text(text, source, cousins)
    place, entry = before.places[cousin], before.entry(cousin)
    if list(entry.facts.told) == list(facts):
        return text
    node = _list_of(_field(place.value, "facts"), entry.facts.language)
    try:
        if node is None:
            edits = list(_additions(before, cousin, {"facts": {ANY: facts}}, {}))
        elif not facts:
            edits = [_without_facts(before, place, node, entry.name)]
        elif node.flow_style:
            written = ", ".join(json.dumps(one, ensure_ascii=False) for one in facts)
            edits = [(node.start_mark.index, node.end_mark.index, f"[{written}]")]
        else:
            edits = list(_rewritten(before, node, entry.facts.told, facts))
        after = before.with_edits(_joined(edits))
    except FactsError:
        raise before.by_hand(cousin) from None
    _require(
        before,
        after,
        cousin,
        {one: one for one in before.book.cousins},
        replace(entry, facts=entry.facts.with_told(facts)),
    )
    return after.text


def _field(value: yaml.Node, field: str) -> yaml.Node | None:
    if isinstance(value, yaml.MappingNode):
        return next((node for key, node in value.value if key.value == field), None)
    return value if field == "facts" else None


def _list_of(node: yaml.Node | None, language: str) -> yaml.SequenceNode | None:
    """The list of a field's sentences in one language."""
    if isinstance(node, yaml.MappingNode):
        return next((one for key, one in node.value if language_code(key.value) == language), None)
    return node if isinstance(node, yaml.SequenceNode) and language == ANY else None


def _without_facts(before: _Text, place: _Place, node: yaml.SequenceNode, name: str) -> tuple[int, int, str]:
    """The edit that takes the list out; an entry that says nothing else keeps the name."""
    value, first, field = place.value, node.start_mark.line, _field(place.value, "facts")
    last = node.end_mark.line if node.flow_style else _last_line(node.value[-1])
    if isinstance(field, yaml.MappingNode) and len(field.value) > 1:
        if field.flow_style:
            raise before.by_hand(name)
        first = next(key.start_mark.line for key, one in field.value if one is node)
        return before.starts[first], before.starts[last + 1], ""
    if isinstance(value, yaml.MappingNode):
        if value.flow_style:
            raise before.by_hand(name)
        first = next(key.start_mark.line for key, one in value.value if one is field)
        column, alone = value.start_mark.column, len(value.value) == 1
    else:
        column, alone = place.key.start_mark.column + 2, True
        if node.flow_style:
            start, stop = node.start_mark.index, node.end_mark.index
            return start, stop, f"{before.end}{' ' * column}name: {_scalar(name)}"
    instead = f"{' ' * column}name: {_scalar(name)}{before.end}" if alone else ""
    return before.starts[first], before.starts[last + 1], instead


def _rewritten(
    before: _Text, node: yaml.SequenceNode, old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[int, int, str]]:
    """The edits that make one list of the other, item by item."""
    items, dash = node.value, " " * node.start_mark.column + "- "
    for what, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        both = min(i2 - i1, j2 - j1)
        for item, fact in zip(items[i1 : i1 + both], new[j1 : j1 + both], strict=True):
            start, stop = item.start_mark.index, item.end_mark.index
            end = before.end if before.text[start:stop].endswith("\n") else ""
            yield start, stop, _scalar(fact) + end
        for item in items[i1 + both : i2]:
            yield before.starts[item.start_mark.line], before.starts[_last_line(item) + 1], ""
        if added := new[j1 + both : j2]:
            lines = [dash + _scalar(fact) for fact in added]
            if i1 + both:
                yield before.after_line(_last_line(items[i1 + both - 1]), lines)
            else:
                start = before.starts[items[0].start_mark.line]
                yield start, start, "".join(line + before.end for line in lines)


def _last_line(node: yaml.Node) -> int:
    """A block's text ends where the next line begins."""
    return int(node.end_mark.line) - (node.end_mark.column == 0)


def _renamed(before: _Text, old: str, new: str, shown: str | None) -> Edit:
    place, entry = before.places[old], before.entry(old)
    name = _name_of(place.value)
    if shown is None:
        spells_old = name is None or folded(name.value) in (folded(old), old)
        shown = shown_name(new) if spells_old else entry.name
    written = new if name is not None or shown_name(new) == shown else shown
    edits = [(place.key.start_mark.index, place.key.end_mark.index, _scalar(written))]
    if name is not None and entry.name != shown:
        edits.append((name.start_mark.index, name.end_mark.index, _scalar(shown)))
    after = before.with_edits(edits)
    wanted = replace(entry, key=new, name=shown)
    _require(before, after, old, {new if one == old else one: one for one in before.book.cousins}, wanted)
    return Edit(after.text, before.block(old) or "", None, after.block(new) or "", entry.name)


def _merged(before: _Text, old: str, new: str) -> Edit:
    gone, stays = before.entry(old), before.entry(new)
    aliases = [one for one in gone.aliases if one not in stays.aliases]
    place, source = before.places[new], before.places[old]
    remarks = _remarks(before, source)
    beyond: dict[str, Mapping[str, Sequence[str]]] = {
        field: getattr(gone, field).beyond(getattr(stays, field)) for field in _SENTENCES
    }
    beyond["aliases"] = {ANY: aliases} if aliases else {}
    if gone.wants_no_name and not stays.wants_no_name:
        beyond["named"] = {ANY: ["never"]}
    if gone.born and not stays.born:
        beyond["born"] = {ANY: [gone.born]}
    edits = list(_additions(before, new, {field: items for field, items in beyond.items() if items}, remarks))
    comments = [line.strip() for line in before.lines[source.first : source.last + 1] if line.lstrip().startswith("#")]
    if comments:
        indent = " " * (place.key.start_mark.column + 2)
        edits.append(before.after_line(place.last, [indent + comment for comment in comments]))
    edits.append((before.starts[source.first], before.starts[source.last + 1], ""))
    after = before.with_edits(_joined(edits))
    wanted = replace(
        stays,
        wants_no_name=stays.wants_no_name or gone.wants_no_name,
        born=stays.born or gone.born,
        facts=stays.facts.and_of(gone.facts),
        avoid=stays.avoid.and_of(gone.avoid),
        aliases=stays.aliases + tuple(aliases),
    )
    _require(before, after, new, {one: one for one in before.book.cousins if one != old}, wanted)
    changed = after.places[new]  # the comments come last, where the entry has ended already
    lines = after.lines[changed.first : changed.last + 1 + len(comments)]
    return Edit(after.text, before.block(old) or "", before.block(new), "".join(lines), gone.name)


def _additions(before: _Text, cousin: str, added: Added, remarks: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """The edits that add sentences to a cousin's entry, each with the remark that stood behind it."""
    place = before.places[cousin]
    value = place.value
    if not added:
        return

    def items(sentences: Iterable[str], column: int) -> list[str]:
        return [f"{' ' * column}- {_scalar(one)}{remarks.get(one, '')}" for one in sentences]

    def in_language(language: str, column: int, sentences: Iterable[str]) -> list[str]:
        return [f"{' ' * column}{language}:", *items(sentences, column + 2)] if language else items(sentences, column)

    def whole(field: str, column: int) -> list[str]:
        if field in ("named", "born"):  # one value, no list
            return [f"{' ' * column}{field}: {added[field][ANY][0]}"]
        lists = [in_language(language, column + 2, sentences) for language, sentences in added[field].items()]
        return [f"{' ' * column}{field}:", *chain.from_iterable(lists)]

    if isinstance(value, yaml.SequenceNode):
        column = value.start_mark.column if not value.flow_style else place.key.start_mark.column + 2
        others = [field for field in added if field != "facts"]
        if (others and column == place.key.start_mark.column) or added.get("facts", {}).keys() - {ANY}:
            raise before.by_hand(cousin)
        if value.flow_style:
            if "facts" in added:
                yield _in_brackets(value, added["facts"][ANY])
            if others:
                start = value.start_mark.index
                yield start, start, f"{before.end}{' ' * column}facts: "
        else:
            if others:
                start = before.starts[value.start_mark.line]
                yield start, start, f"{' ' * column}facts:{before.end}"
            if "facts" in added:
                yield before.after_line(place.last, items(added["facts"][ANY], column))
        for field in others:
            yield before.after_line(place.last, whole(field, column))
        return
    if not isinstance(value, yaml.MappingNode) or value.flow_style:
        raise before.by_hand(cousin)
    for field, by_language in added.items():
        lists = _field(value, field)
        if lists is None:
            yield before.after_line(place.last, whole(field, value.start_mark.column))
            continue
        for language, sentences in by_language.items():
            node = _list_of(lists, language)
            if node is None and (not language or not isinstance(lists, yaml.MappingNode) or lists.flow_style):
                raise before.by_hand(cousin)
            if node is not None and node.flow_style:
                yield _in_brackets(node, sentences)
                continue
            within, column = node or lists, (node or lists).start_mark.column
            last = max(leaf.end_mark.line for leaf in leaves(within, within))
            lines = items(sentences, column) if node else in_language(language, column, sentences)
            yield before.after_line(min(last, place.last), lines)


def _in_brackets(node: yaml.Node, added: Iterable[str]) -> tuple[int, int, str]:
    end = node.end_mark.index - 1
    return end, end, "".join(f", {json.dumps(one, ensure_ascii=False)}" for one in added)


def _joined(edits: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """What is added at one place, in the order it was asked for."""
    joined: dict[tuple[int, int], str] = {}
    for start, stop, text in edits:
        joined[start, stop] = joined.get((start, stop), "") + text
    return [(start, stop, text) for (start, stop), text in joined.items()]


def _remarks(text: _Text, place: _Place) -> dict[str, str]:
    """The comments that stand behind sentences, on the same line."""
    remarks = {}
    for node in leaves(place.value, place.key):
        if isinstance(node, yaml.ScalarNode) and node.end_mark.line < len(text.lines):
            rest = text.lines[node.end_mark.line][node.end_mark.column :].rstrip()
            if rest.lstrip().startswith("#") and node.start_mark.line == node.end_mark.line:
                remarks[" ".join(str(node.value).split())] = rest
    return remarks


def _name_of(value: yaml.Node) -> yaml.ScalarNode | None:
    if isinstance(value, yaml.MappingNode):
        return next((node for key, node in value.value if key.value == "name"), None)
    return None


def _require(before: _Text, after: _Text, cousin: str, cousins: dict[str, str], wanted: Entry) -> None:
    """Raise FactsError unless the text says of this cousin what is `wanted`, and the same as before of the others."""
    others = all(after.entry(now) == before.entry(was) for now, was in cousins.items() if now != wanted.key)
    if list(after.book.cousins) != list(cousins) or not others or after.entry(wanted.key) != wanted:
        raise before.by_hand(cousin)


def _whole(block: str, end: str) -> str:
    return block if block.endswith(("\n", "\r")) else block + end


def _scalar(text: str) -> str:
    """A text as YAML takes it for itself, in quotes where it would take it for something else."""
    if _PLAIN.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    return json.dumps(text, ensure_ascii=False)
