"""Whether a folder is called after a time or an occasion, or after a person."""

import re
import unicodedata
from typing import Final

from data.names import folded


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MONTHS: Final = _words("""
    jan january januar janner jaenner janvier enero gennaio feb february februar fevrier febrero febbraio mar march marz
    maerz mars marzo apr april avril abril aprile may mai mayo maggio jun june juni juin junio giugno jul july juli
    juillet julio luglio aug august aout agosto sep sept september septembre septiembre setiembre settembre oct okt
    october oktober octobre octubre ottobre nov november novembre noviembre dec dez december dezember decembre diciembre
    dicembre
    styczen stycznia luty lutego marzec marca kwiecien kwietnia czerwiec czerwca lipiec lipca sierpien sierpnia wrzesien
    wrzesnia pazdziernik pazdziernika listopad listopada grudzien grudnia
    ינואר פברואר מרץ מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
""")
_TIMES: Final = _words("""
    spring summer autumn fall winter fruhling fruhjahr sommer herbst printemps ete automne hiver primavera verano
    otono invierno estate autunno inverno day days night morning evening weekend today yesterday year years month
    months week weeks baby childhood kindheit enfance infancia infanzia school kindergarten schule ecole escuela scuola
    fruehling fruehjahr tag tage nacht abend wochenende heute gestern jahr jahre monat monate woche wochen grundschule
    gymnasium einschulung
    jour jours journee nuit matin soir soiree hier annee annees mois semaine semaines bebe bebes maternelle college
    lycee dia dias noche noches tarde semana semanas finde hoy ayer ano anos mes meses colegio guarderia instituto ninez
    wiosna lato jesien zima dzien dni noc wieczor dzisiaj wczoraj miesiac miesiace tydzien tygodnie niemowle
    dziecinstwo szkola przedszkole
    קיץ חורף יום ימים לילה בוקר ערב היום אתמול שבוע שבועות שנה שנים חודש חודשים שבת תינוק ילדות גן בית ספר
""")
_FEASTS_AND_JOURNEYS: Final = _words("""
    birthday geburtstag anniversaire cumpleanos compleanno christmas xmas weihnachten noel navidad natale easter ostern
    paques pascua pasqua wedding hochzeit mariage boda matrimonio thanksgiving halloween silvester fasching carnival
    graduation party parties reunion holiday holidays vacation vacations trip trips travel urlaub ferien reise vacances
    voyage vacaciones viaje viajes vacanze viaggio beach strand plage playa spiaggia garden garten jardin
    geburtstage geburtstagsfeier weihnachtsfeier weihnachtsferien hochzeiten hochzeitsfeier taufe konfirmation kommunion
    jubilaum jubilaeum neujahr advent karneval fest feste feier feiern feiertage familienfest familienfeier ausflug
    ausfluge ausfluege reisen sommerferien herbstferien winterferien osterferien sommerurlaub winterurlaub skiurlaub
    anniversaires mariages noces bapteme communion reveillon carnaval fete fetes voyages sortie sorties excursion plages
    cumple bodas bautizo comunion aniversario graduacion nochebuena nochevieja navidades fiesta fiestas excursiones
    playas urodziny urodzin imieniny swieta wigilia wielkanoc slub slubu wesele chrzest chrzciny komunia rocznica
    karnawal studniowka impreza imprezy wakacje wakacji ferie urlop wycieczka wycieczki podroz podroze wyjazd wyjazdy
    plaza ogrod
    הולדת חתונה חתונות ברית מצווה חג חגים פסח סוכות חנוכה פורים כיפור מסיבה מסיבות טיול טיולים חופש חופשה חופשות נסיעה
    נסיעות ים חוף גינה
""")
_FOLDERS: Final = _words("""
    photo photos foto fotos bilder bild picture pictures pic pics image images imagen imagenes img dcim camera kamera
    cam roll scan scans album albums albumes misc various other others old new neu alt edited original originals
    favorites favourites best selection raw jpg jpeg heic png tif tiff mov video videos live phone handy iphone ipad
    android samsung pixel apple canon nikon sony pana media olymp msdcf fuji whatsapp telegram signal facebook
    instagram screenshot screenshots download downloads export exported import imported backup copy copies sorted
    unsorted todo portrait portraits face faces crops set part teil
    aufnahmen verschiedenes diverses sonstiges sonstige andere anderes alte altes neue neues bearbeitet originale
    favoriten auswahl sicherung kopie kopien sortiert unsortiert gesicht gesichter portrats portraets bildschirmfotos
    photographies appareil divers autres anciennes anciens vieilles nouveau nouvelles nouveaux favoris sauvegarde copie
    copies visage visages tries triees captures ecran
    fotografias camara movil varios varias otros otras viejas viejos nuevas nuevos editadas editados originales
    favoritos favoritas seleccion copia copias seguridad caras retrato retratos capturas pantalla descargas ordenadas
    zdjecia zdjecie fotografie obrazy aparat rozne inne stare nowe edytowane oryginaly ulubione wybrane kopia zapasowa
    twarz twarze portrety skany pobrane
    תמונה תמונות צילום צילומים אלבום אלבומים מצלמה טלפון שונות אחר ישן ישנות חדש חדשות ערוך מקור מועדפים גיבוי עותק פנים
    הורדות סרטונים
""")
"""What programs, cameras and tidy people call folders."""
_OCCASIONS: Final = _MONTHS | _TIMES | _FEASTS_AND_JOURNEYS | _FOLDERS
_FILLING: Final = _words("""
    a and the of in at on with from to und mit im am der die das vom zum zur et de la le les des y el los las e il
""")
_ALSO_NAMES: Final = _words("""
    april avril may june august summer autumn winter easter noel natale pasqua mars jan juli julio mai dia matin
    אפריל מאי יוני יולי פסח ים ברית
""")
_WORDS: Final = re.compile(r"\d+|[^\W\d_]+")
_YEAR: Final = re.compile(r"(19|20)\d\d(\d\d){0,2}")


def _words_of(name: str) -> list[str]:
    """Without accents, and without the vowel points that Hebrew may have."""
    return _WORDS.findall("".join(c for c in folded(name) if unicodedata.category(c) != "Mn"))


def may_be_occasion(name: str) -> bool:
    """`2019`, `2019-07 Spain`, `Christmas`, `DCIM`, `April`, `1`; not `roger`."""
    words = _words_of(name)
    if all(word.isdecimal() or word in _OCCASIONS | _FILLING for word in words):
        return True
    return any(_YEAR.fullmatch(word) or word in _OCCASIONS for word in words)


def may_be_person(name: str) -> bool:
    """`roger`, `Anna Winter`, `Ben 2019`, `April`, `1`; not `2019`, `2019-07 Spain`, `Christmas`."""
    words = _words_of(name)
    if words and _YEAR.fullmatch(words[0]):
        return False
    letters = [word for word in words if not word.isdecimal()]
    return not letters or any(word not in _OCCASIONS | _FILLING or word in _ALSO_NAMES for word in letters)
