import pytest

from foundation.box import Box
from inference.faces.tiles import SIDE, tiles


@pytest.mark.parametrize("size", [(1280, 960), (2000, 1500), (4080, 3060), (960, 1280), (32_750, 380), (640, 480)])
def test_what_is_small_lies_whole_on_a_tile(size: tuple[int, int]) -> None:
    width, height = size
    small = min(round(0.05 * max(size)), SIDE // 3) - 8
    all_tiles = list(tiles(width, height))
    for left in {*range(0, width - small, 97), width - small}:
        for top in {*range(0, max(1, height - small), 97), max(0, height - small)}:
            assert any(
                tile.in_picture(
                    Box(
                        (left - tile.left) / (tile.right - tile.left),
                        (top - tile.top) / (tile.bottom - tile.top),
                        (left + small - tile.left) / (tile.right - tile.left),
                        (top + small - tile.top) / (tile.bottom - tile.top),
                    )
                )
                for tile in all_tiles
                if tile.left <= left and left + small <= tile.right
                if tile.top <= top and top + small <= tile.bottom
            )


def test_tiles_lie_in_the_picture_and_are_few_sizes() -> None:
    for width, height in ((4032, 3024), (1281, 833), (8160, 6120)):
        all_tiles = list(tiles(width, height))
        assert all(0 <= tile.left < tile.right <= width and 0 <= tile.top < tile.bottom <= height for tile in all_tiles)
        assert len({(tile.right - tile.left, tile.bottom - tile.top) for tile in all_tiles}) == 1
        assert all(max(tile.right - tile.left, tile.bottom - tile.top) <= SIDE for tile in all_tiles)


def test_what_an_edge_may_have_cut_is_left_to_the_tile_beside() -> None:
    first, second = list(tiles(1280, 800))
    at_its_right = Box(0.9, 0.4, 1.0, 0.5)
    assert first.in_picture(at_its_right) is None
    assert second.in_picture(at_its_right) is not None  # where the picture itself ends nothing is whole elsewhere
    assert second.in_picture(Box(0.0, 0.4, 0.1, 0.5)) is None
    assert first.in_picture(Box(0.0, 0.0, 0.1, 0.1)) is not None


def test_where_a_thing_lies() -> None:
    _, second = list(tiles(1280, 800))
    box = second.in_picture(Box(0.5, 0.5, 0.75, 0.75))
    assert box is not None
    across = second.right - second.left
    assert box.sides == pytest.approx(
        ((second.left + across / 2) / 1280, 0.5, (second.left + 0.75 * across) / 1280, 0.75)
    )
