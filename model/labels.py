"""Label names, in the order of each data set's own columns.

FER-2013: Goodfellow et al., "Challenges in Representation Learning", 2013 (its labels 0 to 6).
FER+: Barsoum et al., "Training Deep Networks for Facial Expression Recognition with Crowd-Sourced Label
Distribution", 2016. Mien lists its eight emotions alphabetically.
"""

from typing import Final

FER2013_LABELS: Final = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
FERPLUS_LABELS: Final = ("anger", "contempt", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
