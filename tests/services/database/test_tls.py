"""A database that must show who it is: one that does is used, and no other is."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import make_url

from scripts.postgres import find_postgres, running_postgres
from services.database.engine import Connections
from services.database.errors import CatalogueUnavailableError
from services.library.catalogue import Catalogue

pytestmark = pytest.mark.skipif(find_postgres() is None, reason="PostgreSQL is not installed.")


@pytest.fixture
def identity(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody but itself vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "reelgate-tests")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "server.crt", tmp_path / "server.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()))
    return paths


def test_a_database_that_must_show_who_it_is_is_measured_by_known_authorities(
    identity: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PGSSLROOTCERT", raising=False)
    with running_postgres(identity=identity) as server:

        def ping(**query: str) -> None:
            url = make_url(server).update_query_dict(query).render_as_string(hide_password=False)
            catalogue = Catalogue(Connections(url))
            try:
                catalogue.ping()
            finally:
                catalogue.close()

        def why(**query: str) -> str:
            with pytest.raises(CatalogueUnavailableError) as refused:
                ping(**query)
            return str(refused.value.__cause__)

        assert "certificate verify failed" in why(sslmode="verify-full")
        assert "certificate verify failed" in why(sslmode="verify-ca")
        ping(sslmode="require")
        ping(sslmode="verify-full", sslrootcert=str(identity[0]))
        monkeypatch.setenv("PGSSLROOTCERT", str(identity[0]))
        ping(sslmode="verify-full")
        monkeypatch.delenv("PGSSLROOTCERT")
        (tmp_path / ".postgresql").mkdir()
        (tmp_path / ".postgresql/root.crt").write_bytes(identity[0].read_bytes())
        ping(sslmode="verify-full")
