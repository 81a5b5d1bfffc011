"""Writes what the servers and the partner sites are configured by: one TOML file and the environment."""

import json
import os
from collections.abc import Mapping

from .certificate import authority_file
from .plan import DOBRO, GOROD, IDP, KNIGA, WIDGET, Plan
from .vault import Vault, write_private

Table = Mapping[str, object]
KNIGA_CLIENT = "kniga"
PARTNER_KEYS = {DOBRO: "dobro", GOROD: "gorod"}


def configure(plan: Plan, vault: Vault) -> None:
    """Write the settings file and set this process's environment, which its workers inherit."""
    text = "".join(_toml(name, table) for name, table in settings(plan, vault).items())
    write_private(plan.settings_file, text.encode())
    os.environ["SETTINGS_FILE"] = str(plan.settings_file)
    os.environ.update(site_environment(plan, vault))


def settings(plan: Plan, vault: Vault) -> dict[str, Table]:
    """Give the settings of both servers, by table."""
    return {
        "idp": {
            **_floor(plan, IDP, vault.idp_key, "idp"),
            "api_audience": plan.url(WIDGET),
            "documentation_url": f"{plan.doorstep}/partners.ru.md",
        },
        "widget": {
            **_floor(plan, WIDGET, vault.widget_key, "widget"),
            "issuer": plan.url(IDP),
            "console_client_secret": vault.console_secret,
        },
    }


def site_environment(plan: Plan, vault: Vault) -> dict[str, str]:
    """Give the settings of the partner sites and the mailbox."""
    trusted = {"REQUESTS_CA_BUNDLE": str(authority_file(plan))} if plan.is_tls else {}
    return {
        **trusted,
        "DOBRO_SECRET_KEY": vault.dobro_key,
        "DOBRO_DATA_DIR": str(plan.folder / "dobro"),
        "DOBRO_WIDGET_URL": plan.url(WIDGET),
        "DOBRO_PARTNER_KEY": PARTNER_KEYS[DOBRO],
        "DOBRO_DEMO_PASSWORD": vault.password,
        "GOROD_WIDGET_URL": plan.url(WIDGET),
        "GOROD_PARTNER_KEY": PARTNER_KEYS[GOROD],
        "KNIGA_SECRET_KEY": vault.kniga_key,
        "KNIGA_SITE_URL": plan.url(KNIGA),
        "KNIGA_ISSUER": plan.url(IDP),
        "KNIGA_CLIENT_ID": KNIGA_CLIENT,
        "KNIGA_CLIENT_SECRET": vault.kniga_secret,
        "MAILBOX_FOLDER": str(plan.mail_folder),
        "MAILBOX_AUTHORITY": str(authority_file(plan)) if plan.is_tls else "",
    }


def _floor(plan: Plan, site: str, key: str, name: str) -> Table:
    """Give what both servers' floors need. Outbound calls between the two stay on this machine."""
    here = f"127.0.0.1:{plan.port}"
    trusted = {"operator_authority": str(authority_file(plan))} if plan.is_tls else {}
    return {
        **trusted,
        "secret_key": key,
        "database_url": f"sqlite:///{plan.folder / name}.sqlite",
        "data_dir": str(plan.folder / name),
        "public_url": plan.url(site),
        "allow_plain_http": not plan.is_tls,
        "strict_transport": False,
        "operator_hosts": {plan.host(other): here for other in (IDP, WIDGET, DOBRO, GOROD, KNIGA)},
        "mail": {"folder": str(plan.mail_folder), "sender": "Гражданин <no-reply@igrajdanin.example>"},
        "log_format": "json",
    }


def _toml(name: str, table: Table) -> str:
    lines = [f"[{name}]", *(f"{json.dumps(key)} = {_value(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n\n"


def _value(value: object) -> str:
    """Write a value as TOML: its strings, numbers and booleans are JSON's, its tables are not."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(k)} = {_value(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
