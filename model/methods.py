"""The methods that ``compare`` knows, and what others state of them. Imports nothing heavy, for the command line."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Method:
    """A line of the table.

    Attributes:
        title: what the table calls it.
        published: accuracies in percent that others state, on PrivateTest, with their source; empty for none.
    """

    title: str
    published: str = ""


METHODS: Final = {
    "mien": Method("Mien"),
    "deep_emotion": Method(
        "Deep-Emotion, reproduced", "70.02 (Minaee & Abdolrashidi 2019); re-implementations about 55"
    ),
    "sift_bow_svm": Method("SIFT bag of words + linear SVM", "67.48 with local learning (Ionescu et al. 2013)"),
    "hog_svm": Method("HOG + linear SVM"),
    "lbp_svm": Method("LBP + linear SVM"),
}
