"""Media: photos of problems, clean, kept by content, shown by signed links that expire.

A photo belongs to an owner, a bare key: first a draft, then the problem made of it. Decoding and
cleaning is the kernel's; what a photo shows is the slices' above.
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

if TYPE_CHECKING:
    from .queries import PhotoView, photos_of
    from .service import (
        MOST_PHOTOS,
        add_photo,
        adopt_photo,
        destroy_photos,
        hand_over,
        keep_picture,
        remove_photo,
    )

__all__ = [
    "MOST_PHOTOS",
    "PhotoView",
    "add_photo",
    "adopt_photo",
    "destroy_photos",
    "hand_over",
    "keep_picture",
    "photos_of",
    "remove_photo",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        queries=("PhotoView", "photos_of"),
        service=(
            "MOST_PHOTOS",
            "add_photo",
            "adopt_photo",
            "destroy_photos",
            "hand_over",
            "keep_picture",
            "remove_photo",
        ),
    )
