"""Tells the package where the Node program lies that it was installed with."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Origin(BuildHookInterface):
    """Adds `cotwin/_origin.json` with the directory of the npm package that this folder is part of."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        home = Path(self.root).resolve().parents[2]
        if version == "editable" or not (home / "package.json").exists():
            return
        file = Path(tempfile.mkdtemp()) / "_origin.json"
        file.write_text(json.dumps({"home": str(home)}))
        build_data["force_include"][str(file)] = "cotwin/_origin.json"
