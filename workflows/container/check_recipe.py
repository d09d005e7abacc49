#!/usr/bin/env python3
"""Checks a conda recipe without conda: it renders, has what Bioconda requires, and agrees with Cargo.toml.

    check_recipe.py meta.yaml Cargo.toml      (needs jinja2 and PyYAML)
"""

import sys
import tomllib

import jinja2
import yaml


def main(recipe, cargo):
    with open(recipe) as text:
        rendered = jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(text.read()).render(
            compiler=lambda language: f"{language}-compiler",
            pin_subpackage=lambda name, max_pin: f"{name} {max_pin}",
        )
    meta = yaml.safe_load(rendered)
    with open(cargo, "rb") as text:
        cargo = tomllib.load(text)
    package = cargo["package"] | cargo["workspace"]["package"]
    faults = [
        what
        for what, is_right in (
            ("name", meta["package"]["name"] == package["name"]),
            ("version", str(meta["package"]["version"]) == package["version"]),
            ("licence", meta["about"]["license"] == package["license"]),
            ("summary", meta["about"]["summary"] == package["description"]),
            ("test commands", len(meta["test"]["commands"]) > 0),
            ("build number", meta["build"]["number"] == 0),
            ("run_exports", bool(meta["build"]["run_exports"])),
            ("sha256", len(str(meta["source"]["sha256"])) == 64),
            ("licence files", "LICENSE" in meta["about"]["license_file"]),
            ("maintainers", bool(meta["extra"]["recipe-maintainers"])),
        )
        if not is_right
    ]
    if faults:
        sys.exit(f"{recipe}: {', '.join(faults)}")
    print(f"{recipe}: renders, agrees with {cargo}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
