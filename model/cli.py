"""``python -m model``: one subcommand a job."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final, NoReturn, cast

from model import datasets
from model.config import load_config
from model.data import SPLITS, DataError, Faces, Split, load_fer2013
from model.files import sha256
from model.methods import METHODS

_FER2013: Final = "fer2013"


class _Parser(argparse.ArgumentParser):
    """argparse's, but that a mistake is one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        """Tell it and end with status 2."""
        self.exit(2, f"model: {message}; see '{self.prog} --help'\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m model", description="Train, evaluate and export Mien's network.")
    commands = parser.add_subparsers(dest="command", required=True)

    train = commands.add_parser("train", help="train a network on FER-2013 with the FER+ votes, or on another set")
    _add_dataset(train)
    train.add_argument("--init", metavar="FILE", help="start from a checkpoint's or an exported network's weights")
    train.add_argument("--config", type=Path, metavar="FILE", help="TOML file of settings (default: model/config.py)")
    train.add_argument("--out", type=Path, required=True, metavar="DIR", help="the run's folder")
    train.add_argument("--seed", type=int, help="instead of the config's")
    train.add_argument("--resume", action="store_true", help="go on from the folder's last checkpoint")
    train.set_defaults(run=_train)

    evaluate = commands.add_parser("evaluate", help="score a network on one split: one forward pass a face")
    network = evaluate.add_mutually_exclusive_group(required=True)
    network.add_argument("--onnx", type=Path, metavar="FILE", help="an exported network, run by onnxruntime")
    network.add_argument("--checkpoint", type=Path, metavar="FILE", help="a checkpoint of a run, run by torch")
    _add_dataset(evaluate)
    evaluate.add_argument(
        "--split",
        choices=[*SPLITS, *datasets.SPLITS, datasets.ALL],
        help="default: PublicTest of fer2013; test of the others, which can also be scored whole (all)",
    )
    evaluate.add_argument("--pose", action="store_true", help="also under shifts, rotations and scales")
    evaluate.add_argument("--occlusion", action="store_true", help="also with a quarter and a half of the face covered")
    evaluate.add_argument("--json", action="store_true", help="print JSON and nothing else")
    evaluate.add_argument(
        "--plots", type=Path, metavar="DIR", help="draw PNGs; beside a checkpoint training curves too"
    )
    evaluate.set_defaults(run=_evaluate)

    compare = commands.add_parser(
        "compare", help="Mien beside the paper's network and beside hand-crafted features, under the same rules"
    )
    _add_data(compare, "Kaggle's fer2013.csv", ferplus_required=False)
    compare.add_argument(
        "--onnx", type=Path, metavar="FILE", help="Mien's exported network; without it Mien is left out"
    )
    compare.add_argument("--split", choices=SPLITS, default="PublicTest", help="default: PublicTest")
    compare.add_argument(
        "--out",
        type=Path,
        default=Path("runs", "compare"),
        metavar="DIR",
        help="keeps what was fitted and scored; an interrupted comparison goes on there (default: runs/compare)",
    )
    compare.add_argument("--only", nargs="+", choices=METHODS, metavar="NAME", help=f"of {', '.join(METHODS)}")
    compare.add_argument("--epochs", type=int, metavar="N", help="of Deep-Emotion's training (default: 100)")
    compare.add_argument("--json", action="store_true", help="print JSON and nothing else")
    compare.set_defaults(run=_compare)

    _add_export(commands)

    card = commands.add_parser(
        "card", help="write the model card of an exported network; figures not given are left out"
    )
    card.add_argument("--onnx", type=Path, required=True, metavar="FILE", help="the exported network")
    card.add_argument("--out", type=Path, required=True, metavar="FILE", help="for example weights/README.md")
    for name, told in (
        ("--evaluation", "its evaluate --json --pose --occlusion, one file a split"),
        ("--ablation", "the same of other networks, named by their files"),
        ("--seeds", "the same of the recipe's runs with several seeds"),
    ):
        card.add_argument(name, type=Path, nargs="+", default=[], metavar="JSON", help=told)
    card.add_argument("--cost", type=Path, metavar="JSON", help="its cost --json")
    card.add_argument(
        "--thresholds", type=Path, metavar="JSON", help="what tools.thresholds found: when not to trust it"
    )
    card.add_argument("--experiments", type=Path, metavar="FILE", help="a page of all runs to link to")
    card.set_defaults(run=_card)

    cost = commands.add_parser("cost", help="time a face on one thread beside the core's own matrix product")
    cost.add_argument("--onnx", type=Path, required=True, metavar="FILE", help="an exported network")
    cost.add_argument("--json", action="store_true", help="print JSON and nothing else")
    cost.set_defaults(run=_cost)
    return parser


def _add_export(commands: "argparse._SubParsersAction[_Parser]") -> None:
    export = commands.add_parser("export", help="write a trained network as the ONNX file that the app reads")
    source = export.add_mutually_exclusive_group(required=True)
    source.add_argument("--run", type=Path, dest="folder", metavar="DIR", help="a run's folder; takes its best.pt")
    source.add_argument("--checkpoint", type=Path, metavar="FILE", help="a checkpoint of a run")
    _add_data(export, "Kaggle's fer2013.csv", ferplus_required=True)
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="for example weights/emotion.onnx")
    export.add_argument("--float32", action="store_true", help="do not round the convolutions to 8 bits")
    export.add_argument(
        "--card",
        action=argparse.BooleanOptionalAction,
        help="also write README.md beside it (default: where there is a card, and in a folder named weights)",
    )
    export.set_defaults(run=_export)


def _add_data(parser: argparse.ArgumentParser, data: str, *, ferplus_required: bool) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="PATH", help=data)
    parser.add_argument(
        "--ferplus", type=Path, required=ferplus_required, metavar="FILE", help="fer2013new.csv of FER+"
    )


def _add_dataset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dataset", choices=[_FER2013, *datasets.SOURCES], help="what --data holds; default: fer2013")
    _add_data(parser, "Kaggle's fer2013.csv, or the folder of another set (docs/datasets.md)", ferplus_required=False)
    parser.add_argument("--split-by", choices=datasets.SPLIT_BY, help="how a set other than fer2013 is split")


def _load(args: argparse.Namespace, dataset: str, split: str, split_by: str | None) -> tuple[Faces, dict[str, Any]]:
    """One split's faces, and what must be said beside any figure of them."""
    if dataset == _FER2013:
        if split_by or split not in SPLITS:
            wrong = f"--split-by {split_by}" if split_by else f"--split {split}"
            raise DataError(f"{wrong}: fer2013 comes split into {', '.join(SPLITS)}; leave it out, or name a --dataset")
        return load_fer2013(args.data, cast("Split", split), args.ferplus), {"split": split}
    if args.ferplus is not None:
        raise DataError(f"{args.ferplus}: --ferplus goes with fer2013 alone, not with {dataset}; leave it out")
    loaded = datasets.load(dataset, args.data, split, split_by)
    return loaded.faces, loaded.about


def _train(args: argparse.Namespace) -> None:
    from model.initial import network_settings
    from model.train import train

    named = {"seed": args.seed, "dataset": args.dataset, "split_by": args.split_by, "init": args.init}
    overrides = {name: value for name, value in named.items() if value is not None}
    config = load_config(args.config, overrides)
    if config.init:
        config = load_config(args.config, overrides, network_settings(Path(config.init)))
    splits = SPLITS if config.dataset == _FER2013 else datasets.SPLITS
    training, about = _load(args, config.dataset, splits[0], config.split_by or None)
    validation, _ = _load(args, config.dataset, splits[1], config.split_by or None)
    train(config, training, validation, args.out, resume=args.resume)
    if config.dataset != _FER2013:
        print(f"trained on {config.dataset}\n{datasets.describe(about)}")


def _evaluate(args: argparse.Namespace) -> None:
    from model import inference
    from model.evaluate import evaluate, table
    from model.metrics import heads

    classify = inference.onnx_classifier(args.onnx) if args.onnx else inference.checkpoint_classifier(args.checkpoint)
    dataset = args.dataset or _FER2013
    split = args.split or ("PublicTest" if dataset == _FER2013 else "test")
    split_by = args.split_by
    if args.checkpoint and dataset != _FER2013:
        split_by = _split_by_of_run(args.checkpoint, dataset, split, split_by)
    faces, about = _load(args, dataset, split, split_by)
    scores, predictions = evaluate(classify, faces, pose=args.pose, occlusion=args.occlusion)
    network = args.onnx or args.checkpoint
    if args.json:
        named = {"network": network.name, "sha256": sha256(network), "dataset": dataset}
        print(json.dumps(named | about | scores))
    else:
        told = "" if dataset == _FER2013 else f"{datasets.describe(about)}\n\n"
        print(f"{network.name} on {dataset}, {split}\n\n{told}{table(scores)}")
    if args.plots:
        from model import plots

        args.plots.mkdir(parents=True, exist_ok=True)
        for name, head in heads(predictions, faces).items():
            plots.draw_head(args.plots, name, head)
        history = network.with_name("history.jsonl")
        if args.checkpoint and history.exists():
            plots.draw_history(args.plots, history)


def _split_by_of_run(path: Path, dataset: str, split: str, split_by: str | None) -> str | None:
    """How to split ``dataset`` so that a network trained on it is not scored on what it was trained on."""
    from model.checkpoint import load_network

    _, config = load_network(path)
    if config.dataset != dataset:
        return split_by
    if split == datasets.ALL:
        raise DataError(f"{path}: trained on a part of {dataset}; score it on --split test, not on all of it")
    trained_by = config.split_by or datasets.SOURCES[dataset].split_by
    if split_by not in (None, trained_by):
        raise DataError(f"{path}: trained on {dataset} split by {trained_by}; leave --split-by {split_by} out")
    return trained_by


def _compare(args: argparse.Namespace) -> None:
    from model.compare import compare, table

    if args.epochs is not None and args.epochs < 1:
        raise DataError(f"--epochs {args.epochs}: Deep-Emotion is trained for at least one epoch")
    names = args.only or [name for name in METHODS if name != "mien" or args.onnx]
    training = load_fer2013(args.data, "Training")
    validation = load_fer2013(args.data, "PublicTest")
    faces = load_fer2013(args.data, args.split, args.ferplus)
    rows = compare(
        names,
        training,
        validation,
        faces,
        args.out,
        split=args.split,
        onnx_path=args.onnx,
        epochs=args.epochs,
    )
    if args.json:
        print(json.dumps({"dataset": _FER2013, "split": args.split, "methods": rows}))
    else:
        print(table(rows, args.split))


def _export(args: argparse.Namespace) -> None:
    from model.card import Measured, is_card, write_card
    from model.export import export

    validation = load_fer2013(args.data, "PublicTest", args.ferplus)
    written = export(args.checkpoint or args.folder / "best.pt", validation, args.out, float32=args.float32)
    for name, temperature in written["temperatures"].items():
        scores = written["scores"][name]
        print(
            f"{name}: accuracy {scores['accuracy']} %, calibration error {scores['calibration_error']} % "
            f"on PublicTest at temperature {temperature}"
        )
    print(f"wrote {args.out}")
    page = args.out.with_name("README.md")
    wanted = is_card(page) or args.out.resolve().parent.name == "weights" if args.card is None else args.card
    if wanted:
        write_card(args.out, page, Measured())
        print(f"wrote {page}")


def _card(args: argparse.Namespace) -> None:
    from model.card import Measured, write_card

    measured = Measured(
        tuple(args.evaluation),
        tuple(args.ablation),
        tuple(args.seeds),
        cost=args.cost,
        thresholds=args.thresholds,
        experiments=args.experiments,
    )
    write_card(args.onnx, args.out, measured)
    print(f"wrote {args.out}")


def _cost(args: argparse.Namespace) -> None:
    from model.cost import cost, table

    found = cost(args.onnx)
    print(json.dumps(found) if args.json else table(found))


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
    except KeyboardInterrupt as interrupt:
        print(f"model: {str(interrupt) or 'stopped'}", file=sys.stderr)
        return 130
    return 0
