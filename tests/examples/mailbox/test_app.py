import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from examples.mailbox.app import create_app
from idp.kernel.outside.mail import FolderMailer, Mail


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


@pytest.fixture
def mailbox(folder: Path) -> FlaskClient:
    return create_app({"FOLDER": str(folder), "AUTHORITY": ""}).test_client()


def write(folder: Path, name: str, text: str, *, subject: str = "Письмо", at: int = 0) -> None:
    mailer = FolderMailer(folder, "Гражданин <no-reply@igrajdanin.example>")
    mailer.send(Mail("anna@kolomna.example", subject, text, message_id=f"<{name}@igrajdanin.example>"))
    os.utime(folder / f"{name}@igrajdanin.example.eml", (at, at))


def test_empty_box_says_what_to_do(mailbox):
    assert "Писем пока нет" in mailbox.get("/").text


def test_newest_letter_comes_first(mailbox, folder):
    write(folder, "one", "x", subject="Старое", at=1_000_000_000)
    write(folder, "two", "x", subject="Новое", at=1_700_000_000)
    page = mailbox.get("/").text
    assert page.index("Новое") < page.index("Старое")


def test_links_of_a_letter_can_be_followed(mailbox, folder):
    url = "http://widget.igrajdanin.localhost:8000/confirm/abc_-1"
    write(folder, "one", f"Подтвердите адрес:\n{url}\nСпасибо.")
    page = mailbox.get("/letters/one@igrajdanin.example").text
    assert f'<a href="{url}"' in page


def test_markup_in_a_letter_is_text(mailbox, folder):
    write(folder, "one", "<script>alert(1)</script>", subject="<b>x</b>")
    page = mailbox.get("/letters/one@igrajdanin.example").text
    assert "<script>" not in page
    assert "<b>" not in page


def test_path_out_of_the_folder(mailbox, folder):
    folder.mkdir()
    (folder.parent / "secret.eml").write_text("Subject: s\n\nsecret")
    assert mailbox.get("/letters/..%2Fsecret").status_code == 404


def test_authority_is_given_only_with_tls(mailbox, folder, tmp_path):
    assert mailbox.get("/ca.crt").status_code == 404
    authority = tmp_path / "ca.pem"
    authority.write_text("certificate")
    served = create_app({"FOLDER": str(folder), "AUTHORITY": str(authority)}).test_client()
    with served.get("/ca.crt") as answer:
        assert answer.mimetype == "application/x-x509-ca-cert"


def test_health_is_json(mailbox):
    assert mailbox.get("/healthz").get_json() == {"status": "ready"}
