"""A letter goes to one address, under its own headers alone, and a repeat is the same letter."""

import smtplib
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageParseError
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.ground.clock import FrozenClock
from idp.kernel.ground.settings import MailSettings
from idp.kernel.outside import mail as outside_mail
from idp.kernel.outside.mail import FolderMailer, Mail, SmtpMailer, compose, make_mailer, message_id

SENDER = "Единое окно <no-reply@igrajdanin.test>"
AT = datetime(2026, 6, 10, 9, tzinfo=UTC)


def letter(**changes: Any) -> Mail:
    plain = {"to": "vera@example.org", "subject": "Яма", "text": "Ответ", "message_id": "<1@igrajdanin.test>"}
    return Mail(**{**plain, **changes})


def sent(mail: Mail) -> Any:
    """What the reader's program makes of the bytes."""
    return message_from_bytes(bytes(compose(mail, sender=SENDER, at=AT)), policy=policy.default)


def test_letter_says_what_it_was_given() -> None:
    read = sent(letter(reply_to="service@example.org"))
    assert (read["To"], read["Subject"], read["Reply-To"]) == (
        "vera@example.org",
        "Яма",
        "service@example.org",
    )
    assert (read["Date"], read["Message-ID"]) == ("Wed, 10 Jun 2026 09:00:00 +0000", "<1@igrajdanin.test>")
    assert read.get_content() == "Ответ\n"


def test_letter_asks_for_no_automatic_answer() -> None:
    assert sent(letter())["Auto-Submitted"] == "auto-generated"


def test_html_twin_comes_after_the_text() -> None:
    parts = list(sent(letter(html="<p>Ответ</p>")).iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]


@pytest.mark.parametrize("field", ["subject", "to", "reply_to"])
@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "\r\n ", "\n\t"])
def test_line_break_injects_no_header(field: str, break_: str) -> None:
    value = f"vera@example.org{break_}Bcc: victim@example.org"
    try:
        read = sent(letter(**{field: value}))
    except (ValueError, MessageParseError):
        return  # refused as an address
    assert "Bcc" not in read
    assert len(read["To"].addresses) == 1


@given(st.text())
def test_no_subject_injects_a_header(subject: str) -> None:
    read = sent(letter(subject=subject))
    assert sorted(read.keys()) == sorted(sent(letter()).keys())


@pytest.mark.parametrize("field", ["to", "reply_to"])
@pytest.mark.parametrize(
    "value",
    ["a@example.org, b@example.org", "a@example.org; b@example.org", "A <a@example.org>, b@example.org",
     "friends: a@example.org, b@example.org;", "a@example.org b@example.org", "<a@example.org>"],
)  # fmt: skip
def test_second_address_is_refused(field: str, value: str) -> None:
    with pytest.raises((ValueError, MessageParseError)):
        sent(letter(**{field: value}))


def test_text_cannot_become_a_header() -> None:
    read = sent(letter(text="Bcc: victim@example.org\r\n\r\nbody"))
    assert "Bcc" not in read


@pytest.mark.parametrize("text", ["x" * 5000, "строка " * 2000, ".\r\n.\r\nQUIT\r\n", "=00", "🕳" * 100])
def test_text_arrives_as_it_was(text: str) -> None:
    assert (
        sent(letter(text=text)).get_content().replace("\r\n", "\n").strip()
        == text.replace("\r\n", "\n").strip()
    )


def test_international_domain_is_no_obstacle() -> None:
    assert sent(letter(to="vera@xn--80a1acny.xn--p1ai"))["To"] == "vera@xn--80a1acny.xn--p1ai"


def test_same_letter_overwrites_its_file(tmp_path: Path, frozen: FrozenClock) -> None:
    mailer = FolderMailer(tmp_path / "mail", SENDER)
    mailer.send(letter())
    frozen.tick(seconds=60)
    mailer.send(letter())
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == "1@igrajdanin.test.eml"


@pytest.mark.parametrize("hostile", ["<../../evil@x>", "</etc/evil@x>", "<..@x>"])
def test_message_id_walks_out_of_no_folder(tmp_path: Path, hostile: str) -> None:
    FolderMailer(tmp_path / "mail", SENDER).send(letter(message_id=hostile))
    assert [p.parent for p in tmp_path.rglob("*.eml")] == [tmp_path / "mail"]


@pytest.mark.parametrize(
    ("sender", "domain"),
    [(SENDER, "igrajdanin.test"), ("me@a.test", "a.test"), ("nobody", "localhost")],
)
def test_message_id_is_of_the_senders_domain(sender: str, domain: str) -> None:
    assert message_id("7", sender) == f"<7@{domain}>"


def test_folder_is_chosen_before_a_server(tmp_path: Path) -> None:
    assert isinstance(make_mailer(MailSettings(folder=tmp_path, smtp_host="mx.test")), FolderMailer)
    assert isinstance(make_mailer(MailSettings(smtp_host="mx.test")), SmtpMailer)


class Server:
    """A mail server that writes down what it is told."""

    def __init__(self, host: str, port: int, *, timeout: int) -> None:
        self.said: list[str] = [f"{host}:{port}", f"timeout {timeout}"]
        Server.last = self

    last: "Server"
    refuses = False

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.said.append("quit")

    def starttls(self, *, context: Any) -> None:
        self.said.append(f"tls {context.check_hostname}")

    def login(self, user: str, password: str) -> None:
        self.said.append(f"login {user} {password}")

    def send_message(self, message: Any) -> None:
        if self.refuses:
            raise smtplib.SMTPRecipientsRefused({str(message["To"]): (550, b"no")})
        self.said.append(f"to {message['To']}")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    """Put the writing server in the place of the real one."""
    monkeypatch.setattr(outside_mail.smtplib, "SMTP", Server)
    return Server


def test_password_goes_over_checked_tls_only(server: type[Server]) -> None:
    settings = MailSettings(smtp_host="mx.test", smtp_user="u", smtp_password="p")  # type: ignore[arg-type]  # pydantic makes a secret of it
    SmtpMailer(settings).send(letter())
    assert server.last.said[1:] == ["timeout 20", "tls True", "login u p", "to vera@example.org", "quit"]


def test_server_without_tls_needs_a_word(server: type[Server]) -> None:
    SmtpMailer(MailSettings(smtp_host="mx.test", smtp_starttls=False)).send(letter())
    assert server.last.said[2:] == ["to vera@example.org", "quit"]


def test_refusal_is_an_error_to_try_again(server: type[Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "refuses", True)
    with pytest.raises(OSError):
        SmtpMailer(MailSettings(smtp_host="mx.test")).send(letter())
