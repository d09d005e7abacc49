#!/usr/bin/env python3
"""Checks SAMPLE.vicc.json files with FUSOR's own models.

    check_vicc.py FILE...      (needs fusor)

Every object must be accepted, stay the same when FUSOR writes it, and have the nomenclature that FUSOR gives it.
Prints the number of objects by kind; status 1 with a line for each fault.
"""

import collections
import json
import sys

from fusor.models import AssayedFusion, InternalTandemDuplication
from fusor.nomenclature import generate_nomenclature

MODELS = {"AssayedFusion": AssayedFusion, "InternalTandemDuplication": InternalTandemDuplication}


def lost(ours, theirs, place=""):
    """Paths in `ours` that FUSOR dropped or changed; additions (defaults, null) are not faults."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [at for key, value in ours.items() for at in lost(value, theirs.get(key), f"{place}/{key}")]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [at for n, (one, two) in enumerate(zip(ours, theirs)) for at in lost(one, two, f"{place}/{n}")]
    return [] if ours == theirs else [f"{place}: {ours!r} became {theirs!r}"]


def faults(value):
    model = MODELS.get(value.get("type"))
    if model is None:
        return [f"type {value.get('type')!r} is unknown to FUSOR"]
    try:
        read = model(**value)
    except ValueError as error:
        return [" ".join(str(error).split())]
    found = lost(value, read.model_dump(mode="json"))
    if model is AssayedFusion:
        # Our elements do not need a sequence repository.
        name = generate_nomenclature(read, None)
        if name != value.get("viccNomenclature"):
            found.append(f"viccNomenclature is {value.get('viccNomenclature')!r}, FUSOR's {name!r}")
    return found


def main(paths):
    kinds, all_faults = collections.Counter(), []
    for path in paths:
        with open(path) as text:
            for n, value in enumerate(json.load(text)):
                kinds[value.get("type")] += 1
                all_faults += [f"{path}: object {n}: {fault}" for fault in faults(value)]
    for fault in all_faults:
        print(fault, file=sys.stderr)
    print(f"{len(paths)} files:", ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "no object")
    return 1 if all_faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
