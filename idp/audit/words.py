"""What an entry of the log means in words that people know."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from idp.kernel.web.i18n import lazy_gettext as _

WORDS: Mapping[str, LazyString] = {
    "account.registered": _("Account registered"),
    "account.added": _("Account added or changed by the operator"),
    "account.address_confirmed": _("E-mail address confirmed"),
    "account.email_change_asked": _("Change of the e-mail address asked for"),
    "account.email_changed": _("E-mail address changed"),
    "account.phone_changed": _("Telephone number changed"),
    "account.phone_confirmed": _("Telephone number confirmed"),
    "account.profile_changed": _("Profile changed"),
    "account.password_changed": _("Password changed"),
    "account.password_reset_asked": _("New password asked for by letter"),
    "account.password_reset": _("New password chosen by letter"),
    "account.password_refused": _("Wrong present password"),
    "account.exported": _("Own data downloaded"),
    "account.deletion_asked": _("Deletion of the account asked for"),
    "account.deletion_withdrawn": _("Deletion of the account called off"),
    "account.destroyed": _("Account destroyed"),
    "account.locked": _("Account locked"),
    "account.unlocked": _("Account unlocked"),
    "account.level_set": _("Level of assurance set"),
    "account.recovery_started": _("Recovery letter sent by support"),
    "signin.refused": _("Sign-in with a wrong password refused"),
    "signin.throttled": _("Too many attempts to sign in"),
    "signin.factor_refused": _("Wrong second factor refused"),
    "signin.stepped_up": _("Sign-in confirmed by a second factor"),
    "session.started": _("Signed in"),
    "session.ended": _("Signed out"),
    "passkey.added": _("Passkey added"),
    "passkey.renamed": _("Passkey renamed"),
    "passkey.removed": _("Passkey removed"),
    "passkey.refused": _("Passkey refused"),
    "totp.added": _("App with one-time codes added"),
    "totp.removed": _("App with one-time codes removed"),
    "recovery_codes.made": _("New recovery codes made"),
    "recovery_code.used": _("Recovery code used"),
    "consent.given": _("Site connected"),
    "consent.denied": _("Access of a site refused"),
    "consent.withdrawn": _("Site disconnected"),
    "grant.code_replayed": _("A used sign-in code was presented again; the site's access has ended"),
    "grant.refresh_reused": _("A used refresh token was presented again; the site's access has ended"),
    "grant.revoked": _("Access of a site ended"),
    "client.registered": _("Site registered"),
    "client.changed": _("Site's registration changed"),
    "client.secret_changed": _("Site's secret changed"),
    "client.disabled": _("Site disabled"),
    "client.enabled": _("Site enabled"),
    "client.deleted": _("Site's registration deleted"),
    "client.refused": _("Site failed to prove itself"),
    "keys.made": _("Signing key made"),
    "keys.rotated": _("Signing keys rotated"),
    "keys.retired": _("Signing key retired"),
    "keys.revoked": _("Signing key revoked"),
    "keys.resealed": _("Signing keys sealed anew"),
    "staff.granted": _("Role given to a member of staff"),
    "staff.withdrawn": _("Role taken from a member of staff"),
    "staff.looked_up": _("Support searched for a person"),
    "staff.looked_at": _("Support looked at the account"),
    "staff.refused": _("An act of staff was refused"),
    "audit.pruned": _("Old entries of the log dropped"),
}


def action_words(action: str) -> str:
    """Give what an entry's action means."""
    return str(WORDS.get(action, action))
