from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    name = "czrm.institutions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used

        from czrm.trail import outbox

        from . import invitations, mfa

        authenticator_added.connect(mfa.remember, dispatch_uid="second factor")
        authenticator_used.connect(mfa.remember, dispatch_uid="second factor")
        authenticator_removed.connect(mfa.forget, dispatch_uid="second factor")
        outbox.listen("member.invited", invitations.send)

    def after_migrate(self) -> None:
        from .roles import sync

        sync()
