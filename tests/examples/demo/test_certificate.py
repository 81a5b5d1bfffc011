import ssl
from dataclasses import replace

from cryptography import x509

from examples.demo.certificate import certificate_for
from examples.demo.plan import SITES, Plan


def names_of(path):
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(found.get_values_for_type(x509.DNSName))


def plan(folder):
    return Plan(port=8000, folder=folder, domain="localhost", is_tls=True)


def test_certificate_names_every_site(tmp_path):
    files = certificate_for(plan(tmp_path))
    assert names_of(files.chain) == {"localhost", *(f"{site}.localhost" for site in SITES)}
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(files.chain, files.key)


def test_certificate_is_kept_between_starts(tmp_path):
    first = certificate_for(plan(tmp_path)).chain.read_bytes()
    assert certificate_for(plan(tmp_path)).chain.read_bytes() == first


def test_new_names_keep_the_authority(tmp_path):
    files = certificate_for(plan(tmp_path))
    authority, chain = files.authority.read_bytes(), files.chain.read_bytes()
    moved = certificate_for(replace(plan(tmp_path), domain="demo.example"))
    assert moved.authority.read_bytes() == authority
    assert moved.chain.read_bytes() != chain


def test_only_the_owner_reads_the_keys(tmp_path):
    certificate_for(plan(tmp_path))
    for name in ("ca.key", "key.pem"):
        assert (tmp_path / "tls" / name).stat().st_mode & 0o777 == 0o600
