"""A server with bad settings does not start, and says all that is wrong at once."""

from pathlib import Path

import pytest

from idp.kernel.ground.settings import KernelSettings, SettingsConfigDict, SettingsRefused, load


class _Settings(KernelSettings):
    model_config = SettingsConfigDict(env_prefix="PROBE_", env_nested_delimiter="__", extra="forbid")
    colour: str = "blue"


@pytest.fixture
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SETTINGS_FILE", raising=False)
    values = {
        "SECRET_KEY": "s" * 40, "DATABASE_URL": "sqlite:///x", "DATA_DIR": str(tmp_path),
        "PUBLIC_URL": "https://id.example", "MAIL__FOLDER": str(tmp_path),
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(f"PROBE_{name}", value)


@pytest.mark.usefixtures("_environment")
def test_good_settings_are_read() -> None:
    assert load(_Settings).host == "id.example"


@pytest.mark.usefixtures("_environment")
def test_all_faults_are_listed_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_SECRET_KEY", "short")
    monkeypatch.setenv("PROBE_PUBLIC_URL", "http://id.example/path")
    monkeypatch.delenv("PROBE_MAIL__FOLDER")
    with pytest.raises(SettingsRefused) as refused:
        load(_Settings)
    text = str(refused.value)
    assert "secret_key" in text
    assert "allow_plain_http" in text
    assert "without a path" in text
    assert "mail" in text


@pytest.mark.usefixtures("_environment")
def test_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[probe]\ncolour = "red"\npublic_url = "https://other.example"\n')
    monkeypatch.setenv("SETTINGS_FILE", str(file))
    settings = load(_Settings)
    assert settings.colour == "red"
    assert settings.host == "id.example"
