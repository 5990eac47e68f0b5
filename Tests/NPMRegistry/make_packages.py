#!/usr/bin/env python3
"""Makes npm tarballs of Node.js packages as Debian ships them, together with all that they depend on.

usage: make_packages.py ROOT FOLDER NAME...

ROOT is a file system into which Debian's packages were unpacked; FOLDER is made, and gets NAME-VERSION.tgz files.
The same packages always give the same bytes.
"""

import gzip
import io
import json
import os
import sys
import tarfile
from pathlib import Path

# The time that npm itself gives the files of its tarballs.
PACKED_AT = 499162500


class Packages:
    """The Node.js packages below a root."""

    def __init__(self, root: Path) -> None:
        # What holds machine code lies beside the libraries of its architecture.
        self.places = [root / "usr/share/nodejs", *sorted(root.glob("usr/lib/*/nodejs"))]

    def find(self, name: str, wanted_by: Path | None = None) -> Path | None:
        """Finds a package where Node.js would: first in the node_modules of who wants it, and of the folders above."""
        near = [folder / "node_modules" for folder in (wanted_by, *wanted_by.parents)] if wanted_by else []
        folders = (place / name for place in near + self.places)
        return next((folder for folder in folders if (folder / "package.json").is_file()), None)

    def pin(self, dependencies: dict[str, str], wanted_by: Path) -> dict[str, str]:
        """Asks for exactly what Debian ships: it tests its packages with each other, not with the versions they name."""
        found = {name: self.find(name, wanted_by) for name in dependencies}
        return {name: manifest_of(folder)["version"] for name, folder in found.items() if folder}

    def manifest(self, folder: Path) -> dict:
        """Reads a package's manifest, its dependencies pinned. Those that Debian left out are left out here too."""
        manifest = manifest_of(folder)
        for kind in ("dependencies", "optionalDependencies"):
            if kind in manifest:
                manifest[kind] = self.pin(manifest[kind], folder)
        return manifest

    def closure(self, names: list[str]) -> list[Path]:
        """Lists the folders of the named packages and of everything that they depend on."""
        folders: dict[Path, None] = {}
        waiting = [self.find(name) or sys.exit(f"Debian ships no '{name}'") for name in names]
        while waiting:
            folder = waiting.pop()
            if folder in folders:
                continue
            folders[folder] = None
            manifest = self.manifest(folder)
            wanted = manifest.get("dependencies", {}) | manifest.get("optionalDependencies", {})
            waiting += [found for name in wanted if (found := self.find(name, folder))]
        return list(folders)


def manifest_of(folder: Path) -> dict:
    return json.loads((folder / "package.json").read_text())


def files_of(folder: Path) -> list[Path]:
    """Lists a package's own files. Debian's links are relative, so they lead to files below the same root."""
    files = []
    for parent, children, names in os.walk(folder, followlinks=True):
        children[:] = [child for child in children if child != "node_modules"]
        files += [Path(parent, name) for name in names]
    return sorted(files)


def tarball(folder: Path, manifest: dict) -> bytes:
    tar_bytes = io.BytesIO()
    with tarfile.open(fileobj=tar_bytes, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for file in files_of(folder):
            name = file.relative_to(folder)
            is_manifest = name == Path("package.json")
            content = json.dumps(manifest, indent=2).encode() if is_manifest else file.read_bytes()
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            entry.mtime = PACKED_AT
            entry.mode = 0o755 if os.access(file, os.X_OK) else 0o644
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(tar_bytes.getvalue(), mtime=0)


def main(root: str, output: str, *names: str) -> None:
    packages = Packages(Path(root))
    Path(output).mkdir()
    for folder in packages.closure(list(names)):
        manifest = packages.manifest(folder)
        file = "{name}-{version}.tgz".format_map(manifest).replace("@", "").replace("/", "-")
        Path(output, file).write_bytes(tarball(folder, manifest))


if __name__ == "__main__":
    main(*sys.argv[1:])
