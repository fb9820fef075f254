"""Names of persons: how they are compared, sounded out, guessed at and shown.

The Spanish rules (abbreviations, nicknames, spelling by ear) only ever *add* readings to a name for comparison. What a
person is called is stored and shown as written, so that a Mapuche, Quechua, Vietnamese or Arabic name loses nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

_APOSTROPHES = "'`\u00b4\u2018\u2019\u02bc\u02bb\u02bd\u2032\ua78c"  # an apostrophe or a glottal stop is dropped: O'Higgins, T'ika
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h"} | dict.fromkeys(_APOSTROPHES, "")
)
_ACCENTS = re.compile("[\u0300-\u036f]")


def fold(text: str) -> str:
    """Lower case, without Latin accents (ñ becomes n) or punctuation, words parted by one space; other scripts keep their letters."""
    lower = unicodedata.normalize("NFKC", text.replace(".ª", "ª").replace(".º", "º")).casefold()
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", lower)))
    plain = plain.translate(_PLAIN)
    return " ".join("".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in plain).split())


def tidy(text: str) -> str:
    """The name as it is to be stored: what was typed, in composed characters and with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


PARTICLES = frozenset(
    {"de", "del", "la", "las", "los", "el", "y", "e", "i", "da", "do", "dos", "das", "di", "du", "van", "von", "der", "den"}
)


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """`paco=francisco; juanjo=juan jose` as a dict; alternatives are parted by |."""
    pairs = (entry.split("=") for entry in text.split(";"))
    return {short.strip(): tuple(full.strip() for full in fulls.split("|")) for short, fulls in pairs}


GIVEN_ABBREVIATIONS = _table(
    "ma=maria; mia=maria; fco=francisco; fca=francisca; fdo=fernando; fda=fernanda; jse=jose; anto=antonio; ant=antonio;"
    "rdo=ricardo; gmo=guillermo; ja=josefa; fcisco=francisco; sta=santa; sto=santo; bme=bartolome; jno=jeronimo; alej=alejandro;"
    "gpe=guadalupe; concep=concepcion; mgdl=magdalena; edo=eduardo; alfr=alfredo; mnl=manuel; fedco=federico; dom=domingo"
)
SURNAME_ABBREVIATIONS = _table(
    "hdez=hernandez; hndez=hernandez; hnez=hernandez; hrdez=hernandez; fdez=fernandez; fndez=fernandez; frndez=fernandez;"
    "gzlez=gonzalez; glez=gonzalez; gonz=gonzalez; gzalez=gonzalez; gcia=garcia; ga=garcia; grcia=garcia; mtnez=martinez;"
    "mtez=martinez; mnez=martinez; mrtnez=martinez; rguez=rodriguez; rdguez=rodriguez; rdez=rodriguez; rgez=rodriguez; rodz=rodriguez;"
    "lpez=lopez; lpz=lopez; szchez=sanchez; schez=sanchez; snchz=sanchez; sz=sanchez; pz=perez; prez=perez; prz=perez; gmez=gomez;"
    "gmz=gomez; jmnez=jimenez; jmez=jimenez; alvrez=alvarez; alvz=alvarez; vzquez=vazquez; vqz=vazquez; dguez=dominguez;"
    "dmguez=dominguez; gtrrez=gutierrez; gtez=gutierrez; rmrez=ramirez; rmz=ramirez; mdez=mendez; stgo=santiago; sta=santa; sto=santo"
)
NICKNAMES = _table(
    "paco=francisco; paquito=francisco; pancho=francisco; curro=francisco; kiko=francisco; fran=francisco; paca=francisca;"
    "paqui=francisca; panchita=francisca; pepe=jose; chepe=jose; josito=jose; pepa=josefa; josefina=josefa; fina=josefa; manolo=manuel;"
    "manu=manuel; lolo=manuel; manolita=manuela; nacho=ignacio; quique=enrique; kike=enrique; charo=rosario; chayo=rosario; lola=dolores;"
    "loli=dolores; lolita=dolores; concha=concepcion; conchi=concepcion; conchita=concepcion; conce=concepcion; chelo=consuelo;"
    "merche=mercedes; meche=mercedes; tere=teresa; teresita=teresa; maite=maria teresa|teresa; mayte=maria teresa|teresa;"
    "maribel=maria isabel; chabela=isabel; isa=isabel; chabel=isabel; toni=antonio|antonia; tono=antonio; antonito=antonio; rafa=rafael;"
    "javi=javier; lucho=luis; luisito=luis; santi=santiago; chago=santiago; memo=guillermo; guille=guillermo; lupe=guadalupe;"
    "lupita=guadalupe; beto=alberto|roberto|humberto; chuy=jesus; chus=jesus|maria jesus; tito=alberto; nando=fernando;"
    "fer=fernando|fernanda; alex=alejandro|alejandra; ale=alejandra|alejandro; jano=alejandro; cata=catalina; juancho=juan; juanito=juan;"
    "juanjo=juan jose; juanma=juan manuel; juanpa=juan pablo; juanca=juan carlos; josema=jose maria; chema=jose maria; mari=maria;"
    "maruja=maria; marisa=maria luisa; marilu=maria lucia|maria luz; maricarmen=maria carmen; mamen=maria carmen; carmencita=carmen;"
    "menchu=carmen; moncho=ramon; goyo=gregorio; pili=pilar; cris=cristina|cristian; sebas=sebastian; seba=sebastian; edu=eduardo;"
    "lalo=eduardo; gabi=gabriel|gabriela; dani=daniel|daniela; rober=roberto; nico=nicolas; migue=miguel; perico=pedro; perucho=pedro;"
    "rosita=rosa; anita=ana; elenita=elena; nena=elena; magda=magdalena; malena=magdalena|maria elena; mati=matias; rodri=rodrigo;"
    "pato=patricio; pati=patricia; paty=patricia; patri=patricia; vicky=victoria; vero=veronica; sole=soledad; chole=soledad;"
    "caro=carolina; carito=carolina; cote=maria jose; nati=natalia; susi=susana; trini=trinidad;"
    "encarni=encarnacion; asun=asuncion; puri=purificacion; inma=inmaculada; reme=remedios; milagritos=milagros; chelita=graciela;"
    "agus=agustin|agustina; benja=benjamin; cami=camila; andy=andres; checo=sergio; neto=ernesto; polo=leopoldo|hipolito"
)


def words(text: str) -> tuple[str, ...]:
    """Folded words without the particles that only join (de, la, van…); one that nothing follows is a name and stays."""
    found = fold(text).split()
    last_name = max((place for place, word in enumerate(found) if word not in PARTICLES), default=-1)
    return tuple(word for place, word in enumerate(found) if place >= last_name or word not in PARTICLES or _initial(word, place))


def _initial(word: str, place: int) -> bool:
    return place == 0 and len(word) == 1


@lru_cache(maxsize=50_000)
def given_tokens(text: str) -> tuple[str, ...]:
    """Comparison tokens of given names: `Mª del Carmen` gives (maria, carmen). Nicknames stay: see `given_readings`."""
    return _expanded(words(text), GIVEN_ABBREVIATIONS)


@lru_cache(maxsize=50_000)
def surname_tokens(text: str) -> tuple[str, ...]:
    """Comparison tokens of one surname or both: `Gzlez. de la Cruz` gives (gonzalez, cruz)."""
    return _expanded(words(text), SURNAME_ABBREVIATIONS)


def _expanded(found: Iterable[str], table: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(token for word in found for token in table.get(word, (word,))[0].split() if token not in PARTICLES or token == word)


@lru_cache(maxsize=50_000)
def given_readings(text: str, limit: int = 8) -> tuple[tuple[str, ...], ...]:
    """The ways to read given names, as written first: `Beto` may be itself, Alberto, Roberto or Humberto."""
    choices = [(token, *NICKNAMES.get(token, ())) for token in given_tokens(text)]
    return tuple(tuple(" ".join(reading).split()) for reading in islice(product(*choices), limit))


def search_tokens(text: str) -> tuple[str, ...]:
    """Each typed word of a whole name, as written: what the vocabulary look-up starts from."""
    return tuple(dict.fromkeys(words(text)))


def expansions(token: str) -> frozenset[str]:
    """Every folded word that a typed one may stand for, itself included: `fco` gives fco and francisco."""
    tables = (GIVEN_ABBREVIATIONS, SURNAME_ABBREVIATIONS, NICKNAMES)
    return frozenset([token, *(word for table in tables for full in table.get(token, ()) for word in full.split())])


# In order. Spelling that Spanish ears cannot tell apart gets one letter; X stands for ch, G for the hard g before e and i.
_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"ph", "f"),
        (r"t[cx](?=h|[aeiou])", "X"),  # Etxeberria, Etcheverry
        (r"[cs]h|X+h?", "X"),
        (r"tz", "s"),  # Itziar, Iciar
        (r"^ll|(?<=[aeiou])ll(?=[aeiou])", "y"),  # Llanos, Yanos
        (r"^h?u(?=[aeio])|^w|(?<=[aeiou])hu(?=[aeio])", "gu"),  # Huamán, Guamán, Waman
        (r"gu(?=[ei])", "G"),
        (r"qu(?=[ei])|q|ck", "k"),
        (r"g(?=[ei])|x(?=[aeiou])", "j"),  # Jiménez, Giménez, Ximénez
        (r"x", "s"),
        (r"h", ""),
        (r"sc(?=[ei])|c(?=[ei])|z", "s"),
        (r"c", "k"),
        (r"[vw]", "b"),
        (r"n[iy](?=[aou])", "n"),  # Muñoz, Munioz: ñ is already folded to n
        (r"^i(?=[aeou])", "y"),
        (r"y(?=[^aeiou]|$)", "i"),
        (r"m(?=[bpf])", "n"),
        (r"([A-Za-z])\1+", r"\1"),
        (r"d$", ""),
    )
)


@lru_cache(maxsize=100_000)
def phonetic(token: str) -> str:
    """A coarse key for one word: words that sound alike in Spanish share it. Words in other scripts are their own key."""
    word = fold(token).replace(" ", "")
    key = word
    if not word.isascii():
        return word
    for pattern, replacement in _SOUNDS:
        key = pattern.sub(replacement, key)
    return key.lower() or word


_USUAL_SECOND_GIVEN = (
    "adela adolfo adrian agustina aida alba alberto alejandra alejandro alfredo alicia alonso amalia amelia ana andrea andres angel angela"
    " angeles angelica antonia antonio armando arturo asuncion aurora beatriz belen bernarda camila carla carlos carmen carolina catalina"
    " cecilia clara claudia concepcion consuelo constanza cristina daniel daniela dario diego dolores eduardo elena elisa emilia emilio"
    " enrique ernesto esperanza estela esteban esther eugenia eugenio eva fabian felipe felix fernanda fernando francisca francisco gabriel"
    " gabriela gonzalo graciela guadalupe guillermo gustavo hector hernan hugo ignacia ignacio ines inmaculada irene isabel isidora ivan"
    " jaime javier javiera jesus joaquin jorge jose josefa josefina juan juana julia julian julio laura leonardo leonor leticia lorena"
    " lorenzo lourdes lucia luis luisa luz magdalena manuel manuela marcela marcelo marcos margarita maria mariana mario marta mateo matias"
    " mercedes miguel milagros monica montserrat natalia nicolas nieves octavio olga oscar pablo paola patricia patricio paula paz pedro"
    " pia pilar rafael ramon raquel raul rebeca remedios ricardo roberto rocio rodrigo rosa rosario sara sebastian sergio silvia sofia"
    " soledad susana teresa tomas trinidad valentina valeria veronica vicente victor victoria ximena yolanda"
)
_SECOND_GIVEN = frozenset(_USUAL_SECOND_GIVEN.split())


@dataclass(frozen=True, slots=True)
class PersonName:
    """The three parts of a name as written; any of them may be missing."""

    given: str = ""
    first_surname: str = ""
    second_surname: str = ""

    @property
    def full(self) -> str:
        """As it is said: María García López."""
        return " ".join(part for part in (self.given, self.first_surname, self.second_surname) if part)

    @property
    def formal(self) -> str:
        """As it is filed: García López, María."""
        surnames = " ".join(part for part in (self.first_surname, self.second_surname) if part)
        return ", ".join(part for part in (surnames, self.given) if part)

    @property
    def initials(self) -> str:
        """One or two capitals for a badge: the first of the given names and of the first surname, past its particles."""
        return "".join(map(_first_letter, (self.given, self.first_surname or self.second_surname)))


def _first_letter(part: str) -> str:
    written = [word for word in tidy(part).split() if fold(word)]
    weighty = [word for word in written if fold(word) not in PARTICLES] or written
    return next((char.upper()[0] for char in "".join(weighty) if char.isalnum()), "")


def proper_case(text: str) -> str:
    """`MARÍA DE LA CRUZ` or its lower case as `María de la Cruz`; a name in mixed case is left as its owner writes it."""
    tidied = tidy(text)
    if not (tidied.isupper() or tidied.islower()):
        return tidied
    cased = [word if place and word in PARTICLES else _capitalised(word) for place, word in enumerate(tidied.lower().split())]
    return " ".join(cased)


def _capitalised(word: str) -> str:
    return re.sub(r"(\b[do]['\u2019]|^|-)([^\W\d_])", lambda found: found[1].capitalize() + found[2].upper(), word)


def split_full_name(text: str) -> PersonName:
    """A guess to fill a form with, for a person to correct; what follows a comma is taken for the given names.

    Else the last two names are surnames, with their particles, unless only three were written and the second is a usual second given name.
    """
    before, comma, after = tidy(text).partition(",")
    if comma and fold(before) and fold(after):
        surnames = _names_with_particles(before)
        return PersonName(tidy(after), surnames[0], " ".join(surnames[1:]))
    names = _names_with_particles(tidy(text).replace(",", " "))
    given_count = _given_count(names)
    first, second = [*names[given_count:], "", ""][:2]
    return PersonName(" ".join(names[:given_count]), first, second)


def _given_count(names: list[str]) -> int:
    if len(names) < 3:
        return 1
    if len(names) == 3:
        return 2 if given_tokens(names[1])[-1] in _SECOND_GIVEN else 1
    return len(names) - 2


def _names_with_particles(text: str) -> list[str]:
    """`Juan de la Cruz Gómez` as Juan, de la Cruz, Gómez."""
    names: list[str] = []
    waiting: list[str] = []
    for word in text.split():
        waiting.append(word)
        if fold(word) and (fold(word) not in PARTICLES or _initial(fold(word), len(names) + len(waiting) - 1)):
            names.append(" ".join(waiting))
            waiting = []
    if waiting:
        names.append(" ".join(waiting))
    return names
