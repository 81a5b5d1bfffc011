"""The text that greets the person who started the demo: addresses, people, what to know."""

from .certificate import authority_file
from .people import PEOPLE
from .plan import DOBRO, GOROD, IDP, KNIGA, LOOPBACK_DOMAIN, MAILBOX, WIDGET, Plan
from .vault import Vault

_TITLES = (
    (DOBRO, "«Добровольцы», сайт-партнёр: начните отсюда"),
    (GOROD, "«Город и люди», второй партнёр, без JavaScript"),
    (KNIGA, "«Книга добрых дел», вход через «Гражданин»"),
    (WIDGET, "окно, консоль и API"),
    (IDP, "вход «Гражданин»"),
    (MAILBOX, "все письма демо"),
)


def welcome(plan: Plan, vault: Vault) -> str:
    """Give the greeting, Russian first."""
    width = max(len(plan.url(site)) for site, _ in _TITLES)
    lines = ["", "Гражданин работает. Start with the first address, stop with Ctrl-C.", ""]
    lines += [f"  {plan.url(site):<{width}}  {title}" for site, title in _TITLES]
    lines += ["", "Люди демо:"]
    lines += [f"  {person.email:<24} {person.name}, {person.role}" for person in PEOPLE]
    lines += [f"  {'lena, timur':<24} волонтёры, вход на сайте «Добровольцы»"]
    lines += [f"  Пароль у всех один: {vault.password}", ""]
    lines += [*_notes(plan), f"Данные: {plan.folder}. Журнал: {plan.log_file.name} там же.", ""]
    return "\n".join(lines)


def _notes(plan: Plan) -> list[str]:
    if plan.is_tls:
        return [
            "Сертификат сделан на этой машине. Чтобы браузер не предупреждал, добавьте в доверенные центры",
            f"{authority_file(plan)}; телефону: {plan.url(MAILBOX)}/ca.crt. (Trust this CA.)",
        ]
    if plan.domain != LOOPBACK_DOMAIN:
        return ["Без TLS=1 вход под этим именем не работает: браузер теряет Secure cookie. (Use TLS=1.)"]
    return ["В Safari и WebKitGTK вход по http не работает: запустите TLS=1 ./run. (Safari needs TLS=1.)"]
