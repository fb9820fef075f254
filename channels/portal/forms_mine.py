"""What coming in and one's own account ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .forms import QUESTION, PortalForm, area

CHANNELS = (("", _("No preference")), ("email", _("E-mail")), ("phone", _("Phone")), ("letter", _("Letter")))


class OneQuestion(PortalForm):
    """A page of one question: it is the title."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any
        for field in self.fields.values():
            field.template_name = QUESTION


class EmailForm(OneQuestion):
    email = forms.EmailField(
        label=_("What is your e-mail?"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("One that this institution verified with you and that nobody shares with you."),
        error_messages={"required": _("Answer this question.")},
    )  # fmt: skip


class EmailOrPhoneForm(OneQuestion):
    """Where short messages go out; whatever is written is taken, for the answer tells nothing."""

    email = forms.CharField(
        label=_("What is your e-mail or mobile phone?"), max_length=254, widget=forms.TextInput(attrs={"autocomplete": "username"}),
        help_text=_("One that this institution verified with you and that nobody shares with you."),
        error_messages={"required": _("Answer this question.")},
    )  # fmt: skip


WAYS: dict[str, tuple[Any, Any, dict[str, str]]] = {
    "email": (_("What is your e-mail?"), _("We send a code there to see that it is yours."), {"type": "email", "autocomplete": "email"}),
    "phone": (_("What is your phone number?"), _("With its country prefix, such as +56, if it is of another country."),
              {"type": "tel", "autocomplete": "tel"}),
    "address": (_("What is your address?"), _("Street and number, municipality"), {"autocomplete": "street-address"}),
}  # fmt: skip


class WayForm(OneQuestion):
    value = forms.CharField(max_length=240, error_messages={"required": _("Answer this question.")})

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["value"]
        field.label, field.help_text, attrs = WAYS[kind]
        field.widget = forms.TextInput(attrs=attrs)


class SharedForm(OneQuestion):
    shared = forms.ChoiceField(
        label=_("Does somebody at home use it too?"), choices=(("no", _("No, only I")), ("yes", _("Yes, we share it"))),
        widget=forms.RadioSelect, error_messages={"required": _("Answer this question.")},
        help_text=_("Where others read it too, we send no codes to sign in."),
    )  # fmt: skip


class CodeForm(OneQuestion):
    code = forms.CharField(
        label=_("Which code did we send you?"), help_text=_("Six digits."), max_length=12,
        error_messages={"required": _("Answer this question.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


class VerifyingForm(CodeForm):
    """The same question; who is signed in already proves with it what is theirs."""


class RectifyForm(OneQuestion):
    text = forms.CharField(
        label=_("What is wrong, and what is right?"), max_length=2000, widget=area(5),
        help_text=_("Say how it can be proved, if you know. You will be told the answer."),
        error_messages={"required": _("Answer this question.")},
    )  # fmt: skip


class PreferencesForm(PortalForm):
    language = forms.ChoiceField(label=_("In which language shall we write to you?"), required=False)
    channel = forms.ChoiceField(label=_("How do you prefer that we reach you?"), required=False, choices=CHANNELS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["language"]
        field.choices = [("", _("No preference")), *settings.LANGUAGES]
