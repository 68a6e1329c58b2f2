"""A form's memory is counted to the byte, wherever its steps end."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from config import Secret, Settings
from routes.uploads.form import FormUpload
from services.actors.actor import SYSTEM
from services.assembly import Services, build_services
from services.uploads.body_reader import BodyReader
from services.uploads.errors import InvalidUploadError
from services.uploads.memory_budget import MemoryBudget
from services.uploads.uploads import Uploads
from tests.bodies import Bytes
from utils.digests import NO_DIGESTS
from utils.multipart import MultipartReader
from utils.sizes import MIB

BOUNDARY = "b" * 70
LOOKS_LIKE_ONE = f"\r\n--{BOUNDARY[:-1]}".encode()
"""Whatever part of it a step ends with is kept back until the next one."""


@pytest.fixture(scope="module")
def services(azurite: str, tmp_path_factory: pytest.TempPathFactory) -> Services:
    return build_services(
        Settings(
            azure_storage_connection_string=Secret(azurite),
            azure_storage_container_name=f"form-{secrets.token_hex(4)}",
            allowed_extensions=("*",),
            data_dir=tmp_path_factory.mktemp("data"),
        )
    )


def form_of(services: Services, budget: MemoryBudget, pool: ThreadPoolExecutor) -> FormUpload:
    """A form that is read in steps of 1,024 bytes."""
    whole = Uploads(
        services.platform.blob_storage(),
        services.library.forms,
        rules=services.uploads.whole.rules,
        budget=budget,
        pool=pool,
        events=services.platform.events,
        films=lambda id_, by: services.library.videos.get(id_, by=by),
    )
    uploads = replace(services.uploads, whole=whole, reader=BodyReader(budget, uploads=budget.total // 2048))
    reader = MultipartReader(f"multipart/form-data; boundary={BOUNDARY}")
    return FormUpload(replace(services, uploads=uploads), reader, expected=NO_DIGESTS, by=SYSTEM)


def part(name: str, content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n"


@pytest.mark.parametrize("shift", range(0, 75, 5))
def test_memory_is_counted_to_the_byte_wherever_a_step_ends(services: Services, shift: int) -> None:
    content = bytes(shift) + LOOKS_LIKE_ONE * 100
    budget = MemoryBudget(MIB)
    with ThreadPoolExecutor(2) as pool:
        body = Bytes(part("a.bin", content) + part("b.bin", content) + f"--{BOUNDARY}--\r\n".encode())
        videos = form_of(services, budget, pool).receive(body)  # type: ignore[arg-type]
    assert [video.size for video in videos] == [len(content)] * 2
    assert budget.used == 0


def test_a_form_that_ends_too_early_leaves_no_memory_behind(services: Services) -> None:
    budget = MemoryBudget(MIB)
    with ThreadPoolExecutor(2) as pool, pytest.raises(InvalidUploadError):
        form_of(services, budget, pool).receive(Bytes(part("a.bin", bytes(5000))))  # type: ignore[arg-type]
    assert budget.used == 0
