import pytest

from examples.demo.plan import DOBRO, WIDGET, Plan


def test_nothing_set_means_loopback(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = Plan.of({})
    assert plan == Plan(port=8000, folder=tmp_path / ".data", domain="localhost", is_tls=False)
    assert plan.address == "127.0.0.1"
    assert plan.url(WIDGET) == "http://widget.igrajdanin.localhost:8000"


def test_another_domain_is_for_the_network():
    """A browser keeps no Secure cookie under such a name without https."""
    plan = Plan.of({"BASE_DOMAIN": "demo.example.", "PORT": "8443"})
    assert plan.address == "0.0.0.0"
    assert plan.url(DOBRO) == "https://dobro.demo.example:8443"


def test_usual_port_is_left_out():
    assert Plan.of({"TLS": "1", "PORT": "443"}).url(DOBRO) == "https://dobro.localhost"


@pytest.mark.parametrize("values", [{"PORT": "web"}, {"PORT": "0"}, {"PORT": "65536"}, {"TLS": "maybe"}])
def test_bad_value_ends_with_a_sentence(values, capsys):
    with pytest.raises(SystemExit) as stop:
        Plan.of(values)
    assert stop.value.code == 1
    assert next(iter(values)) in capsys.readouterr().err
