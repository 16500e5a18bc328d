import asyncio
import shutil
import weakref
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from foundation.box import Box
from inference.decoding.photo import Photo, decode
from inference.loading import VersionBroken
from inference.service import NotTaught, NotTrained, RecognitionService
from models.card import Card
from models.registry import Registry
from tests.bot.conftest import until
from tests.bot.trained import TRAINED, portrait
from tests.faces import stated

BROKEN = Photo(np.zeros((0, 0, 3), np.uint8), "0" * 64)
"""What no decoder returns: stands for a photo over which recognition stumbles."""


@pytest.fixture(scope="module")
def photos() -> list[Photo]:
    return [decode(portrait(cousin, 50)) for cousin in TRAINED]


@pytest.fixture
def registry(trained_home: Path, tmp_path: Path) -> Registry:
    shutil.copytree(trained_home / "models", tmp_path / "models")
    return Registry(tmp_path / "models")


@pytest.fixture
async def service(registry: Registry) -> AsyncIterator[RecognitionService]:
    async with RecognitionService(registry.folder, registry.folder / "weights", "cpu") as service:
        yield service


def another_version(registry: Registry, *, cousins: list[str], width: int = 128) -> str:
    """The champion again, under the next number: with other names, or with embeddings of another width."""
    champion = registry.path("v001")
    with registry.new_version() as (version, folder):
        card = Card.model_validate_json((champion / "card.json").read_bytes())
        changes: dict[str, object] = {"version": version, "cousins": cousins, "weights": None}
        tensors = load_file(champion / "weights.safetensors")
        if width != 128:
            # A network of another kind, untrained, so that its faces and ours cannot be compared.
            from models.architectures import architecture

            shape = architecture("squeezenet1_1")
            changes |= {"architecture": shape.name, "crop": shape.crop, "size": shape.size, "network": "squeeze-1"}
            body, head = shape.build_body(False), shape.build_head(width, len(cousins))
            tensors = {f"body.{name}": tensor for name, tensor in body.state_dict().items()}
            tensors |= {f"head.{name}": tensor for name, tensor in head.state_dict().items()}
            tensors |= {"gallery": torch.randn(8, width), "gallery_labels": torch.arange(8) % len(cousins)}
        save_file(tensors, folder / "weights.safetensors")
        (folder / "card.json").write_text(card.model_copy(update=changes).model_dump_json())
    return version


async def test_all_who_wait_are_answered_each_with_their_own(registry: Registry, photos: list[Photo]) -> None:
    async with RecognitionService(registry.folder, registry.folder / "weights", "cpu", most_at_once=6) as service:
        lone = [await service.recognize(photo) for photo in photos]
        together = await asyncio.gather(*(service.recognize(photo) for photo in photos * 4))  # more than two batches
    assert len(together) == 16
    for index, guess in enumerate(together):
        expected = lone[index % len(photos)][0]
        assert guess[0].cousin == expected.cousin
        assert float(guess[0].embedding @ expected.embedding) > 0.999


async def test_the_loop_goes_on_while_photos_are_recognised(service: RecognitionService, photos: list[Photo]) -> None:
    guess = asyncio.ensure_future(asyncio.gather(*(service.recognize(photo) for photo in photos)))
    turns = 0
    while not guess.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 10


async def test_no_photo_stays_in_memory_until_the_next_comes(service: RecognitionService, photos: list[Photo]) -> None:
    photo = Photo(photos[0].pixels.copy(), photos[0].sha256)
    pixels = weakref.ref(photo.pixels)
    await service.recognize(photo)
    del photo
    await until(lambda: pixels() is None)


async def test_before_the_first_training(tmp_path: Path, photos: list[Photo]) -> None:
    async with RecognitionService(tmp_path / "models", tmp_path / "weights", "cpu") as service:
        assert (service.version, service.network, service.cousins) == (None, None, ())
        answers = await asyncio.gather(*(service.recognize(photo) for photo in photos), return_exceptions=True)
        assert [type(answer) for answer in answers] == [NotTrained] * len(photos)
        with pytest.raises(NotTrained):
            await service.embed(photos[0], Box(0, 0, 1, 1))


async def test_the_first_version_answers_without_a_restart(
    trained_home: Path, tmp_path: Path, photos: list[Photo]
) -> None:
    async with RecognitionService(tmp_path / "models", tmp_path / "weights", "cpu") as service:
        with pytest.raises(NotTrained):
            await service.recognize(photos[0])
        shutil.copytree(trained_home / "models", tmp_path / "models")
        assert (await service.recognize(photos[0]))[0].version == "v001"
        assert service.cousins == TRAINED


async def test_a_new_champion_answers_without_a_restart(
    service: RecognitionService, registry: Registry, photos: list[Photo]
) -> None:
    before = await service.recognize(photos[1])
    assert (before[0].version, before[0].cousin) == ("v001", "ben")
    version = another_version(registry, cousins=["amelia", "benjamin", "clara", "diego"])
    assert (await service.recognize(photos[1]))[0].version == "v001"  # not promoted yet
    registry.promote(version)
    after = await service.recognize(photos[1])
    assert (after[0].version, after[0].cousin) == (version, "benjamin")
    assert service.version == version
    registry.rollback()
    assert (await service.recognize(photos[1]))[0].cousin == "ben"


async def test_one_bad_photo_does_not_take_others_with_it(service: RecognitionService, photos: list[Photo]) -> None:
    waiting = [photos[0], BROKEN, photos[1], BROKEN, photos[2]]
    answers = await asyncio.gather(*(service.recognize(photo) for photo in waiting), return_exceptions=True)
    assert [isinstance(answer, Exception) for answer in answers] == [False, True, False, True, False]
    assert (await service.recognize(photos[3]))[0].found  # and the service lives on


async def test_who_gives_up_waiting_holds_nobody_up(service: RecognitionService, photos: list[Photo]) -> None:
    tasks = [asyncio.create_task(service.recognize(photo)) for photo in photos * 3]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers[::2])
    assert not any(isinstance(answer, BaseException) for answer in answers[1::2])


async def test_nobody_is_left_waiting_at_the_end(registry: Registry, photos: list[Photo]) -> None:
    async with RecognitionService(registry.folder, registry.folder / "weights", "cpu", most_at_once=4) as service:
        tasks = [asyncio.create_task(service.recognize(photo)) for photo in photos * 3]
        await asyncio.wait(tasks[:1])
        assert any(not task.done() for task in tasks)
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert not isinstance(answers[0], BaseException)
    assert isinstance(answers[-1], asyncio.CancelledError)


async def test_a_statement_counts_from_the_next_photo(service: RecognitionService, photos: list[Photo]) -> None:
    face = (await service.recognize(photos[1]))[0]
    assert face.cousin == "ben"
    service.teach([stated(face.embedding, "is", "diego")], service.network)
    assert (await service.recognize(photos[1]))[0].cousin == "diego"
    service.teach([stated(face.embedding, "is", "uncle_bob")], service.network)
    assert (await service.recognize(photos[1]))[0].cousin == "uncle_bob"
    service.teach([], service.network)
    assert (await service.recognize(photos[1]))[0].cousin == "ben"


async def test_embed_gives_what_a_statement_needs(service: RecognitionService, photos: list[Photo]) -> None:
    face = (await service.recognize(photos[1]))[0]
    embedding, network = await service.embed(photos[1], face.box)
    assert network == service.network
    assert float(embedding @ face.embedding) > 0.99  # of more passes than a guess may take


async def test_statements_seen_by_another_network_are_waited_for(
    service: RecognitionService, registry: Registry, photos: list[Photo]
) -> None:
    """A network with other embeddings takes over: no photo is answered as if nothing had been said."""
    face = (await service.recognize(photos[1]))[0]
    service.teach([stated(face.embedding, "is", "diego")], service.network)
    registry.promote(another_version(registry, cousins=list(TRAINED), width=512))
    with pytest.raises(NotTaught):
        await service.recognize(photos[1])
    embedding, network = await service.embed(photos[1], face.box)
    assert embedding.shape == (512,)
    service.teach([stated(embedding, "is", "clara")], network)
    guess = await service.recognize(photos[1])
    assert (guess[0].version, guess[0].cousin) == ("v002", "clara")


async def test_a_version_is_followed_before_the_next_photo(service: RecognitionService, registry: Registry) -> None:
    registry.promote(another_version(registry, cousins=["zoe", *TRAINED[1:]]))
    await service.follow()
    assert (service.version, service.cousins) == ("v002", ("zoe", *TRAINED[1:]))


async def test_a_version_is_promoted_once_it_is_loaded(service: RecognitionService, registry: Registry) -> None:
    await service.promote(another_version(registry, cousins=["zoe", *TRAINED[1:]]))
    assert (registry.current(), service.version) == ("v002", "v002")


async def test_a_version_that_cannot_be_loaded_is_not_promoted(service: RecognitionService, registry: Registry) -> None:
    broken = another_version(registry, cousins=["zoe", *TRAINED[1:]])
    (registry.path(broken) / "weights.safetensors").write_bytes(b"half a file")
    with pytest.raises(VersionBroken, match="v002 can't be loaded"):
        await service.promote(broken)
    with pytest.raises(VersionBroken, match="no version “v009”"):
        await service.promote("v009")
    assert (registry.current(), service.version) == ("v001", "v001")


async def test_each_photo_of_a_batch_has_its_own_unborn(registry: Registry, photos: list[Photo]) -> None:
    async with RecognitionService(registry.folder, registry.folder / "weights", "cpu", most_at_once=6) as service:
        (known,) = await service.recognize(photos[0])
        assert known.cousin is not None
        asked = [service.recognize(photos[0], unborn) for unborn in ((), {known.cousin}, ())]
        named = [faces[0].cousin for faces in await asyncio.gather(*asked)]
    assert named[0] == named[2] == known.cousin
    assert named[1] != known.cousin
