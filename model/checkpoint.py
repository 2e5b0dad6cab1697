"""Checkpoints: plain tensors and JSON-like values, written atomically and read without unpickling code."""

import io
import pickle
from pathlib import Path
from typing import Any

import torch

from model.config import Config, config_from
from model.data import DataError
from model.files import replacing
from model.net import MienNet


def build(config: Config) -> MienNet:
    """Return the untrained network that ``config`` describes."""
    return MienNet(
        config.widths,
        attended_px=config.attended_px,
        attention=config.attention,
        squeeze=config.squeeze,
        dropout=config.dropout,
    )


def save(path: Path, state: dict[str, Any]) -> None:
    """Write ``state`` to ``path``, which holds either the old or the new state whenever the process dies."""
    with replacing(path) as file:
        torch.save(state, file)


def load(path: Path) -> dict[str, Any]:
    """Read a checkpoint.

    Raises:
        DataError: the file is missing, is no checkpoint of Mien, or holds a value that is not finite.
    """
    try:
        content = io.BytesIO(path.read_bytes())
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}; give a checkpoint of a training run") from error
    try:
        state: object = torch.load(content, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, KeyError, OSError) as error:
        raise DataError(f"{path}: not a checkpoint of Mien, or a damaged one; train again or restore it") from error
    if not isinstance(state, dict) or not {"config", "averaged"} <= state.keys():
        raise DataError(f"{path}: not a checkpoint of Mien (no weights or settings in it)")
    for name, value in state["averaged"].items():
        if value.is_floating_point() and not torch.isfinite(value).all():
            raise DataError(f"{path}: {name} holds a value that is not finite; go back to an earlier checkpoint")
    return state


def load_network(path: Path) -> tuple[MienNet, Config]:
    """Return the trained network (its averaged weights, in eval mode) and the settings it was trained with.

    Raises:
        DataError: as ``load``, or the weights do not fit the settings.
    """
    state = load(path)
    config = config_from(state["config"], str(path))
    net = build(config)
    try:
        net.load_state_dict(state["averaged"])
    except RuntimeError as error:
        raise DataError(f"{path}: the weights do not fit the settings saved with them") from error
    return net.eval(), config
