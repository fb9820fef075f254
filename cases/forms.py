"""What the desk asks when something is done to a case; rules are the services' business."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.timezone import localtime, now
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Decision
from citizens.models import Citizen
from czrm.institutions.models import Team, User

CHANNELS = (
    ("counter", _("At the counter")), ("phone", _("By phone")), ("email", _("By e-mail")), ("post", _("By post")),
    ("portal", _("In the portal")), ("other", _("Another way")),
)  # fmt: skip


def area(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class Moment(forms.DateTimeInput):
    """A day and an hour, as the browser's own control writes them."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class OpeningForm(forms.Form):
    """Beside the questions of the procedure."""

    title = forms.CharField(label=_("In a few words"), max_length=200, help_text=_("The line by which everybody will know the case."))
    description = forms.CharField(label=_("What the person asks"), max_length=8000, required=False, widget=area(4))
    place = forms.CharField(label=_("Place"), max_length=240, required=False, help_text=_("The address or corner it is about."))
    channel = forms.ChoiceField(label=_("How it came in"), choices=CHANNELS)
    opened_at = forms.DateTimeField(
        label=_("Came in before"),
        required=False,
        widget=Moment,
        help_text=_("Only for what came by post or on paper: the term runs from then."),
    )


class BroughtForm(forms.Form):
    """Who comes with it, where others may act for the person."""

    agent = forms.ChoiceField(
        label=_("Who brings it"), required=False, help_text=_("It stands on the receipt and in the history of the case.")
    )

    def __init__(self, *args: Any, agents: Iterable[Citizen], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agents = {str(agent.uid): agent for agent in agents}
        own = ("", _("Nobody else: they ask for themselves"))
        choice = self.fields["agent"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [own, *((uid, agent.name) for uid, agent in self.agents.items())]

    def chosen(self) -> Citizen | None:
        return self.agents.get(self.cleaned_data["agent"])


class ReplyForm(forms.Form):
    """Somebody who is not in our records, or does not want to be."""

    reply_name = forms.CharField(label=_("Name"), max_length=160, required=False)
    reply_email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    reply_phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    anonymous = forms.BooleanField(label=_("Anonymous: the name is neither asked nor kept"), required=False)

    def __init__(self, *args: Any, may_be_anonymous: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_be_anonymous:
            del self.fields["anonymous"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("anonymous"):
            found |= {"reply_name": "", "reply_email": "", "reply_phone": ""}
        elif not any(found.get(name) for name in ("reply_email", "reply_phone")) and not self.errors:
            words = _("Write an e-mail or a phone to answer to, or find the person.")
            if "anonymous" in self.fields:
                words = _("Write an e-mail or a phone to answer to, find the person, or mark it as anonymous.")
            self.add_error("reply_email", words)
        return found


class AskForm(forms.Form):
    text = forms.CharField(label=_("What is needed, in plain words"), max_length=4000, widget=area(4))
    days = forms.IntegerField(label=_("Working days to answer"), min_value=1, max_value=180, initial=10)
    article = forms.CharField(label=_("Article that allows it"), max_length=120, required=False)


class AnswerForm(forms.Form):
    text = forms.CharField(label=_("What the person answers"), max_length=8000, required=False, widget=area(4))


class AssignForm(forms.Form):
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team._base_manager.none(), required=False, empty_label=_("No team"))
    assignee = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), required=False, empty_label=_("Nobody yet"))
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, institution_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.filter(institution=institution_id, active=True).order_by("name")  # type: ignore[attr-defined]
        self.fields["assignee"].queryset = members(institution_id)  # type: ignore[attr-defined]


class EditForm(forms.ModelForm):  # type: ignore[type-arg]
    edition = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Case
        fields = ("title", "description", "place", "area", "priority", "reply_name", "reply_email", "reply_phone")
        widgets = {"description": area(5)}

    def _post_clean(self) -> None:
        """The service writes, not the form: the instance stays as it was."""


class DecideForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is decided"), choices=Decision.Kind.choices, widget=forms.RadioSelect)
    grounds = forms.CharField(
        label=_("Grounds"), help_text=_("Facts and law. An empty line parts paragraphs."), max_length=20000, widget=area(8)
    )
    text = forms.CharField(label=_("What is resolved"), max_length=20000, widget=area(6))
    signer = forms.CharField(label=_("Signed by"), max_length=160)
    signer_post = forms.CharField(label=_("Post"), help_text=_("The post that is competent to decide."), max_length=160)


class NotifyForm(forms.Form):
    at = forms.DateTimeField(label=_("Handed over on"), widget=Moment)
    received_by = forms.CharField(label=_("Received by"), max_length=160)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].initial = self.initial.get("at") or localtime(now())


class PauseForm(forms.Form):
    cause = forms.CharField(label=_("What we wait for"), max_length=120)
    article = forms.CharField(label=_("Article that allows it"), max_length=120)


class ExtendForm(forms.Form):
    amount = forms.IntegerField(label=_("How much longer"), min_value=1, max_value=1000)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=area(3))


class CloseForm(forms.Form):
    text = forms.CharField(label=_("What was answered"), help_text=_("The person will read it."), max_length=8000, widget=area(5))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=area(3))


class RefileForm(forms.Form):
    document = forms.CharField(
        label=_("Document of the right person"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=area(3))


class Nothing(forms.Form):
    """Only a confirmation."""


class AttachForm(forms.Form):
    internal = forms.BooleanField(label=_("Internal: the person does not see it"), required=False)


def members(institution_id: int) -> Any:
    """Who works here now."""
    return (
        User.objects.filter(memberships__institution=institution_id, memberships__active=True, is_active=True)
        .order_by("first_name", "last_name", "username")
    )  # fmt: skip
