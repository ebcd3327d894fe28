"""Pictures, decoded whole and written anew: pixels are kept, and nothing else that came with them."""

from __future__ import annotations

import io
from typing import BinaryIO

from PIL import Image, ImageOps

from breachdesk.files.cleaning import Unfit, refuse_a_hidden_archive, refuse_the_harmful, write_header

# What is decoded takes four bytes a pixel, twice while it is turned upright.
MAX_PIXELS = 25_000_000
# A baseline JPEG is decoded at half its size without ever being held whole.
MAX_PIXELS_HALVED = 4 * MAX_PIXELS
LONGEST_SIDE = 30_000

FORMATS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "heic": ("HEIF",)}
PLAIN_MODES = {"jpeg": {"L", "RGB"}, "png": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}, "heic": {"L", "RGB"}}


def clean(kind: str, source: BinaryIO, target: BinaryIO) -> None:
    """Raises Unfit, or what Pillow raises at a broken picture."""
    data = source.read()
    refuse_the_harmful(data)
    refuse_a_hidden_archive(data)
    Image.MAX_IMAGE_PIXELS = None  # ours depend on the format, and are checked before a pixel is decoded
    if kind == "heic":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
        pillow_heif.options.DECODE_THREADS = 1
    image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS[kind])
    _refuse_too_many_pixels(image, kind)
    image.load()
    for value in image.info.values():
        # Texts that a PNG keeps compressed.
        refuse_the_harmful(value.encode() if isinstance(value, str) else value if isinstance(value, bytes) else b"")
    image = _upright(image)
    if image.mode not in PLAIN_MODES[kind]:
        image = image.convert("RGBA" if kind == "png" and "A" in image.getbands() else "RGB")
    # Comments, profiles, EXIF and XMP travel here; only a palette's transparent colour is part of the picture.
    kept = {"transparency"} if kind == "png" and image.mode == "P" else set()
    image.info = {name: value for name, value in image.info.items() if name in kept}
    content_type = "image/png" if kind == "png" else "image/jpeg"
    write_header(target, content_type=content_type, width=image.width, height=image.height)
    if kind == "png":
        image.save(target, "PNG", compress_level=3)
    else:
        image.save(target, "JPEG", quality=90)


def _refuse_too_many_pixels(image: Image.Image, kind: str) -> None:
    """Raises Unfit, before a single pixel is decoded."""
    pixels = image.width * image.height
    if max(image.size) > LONGEST_SIDE:
        raise Unfit("too_many_pixels")
    if pixels > MAX_PIXELS and kind == "jpeg" and not image.info.get("progressive") and pixels <= MAX_PIXELS_HALVED:
        image.draft(None, (image.width // 2, image.height // 2))
        pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise Unfit("too_many_pixels")


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera was held. A camera's note that cannot be read turns nothing."""
    try:
        return ImageOps.exif_transpose(image)
    except (ValueError, TypeError, KeyError, SyntaxError, OSError, OverflowError):
        return image
