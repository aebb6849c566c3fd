"""Browser libraries of the slides and the site: fetched once, verified, kept in build/cache."""

import base64
import hashlib
import http.client
import io
import shutil
import tarfile
import urllib.error
import urllib.request

from notebooks.files import Problem

ADDRESS = "https://registry.npmjs.org/{name}/-/{name}-{version}.tgz"
# name and version: the sha512 of the package
PACKAGES = {
    "reveal.js 4.6.0": "QC80rYsZldAe95bW9VImucIPTjfsKhI0jRQrIOXU4P92ZyXb/dfw9L3EE96bN6i7UmeUl1qBieH4UNTr25erYw==",
    "requirejs 2.3.8": "7/cTSLOdYkNBNJcDMWf+luFvMriVm7eYxp4BcFCsAX0wF421Vyce5SXP17c+Jd5otXKGNehIonFlyQXSowL6Mw==",
    "jquery 3.7.1": "m4avr8yL8kmFN8psrbFFFmB/If14iN5o9nw/NgnnM+kybDJpRsAynV2BsfpTYrTRysYUdADVD7CkUUizgkpLfg==",
    "mathjax 2.7.9": "NOGEDTIM9+MrsqnjPEjVGNx4q0GQxqm61yQwSK+/5S59i26wId5IC5gNu9/bu8+CCVl5p9G2IHcAl/wJa+5+BQ==",
    "mathjax 3.2.2": "Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw==",
}  # fmt: skip


class NotFetched(Problem):
    """What an edition needs can't be had here now."""


def verified(data, package):
    """The package's bytes, if they are those that were written down here."""
    found = base64.b64encode(hashlib.sha512(data).digest()).decode()
    if found != PACKAGES[package]:
        raise Problem(f"{package}: the file that came is not the expected one (sha512 {found}).")
    return data


def fetch(package, cache):
    """The folder of an unpacked package such as "jquery 3.7.1", fetched if it is not there yet."""
    folder = cache / package.replace(" ", "-")
    if folder.is_dir():
        return folder
    name, version = package.split()
    address = ADDRESS.format(name=name, version=version)
    try:
        with urllib.request.urlopen(address, timeout=120) as answer:
            data = answer.read()
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError) and error.code == 404:
            raise Problem(f"{address} is not there: is {package} a version?") from error
        raise NotFetched(
            f"{package} could not be fetched from {address}: {error}. It is needed once; after "
            "that the network is not."
        ) from error
    partial = cache / f"{folder.name}.part"
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(verified(data, package)), encoding="utf-8") as archive:
        archive.extractall(partial, filter="data")
    (partial / "package").rename(folder)
    partial.rmdir()
    return folder
