"""Imported before anything else loads OpenVINO."""

import sys

# OpenVINO tells its makers of every import, with a number for this computer that it keeps in the user's folder. A
# family's bot tells nobody anything: without this package, which it does not need, OpenVINO keeps quiet.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
