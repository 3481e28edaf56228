"""Reads a QR code as the door does: from what is on the screen."""

import base64

import zxingcpp
from playwright.async_api import Locator

_GREY = """(code, png) => new Promise((done) => {
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const pixels = pen.getImageData(0, 0, image.width, image.height).data;
    done([image.width, image.height, Array.from({ length: pixels.length / 4 }, (_, at) => pixels[4 * at])]);
  };
  image.src = `data:image/png;base64,${png}`;
})"""


async def read(code: Locator) -> str:
    """The text of the one code in a picture of the element."""
    png = base64.b64encode(await code.screenshot()).decode()
    width, height, grey = await code.evaluate(_GREY, png)
    (found,) = zxingcpp.read_barcodes(memoryview(bytes(grey)).cast("B", (height, width)))  # type: ignore[arg-type]
    return str(found.text)
