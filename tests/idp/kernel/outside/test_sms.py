"""A message goes to one number, through a gateway or into the folder of the demo."""

from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from idp.kernel.ground.settings import SmsSettings
from idp.kernel.outside.http import Answer, FetchFailed, GuardedHttp
from idp.kernel.outside.sms import FolderSender, GatewayRefused, GatewaySender, MemorySender, Sms, make_sender

SMS = Sms("+79161234567", "Код 123456", "delivery-1")
SETTINGS = SmsSettings(gateway_url="https://sms.test/send", gateway_token=SecretStr("token"))


@dataclass
class Gateway:
    """Answers as a gateway would, and remembers what it was sent."""

    status: int = 200
    calls: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def post_form(self, url: str, data: dict[str, str], *, bearer: str) -> Answer:
        self.calls.append((url, data, bearer))
        if self.status == 0:
            raise FetchFailed("away")
        return Answer(self.status, {}, b"")


def _sender(gateway: Gateway) -> GatewaySender:
    return GatewaySender(SETTINGS, cast(GuardedHttp, gateway))


def test_gateway_gets_number_text_and_id() -> None:
    gateway = Gateway()
    _sender(gateway).send(SMS)
    form = {"to": SMS.to, "text": SMS.text, "id": "delivery-1", "from": "iGrajdanin"}
    assert gateway.calls == [("https://sms.test/send", form, "token")]


@pytest.mark.parametrize("status", [0, 302, 400, 500])
def test_refusal_is_tried_again(status: int) -> None:
    with pytest.raises(OSError):
        _sender(Gateway(status)).send(SMS)
    assert issubclass(GatewayRefused, OSError)


def test_folder_holds_the_message_and_the_log_does_not(tmp_path: Path) -> None:
    with capture_logs() as lines:
        FolderSender(tmp_path).send(SMS)
        FolderSender(tmp_path).send(SMS)
    [file] = list(tmp_path.iterdir())
    message: Any = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (str(message["To"]), message.get_content().strip()) == (SMS.to, SMS.text)
    assert "123456" not in str(lines)


def test_name_of_a_message_stays_in_the_folder(tmp_path: Path) -> None:
    FolderSender(tmp_path / "in").send(Sms(SMS.to, "x", "../../out"))
    assert [p.parent.name for p in tmp_path.rglob("*.eml")] == ["in"]


def test_settings_choose_the_sender(tmp_path: Path) -> None:
    http = cast(GuardedHttp, Gateway())
    assert isinstance(make_sender(SETTINGS, http, folder=tmp_path), GatewaySender)
    assert isinstance(make_sender(SmsSettings(), http, folder=tmp_path), FolderSender)


def test_null_sender_keeps_messages() -> None:
    sender = MemorySender()
    sender.send(SMS)
    assert sender.sent == [SMS]
