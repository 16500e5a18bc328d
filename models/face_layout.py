"""The shape of dlib's face network (`dnn_face_recognition_ex.cpp`), which torch and OpenVINO both build."""

from typing import Final

SIZE: Final = 150
"""Side of the aligned face that it takes, in pixels."""

MEAN: Final = (122.782, 117.001, 104.298)
"""What dlib's `input_rgb_image` takes off each channel, of 0–255, before dividing by `SCALE`."""
SCALE: Final = 256.0

STAGES: Final = ((32, 3), (64, 4), (128, 3), (256, 3), (256, 1))
"""Channels and blocks of each; the first block of each but the first stage halves the picture."""
