"""The map of a round, as text or as a picture; nothing but numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

RENDER_MODES = ("ansi", "rgb_array")

_SIDE = 480
_MARGIN = 24
_COLUMNS, _LINES = 60, 24

# Distinct for people who confuse red and green (Okabe and Ito, 2008), then repeated.
_COLOURS = np.array(
    [
        (0, 114, 178),
        (230, 159, 0),
        (0, 158, 115),
        (204, 121, 167),
        (86, 180, 233),
        (213, 94, 0),
        (120, 94, 240),
        (153, 153, 153),
    ],
    dtype=np.uint8,
)


def draw(scene: dict[str, Any], mode: str) -> str | NDArray[np.uint8]:
    """The map: servers as squares, clients as dots with a line to their server in the colour of their channel."""
    return _text(scene) if mode == "ansi" else _picture(scene)


def _text(scene: dict[str, Any]) -> str:
    grid = [[" "] * _COLUMNS for _ in range(_LINES)]

    def put(place: list[float], mark: str) -> None:
        column = round(place[0] / scene["widthM"] * (_COLUMNS - len(mark)))
        line = _LINES - 1 - round(place[1] / scene["heightM"] * (_LINES - 1))
        line, column = min(max(line, 0), _LINES - 1), min(max(column, 0), _COLUMNS - len(mark))
        grid[line][column : column + len(mark)] = list(mark)

    for client, place in enumerate(scene["clients"]):
        put(place, str(client))
    for server, place in enumerate(scene["servers"]):
        put(place, f"[{server}]")
    channels = scene["channels"]
    said = [
        f"{client}: server {slot // channels}, channel {slot % channels}" if slot >= 0 else f"{client}: none"
        for client, slot in enumerate(scene["assignment"])
    ]
    edge = "+" + "-" * _COLUMNS + "+"
    return "\n".join([edge, *("|" + "".join(row) + "|" for row in grid), edge, *said]) + "\n"


def _picture(scene: dict[str, Any]) -> NDArray[np.uint8]:
    picture = np.full((_SIDE, _SIDE, 3), 255, dtype=np.uint8)
    scale = (_SIDE - 2 * _MARGIN) / max(scene["widthM"], scene["heightM"])

    def at(place: list[float]) -> tuple[int, int]:
        x = _MARGIN + place[0] * scale
        y = _SIDE - _MARGIN - place[1] * scale
        return int(np.clip(x, 0, _SIDE - 1)), int(np.clip(y, 0, _SIDE - 1))

    channels = scene["channels"]
    for client, slot in enumerate(scene["assignment"]):
        if slot >= 0:
            ends = at(scene["clients"][client]), at(scene["servers"][slot // channels])
            _line(picture, *ends, _COLOURS[slot % channels % len(_COLOURS)])
    for place in scene["clients"]:
        _disc(picture, *at(place), 4)
    for place in scene["servers"]:
        x, y = at(place)
        picture[max(0, y - 7) : y + 8, max(0, x - 7) : x + 8] = 40
    return picture


def _line(picture: NDArray[np.uint8], start: tuple[int, int], end: tuple[int, int], colour: NDArray[Any]) -> None:
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1) + 1
    x = np.linspace(start[0], end[0], steps).round().astype(int)
    y = np.linspace(start[1], end[1], steps).round().astype(int)
    picture[y, x] = colour
    picture[np.minimum(y + 1, _SIDE - 1), x] = colour


def _disc(picture: NDArray[np.uint8], x: int, y: int, radius: int) -> None:
    ys, xs = np.ogrid[:_SIDE, :_SIDE]
    picture[(xs - x) ** 2 + (ys - y) ** 2 <= radius**2] = 0
