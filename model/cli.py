"""``python -m model``: one subcommand a job."""

import argparse
import json
import sys
from pathlib import Path

from model.config import load_config
from model.data import SPLITS, DataError, load_fer2013


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model", description="Train, evaluate and export Mien's network.")
    commands = parser.add_subparsers(dest="command", required=True)

    train = commands.add_parser("train", help="train a network on FER-2013 with the FER+ votes")
    _add_data(train, ferplus_required=True)
    train.add_argument("--config", type=Path, metavar="FILE", help="TOML file of settings (default: model/config.py)")
    train.add_argument("--out", type=Path, required=True, metavar="DIR", help="the run's folder")
    train.add_argument("--seed", type=int, help="instead of the config's")
    train.add_argument("--resume", action="store_true", help="go on from the folder's last checkpoint")
    train.set_defaults(run=_train)

    evaluate = commands.add_parser("evaluate", help="score a network on one split: one forward pass a face")
    network = evaluate.add_mutually_exclusive_group(required=True)
    network.add_argument("--onnx", type=Path, metavar="FILE", help="an exported network, run by onnxruntime")
    network.add_argument("--checkpoint", type=Path, metavar="FILE", help="a checkpoint of a run, run by torch")
    evaluate.add_argument("--dataset", choices=["fer2013"], default="fer2013", help="what --data holds")
    _add_data(evaluate, ferplus_required=False)
    evaluate.add_argument("--split", choices=SPLITS, default="PublicTest", help="default: PublicTest")
    evaluate.add_argument("--pose", action="store_true", help="also under shifts, rotations and scales")
    evaluate.add_argument("--occlusion", action="store_true", help="also with a quarter and a half of the face covered")
    evaluate.add_argument("--json", action="store_true", help="print JSON and nothing else")
    evaluate.add_argument(
        "--plots", type=Path, metavar="DIR", help="draw PNGs; beside a checkpoint training curves too"
    )
    evaluate.set_defaults(run=_evaluate)

    export = commands.add_parser("export", help="write a trained network as the ONNX file that the app reads")
    source = export.add_mutually_exclusive_group(required=True)
    source.add_argument("--run", type=Path, dest="folder", metavar="DIR", help="a run's folder; takes its best.pt")
    source.add_argument("--checkpoint", type=Path, metavar="FILE", help="a checkpoint of a run")
    _add_data(export, ferplus_required=True)
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="for example weights/emotion.onnx")
    export.set_defaults(run=_export)
    return parser


def _add_data(parser: argparse.ArgumentParser, *, ferplus_required: bool) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="Kaggle's fer2013.csv")
    parser.add_argument(
        "--ferplus", type=Path, required=ferplus_required, metavar="FILE", help="fer2013new.csv of FER+"
    )


def _train(args: argparse.Namespace) -> None:
    from model.train import train

    config = load_config(args.config, {} if args.seed is None else {"seed": args.seed})
    training = load_fer2013(args.data, "Training", args.ferplus)
    validation = load_fer2013(args.data, "PublicTest", args.ferplus)
    train(config, training, validation, args.out, resume=args.resume)


def _evaluate(args: argparse.Namespace) -> None:
    from model import inference
    from model.evaluate import evaluate, table
    from model.metrics import heads

    classify = inference.onnx_classifier(args.onnx) if args.onnx else inference.checkpoint_classifier(args.checkpoint)
    faces = load_fer2013(args.data, args.split, args.ferplus)
    scores, predictions = evaluate(classify, faces, pose=args.pose, occlusion=args.occlusion)
    network = args.onnx or args.checkpoint
    if args.json:
        print(json.dumps({"network": network.name, "dataset": args.dataset, "split": args.split} | scores))
    else:
        print(f"{network.name} on {args.dataset}, {args.split}\n\n{table(scores)}")
    if args.plots:
        from model import plots

        args.plots.mkdir(parents=True, exist_ok=True)
        for name, head in heads(predictions, faces).items():
            plots.draw_head(args.plots, name, head)
        history = network.with_name("history.jsonl")
        if args.checkpoint and history.exists():
            plots.draw_history(args.plots, history)


def _export(args: argparse.Namespace) -> None:
    from model.export import export

    validation = load_fer2013(args.data, "PublicTest", args.ferplus)
    written = export(args.checkpoint or args.folder / "best.pt", validation, args.out)
    for name, temperature in written["temperatures"].items():
        scores = written["scores"][name]
        print(
            f"{name}: accuracy {scores['accuracy']} %, calibration error {scores['calibration_error']} % "
            f"on PublicTest at temperature {temperature}"
        )
    print(f"wrote {args.out}")


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand; return the exit status: 0 done, 2 for what cannot be used, 130 for Ctrl-C."""
    args = _parser().parse_args(argv)
    try:
        args.run(args)
    except DataError as error:
        print(f"model: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"model: {error.filename or 'the disk'}: {error.strerror or error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        print(f"model: {error.name} is not installed; pip install '.[train]' brings it", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("model: stopped; of a training run the last finished epoch is saved, --resume goes on", file=sys.stderr)
        return 130
    return 0
