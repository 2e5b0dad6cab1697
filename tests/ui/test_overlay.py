"""Pictures reach Qt as they are."""

import numpy as np
import pytest
from PySide6.QtGui import QImage, qBlue, qGreen, qRed

from app.types import Image
from app.ui.overlay import colour_image


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (7, 333), (720, 1280)])
def test_a_picture_keeps_each_pixel_also_of_a_view_of_another(size: tuple[int, int]) -> None:
    whole: Image = np.random.default_rng(0).integers(0, 256, (size[0] + 4, size[1] + 4, 3), np.uint8)
    for pixels in (whole[: size[0], : size[1]], whole[2:-2, 2:-2][:, ::-1], np.asfortranarray(whole[2:-2, 2:-2])):
        image = colour_image(pixels)
        assert image.format() is QImage.Format.Format_RGB32
        assert (image.height(), image.width()) == size
        for y, x in ((0, 0), (size[0] // 2, size[1] // 3), (size[0] - 1, size[1] - 1)):
            colour = image.pixel(x, y)
            assert [qBlue(colour), qGreen(colour), qRed(colour)] == pixels[y, x].tolist()
