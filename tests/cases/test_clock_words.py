"""The explanation and what is left, in Spanish and in English."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from django.utils import translation

from cases.clock import Calendar, Day, Effect, Extension, Late, Length, Pause, Severity, Start, Term, Trigger, Unit, due, remaining, weekly

CHILE = Calendar("America/Santiago", weekly("09:00-18:00"), "CL")
NOW = datetime(2026, 3, 4, 10, 42, tzinfo=CHILE.tz)


def on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHILE.tz)


def said(language: str, term: Term, start: str, **more: object) -> tuple[str, ...]:
    with translation.override(language):
        return due(term, on(start), CHILE, **more).texts()  # type: ignore[arg-type]


def test_the_whole_explanation_in_spanish() -> None:
    pauses = [Pause(on("2026-04-07T10:00"), on("2026-04-10T12:00"), "falta un documento", "art. 31")]
    extensions = [Extension(on("2026-04-14T09:00"), Fraction(1, 2), "art. 26", "falta un informe")]
    assert said("es", Term(10, Unit.WORKING_DAY, article="art. 24"), "2026-03-28T11:00", pauses=pauses, extensions=extensions) == (
        "Ingresó el sábado 28 de marzo de 2026 a las 11:00.",
        "El sábado 28 de marzo de 2026 no es hábil: se cuenta como el lunes 30 de marzo de 2026 a las 09:00.",
        "El plazo es de 10 días hábiles, contado desde el día siguiente (art. 24).",
        "No se cuentan estos días: viernes 3 de abril de 2026 (Viernes Santo).",
        "Suspendido desde el martes 7 de abril de 2026 a las 10:00 hasta el viernes 10 de abril de 2026 a las 12:00"
        " (falta un documento, art. 31). Sin contar: 3 días hábiles.",
        "Ampliado el martes 14 de abril de 2026 a las 09:00 en 5 días hábiles (falta un informe, art. 26).",
        "Vence el viernes 24 de abril de 2026 a las 23:59.",
    )


def test_the_whole_explanation_in_english() -> None:
    assert said("en", Term(6, Unit.MONTH, article="art. 27"), "2026-08-31T10:00", urgent=False) == (
        "Received on Monday, August 31, 2026 at 10:00.",
        "The term is 6 months, counted from the next day (art. 27).",
        "That month has no such day: the last one, Sunday, February 28, 2027, is taken.",
        "The last day, Sunday, February 28, 2027, is not a working day: the term ends on the next one, Monday, March 1, 2027.",
        "It is due on Monday, March 1, 2027 at 23:59.",
    )


@pytest.mark.parametrize(
    ("term", "start", "more", "sentence"),
    [
        (
            Term(3, Unit.WORKING_DAY, Start.MOMENT, Late.NEXT_OPENING),
            "2026-03-02T19:00",
            {},
            "Es fuera del horario de atención: se cuenta como el martes 3 de marzo de 2026 a las 09:00.",
        ),
        (
            Term(3, Unit.WORKING_DAY, Start.MOMENT),
            "2026-03-02T12:00",
            {},
            "El plazo es de 3 días hábiles desde el lunes 2 de marzo de 2026 a las 12:00.",
        ),
        (
            Term(1, Unit.MONTH),
            "2026-03-02T12:00",
            {"urgent": True},
            "El procedimiento es urgente: el plazo se reduce a la mitad, de 1 mes a 15 días corridos.",
        ),
        (
            Term(3, Unit.MONTH),
            "2026-03-02T12:00",
            {"urgent": True},
            "El plazo es de 1 mes y 15 días corridos, contado desde el día siguiente.",
        ),
        (
            Term(20, Unit.WORKING_DAY, trigger=Trigger.READINESS),
            "2026-03-02T12:00",
            {},
            "Se certificó que está en estado de resolverse el lunes 2 de marzo de 2026 a las 12:00.",
        ),
        (
            Term(5, Unit.WORKING_DAY),
            "2026-03-02T12:00",
            {"pauses": [Pause(on("2026-03-04T10:00"), cause="falta un documento")]},
            "Suspendido desde el miércoles 4 de marzo de 2026 a las 10:00 (falta un documento). Al reanudarse quedarán: 3 días hábiles.",
        ),
        (
            Term(5, Unit.WORKING_DAY),
            "2026-03-02T12:00",
            {"pauses": [Pause(on("2026-03-03T10:00"), on("2026-03-05T10:00"), effect=Effect.RESTART)]},
            "se completó el jueves 5 de marzo de 2026 a las 10:00: el plazo comienza de nuevo por entero.",
        ),
        (
            Term(4, Unit.WORKING_HOUR, Start.MOMENT),
            "2026-03-02T09:00",
            {"pauses": [Pause(on("2026-03-02T10:00"), on("2026-03-02T11:20"), "corte de luz")]},
            "hasta el lunes 2 de marzo de 2026 a las 11:20 (corte de luz). Sin contar: 1 h 20 min.",
        ),
        (
            Term(5, Unit.WORKING_DAY),
            "2026-03-02T09:00",
            {"pauses": [Pause(on("2026-03-02T10:00"), cap=Length(3, Unit.MONTH))]},
            "Sin contar: 63 días hábiles. Esta suspensión no puede durar más de 3 meses.",
        ),
    ],
)
def test_each_rule_has_its_sentence(term: Term, start: str, more: dict[str, object], sentence: str) -> None:
    assert sentence in " ".join(said("es", term, start, **more))


@pytest.mark.parametrize(
    ("at", "unit", "text", "severity"),
    [
        ("2026-03-04T18:00", Unit.WORKING_DAY, "Quedan 7 h 18 min, vence hoy a las 18:00", Severity.SOON),
        ("2026-03-04T11:42", Unit.WORKING_DAY, "Queda 1 h, vence hoy a las 11:42", Severity.SOON),
        ("2026-03-04T10:57", Unit.WORKING_DAY, "Quedan 15 min, vence hoy a las 10:57", Severity.SOON),
        ("2026-03-05T23:59", Unit.WORKING_DAY, "Queda 1 día hábil", Severity.SOON),
        ("2026-03-09T18:00", Unit.WORKING_DAY, "Quedan 3 días hábiles", Severity.CALM),
        ("2026-03-06T18:00", Unit.WORKING_DAY, "Quedan 2 días hábiles", Severity.SOON),
        ("2026-03-14T18:00", Unit.MONTH, "Quedan 10 días", Severity.CALM),
        ("2026-03-05T10:42", Unit.HOUR, "Quedan 24 h, vence el jueves 5 de marzo de 2026 a las 10:42", Severity.SOON),
        ("2026-03-09T10:00", Unit.WORKING_HOUR, "Quedan 26 h 18 min, vence el lunes 9 de marzo de 2026 a las 10:00", Severity.CALM),
        ("2026-03-04T10:00", Unit.WORKING_DAY, "Venció hoy a las 10:00", Severity.LATE),
        ("2026-03-03T18:00", Unit.WORKING_DAY, "Venció hace 1 día", Severity.LATE),
        ("2026-03-02T18:00", Unit.WORKING_DAY, "Venció hace 2 días", Severity.LATE),
        (None, Unit.WORKING_DAY, "Plazo suspendido", Severity.CALM),
    ],
)
def test_what_is_left_is_said_as_one_says_it(at: str | None, unit: Unit, text: str, severity: Severity) -> None:
    with translation.override("es"):
        left = remaining(on(at) if at else None, NOW, CHILE, unit=unit)
    assert (left.text, left.severity) == (text, severity)


def test_what_is_left_in_english() -> None:
    with translation.override("en"):
        assert remaining(on("2026-03-04T18:00"), NOW, CHILE).text == "7 h 18 min left, due today at 18:00"
        assert remaining(on("2026-03-09T18:00"), NOW, CHILE).text == "3 working days left"
        assert remaining(on("2026-03-02T18:00"), NOW, CHILE).text == "It was due 2 days ago"


def test_an_answer_brings_its_own_unit() -> None:
    answer = due(Term(2, Unit.MONTH), on("2026-02-20T10:00"), CHILE)
    with translation.override("es"):
        assert remaining(answer, NOW, CHILE).text == "Quedan 47 días"


def test_a_due_day_that_became_a_holiday_is_counted_in_calendar_days() -> None:
    friday = CHILE.with_days(Day(date(2026, 3, 6), "feriado local"))
    with translation.override("es"):
        left = remaining(on("2026-03-06T18:00"), on("2026-03-05T10:00"), friday)
    assert (left.text, left.severity) == ("Queda 1 día", Severity.SOON)


def test_soon_is_as_many_days_as_one_wants() -> None:
    assert remaining(NOW + timedelta(7), NOW, CHILE, soon=5).severity is Severity.SOON
    assert remaining(NOW + timedelta(7), NOW, CHILE, soon=4).severity is Severity.CALM
