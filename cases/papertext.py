"""Text made fit for paper: cleaned of what cannot or must not be printed, and the fixed words of each paper in the active language."""

import re
import unicodedata

from django.utils.translation import gettext

BREAK = "\u200b"
LONGEST_WORD = 28
STEP = 7
BIDI_TRICKS = {chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
LONG_WORD = re.compile(rf"[^\s{BREAK}]{{{LONGEST_WORD},}}")


def clean(text: str) -> str:
    """One printable line whose words may break when too long for it."""
    return LONG_WORD.sub(lambda word: BREAK.join(_pieces(word[0])), plain(text))


def plain(text: str) -> str:
    """One printable line, for codes and addresses that must copy exactly: no control characters, no direction overrides."""
    kept = "".join(c if _printable(c) else " " if c.isspace() else "" for c in unicodedata.normalize("NFC", text))
    return " ".join(kept.split())


def paragraphs(text: str) -> list[list[str]]:
    """Paragraphs (parted by an empty line) of lines; empty ones are left out."""
    blocks = BLANK_LINES.split(LINE_ENDS.sub("\n", text).strip())
    found = [[line for line in map(clean, block.split("\n")) if line] for block in blocks]
    return [block for block in found if block]


def fixed_words() -> dict[str, str]:
    """What the papers always say, by the name the templates use."""
    return {**_receipt_words(), **_decision_words(), **_common_words()}


def _common_words() -> dict[str, str]:
    return {
        "pages": gettext("Page {page} of {pages}"),
        "incomplete": gettext("Some characters could not be printed here. The case keeps them as they were written."),
        "case": gettext("Case number"),
    }


def _receipt_words() -> dict[str, str]:
    return {
        "receipt": gettext("Receipt"),
        "received": gettext("We have received your request"),
        "promised": gettext("We will answer by"),
        "legal": gettext("Legal deadline"),
        "entry": gettext("What was registered"),
        "documents": gettext("Documents handed in"),
        "document": gettext("Document"),
        "size": gettext("Size"),
        "no_documents": gettext("No documents were handed in."),
        "fingerprint": gettext("SHA-256 fingerprint"),
        "fingerprint_why": gettext(
            "The fingerprint proves that a file is the one that was handed in: if the file changes, so does the fingerprint."
        ),
        "follow": gettext("Follow your request"),
        "key": gettext("Tracking key"),
        "qr": gettext("QR code that opens the page to follow this request"),
        "scan": gettext("Scan the code with your phone, or go to"),
        "type": gettext("Write the case number and the tracking key. You need no account."),
        "secret": gettext("Keep the key to yourself: whoever has it can see how the request is going."),
    }


def _decision_words() -> dict[str, str]:
    return {
        "grounds": gettext("Grounds"),
        "decides": gettext("Decision"),
        "appeals": gettext("If you do not agree"),
        "appeal": gettext("Appeal"),
        "before": gettext("Before whom"),
        "term": gettext("Term"),
        "from": gettext("It runs from"),
        "signature": gettext("Signature"),
        "handover": gettext("Notification on paper"),
        "handover_why": gettext("To be filled in when this decision is handed over. The terms to appeal depend on this day."),
        "receiver": gettext("Signature of the person who receives"),
        "giver": gettext("Signature of the officer who hands over"),
    }


def _printable(char: str) -> bool:
    return char not in BIDI_TRICKS and unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}


def _pieces(word: str) -> list[str]:
    return [word[at : at + STEP] for at in range(0, len(word), STEP)]
