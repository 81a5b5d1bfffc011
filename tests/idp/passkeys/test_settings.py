"""The domain of the passkeys: our host, or one above it, and nothing else."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from idp.passkeys import party_of
from idp.settings import ProviderSettings


def _settings(domain: str) -> ProviderSettings:
    return ProviderSettings(
        secret_key="x" * 40, database_url="sqlite://", data_dir=Path("/nowhere"), api_audience="https://w.test",
        public_url="https://id.igrajdanin.test:8443", mail={"smtp_host": "mail.test"}, passkey_domain=domain,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("domain", "party"),
    [("", "id.igrajdanin.test"), ("igrajdanin.test", "igrajdanin.test"), ("id.igrajdanin.test",) * 2],
)
def test_passkeys_belong_to_our_domain(domain: str, party: str) -> None:
    made = party_of(_settings(domain))
    assert (made.id, made.origin) == (party, "https://id.igrajdanin.test:8443")


@pytest.mark.parametrize("domain", ["test", "evil.test", "grajdanin.test", "a.id.igrajdanin.test"])
def test_foreign_domain_is_refused(domain: str) -> None:
    with pytest.raises(ValidationError):
        _settings(domain)
