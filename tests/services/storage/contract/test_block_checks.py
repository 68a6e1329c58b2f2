"""A bit that flips on the way to storage is noticed, and the block sent again.

Azurite checks MD5 and knows no CRC64: there the proxy stands in for Azure, and does as its documents say.
"""

from collections.abc import Callable

import pytest
import requests

from services.storage.blobs import BlobStorage
from services.storage.client import StorageClient
from services.storage.errors import BlockDamagedError, StorageUnavailableError
from tests.fault_proxy import Fault, FaultProxy, running_fault_proxy
from tests.server import Server, running_server
from tests.services.storage.contract.test_sending_ahead import commit, send
from tests.services.storage.contract.test_staging import storage_of, stores
from tests.services.storage.contract.test_storage import account
from tests.tus import TusClient
from tests.videos import mp4
from utils.block_checks import BlockCheck
from utils.sizes import MIB


def flipping(proxy: FaultProxy, *, at: int = 1, always: bool = False) -> None:
    """Flip a bit of one block, or of all from then on."""
    seen = 0

    def choose(_method: str, path: str) -> Fault | None:
        nonlocal seen
        if "comp=block&" not in path:
            return None
        seen += 1
        return "bit flip" if seen == at or (always and seen > at) else None

    proxy.choose = choose


def checked(proxy: FaultProxy, check: BlockCheck, *, timeout: float = 20) -> BlobStorage:
    proxy.checks_crc64 = check is BlockCheck.CRC64
    storage = storage_of(StorageClient(account(proxy.connection_string, block_check=check, timeout=timeout)))
    storage.prepare()
    return storage


@pytest.mark.parametrize("check", [BlockCheck.CRC64, BlockCheck.MD5])
def test_storage_refuses_a_block_that_has_changed_and_gets_it_again(azurite: str, check: BlockCheck) -> None:
    with running_fault_proxy(azurite) as proxy:
        storage = checked(proxy, check)
        flipping(proxy)
        assert stores(storage) == b"one, two"
        assert proxy.count("PUT", "comp=block&") == 2


def test_storage_that_knows_no_crc64_takes_blocks_all_the_same(azurite: str) -> None:
    client = StorageClient(account(azurite, block_check=BlockCheck.CRC64))
    storage = storage_of(client)
    assert [stores(storage), client.checks_crc64] == [b"one, two", False]
    storage.stager("another.mp4")("00000000", b"x")
    assert storage.staged("another.mp4") == {"00000000": 1}


def test_without_a_check_nobody_notices(azurite: str) -> None:
    with running_fault_proxy(azurite) as proxy:
        storage = checked(proxy, BlockCheck.NONE)
        flipping(proxy)
        assert stores(storage) == b"nne, two"


def test_a_way_that_always_flips_bits_ends_in_an_error(azurite: str) -> None:
    with running_fault_proxy(azurite) as proxy:
        storage = checked(proxy, BlockCheck.MD5, timeout=2)
        flipping(proxy, always=True)
        with pytest.raises(StorageUnavailableError, match="did not reach storage as it was sent"):
            stores(storage)


@pytest.mark.parametrize("check", [BlockCheck.CRC64, BlockCheck.MD5])
def test_a_block_sent_while_it_fills_is_compared_with_what_storage_has_received(
    azurite: str, check: BlockCheck
) -> None:
    with running_fault_proxy(azurite) as proxy:
        storage = checked(proxy, check)
        proxy.checks_crc64 = True  # What storage says of a block that came without a checksum, whatever others bring.
        flipping(proxy)
        with pytest.raises(BlockDamagedError):
            send(storage)
        send(storage)
        assert commit(storage)[:4] == bytes(4)


def put(server: Server, film: bytes) -> str:
    answer = requests.put(f"{server.url}/api/upload/film.mp4", data=film, timeout=60)
    answer.raise_for_status()
    return str(answer.json()["id"])


def resume(server: Server, film: bytes) -> str:
    client = TusClient(server.url)
    url = client.begin(len(film))
    answer = client.patch(url, 0, film)
    assert answer.status_code == 204
    return answer.headers["Content-Location"].removeprefix("/api/videos/")


@pytest.mark.thorough
@pytest.mark.parametrize("send_film", [put, resume])
@pytest.mark.parametrize("check", ["crc64", "md5"])
@pytest.mark.parametrize("at", [1, 3])
def test_a_video_arrives_as_it_was_sent_through_every_door(
    azurite: str, send_film: Callable[[Server, bytes], str], check: str, at: int
) -> None:
    film = mp4(24 * MIB)
    with running_fault_proxy(azurite) as proxy:
        proxy.checks_crc64 = True
        with running_server(proxy.connection_string, upload_verify=check, upload_block_mb=4) as server:
            flipping(proxy, at=at)
            assert server.content(send_film(server, film)) == film
            figures = requests.get(f"{server.url}/metrics", timeout=60).text
            assert "reelgate_blocks_damaged_total 1.0" in figures
