"""Digests sent by clients are read strictly and checked against the bytes."""

import base64
import hashlib

import pytest

from utils.digests import (
    DigestCheck,
    DigestMismatch,
    ExpectedDigests,
    InvalidDigest,
    parse_expected_digests,
)

BODY = b"the bytes of a film"
MD5 = base64.b64encode(hashlib.md5(BODY).digest()).decode()
SHA256 = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
SHA512 = base64.b64encode(hashlib.sha512(BODY).digest()).decode()


def check(expected: ExpectedDigests, body: bytes) -> None:
    passing = DigestCheck(expected, with_sha256=False)
    for at in range(0, len(body), 7):
        passing.update(memoryview(body)[at : at + 7])
    passing.verify()


@pytest.mark.parametrize(
    "headers",
    [
        {"content_md5": MD5},
        {"content_md5": f" {MD5.rstrip('=')} "},
        {"content_digest": f"sha-256=:{SHA256}:"},
        {"content_digest": f"sha-256=:{SHA256.rstrip('=')}:"},
        {"repr_digest": f"sha-512=:{SHA512}:"},
        {"repr_digest": f"md5=:{MD5}:"},
        {"content_digest": f"sha-256=:{SHA256}: ,\tsha-512=:{SHA512}:;a=1; b"},
        {"content_digest": f"unixsum=:AAAA:, crc32c=:AAAA:, sha-256=:{SHA256}:"},
        {"content_digest": f'x="a, \\"b\\"";q=1, flag, sha-256=:{SHA256}:'},
        {"content_digest": f"sha-256=:{MD5}:, sha-256=:{SHA256}:"},
        {"content_md5": MD5, "content_digest": f"md5=:{MD5}:", "repr_digest": f"sha-256=:{SHA256}:"},
    ],
)
def test_matching_bytes_pass_and_others_do_not(headers: dict[str, str]) -> None:
    expected = parse_expected_digests(**headers)
    assert expected.by_algorithm
    check(expected, BODY)
    with pytest.raises(DigestMismatch):
        check(expected, BODY + b"!")


@pytest.mark.parametrize(
    "headers",
    [{}, {"content_digest": ""}, {"repr_digest": "sha=:AAAA:"}, {"content_digest": "sha-1024=:AAAA:"}],
)
def test_without_a_known_digest_everything_passes(headers: dict[str, str]) -> None:
    expected = parse_expected_digests(**headers)
    assert expected == ExpectedDigests()
    check(expected, BODY)


@pytest.mark.parametrize(
    "headers",
    [
        {"content_md5": ""},
        {"content_md5": "not base64!"},
        {"content_md5": SHA256},
        {"content_md5": "é" * 24},
        {"content_md5": "A" * 10**6},
        {"content_digest": SHA256},
        {"content_digest": f"sha-256={SHA256}"},
        {"content_digest": f"sha-256=:{SHA256}"},
        {"content_digest": "sha-256=::"},
        {"content_digest": ":"},
        {"content_digest": "sha-256"},
        {"content_digest": f"sha-256=:{MD5}:"},
        {"content_digest": f"sha-256=:{SHA256}:,"},
        {"content_digest": f"SHA-256=:{SHA256}:"},
        {"content_digest": f"sha-256=:{SHA256}: sha-512=:{SHA512}:"},
        {"content_digest": "sha-256=:****:"},
        {"content_digest": "a, " * 10**5},
        {"content_digest": f"md5=:{MD5}:", "content_md5": base64.b64encode(bytes(16)).decode()},
    ],
)
def test_a_malformed_digest_is_refused_briefly(headers: dict[str, str]) -> None:
    with pytest.raises(InvalidDigest) as refusal:
        parse_expected_digests(**headers)
    assert len(str(refusal.value)) < 200


def test_sha256_is_computed_once_for_the_client_s_check_and_for_us() -> None:
    expected = parse_expected_digests(content_digest=f"sha-256=:{SHA256}:")
    passing = DigestCheck(expected, with_sha256=True)
    passing.update(BODY)
    passing.verify()
    assert passing.sha256 == hashlib.sha256(BODY).hexdigest()
    assert DigestCheck(ExpectedDigests(), with_sha256=False).sha256 is None
