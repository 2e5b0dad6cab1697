"""The network: data, augmentation, training, evaluation and export. The only part of Mien that needs torch."""

import os

# ONNX Runtime reads it as it is loaded; without it, wheels from 1.29 on send usage telemetry.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
