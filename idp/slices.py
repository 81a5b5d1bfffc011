"""The slices of the provider, lowest first: adding one is a folder and one line here."""

from collections.abc import Sequence

from idp.accounts.slice import SLICE as ACCOUNTS
from idp.admin.slice import SLICE as ADMIN
from idp.audit.slice import SLICE as AUDIT
from idp.authorize.slice import SLICE as AUTHORIZE
from idp.clients.slice import SLICE as CLIENTS
from idp.consent.slice import SLICE as CONSENT
from idp.discovery.slice import SLICE as DISCOVERY
from idp.factors.slice import SLICE as FACTORS
from idp.grants.slice import SLICE as GRANTS
from idp.kernel.work.slices import Slice
from idp.keys.slice import SLICE as KEYS
from idp.logout.slice import SLICE as LOGOUT
from idp.passkeys.slice import SLICE as PASSKEYS
from idp.registration.slice import SLICE as REGISTRATION
from idp.selfservice.slice import SLICE as SELFSERVICE
from idp.sessions.slice import SLICE as SESSIONS
from idp.signin.slice import SLICE as SIGNIN
from idp.tokens.slice import SLICE as TOKENS

SLICES: Sequence[Slice] = (
    AUDIT,
    KEYS,
    ACCOUNTS,
    SESSIONS,
    CLIENTS,
    TOKENS,
    REGISTRATION,
    FACTORS,
    PASSKEYS,
    CONSENT,
    SIGNIN,
    GRANTS,
    AUTHORIZE,
    LOGOUT,
    DISCOVERY,
    SELFSERVICE,
    ADMIN,
)
