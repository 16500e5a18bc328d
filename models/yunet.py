"""YuNet's weights (Apache-2.0)."""

from typing import Final

from models import wording
from models.downloads import Download

YUNET: Final = Download(
    "yunet_n_640_640.onnx",
    "https://raw.githubusercontent.com/ShiqiYu/libfacedetection.train/"
    "0047ac24afb1a50a0c6105001c89d1b5b805dbf1/onnx/yunet_n_640_640.onnx",
    "25a606a145a5b6d7271ae138fbd00eba91dad8b83222ae3f2c7ecd0f4a7b0e31",
    wording.face_finder,
    wording.fewer_faces,
)
