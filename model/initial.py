"""Weights to start a run from: a checkpoint, or an exported network such as the shipped ``weights/emotion.onnx``."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from model import checkpoint
from model.config import Config, config_from
from model.data import DataError, Pixels
from model.inference import open_session, session_classifier
from model.net import MienNet

# What decides the shapes of the weights.
_OF_NETWORK: Final = ("widths", "attended_px", "attention", "squeeze")
# Enough for the mean and variance of each channel.
_FACES: Final = 512


def network_settings(path: Path) -> dict[str, Any]:
    """Return the settings that a network needs in order to take the weights of ``path``.

    Raises:
        DataError: as ``start_from``.
    """
    _, config = _read(path)
    return {name: getattr(config, name) for name in _OF_NETWORK}


def start_from(net: MienNet, path: Path, pixels: Pixels) -> None:
    """Copy the weights of ``path`` into ``net``: localisation net, classifier and both heads.

    The heads go along, as every data set is mapped onto the labels of FER-2013 and FER+. An exported network holds each
    batch norm merged into its convolution. It is parted again with the statistics of some faces to train on: the
    network then says the same as the exported one, and trains on from there.

    Args:
        net: the network, changed in place.
        path: a checkpoint, or an ONNX file.
        pixels: the faces to train on, uint8 (N, 48, 48).

    Raises:
        DataError: the file is missing, damaged or of another network.
    """
    weights, _ = _read(path)
    try:
        if path.suffix == ".onnx":
            biases = [(norm, weights.pop(f"{convolution}.bias")) for convolution, norm in _batch_norms(net)]
            # the batch norms' own values, which the file does not hold, stay for now
            net.load_state_dict(_of_batch_norms(net) | weights)
            drawn = np.random.default_rng(0).permutation(len(pixels))[:_FACES]
            _part_batch_norms(net, biases, torch.from_numpy(pixels[drawn]).unsqueeze(1).float() / 255)
        else:
            net.load_state_dict(weights)
    except (RuntimeError, KeyError) as error:
        raise DataError(f"{path}: its weights do not fit this network; leave --config out, or adapt it") from error


def _read(path: Path) -> tuple[dict[str, Tensor], Config]:
    if path.suffix != ".onnx":
        net, config = checkpoint.load_network(path)
        return net.state_dict(), config
    import onnx

    from model import rounding

    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}; give a checkpoint or an .onnx file with --init") from error
    session = open_session(content, str(path))
    session_classifier(session, str(path))
    try:
        training = json.loads(session.get_modelmeta().custom_metadata_map["training"])
        config = config_from(training["config"], str(path))
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: does not say how its network was trained; give a checkpoint with --init") from error
    held = rounding.weights(onnx.load_from_string(content))
    return {name: torch.from_numpy(array.copy()) for name, array in held.items()}, config


def _batch_norms(net: MienNet) -> list[tuple[str, nn.BatchNorm2d]]:
    """Each batch norm with the name of the convolution in front of it, in an ``nn.Sequential``."""
    found: list[tuple[str, nn.BatchNorm2d]] = []
    for name, module in net.named_modules():
        if isinstance(module, nn.Sequential):
            for index, child in enumerate(module):
                if isinstance(child, nn.BatchNorm2d):
                    found.append((f"{name}.{index - 1}", child))
    return found


def _of_batch_norms(net: MienNet) -> dict[str, Tensor]:
    norms = [f"{name}." for name, module in net.named_modules() if isinstance(module, nn.BatchNorm2d)]
    return {key: value for key, value in net.state_dict().items() if key.startswith(tuple(norms))}


def _part_batch_norms(net: MienNet, biases: list[tuple[nn.BatchNorm2d, Tensor]], faces: Tensor) -> None:
    """Give each batch norm its input's mean and variance, and the scale and shift that undo both and add the bias."""

    def part(norm: nn.BatchNorm2d, maps: Tensor, bias: Tensor) -> None:
        assert norm.running_mean is not None
        assert norm.running_var is not None
        variance, mean = torch.var_mean(maps, dim=(0, 2, 3), correction=0)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.copy_(bias + mean)

    # in the order of the layers: what a norm gets depends on the norms before it
    hooks = [
        norm.register_forward_pre_hook(lambda norm, maps, bias=bias: part(norm, maps[0], bias)) for norm, bias in biases
    ]
    was_training = net.training
    with torch.no_grad():
        net.eval()(faces)
    net.train(was_training)
    for hook in hooks:
        hook.remove()
