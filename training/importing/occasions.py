"""Whether a folder is called after a time or an occasion, or after a person."""

import re
from typing import Final

from data.names import folded


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MONTHS: Final = _words("""
    jan january januar janvier enero gennaio feb february februar fevrier febrero febbraio mar march marz maerz mars
    marzo apr april avril abril aprile may mai mayo maggio jun june juni juin junio giugno jul july juli juillet julio
    luglio aug august aout agosto sep sept september septembre septiembre settembre oct okt october oktober octobre
    octubre ottobre nov november novembre noviembre dec dez december dezember decembre diciembre dicembre
""")
_TIMES: Final = _words("""
    spring summer autumn fall winter fruhling fruhjahr sommer herbst printemps ete automne hiver primavera verano
    otono invierno estate autunno inverno day days night morning evening weekend today yesterday year years month
    months week weeks baby childhood kindheit enfance infancia infanzia school kindergarten schule ecole escuela scuola
""")
_FEASTS_AND_JOURNEYS: Final = _words("""
    birthday geburtstag anniversaire cumpleanos compleanno christmas xmas weihnachten noel navidad natale easter ostern
    paques pascua pasqua wedding hochzeit mariage boda matrimonio thanksgiving halloween silvester fasching carnival
    graduation party parties reunion holiday holidays vacation vacations trip trips travel urlaub ferien reise vacances
    voyage vacaciones viaje viajes vacanze viaggio beach strand plage playa spiaggia garden garten jardin
""")
_FOLDERS: Final = _words("""
    photo photos foto fotos bilder bild picture pictures pic pics image images imagen imagenes img dcim camera kamera
    cam roll scan scans album albums albumes misc various other others old new neu alt edited original originals
    favorites favourites best selection raw jpg jpeg heic png tif tiff mov video videos live phone handy iphone ipad
    android samsung pixel apple canon nikon sony pana media olymp msdcf fuji whatsapp telegram signal facebook
    instagram screenshot screenshots download downloads export exported import imported backup copy copies sorted
    unsorted todo portrait portraits face faces crops set part teil
""")
"""What programs, cameras and tidy people call folders."""
_OCCASIONS: Final = _MONTHS | _TIMES | _FEASTS_AND_JOURNEYS | _FOLDERS
_FILLING: Final = _words("a and the of in at on with from to und mit im am der die das et de la le les y el e il")
_ALSO_NAMES: Final = _words("april avril may june august summer autumn winter easter noel natale pasqua mars")
_WORDS: Final = re.compile(r"\d+|[^\W\d_]+")
_YEAR: Final = re.compile(r"(19|20)\d\d(\d\d){0,2}")


def may_be_occasion(name: str) -> bool:
    """`2019`, `2019-07 Spain`, `Christmas`, `DCIM`, `April`, `1`; not `roger`."""
    words = _WORDS.findall(folded(name))
    if all(word.isdecimal() or word in _OCCASIONS | _FILLING for word in words):
        return True
    return any(_YEAR.fullmatch(word) or word in _OCCASIONS for word in words)


def may_be_person(name: str) -> bool:
    """`roger`, `Anna Winter`, `Ben 2019`, `April`, `1`; not `2019`, `2019-07 Spain`, `Christmas`."""
    words = _WORDS.findall(folded(name))
    if words and _YEAR.fullmatch(words[0]):
        return False
    letters = [word for word in words if not word.isdecimal()]
    return not letters or any(word not in _OCCASIONS | _FILLING or word in _ALSO_NAMES for word in letters)
