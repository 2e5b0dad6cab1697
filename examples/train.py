"""Train a network on FER-2013 with the FER+ votes, export it, and score the exported file.

    python examples/train.py --data fer2013.csv --ferplus fer2013new.csv --out runs/mine

It needs the ``train`` extra, Kaggle's fer2013.csv and Microsoft's fer2013new.csv, and hours on a CPU; an epoch is told
in a line. ``--config`` names other settings than those of model/config.py: model/configs has those of Mien's networks.
"""

import argparse
import sys
from pathlib import Path

from model.config import load_config
from model.data import DataError, load_fer2013
from model.evaluate import evaluate, table
from model.export import export
from model.inference import onnx_classifier
from model.train import train


def make_network(data: Path, ferplus: Path, config: Path | None, out: Path) -> Path:
    """Train in the folder ``out``; return the exported network there.

    Everything is chosen on PublicTest. PrivateTest is not read: it is for whoever judges the network, once.

    Raises:
        DataError: data or settings cannot be used, or ``out`` holds a run already.
    """
    training = load_fer2013(data, "Training", ferplus)
    validation = load_fer2013(data, "PublicTest", ferplus)
    train(load_config(config), training, validation, out, resume=False)
    network = out / "emotion.onnx"
    export(out / "best.pt", validation, network)
    scores, _ = evaluate(onnx_classifier(network), validation)
    print(table(scores))
    return network


def main() -> int:
    """Train on what the command line names; return the exit status: 0 done, 2 for what cannot be used."""
    parser = argparse.ArgumentParser(description="Train a network, export it, and score the exported file.")
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="Kaggle's fer2013.csv")
    parser.add_argument("--ferplus", type=Path, required=True, metavar="FILE", help="fer2013new.csv of FER+")
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file of settings")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the run's folder")
    args = parser.parse_args()
    try:
        network = make_network(args.data, args.ferplus, args.config, args.out)
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"wrote {network}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
