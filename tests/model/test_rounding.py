"""The classifier's convolutions in 8 bits: nearly the same answers, from a smaller file, and θ untouched."""

import json

import numpy as np
import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

import onnx
import onnxruntime

from model import checkpoint
from model.cost import count
from model.data import DataError, load_fer2013
from model.export import OUTPUTS, Deployed, check_rounding, to_onnx
from model.rounding import rounded, weights


@pytest.fixture(scope="module")
def pixels(made_up):
    return load_fer2013(made_up.data, "PublicTest", made_up.ferplus).pixels


@pytest.fixture(scope="module")
def exact(run):
    net, _ = checkpoint.load_network(run / "best.pt")
    return to_onnx(Deployed(net, fer2013_temperature=1.0, ferplus_temperature=1.0).eval())


@pytest.fixture(scope="module")
def coarse(exact, pixels):
    return rounded(exact, pixels)


def said(model: onnx.ModelProto, pixels: np.ndarray) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return dict(zip(OUTPUTS, session.run(list(OUTPUTS), {"faces": pixels[:, None]}), strict=True))


def test_rounding_leaves_theta_and_what_is_shown_and_moves_probabilities_by_little(exact, coarse, pixels):
    wanted, found = said(exact, pixels), said(coarse, pixels)
    for name in ("theta", "attended"):
        np.testing.assert_array_equal(found[name], wanted[name])
    for name in ("ferplus", "fer2013"):
        apart = np.abs(found[name] - wanted[name])
        assert 0 < apart.max() < 0.1
        np.testing.assert_allclose(found[name].sum(1), 1, atol=1e-5)


def test_all_convolutions_of_the_classifier_but_the_first_are_rounded_in_seven_bits(exact, coarse):
    held = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in coarse.graph.initializer}
    integers = {name: array for name, array in held.items() if name.endswith(".weight_quantized")}
    convolutions = [node for node in exact.graph.node if node.op_type == "Conv"]
    assert len(integers) == len([node for node in convolutions if "classifier" in node.input[1]]) - 1
    assert all(array.dtype == np.int8 and np.abs(array.astype(int)).max() <= 64 for array in integers.values())


def test_the_weights_of_a_rounded_network_are_the_floats_they_stand_for(exact, coarse):
    wanted, found = weights(exact), weights(coarse)
    assert found.keys() == wanted.keys()
    for name, array in wanted.items():
        step = np.abs(array).max() / 60
        assert found[name].shape == array.shape
        np.testing.assert_allclose(found[name], array, atol=step)
    assert any((found[name] != array).any() for name, array in wanted.items())


def test_rounded_or_not_a_network_has_as_many_parameters_and_multiply_adds(exact, coarse):
    assert count(coarse) == count(exact)


def test_an_exported_network_says_that_it_is_rounded_and_what_a_face_costs(exported, exact):
    session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
    metadata = session.get_modelmeta().custom_metadata_map
    told = json.loads(metadata["rounding"])
    assert told["bits"] == 8
    assert set(told["float32_accuracy"]) == {"fer2013", "ferplus"}
    assert int(metadata["multiply_adds"]) == count(exact)["multiply_adds"]


def test_a_network_that_rounding_costs_too_much_is_refused():
    check_rounding({"ferplus": 88.3}, {"ferplus": {"accuracy": 88.0, "faces": 3000}})
    check_rounding({"ferplus": 50.0}, {"ferplus": {"accuracy": 45.0, "faces": 20}})
    with pytest.raises(
        DataError, match=r"ferplus falls from 88.3 % to 87.9 %; nothing was written; export with 'python"
    ):
        check_rounding({"ferplus": 88.3}, {"ferplus": {"accuracy": 87.9, "faces": 3000}})
