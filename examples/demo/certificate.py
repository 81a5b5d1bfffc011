"""The certificate for TLS=1: an authority and one certificate for all names, made on this machine.

Both stay in DATA_DIR, so that an authority trusted once stays trusted; the certificate is made anew
when the names change or its time runs out.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509

from .plan import SITES, Plan
from .vault import write_private

LIFE_DAYS = 365  # browsers refuse certificates of more than 825 days
RENEWED_BEFORE_DAYS = 30


@dataclass(frozen=True)
class Certificate:
    """The files that a web server and a person who wants to trust them need."""

    authority: Path
    chain: Path
    key: Path


def authority_file(plan: Plan) -> Path:
    """Give where the authority's certificate is kept."""
    return plan.folder / "tls" / "ca.pem"


def certificate_for(plan: Plan) -> Certificate:
    """Give the certificate of the plan's names; makes what is missing or no longer fits."""
    folder = plan.folder / "tls"
    files = Certificate(authority_file(plan), folder / "chain.pem", folder / "key.pem")
    names = {plan.domain, *(plan.host(site) for site in SITES)}
    authority = _authority(folder)
    if not _fits(files, names):
        issued = authority.issue_cert(*sorted(names), not_after=datetime.now(UTC) + timedelta(days=LIFE_DAYS))
        write_private(files.key, issued.private_key_pem.bytes())
        files.chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    return files


def _authority(folder: Path) -> trustme.CA:
    certificate, key = folder / "ca.pem", folder / "ca.key"
    if certificate.exists() and key.exists():
        return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
    made = trustme.CA(organization_name="iGrajdanin demo")
    write_private(key, made.private_key_pem.bytes())
    certificate.write_bytes(made.cert_pem.bytes())
    return made


def _fits(files: Certificate, names: set[str]) -> bool:
    if not files.chain.exists() or not files.key.exists():
        return False
    certificate = x509.load_pem_x509_certificate(files.chain.read_bytes())
    alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    soon = datetime.now(UTC) + timedelta(days=RENEWED_BEFORE_DAYS)
    return set(alternatives.get_values_for_type(x509.DNSName)) == names and (
        certificate.not_valid_after_utc > soon
    )
