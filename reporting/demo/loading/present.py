"""What happens today: by the services themselves, as the people who would do it, so that notices go out and papers are printed."""

from __future__ import annotations

from dataclasses import replace

from cases.models import Case, DocumentRequest
from cases.services import ask_citizen, assign_case, decide_case, open_case, receive_answer
from channels.services import close_contact, start_contact
from citizens.models import Citizen
from czrm.institutions import demo, roles
from czrm.institutions.services.clients import register_client
from czrm.kit.actor import Machine, acting
from reporting.demo.declared import declared

from .registering import Citizens
from .setting import Setting
from .sheets import sheet

GRANTED = declared("work")["permiso-de-feria"]["decisions"]["granted"]


def today(norte: Setting, sur: Setting, people: Citizens) -> None:
    at_the_counter(norte, people["jean"])
    at_the_portal(norte)
    the_answer_comes(norte)
    sofia_decides(norte)
    sofia_assigns(norte)
    in_the_other(sur)
    agency(norte)


def at_the_counter(setting: Setting, citizen_id: int) -> None:
    """Ana attends somebody, from the start of the contact to its wrap-up, and asks for what is missing."""
    ana = setting.clerk("ana")
    with acting(ana):
        citizen = Citizen.objects.get(pk=citizen_id)
        contact = start_contact(channel="counter", purpose=setting.purposes["atencion"], citizen=citizen, by=ana)
    busy = replace(ana, contact_id=contact.pk, purpose_id=contact.purpose_id)
    opened = open_case(
        procedure=setting.offered["rebaja-derecho-de-aseo"], citizen=citizen, title="Rebaja por hogar con menos ingresos",
        description="Somos cinco y trabaja una sola persona.", answers={"people": 5, "income": 540000, "pension": False}, channel="counter",
        files=[("income", sheet("income"))], office=next(iter(setting.offices.values())), by=busy,
    )  # fmt: skip
    ask_citizen(opened.case, text="Nos falta el comprobante de ingresos del último mes: el que trajo es del año pasado.", days=5,
                article="Ley 19.880, art. 31", by=busy)  # fmt: skip
    close_contact(contact, result=setting.results[4], notes="Volverá con la liquidación de este mes.", answered=True, citizen=citizen,
                  cases=[opened.case], by=busy)  # fmt: skip


def at_the_portal(setting: Setting) -> None:
    """Somebody without an account reports a lamp."""
    open_case(
        procedure=setting.offered["luminaria-apagada"], citizen=None, title="Luz apagada en la esquina de El Boldo con Estación",
        description="Está apagada desde anoche. Es la esquina del colegio.", answers={"problem": "off", "extent": "one"}, channel="portal",
        files=[("photo", sheet("photo"))], place="El Boldo 120", reply_name="Marisol Tapia", reply_email="marisol.tapia@example.org",
        by=Machine("portal", setting.institution.pk),
    )  # fmt: skip


def the_answer_comes(setting: Setting) -> None:
    """Somebody sends what Ana had asked for: she is told."""
    portal = Machine("portal", setting.institution.pk)
    with acting(portal):
        request = DocumentRequest.objects.get(case__source="demo", case__external_id="answered-today")
    receive_answer(request, text="Adjunto la cuenta de este mes.", files=[("bill", sheet("bill"))], by=portal)


def sofia_decides(setting: Setting) -> None:
    """The decision is printed and signed; it waits to be handed over."""
    signed = {"signer": str(setting.staff["ivan"]), "signer_post": setting.posts["ivan"]}
    decide_case(scene_of(setting, "to-notify"), kind="granted", **GRANTED, **signed, by=setting.clerk("sofia"))


def sofia_assigns(setting: Setting) -> None:
    sofia = setting.clerk("sofia")
    with acting(sofia):
        case = Case.objects.filter(title="No responden mi solicitud de poda", assignee=None).first()
    if case:
        assign_case(case, team=setting.teams["atencion"], assignee=setting.staff["ana"], by=sofia)


def in_the_other(setting: Setting) -> None:
    """Bruno of Los Aromos has work of his own, which Valle Sereno does not see."""
    bruno = setting.clerk("bruno")
    open_case(
        procedure=setting.offered["reclamo"], citizen=None, title="Ruidos molestos en Cochrane", description="Taller que trabaja de noche.",
        answers={"about": "noise", "story": "Un taller trabaja con máquinas hasta pasada la medianoche."}, channel="phone",
        reply_name="Vecina de Cochrane", reply_phone="+56990700112", by=bruno,
    )  # fmt: skip


def agency(setting: Setting) -> None:
    """An outside body's system, with a known id and secret, that files into this municipality."""
    facts = declared("bodies")["agency"]
    made = register_client(
        name=facts["system"], body=None, new_body=facts["name"], purpose=setting.purposes[facts["purpose"]], verbs=sorted(roles.CLIENT),
        by=setting.machine,
    )  # fmt: skip
    made.client.client_id, made.client.client_secret = demo.CLIENT_ID, demo.CLIENT_SECRET
    with acting(setting.machine):
        made.client.save(update_fields=["client_id", "client_secret"])


def scene_of(setting: Setting, name: str) -> Case:
    with acting(setting.machine):
        return Case.objects.get(institution=setting.institution, source="demo", external_id=name)
