"""One face of an answer in words, and what of it everybody may be told."""

from collections.abc import Callable

from actions.answers import wording
from actions.answers.wording import Names
from foundation.face import Candidate, Flaw, RecognizedFace
from foundation.formats import listed
from foundation.statement import Statement


def as_told(face: RecognizedFace, wants_no_name: Callable[[str], bool]) -> RecognizedFace:
    """The face as everybody may hear of it: who does not want to be named is in no question, nor one of two.

    A name that is said is hidden by other words; a question would have it on a button.
    """
    if face.cousin is None or (face.answer == "named" and not face.runners_up):
        return face
    return face.among(lambda cousin: cousin == face.named or not wants_no_name(cousin))


class Sentences:
    """`emphasised` is how a front writes a name, such as in bold; whatever marks it up, it has to escape."""

    def __init__(self, names: Names, emphasised: Callable[[str], str] = str, *, to_admins: bool = False) -> None:
        self._names = names
        self._emphasised = emphasised
        self._to_admins = to_admins

    def whole(self, face: RecognizedFace, said: Statement | None = None) -> str:
        """For the only face of an answer; `said` is what was last accepted of it."""
        if said is not None:
            return self._stated(said, face)
        face = as_told(face, self._names.wants_no_name)
        if face.flaw is not None:
            return wording.flawed_face(face.flaw) if face.found else wording.flawed_picture(face.flaw)
        if face.asked_about:
            sentence = self._question(face)
        elif face.named is not None:
            sentence = wording.named(face.confidence, self._all_names(face))
        elif face.is_picture:
            sentence = wording.unknown_picture()
        elif face.found:
            sentence = wording.unknown_person()
        else:
            sentence = wording.reminds_of_nobody()
        return sentence if face.found or face.is_picture else wording.by_the_whole_picture(sentence)

    def short(self, face: RecognizedFace, said: Statement | None = None) -> str:
        """For one face of several."""
        if said is not None:
            return self._stated(said, face)
        face = as_told(face, self._names.wants_no_name)
        if face.flaw is not None:
            line = _flaw(face, face.flaw)
        elif face.asked_about:
            line = self._question(face)
        elif face.named is not None:
            line = wording.named_shortly(face.confidence, self._all_names(face))
        elif face.is_picture:
            line = wording.nothing_known(face.confidence)
        else:
            line = wording.nobody_known(face.confidence)
        return line if face.found or face.is_picture else wording.no_face_behind(line)

    def behind_a_colon(self, face: RecognizedFace) -> str:
        """What was guessed, whole, for who reviews it."""
        if face.flaw is not None:
            return _flaw(face, face.flaw)
        match face.answer, face.asked_about:
            case "either", (first, second):
                return wording.one_of_two(self._name(first), self._name(second))
            case "maybe", (cousin,):
                return wording.perhaps(self._name(cousin), face.confidence)
        if face.named is not None:
            return self._likely(Candidate(face.named, face.confidence))
        return (wording.nothing if face.is_picture else wording.nobody)(face.confidence)

    def _question(self, face: RecognizedFace) -> str:
        first, *others = map(self._name, face.asked_about)
        return wording.either(first, others[0]) if others else wording.maybe(first)

    def _all_names(self, face: RecognizedFace) -> str:
        """The name with how sure it is; behind it, when it is close, who else it may be."""
        first, *others = [Candidate(face.cousin or "", face.confidence), *face.runners_up]
        return listed([self._likely(one) for one in (first, *others)], "or")

    def _likely(self, one: Candidate) -> str:
        return wording.likely(self._name(one.cousin), one.probability)

    def _stated(self, said: Statement, face: RecognizedFace) -> str:
        name = self._name(said.cousin) if said.cousin else ""
        match said.says:
            case "is" if said.accepted_by is None:
                return wording.answered(name)
            case "is" if said.cousin in (face.named, *face.asked_about):
                return wording.confirmed(name)
            case "is":
                return wording.corrected(name)
            case "not" if said.cousin and self._names.wants_no_name(said.cousin):
                return wording.unknown_corrected(is_picture=face.is_picture)
            case "not":
                return wording.no_such_picture(name) if face.is_picture else wording.not_them(name)
            case "stranger":
                return wording.nothing_noted() if face.is_picture else wording.nobody_noted()
            case "not_a_face":
                return wording.no_face_noted()

    def _name(self, cousin: str) -> str:
        return self._emphasised(self._names.shown(cousin, to_admins=self._to_admins))


def _flaw(face: RecognizedFace, flaw: Flaw) -> str:
    return wording.face_flaw(flaw) if face.found else wording.picture_flaw(flaw)
